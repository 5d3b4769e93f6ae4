package assess

import (
	"context"
)

// Bind ties the config to Phabricator anew. It can be called again at any time; what is bound
// stays in use if it fails.
func (r *Assessor) Bind(ctx context.Context) error {
	if err := r.o.Binder.Bind(ctx); err != nil {
		return err
	}
	b := r.o.Binder.Current()
	r.o.Names.Put(b.Self.PHID, b.Self.Username)
	for phid, name := range b.Bots {
		r.o.Names.Put(phid, name)
	}
	if len(b.LeftOut) > 0 { // what waits there may be waited for again
		return nil
	}
	return r.keepWaits(ctx, b.Boards)
}

// writers is how many writes to one board may run at once: two of them can tear a card.
const writers = 1

// slot is held while a card of the board is written.
func (r *Assessor) slot(board string) chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.slots[board] == nil {
		r.slots[board] = make(chan struct{}, writers)
	}
	return r.slots[board]
}
