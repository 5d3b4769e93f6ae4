package effect

import (
	"context"
	"errors"

	"reviewsync/internal/store"
)

// setMembers adds members to a project and removes others. The people who are on duty are noted
// first, so that they are removed later even if a crash follows.
func (x *Servers) setMembers(ctx context.Context, r Request) (Outcome, error) {
	if len(r.Effects) != 1 {
		return NotDone, errors.New("the members of a project are set once in a request")
	}
	project, m := r.Effects[0].Object.Project.ID, r.Effects[0].Members
	b, err := x.begin(ctx, r.Effects, nil, x.o.Phab.HTTP().Now(), store.OnDuty{Project: project, People: m.OnDuty.IDs()})
	if err != nil {
		return NotDone, err
	}
	if err := x.o.Phab.EditMembers(ctx, project, m.Add.IDs(), m.Remove.IDs()); err != nil {
		return x.failed(ctx, b, err)
	}
	return Done, x.done(ctx, b, Result{}, "", append(r.Then, store.OffDuty{Project: project, People: m.Remove.IDs()})...)
}
