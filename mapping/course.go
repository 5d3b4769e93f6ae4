package mapping

import (
	"reviewsync/mapping/review"
)

// course is what the replay of all changes of a card gives.
type course struct {
	views   []*review.View    // that count and are linked now
	counted []*review.History // that count, linked now or not
	placed  []review.State    // of each change of the replay that has a say in the card's: its state
	inState review.InState    // of these
	state   review.State      // empty if there is none
	since   int64             // Gerrit's clock
	began   int64             // when the state became this one
	from    *review.View      // the change that since is about; nil if it is not about one
	fact    review.Fact       // the fact that since is about
}

// replay replays the facts of all changes of a card, second by second.
func replay(b *Board, task int, histories []*review.History, until int64) course {
	r := review.NewReplay(&b.Policy, task, histories, until)
	c := course{placed: make([]review.State, len(r.Views))}
	for now, heard := range r.Steps() {
		c.step(heard, now, int32(task))
	}
	c.toLive(r)
	return c
}

// step dates the card's state by the news of one second.
func (c *course) step(heard []*review.View, now int64, task int32) {
	was := c.state
	for _, v := range heard {
		c.place(v)
	}
	c.state = c.inState.First()
	for _, v := range heard {
		if !v.Counted {
			continue
		}
		for _, fact := range v.News {
			if c.since == now && c.from == v && fact.GoesWith(&c.fact) {
				continue
			}
			if fact.Kind == review.Linked && fact.Task == task || v.Linked && v.State == c.state && v.Speaks(fact) {
				c.since, c.from, c.fact = now, v, *fact
			}
		}
		if v.Ripened && v.Linked && v.State == review.Deployed && v.State == c.state {
			c.since, c.from, c.fact = now, v, review.CameIntoAny(now)
		}
	}
	for _, v := range heard { // for a reverted change speaks the merge of its revert
		if r := v.UndoneBy; r != nil && r.MergedAt() == now && c.placed[v.Order] != "" && v.State == c.state {
			c.since, c.from, c.fact = now, r, review.Fact{At: now, Kind: review.WasSubmitted, By: review.Nobody, Who: review.Nobody}
		}
	}
	if c.state == was {
		return
	}
	c.began = now
	if c.since == now {
		return
	}
	c.since, c.from = now, nil
	for _, v := range heard { // what changed the state: the last of the facts
		if f := v.Main(); v.Counted && f != nil {
			c.from, c.fact = v, *f
		}
	}
}

// place counts a change among those that are in its state, if it has a say in the card's.
func (c *course) place(v *review.View) {
	was, now := c.placed[v.Order], review.State("")
	if v.Matters() {
		now = v.State
	}
	if was == now {
		return
	}
	if was != "" {
		c.inState.Add(was, -1)
	}
	if now != "" {
		c.inState.Add(now, 1)
	}
	c.placed[v.Order] = now
}

// toLive ends the replay at what the server says now. Where the two differ, the author
// side's newest word or new code dates the difference, never "updated".
func (c *course) toLive(r *review.Replay) {
	before := make([]review.State, len(r.Views))
	for i, v := range r.Views {
		before[i] = v.State
	}
	r.Live()
	dated, from, fact := int64(0), (*review.View)(nil), review.Fact{}
	for i, v := range r.Views {
		c.place(v)
		if v.Concerns() {
			c.counted = append(c.counted, v.Change)
		}
		if !v.Matters() {
			continue
		}
		c.views = append(c.views, v)
		if v.State == before[i] {
			continue
		}
		if at := v.AnsweredAt(); at > dated {
			dated, from = at, nil
		}
		if f := v.NewestSpeaking(); f != nil && f.At > dated { // a vote that the replay took for one on a draft
			dated, from, fact = f.At, v, *f
		}
	}
	if s := c.inState.First(); s != c.state {
		c.state, c.began = s, dated
		if dated > c.since {
			c.since, c.from, c.fact = dated, from, fact
		}
	}
}
