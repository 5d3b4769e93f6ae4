package effect

import (
	"context"
	"slices"
	"strings"
	"time"

	"reviewsync/internal/store"
)

// An edit by our account that is not in our log of writes was made by somebody else. An edit whose
// answer was lost may be dated otherwise than its op.
const (
	lateEdit  = 15 * time.Minute // by so much later
	earlyEdit = 5 * time.Second  // by so much earlier, since the server's clock is not ours
)

// Edit is an edit of a task by our account.
type Edit struct {
	At           time.Time
	Transactions []string // PHIDs
}

// Foreign finds an edit that is not in the log of writes.
func (x *Servers) Foreign(ctx context.Context, task int, edits []Edit) (Edit, bool, error) {
	if len(edits) == 0 {
		return Edit{}, false, nil
	}
	ops, err := x.o.Store.Results(ctx, task)
	if err != nil {
		return Edit{}, false, err
	}
	n := slices.IndexFunc(edits, func(e Edit) bool { return !e.noted(ops) })
	if n < 0 {
		return Edit{}, false, nil
	}
	return edits[n], true, nil
}

// noted says whether an edit is or may be one of these ops.
func (e *Edit) noted(ops []store.OpResult) bool {
	return slices.ContainsFunc(ops, func(op store.OpResult) bool {
		if op.Result == "" { // its answer was lost
			return !e.At.Before(op.Created.Add(-earlyEdit)) && !e.At.After(op.Created.Add(lateEdit))
		}
		return slices.ContainsFunc(strings.Fields(op.Result), func(phid string) bool { return slices.Contains(e.Transactions, phid) })
	})
}
