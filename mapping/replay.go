package mapping

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// course is what the replay of all changes of a card gives.
type course struct {
	views   []*view    // that count and are linked now
	counted []*History // that count, linked now or not
	inState [9]int     // how many of them are in each state, by rank
	state   State      // empty if there is none
	since   int64      // Gerrit's clock
	began   int64      // when the state became this one
	from    *view      // the change that since is about; nil if it is not about one
	fact    Fact       // the fact that since is about
}

// replay lets the facts of all changes happen again, one second a step. What takes time
// after a fact has happened until then, on Gerrit's clock.
func replay(b *Board, task int, histories []*History, until int64) course {
	histories = slices.SortedFunc(slices.Values(histories), compareHistories)
	for _, h := range histories { // as far as a fact is dated, time has come
		if n := len(h.Facts); n > 0 {
			until = max(until, h.Facts[n-1].At)
		}
	}
	views := make([]*view, len(histories))
	next := make([]int64, len(histories)) // when the next fact of each happens
	for i, h := range histories {
		views[i] = newView(h, b)
		next[i] = views[i].nextStep(until)
	}
	tieReverts(views)
	c := course{}
	heard := make([]*view, 0, len(views))
	for {
		now := int64(never)
		for _, at := range next {
			now = min(now, at)
		}
		if now == never {
			break
		}
		heard = heard[:0]
		for i, at := range next {
			if at == now {
				views[i].happen(now, int32(task))
				next[i] = views[i].nextStep(until)
				heard = append(heard, views[i])
			}
		}
		if slices.ContainsFunc(heard, (*view).merged) { // it may have undone others, or made up for it
			for _, v := range undo(views) {
				if v.state = v.reviewState(); !slices.Contains(heard, v) {
					v.heard, v.ripened = v.heard[:0], false
					heard = append(heard, v)
				}
			}
		}
		c.step(heard, now, int32(task))
	}
	c.toLive(views)
	return c
}

const never = math.MaxInt64

// nextFact is when the next fact of the change happens.
func (v *view) nextFact() int64 {
	if v.next == len(v.h.Facts) {
		return never
	}
	return v.h.Facts[v.next].At
}

// nextStep is when the next fact of the change happens, or something because of an earlier one.
func (v *view) nextStep(until int64) int64 { return min(v.nextFact(), v.ripening(until)) }

// happen takes in all facts of one second.
func (v *view) happen(now int64, task int32) {
	v.authorSaid, v.heard = false, v.heard[:0]
	for ; v.nextFact() == now; v.next++ {
		if v.apply(&v.h.Facts[v.next], task) {
			v.heard = append(v.heard, v.next)
		}
	}
	if v.ripened = !v.deployed && v.ripe <= now; v.ripened {
		v.deployed = true
	}
	if len(v.heard) == 0 && !v.ripened {
		return
	}
	objected := v.objected
	v.state = v.reviewState()
	v.answers = v.authorSaid && (objected || v.objected)
}

// compareHistories orders changes by number, so that it does not matter how they are listed.
func compareHistories(x, y *History) int {
	return cmp.Or(cmp.Compare(x.Number, y.Number), strings.Compare(x.Project, y.Project))
}

// step dates the card's state by what the changes that were heard of said in one second.
func (c *course) step(heard []*view, now int64, task int32) {
	was := c.state
	for _, v := range heard {
		c.place(v)
	}
	c.state = c.cardState()
	for _, v := range heard {
		if !v.counted {
			continue
		}
		for _, f := range v.heard {
			fact := &v.h.Facts[f]
			if c.since == now && c.from == v && fact.goesWith(&c.fact) {
				continue
			}
			if fact.Kind == Linked && fact.Task == task || v.linked && v.state == c.state && v.speaks(fact) {
				c.since, c.from, c.fact = now, v, *fact
			}
		}
		if v.ripened && v.linked && v.state == Deployed && v.state == c.state {
			c.since, c.from, c.fact = now, v, Fact{At: now, Kind: CameInto, By: nobody, Who: nobody}
		}
	}
	for _, v := range heard { // for a reverted change speaks the merge of its revert
		if r := v.undoneBy; r != nil && r.since == now && v.placed && v.state == c.state {
			c.since, c.from, c.fact = now, r, Fact{At: now, Kind: WasSubmitted, By: nobody, Who: nobody}
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
	for _, v := range heard { // what made the state another: the newest fact that somebody said
		if v.counted && len(v.heard) > 0 {
			c.from, c.fact = v, *v.telling()
		}
	}
}

// goesWith says whether a fact is but the text that came with a vote of the same second.
func (f *Fact) goesWith(vote *Fact) bool {
	return (vote.Kind == Voted || vote.Kind == Wrote) && vote.By == f.By && (f.Kind == Said || f.Kind == Commented)
}

// telling is the fact of this second that a sentence can name best.
func (v *view) telling() *Fact {
	for _, f := range slices.Backward(v.heard) {
		switch v.h.Facts[f].Kind {
		case TurnOn, TurnOff, Copied, CameInto:
		default:
			return &v.h.Facts[f]
		}
	}
	return &v.h.Facts[v.heard[0]]
}

// place counts a change among those that are in its state, if it has a say in the card's.
func (c *course) place(v *view) {
	if v.placed {
		c.inState[v.rank]--
	}
	if v.placed = v.counted && v.linked && v.exists && !v.isRevertDone(); v.placed {
		v.rank = rank(v.state)
		c.inState[v.rank]++
	}
}

// cardState is the first present of the states of the open changes; if none is open,
// the least advanced of what became of them.
func (c *course) cardState() State {
	for i, n := range c.inState {
		if n > 0 {
			return ranked[i]
		}
	}
	return ""
}

// toLive ends the replay at what the server says now. Where the two differ, the author
// side's newest word or new code dates the difference, never "updated".
func (c *course) toLive(views []*view) {
	for _, v := range views {
		v.live()
	}
	undo(views)
	dated, from, fact := int64(0), (*view)(nil), Fact{}
	for _, v := range views {
		was := v.state
		v.state = v.reviewState()
		c.place(v)
		if v.counted || v.revertsCounted && v.merged() {
			c.counted = append(c.counted, v.h)
		}
		if !v.counted || !v.linked || v.isRevertDone() {
			continue
		}
		c.views = append(c.views, v)
		if v.state == was {
			continue
		}
		if at := max(v.authorAt, v.rework); at > dated {
			dated, from = at, nil
		}
		if f := v.newestSpeaking(); f != nil && f.At > dated { // a vote that the replay took for one on a draft
			dated, from, fact = f.At, v, *f
		}
	}
	if s := c.cardState(); s != c.state {
		c.state, c.began = s, dated
		if dated > c.since {
			c.since, c.from, c.fact = dated, from, fact
		}
	}
}

// newestSpeaking is the newest fact that speaks for the state of the change, or nil.
func (v *view) newestSpeaking() *Fact {
	for i := len(v.h.Facts) - 1; i >= 0; i-- {
		if f := &v.h.Facts[i]; f.By != nobody && v.speaks(f) {
			return f
		}
	}
	return nil
}
