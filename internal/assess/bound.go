package assess

import "context"

// Bind ties the config to Phabricator again. It can be called at any time. If it fails, what was bound
// before stays in use.
func (a *Assessor) Bind(ctx context.Context) error {
	if err := a.o.Binder.Bind(ctx); err != nil {
		return err
	}
	b := a.o.Binder.Current()
	a.o.Names.Put(b.Self.PHID, b.Self.Username)
	for phid, name := range b.Bots {
		a.o.Names.Put(phid, name)
	}
	if len(b.LeftOut) > 0 { // the boards left out may wait for changes again
		return nil
	}
	return a.keepWaits(ctx, b.Boards)
}
