package asking

import (
	"context"

	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
)

// Report is what a board decides on asking for a review of a change.
type Report struct {
	Board    string
	Change   review.Key
	Decision ask.Decision
}

// Reports has, for each board that asks and each open change that it counts, whether somebody is
// asked now, and why. Nothing is written. The config must be bound.
func (a *Asker) Reports(ctx context.Context, changes []review.Change) ([]Report, error) {
	var reports []Report
	for _, board := range a.o.Binder.Current().Boards {
		for _, c := range changes {
			h := a.o.Changes.Read(c)
			if board.Ask == nil || c.Status != review.StatusNew || !board.Counts([]*review.History{h}) {
				continue
			}
			d, err := a.newAttempt(board, h).first(ctx)
			if err != nil {
				return nil, err
			}
			reports = append(reports, Report{Board: board.Tag, Change: c.Key, Decision: d})
		}
	}
	return reports, nil
}
