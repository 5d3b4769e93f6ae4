package effect

import (
	"context"
	"errors"

	"reviewsync/internal/store"
)

// setMembers makes people members of a project, and others no members any more. Whom the
// service is about to make a member is noted first: they are taken off later even if that was all.
func (x *Servers) setMembers(ctx context.Context, r Request) (Outcome, error) {
	if len(r.Effects) != 1 {
		return NotDone, errors.New("the members of a project are set once in a request")
	}
	project, m := r.Effects[0].Object.Project.ID, r.Effects[0].Members
	b, err := x.begin(ctx, r.Effects, x.o.Phab.HTTP().Now(), store.OnDuty{Project: project, People: m.OnDuty.IDs()})
	if err != nil {
		return NotDone, err
	}
	if err := x.o.Phab.EditMembers(ctx, project, m.Add.IDs(), m.Remove.IDs()); err != nil {
		return x.failed(ctx, b, err)
	}
	return Done, x.done(ctx, b, Told{}, "", append(r.Then, store.OffDuty{Project: project, People: m.Remove.IDs()})...)
}
