package demo

import "fmt"

// Stay lets the clock run from now on, and prints moves as they happen. It shows how to use the two
// servers by hand. config is the path that WriteConfig returned.
func (p *Player) Stay(config string) {
	w := p.World
	p.line()
	p.line(p.style(bold, "Both servers and the service go on until Ctrl-C. "), "Moves are shown here. Try in another terminal:")
	p.line()
	p.line("Gerrit  ", w.GerritURL, "  the password of alice is alice-secret, and so on")
	p.line("Phorge  ", w.PhabURL, "  Conduit API token of alice: ", w.tokens["alice"])
	p.line()
	for _, try := range []struct{ what, command string }{
		{"bob votes -1 on change 508, so T8 goes to In Progress", fmt.Sprintf(
			`curl -u bob:%s %s/a/changes/mediawiki%%2Fextensions%%2FEcho~508/revisions/current/review \
    --json '{"labels": {"Code-Review": -1}, "message": "Too large."}'`, w.gerrit.Password("bob"), w.GerritURL)},
		{"vol2 answers, so it goes back to Review Needed", fmt.Sprintf(
			`curl -u vol2:%s %s/a/changes/mediawiki%%2Fextensions%%2FEcho~508/revisions/current/review \
    --json '{"message": "It has to fit a thumb."}'`, w.gerrit.Password("vol2"), w.GerritURL)},
		{"alice drags T8 to Review Completed, where it stays until the next word in Gerrit", fmt.Sprintf(
			`curl %s/api/maniphest.edit -d api.token=%s \
    -d params='{"objectIdentifier": "T8", "transactions": [{"type": "column", "value": ["%s"]}]}'`,
			w.PhabURL, w.tokens["alice"], w.phab.ColumnPHID(external, "Review Completed"))},
		{"look at the change, and at the card", fmt.Sprintf(
			`curl -u alice:%s '%s/a/changes/mediawiki%%2Fextensions%%2FEcho~508?o=MESSAGES'
  curl %s/api/maniphest.search -d api.token=%s \
    -d params='{"constraints": {"ids": [8]}, "attachments": {"columns": true}}'`,
			w.gerrit.Password("alice"), w.GerritURL, w.PhabURL, w.tokens["alice"])},
		{"check that a configuration fits its servers (their clock is that of the story)", "reviewsync check --config " + config},
	} {
		p.line(p.style(dim, "  # "+try.what))
		p.line("  ", try.command)
		p.line()
	}
	w.clock.run()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live = true
}
