package pace

import (
	"cmp"
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// Cause is what an edit counts against. What is zero counts against nothing.
type Cause struct {
	Board    string     `json:"board,omitempty"`    // its ID
	Change   review.Key `json:"change,omitzero"`    // whose words cause it
	Person   string     `json:"person,omitempty"`   // who said them
	Deployed bool       `json:"deployed,omitempty"` // a deployment causes it
}

// Edit is one that was made.
type Edit struct {
	Cause
	At time.Time
}

// Waiting is an edit that is to be made.
type Waiting struct {
	Cause
	Card  string    // edits of one card are made in the order in which they are given
	Said  time.Time // when that was said which causes it
	Since time.Time // since when it waits; zero: it comes only now
	Freed bool      // a person let it go: budgets do not hold it
}

// Held is an edit that must wait.
type Held struct {
	Waiting
	Until time.Time // it has its turn then, if nothing else is said until then
	By    Limit     // the budget that is used up for longest; empty: an earlier edit of the card waits
}

// Plan is what becomes of edits that wait. Together, Now and Held are all of them.
type Plan struct {
	Now    []Waiting // in the order in which they are to be made
	Held   []Held    // in the order of their turn
	Shared Shared    // by most of those that are held
}

// Braked is since when an edit of the board waits; of any, if board is empty; zero: none does.
func (p *Plan) Braked(board string) time.Time {
	var since time.Time
	for i := range p.Held {
		if h := &p.Held[i]; (board == "" || h.Board == board) && (since.IsZero() || h.Since.Before(since)) {
			since = h.Since
		}
	}
	return since
}

// Shared is what more than half of the edits that are held have in common: a change or else a person or
// else a board. Zero: nothing.
type Shared struct {
	Change review.Key `json:"change,omitzero"`
	Person string     `json:"person,omitempty"` // beside Change: of all its edits
	Board  string     `json:"board,omitempty"`
	Edits  int        `json:"edits"` // that have it in common
	Of     int        `json:"of"`    // that are held
}

// Next says what may be done now. made are the edits of the last Window, or more.
func (b Budgets) Next(made []Edit, waiting []Waiting, now time.Time) Plan {
	l := ledger{budgets: b, now: now, used: map[account][]time.Time{}}
	for _, e := range slices.SortedStableFunc(slices.Values(made), func(x, y Edit) int { return x.At.Compare(y.At) }) {
		l.book(e.Cause, e.At)
	}
	l.queued = map[account][]time.Time{}
	var p Plan
	behind := map[string]time.Time{} // cards of which an edit is held, and until when
	for _, w := range Order(waiting) {
		until, by := l.opens(w.Cause)
		if w.Freed {
			until, by = now, ""
		}
		if earlier, is := behind[w.Card]; is && !earlier.Before(until) {
			until, by = earlier, ""
		}
		if _, is := behind[w.Card]; !is && !until.After(now) {
			p.Now = append(p.Now, w)
			l.book(w.Cause, now)
			continue
		}
		if w.Since.IsZero() {
			w.Since = now
		}
		behind[w.Card] = until
		if by != "" {
			l.queue(w.Cause, by, until)
		}
		p.Held = append(p.Held, Held{w, until, by})
	}
	p.Shared = shared(p.Held)
	return p
}

// Order is that in which edits have their turn: those that somebody said something for before those of
// nobody, and the newest word first. The edits of one card keep their order.
func Order(waiting []Waiting) []Waiting {
	ordered := slices.Clone(waiting)
	slices.SortStableFunc(ordered, func(x, y Waiting) int {
		if (x.Person != "") != (y.Person != "") {
			if x.Person != "" {
				return -1
			}
			return 1
		}
		return cmp.Or(y.Said.Compare(x.Said), cmp.Compare(x.Card, y.Card))
	})
	next := map[string][]Waiting{}
	for _, w := range waiting {
		next[w.Card] = append(next[w.Card], w)
	}
	for i, w := range ordered {
		ordered[i], next[w.Card] = next[w.Card][0], next[w.Card][1:]
	}
	return ordered
}

// account is one budget, of one board, change or person.
type account struct {
	limit Limit
	of    string
}

// accounts are those that an edit counts against.
func (c Cause) accounts() []account {
	if c.Deployed {
		return []account{{OfDeployed, ""}}
	}
	var all []account
	if c.Change != (review.Key{}) {
		all = append(all, account{OfChange, c.Change.String()})
	}
	if c.Person != "" {
		all = append(all, account{OfPerson, c.Person})
	}
	if c.Board != "" {
		all = append(all, account{OfBoard, c.Board})
	}
	return append(all, account{OfServer, ""})
}

// ledger is what was used of each account: when, in order.
type ledger struct {
	budgets Budgets
	now     time.Time
	used    map[account][]time.Time
	queued  map[account][]time.Time // when those may be made that are held by it
}

func (l *ledger) book(c Cause, at time.Time) {
	for _, a := range c.accounts() {
		l.used[a] = append(l.used[a], at)
	}
}

func (l *ledger) queue(c Cause, by Limit, at time.Time) {
	for _, a := range c.accounts() {
		if a.limit == by {
			l.queued[a] = append(l.queued[a], at)
		}
	}
}

// opens is when an edit may be made, and which budget it has to wait for; now if for none.
func (l *ledger) opens(c Cause) (at time.Time, by Limit) {
	at = l.now
	for _, a := range c.accounts() {
		budget, limited := l.budgets[a.limit]
		if !limited {
			continue
		}
		if opens := budget.opens(l.used[a], l.queued[a], l.now); opens.After(at) {
			at, by = opens, a.limit
		}
	}
	return at, by
}

// opens is when the next edit is within the budget, behind those that were made and those that are
// queued for it, or the next that goes on slowly.
func (b Budget) opens(used, queued []time.Time, now time.Time) time.Time {
	slow, step := b.slow()
	opens := leaves(used, queued, b.Edits, b.In)
	if slower := leaves(used, queued, slow, step); slower.Before(opens) {
		opens = slower
	}
	if n := len(queued); n > 0 && opens.Before(queued[n-1]) {
		opens = queued[n-1]
	}
	if opens.Before(now) {
		return now
	}
	return opens
}

// leaves is when fewer than most edits are in the time before; zero: they always were.
func leaves(used, queued []time.Time, most int, in time.Duration) time.Time {
	i := len(used) + len(queued) - most
	switch {
	case i < 0:
		return time.Time{}
	case i < len(used):
		return used[i].Add(in)
	default:
		return queued[i-len(used)].Add(in)
	}
}
