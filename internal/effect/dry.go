package effect

import (
	"context"

	"reviewsync/mapping"
	"reviewsync/mapping/duty"
)

// Dry writes nothing. It reports to its listener what it would do. It works on a copy of the
// store, whose log of writes is of no further use.
type Dry struct{ listen Listener }

// NewDry makes the executor of a dry run. listen may be nil.
func NewDry(listen Listener) *Dry { return &Dry{listen} }

// Do reports the effects.
func (d *Dry) Do(_ context.Context, r Request) (Outcome, error) {
	if _, err := r.object(); err != nil {
		return NotDone, err
	}
	if effects, _ := r.unsaid(); d.listen != nil && len(effects) > 0 {
		d.listen(Result{Effects: effects, Outcome: Planned})
	}
	return Planned, nil
}

// EndPending leaves pending ops to the service that began them.
func (d *Dry) EndPending(context.Context, mapping.Object, string) (lost bool, err error) {
	return false, nil
}

// Foreign finds none: the copy lacks what was written since it was made.
func (d *Dry) Foreign(context.Context, int, []Edit) (Edit, bool, error) { return Edit{}, false, nil }

// FixShifts fixes none.
func (d *Dry) FixShifts(context.Context, []duty.FixedShift, []duty.Shift) error { return nil }
