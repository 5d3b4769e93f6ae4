package mapping

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A merged change is deployed once its commit, or that of a merged change with the same
// Change-Id, is in a branch or tag that the board calls deployed; or some time after.

// Deployment says when changes of some repositories are deployed.
type Deployment struct {
	Repositories []string      // patterns; none: all
	Refs         []string      // patterns of full names, such as "refs/heads/wmf/*"; none: the merge itself deploys
	After        time.Duration // so long after the commit came there
}

// Ref is a branch or tag that has the commit of a merged change.
type Ref struct {
	Name  string    `json:"name"`  // in full: "refs/heads/master"
	Since time.Time `json:"since"` // when it was first seen there, if it was not there before; else when it was merged. Gerrit's clock
}

// Wait is a merged change that nothing but its deployment is waited for.
type Wait struct {
	Change Key
	Until  time.Time // when it is deployed, on Phabricator's clock; zero: its branches and tags are to be asked for
}

// deployment is what the board says of the deployment of changes in a repository, or nil.
func (b *Board) deployment(project string) *Deployment {
	for i := range b.Deployed {
		if d := &b.Deployed[i]; len(d.Repositories) == 0 || Match(d.Repositories, project) {
			return d
		}
	}
	return nil
}

// in makes facts of the branches and tags that have the change.
func (b *builder) in(c Change) {
	if c.Status != StatusMerged {
		return
	}
	b.h.looked = c.Looked.Unix()
	refs := slices.Clone(c.Refs)
	slices.SortFunc(refs, func(x, y Ref) int { return x.Since.Compare(y.Since) })
	for _, r := range refs {
		if slices.Contains(b.h.refs, r.Name) {
			continue // the first time counts
		}
		b.h.refs = append(b.h.refs, r.Name)
		at := max(r.Since.Unix(), c.Submitted.Unix())
		b.add(Fact{At: at, Kind: CameInto, By: nobody, Who: nobody, PatchSet: afterAll, Thread: int32(len(b.h.refs) - 1)})
	}
}

// cameInto: the commit is in a branch or tag from now on.
func (v *view) cameInto(f *Fact) {
	if v.deployment != nil && len(v.deployment.Refs) > 0 && Match(v.deployment.Refs, v.h.refs[f.Thread]) {
		v.ripens(f.At, v.h.refs[f.Thread])
	}
}

// ripens notes that the change is deployed so long after.
func (v *view) ripens(at int64, ref string) {
	if ripe := at + int64(v.deployment.After/time.Second); ripe < v.ripe {
		v.ripe, v.ripeBy = ripe, ref
	}
}

// ripening is when the change becomes deployed without another fact; never if it does not up to then.
func (v *view) ripening(until int64) int64 {
	if v.deployed || v.ripe > until {
		return never
	}
	return v.ripe
}

// ruleOnceDeployed is the rule that would match if all changes of the card were deployed, or nil.
func (b *Board) ruleOnceDeployed(c *course, card *Card) *Rule {
	then := *c
	then.state, then.views = Deployed, slices.Clone(c.views)
	for i, v := range c.views {
		if v.state == Merged {
			once := *v
			once.state = Deployed
			then.views[i] = &once
		}
	}
	return b.rule(&then, card)
}

// aimsLike says whether two rules want a card in the same place.
func (r *Rule) aimsLike(other *Rule) bool {
	return r.To == other.To && r.Untag == other.Untag && r.Stay == other.Stay
}

// waits are the changes whose deployment alone would move the card from where it is left.
func (x *decider) waits() []Wait {
	left := Column{} // on no board
	switch {
	case x.d.Verdict == Move:
		left = x.d.To
	case x.Card.OnBoard:
		left = x.Card.Column
	}
	if x.c.state != Merged || left.ID == "" && x.Card.Old == nil || left.ID != "" && !x.Board.takesFrom(x.Columns, left.ID) {
		return nil
	}
	rule := x.Board.ruleOnceDeployed(&x.c, &x.Card)
	if rule == nil || rule.Stay || rule.To != "" && x.Columns[rule.To].ID == left.ID {
		return nil
	}
	var waits []Wait
	for _, v := range x.c.views {
		switch {
		case v.state != Merged || v.deployment == nil:
		case v.ripe == never:
			waits = append(waits, Wait{Change: v.h.Key})
		default:
			waits = append(waits, Wait{Change: v.h.Key, Until: x.date(v.ripe)})
		}
	}
	return waits
}

// unlooked are the changes that the card would move for because they are not deployed, as far as was looked.
func (x *decider) unlooked() []Key {
	if x.c.state != Merged {
		return nil
	}
	if then := x.Board.ruleOnceDeployed(&x.c, &x.Card); then != nil && then.aimsLike(x.rule) {
		return nil
	}
	var keys []Key
	for _, v := range x.c.views {
		if v.state == Merged && v.deployment != nil && len(v.deployment.Refs) > 0 && v.ripe == never && v.h.looked < x.Looked.Unix() {
			keys = append(keys, v.h.Key)
		}
	}
	return keys
}

// ripened: the newest word is that a change is deployed since so long, which no fact told,
// and it was not yet when the card was settled.
func (x *decider) ripened() bool {
	return x.c.state == Deployed && x.c.fact.Kind == CameInto && x.c.from != nil && x.c.from.ripe == x.c.since && x.c.from.deployment.After > 0 &&
		x.said.After(x.Card.Settled.At.Add(-clockError))
}

// date is a time of Gerrit's clock on Phabricator's.
func (q *Question) date(at int64) time.Time {
	t := time.Unix(at, 0).UTC()
	if q.Skew.Abs() > clockError {
		t = t.Add(q.Skew)
	}
	return t
}

// now is when the card was read, on Gerrit's clock.
func (q *Question) now() int64 {
	t := q.Card.Read
	if q.Skew.Abs() > clockError {
		t = t.Add(-q.Skew)
	}
	return t.Unix()
}

// deployedSince says since when a change is deployed, and by what.
func (t teller) deployedSince(v *view, owner string) string {
	text := fmt.Sprintf("change %d of %s is deployed", v.h.Number, owner)
	switch after := v.deployment.After; {
	case v.ripeBy == "":
		return fmt.Sprintf("%s: it was merged %s, and %s", text, t.date(v.since), t.allowed(v))
	case after > 0:
		return fmt.Sprintf("%s: %s has it since %s, and %s", text, shortRef(v.ripeBy), t.date(v.ripe-int64(after/time.Second)), t.allowed(v))
	default:
		return fmt.Sprintf("%s: %s has it (%s)", text, shortRef(v.ripeBy), t.date(v.ripe))
	}
}

// allowed tells of the delay that the board allows for.
func (t teller) allowed(v *view) string {
	if v.deployment.After == 0 {
		return fmt.Sprintf("%s counts that as deployed", t.q.Board.Tag)
	}
	return fmt.Sprintf("%s counts that as deployed after %s (%s)", t.q.Board.Tag, span(v.deployment.After), t.date(v.ripe))
}

// undeployed says what a merged change waits for; empty: the board says nothing of its
// repository, or its rules want the card in the same place then.
func (t teller) undeployed(v *view) string {
	then := t.q.Board.ruleOnceDeployed(t.c, &t.q.Card)
	switch {
	case v.deployment == nil || then == nil || t.rule != nil && then.aimsLike(t.rule):
		return ""
	case v.ripe == never && v.h.looked < t.q.Looked.Unix():
		return ", and where it is was not looked at lately"
	case v.ripe == never:
		return fmt.Sprintf(", not deployed yet: no branch or tag that fits %s has it", oneOf(shortRefs(v.deployment.Refs)))
	default:
		return ", deployed from " + t.date(v.ripe)
	}
}

// shortRef is a branch or tag for people.
func shortRef(name string) string {
	if branch, is := strings.CutPrefix(name, "refs/heads/"); is {
		return "branch " + branch
	}
	if tag, is := strings.CutPrefix(name, "refs/tags/"); is {
		return "tag " + tag
	}
	return name
}

func shortRefs(patterns []string) []string {
	short := make([]string, len(patterns))
	for i, p := range patterns {
		short[i] = strings.TrimPrefix(strings.TrimPrefix(p, "refs/heads/"), "refs/tags/")
	}
	return short
}

// span writes a time span without its zeroes: "2h", not "2h0m0s".
func span(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}
