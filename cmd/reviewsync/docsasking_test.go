package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/internal/config"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

// TestMessageOfTheDocs: the message in docs/team.md is what an ask posts with the defaults.
func TestMessageOfTheDocs(t *testing.T) {
	const asks = `gerrit: {url: https://gerrit.example.org, user: reviewsync}
phabricator: {url: https://phabricator.example.org}
teams: {cpt: {members: [alice, bob]}}
boards:
  - board: b
    team: cpt
    count: {repositories: ["mediawiki/*"]}
    rules: [{to: Done, when: {repositories: "*"}}]
    ask: {nobody: 1d}
`
	cfg, err := config.Parse("reviewsync.yaml", []byte(asks))
	if err != nil {
		t.Fatal(err)
	}
	pushed := time.Date(2026, 12, 7, 9, 0, 0, 0, time.UTC)
	vol1 := review.Account{ID: 1, Username: "vol1"}
	change := review.Reader{Footers: []string{"Bug"}, Self: "reviewsync"}.Read(review.Change{
		Key: review.Key{Project: "mediawiki/core", Number: 101}, Branch: "master", Status: review.StatusNew, Owner: vol1, Created: pushed,
		PatchSets: []review.PatchSet{{Number: 1, Kind: "REWORK", Uploader: vol1, Created: pushed, Message: "Fix it"}},
	})
	b := &cfg.Boards[0]
	d := ask.Decide(ask.Question{Board: b.Tag, Policy: &b.Policy, Rules: b.Ask, On: change, Hours: cfg.WorkingTime, Now: pushed.Add(8 * time.Hour), Duty: []string{"bob"}})
	if diff := cmp.Diff(tell.AskMessage(d)+"\n", block(t, documents(t)["docs/team.md"], "text")); diff != "" {
		t.Errorf("%s (-is +docs):\n%s", tell.Ask(d), diff)
	}
}
