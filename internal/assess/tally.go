package assess

import (
	"context"
	"slices"
	"sync"

	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// tally is what was decided last on each card since the start, until somebody has asked for it.
type tally struct {
	mu    sync.Mutex
	cards map[cardOn]mapping.WhyCode // nil: nobody will ask any more
}

// cardOn is a card of a board.
type cardOn struct {
	task  int
	board string
}

// open says whether somebody will ask.
func (t *tally) open() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.cards != nil
}

// note notes a decision. A card that was moved stays one, whatever is decided after that.
func (t *tally) note(d mapping.Decision) {
	t.mu.Lock()
	defer t.mu.Unlock()
	card := cardOn{d.Task, d.Board.ID}
	if t.cards != nil && t.cards[card].Verdict() != mapping.Move && d.Counts() {
		t.cards[card] = d.Why.Code
	}
}

// close returns how often each decision was made, and notes no more.
func (t *tally) close() map[mapping.WhyCode]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := map[mapping.WhyCode]int{}
	for _, code := range t.cards {
		n[code]++
	}
	t.cards = nil
	return n
}

// Tally counts what was seen since the start. It is for after the first sweep, and for once.
func (a *Assessor) Tally(ctx context.Context) (mapping.Tally, error) {
	t := mapping.Tally{Cards: a.tally.close()}
	boards := a.o.Binder.Current().Boards
	counts := make([]bool, len(boards))
	err := a.o.Changes.EachOpen(ctx, func(h *review.History) {
		t.Open++
		counted := false
		for n, board := range boards {
			if board.Sees(h) {
				counts[n], counted = true, true
			}
		}
		if counted {
			t.Counted++
		}
	})
	for n, board := range boards {
		if !counts[n] && slices.ContainsFunc(board.Rules, func(r mapping.Rule) bool { return r.When.OfReview() }) {
			t.Idle = append(t.Idle, board.Key)
		}
	}
	return t, err
}
