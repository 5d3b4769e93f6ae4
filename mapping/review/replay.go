package review

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"strings"
)

// Replay replays the facts of changes together, second by second: one may revert another.
type Replay struct {
	Views []*View // in the order of their numbers
	task  int32
	until int64
}

// NewReplay begins a replay of changes, as a policy sees them and as far as they are linked to a
// task. until is now, on Gerrit's clock: waits that end by then, as for a deployment, are over.
func NewReplay(p *Policy, task int, histories []*History, until int64) *Replay {
	histories = slices.SortedFunc(slices.Values(histories), ByNumber)
	r := &Replay{Views: make([]*View, len(histories)), task: int32(task), until: until}
	for i, h := range histories {
		r.until = max(r.until, h.last()) // now is not before the newest fact
		r.Views[i] = newView(h, p)
		r.Views[i].Order = i
	}
	tieReverts(r.Views)
	return r
}

// Steps are the seconds in which something happened, each with the changes that it
// happened to. They are played once, in order.
func (r *Replay) Steps() iter.Seq2[int64, []*View] {
	return func(yield func(int64, []*View) bool) {
		q := r.queue()
		heard := make([]*View, 0, len(r.Views))
		for len(q) > 0 && q[0].at != Never {
			now := q[0].at
			heard = heard[:0]
			for q[0].at == now {
				v := r.Views[q[0].order]
				if v.happen(now, r.task) {
					heard = append(heard, v)
				}
				q.requeue(v.nextStep(r.until))
			}
			if slices.ContainsFunc(heard, (*View).Merged) { // it may have undone others, or made up for it
				heard = r.undone(heard)
			}
			if len(heard) > 0 && !yield(now, heard) {
				return
			}
		}
	}
}

// queue holds changes by when something happens to them next, then by their order.
type queue []queued

type queued struct {
	at    int64
	order int // index into Replay.Views
}

func (r *Replay) queue() queue {
	q := make(queue, len(r.Views))
	for i := range q {
		q[i] = queued{math.MinInt64, i}
	}
	for _, v := range r.Views {
		q.requeue(v.nextStep(r.until))
	}
	return q
}

// requeue moves the first of the queue to its new place: something happens to it next at that time.
func (q queue) requeue(at int64) {
	first, i := queued{at, q[0].order}, 1
	for ; i < len(q) && (q[i].at < at || q[i].at == at && q[i].order < first.order); i++ {
		q[i-1] = q[i]
	}
	q[i-1] = first
}

// undone adds the changes that the newest merges revert, or whose revert they make up for.
func (r *Replay) undone(heard []*View) []*View {
	for _, v := range undo(r.Views) {
		if v.State = v.reviewState(); !slices.Contains(heard, v) {
			v.News, v.Ripened = v.News[:0], false
			heard = append(heard, v)
		}
	}
	return heard
}

// Live ends the replay at what the server says now.
func (r *Replay) Live() {
	for _, v := range r.Views {
		v.live()
	}
	undo(r.Views)
	for _, v := range r.Views {
		v.State = v.reviewState()
	}
}

// Never is no time at all.
const Never = math.MaxInt64

// nextFact is when the next fact of the change happens.
func (v *View) nextFact() int64 {
	if v.next == len(v.Change.Facts) {
		return Never
	}
	return v.Change.Facts[v.next].At
}

// nextStep is when the next fact of the change happens, or something because of an earlier one.
func (v *View) nextStep(until int64) int64 { return min(v.nextFact(), v.ripening(until)) }

// happen applies all facts of one second, and says whether any of them counts for the board.
func (v *View) happen(now int64, task int32) bool {
	v.authorSaid, v.News = false, v.News[:0]
	for ; v.nextFact() == now; v.next++ {
		if f := &v.Change.Facts[v.next]; v.apply(f, task) {
			v.News = append(v.News, f)
		}
	}
	if v.Ripened = !v.deployed && v.Ripe <= now; v.Ripened {
		v.deployed = true
	}
	if len(v.News) == 0 && !v.Ripened {
		return false
	}
	objected := v.objected
	v.State = v.reviewState()
	v.answers = v.authorSaid && (objected || v.objected)
	return true
}

// ByNumber orders changes by number.
func ByNumber(x, y *History) int {
	return cmp.Or(cmp.Compare(x.Number, y.Number), strings.Compare(x.Project, y.Project))
}

// GoesWith says whether a fact is only the text that came with a vote or request of the same second.
func (f *Fact) GoesWith(vote *Fact) bool {
	return (vote.Kind == Voted || vote.Kind == Wrote) && vote.By == f.By && (f.Kind == Said || f.Kind == Commented)
}

// Main is the fact of this second that a sentence names; nil: none counts for the board.
func (v *View) Main() *Fact {
	if len(v.News) == 0 {
		return nil
	}
	for _, f := range slices.Backward(v.News) {
		switch f.Kind {
		case TurnOn, TurnOff, Copied, CameInto:
		default:
			return f
		}
	}
	return v.News[0]
}

// NewestSpeaking is the newest fact that speaks for the state of the change, or nil.
func (v *View) NewestSpeaking() *Fact {
	for i := len(v.Change.Facts) - 1; i >= 0; i-- {
		if f := &v.Change.Facts[i]; f.By != Nobody && v.Speaks(f) {
			return f
		}
	}
	return nil
}
