package mapping

import (
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// why fills in what a reason has for every code.
func (x *decider) why(w *Why) {
	w.Cause, w.Now = x.cause(x.rule), x.newest(&x.c)
	if x.rule != nil {
		w.Rule = x.rule.Line
	}
	if len(x.c.views) > 0 {
		w.Said = x.word()
	}
}

// newest is the newest date that there is to know.
func (x *decider) newest(c *course) time.Time {
	return time.Unix(max(c.since, x.Card.Modified.Unix(), x.Card.Read.Unix()), 0).UTC()
}

// cause is why a rule applies or, without one, what none speaks of.
func (x *decider) cause(r *Rule) Cause {
	var c Cause
	if lead := x.leading(); lead != nil && (r == nil || r.When.OfReview()) {
		c.Review = x.whyOf(&x.c, lead)
		for _, v := range x.c.views {
			if v != lead {
				c.Also.add(Other{v.Change.Number, v.State})
			}
		}
	}
	switch {
	case r == nil:
		if x.Card.Closed || !c.OfReview() {
			c.Status = x.Card.Status
		}
	case len(r.When.Status) > 0:
		c.Status = x.Card.Status
	}
	if r != nil {
		c.Tags = WordsOf(r.When.has(&x.Card)...)
	}
	return c
}

// has lists those of the condition's tags that the task has.
func (w *When) has(card *Card) []string {
	var has []string
	for _, tag := range w.Tags {
		if slices.Contains(card.Tags, tag) {
			has = append(has, tag)
		}
	}
	return has
}

// leading is the change that stands for the card's state: the one that the newest word is about, else the
// first in that state.
func (x *decider) leading() *review.View {
	var first *review.View
	for _, v := range x.c.views {
		if v.State != x.c.state {
			continue
		}
		if x.c.from != nil && (v == x.c.from || v.UndoneBy == x.c.from) {
			return v
		}
		if first == nil || v.Change.Number < first.Change.Number || v.Change.Number == first.Change.Number && v.Change.Project < first.Change.Project {
			first = v
		}
	}
	return first
}

// whyOf says what makes the state of a change, in the course of all changes or in one of its
// own. The deployment of a merged change is named only where it would move the card.
func (x *decider) whyOf(c *course, v *review.View) review.Why {
	var word *review.Fact
	if c.from == v {
		word = &c.fact
	}
	w := v.Why(word)
	if v.State == review.Merged && v.Deployment != nil {
		if then := x.Board.ruleOnceDeployed(c, &x.Card); then == nil || x.rule != nil && then.Target == x.rule.Target {
			w.Deployed = review.Deployable{}
		} else {
			w.Deployed.Unlooked = v.Ripe == review.Never && v.Change.Looked < x.Looked.Unix()
		}
	}
	return w
}

// word is the newest word about the card.
func (x *decider) word() review.Word {
	if x.c.from == nil {
		return review.Word{At: time.Unix(x.c.since, 0).UTC()}
	}
	return x.c.from.Word(&x.c.fact, x.c.since)
}
