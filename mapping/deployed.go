package mapping

import (
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// Wait is a merged change whose deployment alone would move a card.
type Wait struct {
	Change review.Key `json:"change"`
	Until  time.Time  `json:"until,omitzero"` // when it is deployed, on Phabricator's clock; zero: its branches and tags are to be asked for
}

// ruleOnceDeployed is the rule that would match if all changes of the card were deployed, or nil.
func (b *Board) ruleOnceDeployed(c *course, card *Card) *Rule {
	then := *c
	then.state, then.views = review.Deployed, slices.Clone(c.views)
	for i, v := range c.views {
		if v.State == review.Merged {
			once := *v
			once.State = review.Deployed
			then.views[i] = &once
		}
	}
	return b.rule(&then, card)
}

// waits are the changes whose deployment alone would move the card from where it is left.
func (x *decider) waits() []Wait {
	left := "" // on no board
	switch {
	case x.d.Verdict == Move:
		left = x.d.To.ID
	case x.Card.OnBoard:
		left = x.Card.Column.ID
	}
	if x.c.state != review.Merged || left == "" && x.Card.Old == nil || left != "" && !x.Board.takesFrom(x.Columns, left) {
		return nil
	}
	rule := x.Board.ruleOnceDeployed(&x.c, &x.Card)
	if rule == nil || !rule.Target.leads(left, x.Columns) {
		return nil
	}
	var waits []Wait
	for _, v := range x.c.views {
		switch {
		case v.State != review.Merged || v.Deployment == nil:
		case v.Ripe == review.Never:
			waits = append(waits, Wait{Change: v.Change.Key})
		default:
			waits = append(waits, Wait{Change: v.Change.Key, Until: x.date(v.Ripe)})
		}
	}
	return waits
}

// unlooked are the changes for which the card would move as they are not deployed, though their branches
// and tags were not read lately.
func (x *decider) unlooked() []review.Key {
	if x.c.state != review.Merged {
		return nil
	}
	if then := x.Board.ruleOnceDeployed(&x.c, &x.Card); then != nil && then.Target == x.rule.Target {
		return nil
	}
	var keys []review.Key
	for _, v := range x.c.views {
		if v.State == review.Merged && v.Deployment != nil && len(v.Deployment.Refs) > 0 && v.Ripe == review.Never && v.Change.Looked < x.Looked.Unix() {
			keys = append(keys, v.Change.Key)
		}
	}
	return keys
}

// ripened: the newest word is that the wait for a deployment ended, which no fact says, and it had not
// ended when the card was settled.
func (x *decider) ripened() bool {
	return x.c.state == review.Deployed && x.c.fact.Kind == review.CameInto && x.c.from != nil && x.c.from.Ripe == x.c.since && x.c.from.Deployment.After > 0 &&
		x.said.After(x.Card.Settled.At.Add(-clockError))
}
