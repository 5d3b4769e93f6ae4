package asking

import (
	"context"

	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
)

// Report is what a board makes of asking somebody for a review of a change.
type Report struct {
	Board    string
	Change   review.Key
	Decision ask.Decision
}

// Reports says for each board that asks, and each open change that it counts, whether
// somebody is asked now, and who not, and why. Nothing is written. Bind must have been called.
func (r *Asker) Reports(ctx context.Context, changes []review.Change) ([]Report, error) {
	var reports []Report
	for _, board := range r.o.Binder.Current().Boards {
		for _, c := range changes {
			h := r.o.Changes.Read(c)
			if board.Ask == nil || c.Status != review.StatusNew || !board.Counts([]*review.History{h}) {
				continue
			}
			a := r.newAttempt(board, h)
			d := ask.Decide(a.q)
			if writes(d) {
				if err := a.people(ctx); err != nil {
					return nil, err
				}
				var err error
				if d, err = a.again(ctx); err != nil {
					return nil, err
				}
			}
			reports = append(reports, Report{Board: board.Tag, Change: c.Key, Decision: d})
		}
	}
	return reports, nil
}
