package assess

import (
	"context"
	"maps"
	"slices"

	"reviewsync/internal/bind"
	"reviewsync/mapping"
)

// A card that the server has in two columns at once is torn; see second.go. We repair it if our own
// move was torn. A person's move stays torn until the next word moves the card, which repairs it.

// torn reports whether the server has the card in more than one column of a board.
func (t *assessment) torn(board *bind.Board) bool { return len(t.task.Boards[board.PHID]) > 1 }

// ours reports whether we placed the card last.
func (t *assessment) ours(board *bind.Board) bool {
	last := placing(t.question(board).Card.Events)
	return last != nil && last.Own
}

// placing is the newest event that put a card into a column; nil: none.
func placing(events []mapping.Event) *mapping.Event {
	var last *mapping.Event
	for i := range events {
		if e := &events[i]; e.Column != "" && (last == nil || e.Order > last.Order) {
			last = e
		}
	}
	return last
}

// repair puts a torn card back into the one column that it was moved to.
func (t *execution) repair(ctx context.Context, board *bind.Board, d mapping.Decision) error {
	card := t.question(board).Card
	d.To, d.Settle.Column = named(card.Column), card.Column.ID
	return t.write(ctx, board, d, d.Repair(&card))
}

// via is the third column through which a torn card moves; zero: none. To the server, a move to a
// column in which the card already is changes nothing.
func (t *execution) via(board *bind.Board, to mapping.Named) mapping.Named {
	in := t.task.Boards[board.PHID]
	for _, c := range in {
		if c.PHID != to.ID {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(board.Columns)) {
			third := board.Columns[name]
			free := true
			for _, c := range in {
				free = free && c.PHID != third.ID
			}
			if free && !third.Hidden {
				return mapping.Named{ID: third.ID, Name: third.Name}
			}
		}
	}
	return mapping.Named{}
}
