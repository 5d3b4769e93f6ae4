package effect

import (
	"context"
	"slices"
	"strings"
	"time"

	"reviewsync/internal/store"
)

// An edit by our account that is not in our log of writes is somebody else's.
const (
	lateEdit  = 15 * time.Minute // how late an edit can take effect whose answer was lost
	earlyEdit = 5 * time.Second  // how much earlier than we think, by the server's clock
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

// noted says whether an edit is, or may be, one of these.
func (e *Edit) noted(ops []store.OpResult) bool {
	return slices.ContainsFunc(ops, func(op store.OpResult) bool {
		if op.Result == "" { // what became of it is not known
			return !e.At.Before(op.Created.Add(-earlyEdit)) && !e.At.After(op.Created.Add(lateEdit))
		}
		return slices.ContainsFunc(strings.Fields(op.Result), func(phid string) bool { return slices.Contains(e.Transactions, phid) })
	})
}
