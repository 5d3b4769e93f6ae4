package effect

import (
	"context"

	"reviewsync/mapping"
	"reviewsync/mapping/duty"
)

// Dry writes nothing: it tells its listener what it would do. It is for a copy of the store,
// whose log of writes nobody goes on with.
type Dry struct{ listen Listener }

// NewDry makes the executor of a dry run. listen may be nil.
func NewDry(listen Listener) *Dry { return &Dry{listen} }

// Do tells of the effects.
func (d *Dry) Do(_ context.Context, r Request) (Outcome, error) {
	if _, err := r.object(); err != nil {
		return NotDone, err
	}
	if effects, _ := r.unheard(); d.listen != nil && len(effects) > 0 {
		d.listen(Told{Effects: effects, Outcome: Planned})
	}
	return Planned, nil
}

// Looked leaves what is open to whoever began it.
func (d *Dry) Looked(context.Context, mapping.Object, string) (lost bool, err error) {
	return false, nil
}

// Foreign finds none: what was written since the store was copied, the copy does not know.
func (d *Dry) Foreign(context.Context, int, []Edit) (Edit, bool, error) { return Edit{}, false, nil }

// FixShifts fixes none.
func (d *Dry) FixShifts(context.Context, []duty.FixedShift, []duty.Shift) error { return nil }
