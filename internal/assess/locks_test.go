package assess

import (
	"context"
	"testing"
	"testing/synctest"
)

// A lock is held by one at a time, somebody who waits can give up, and nothing is kept of it after that.
func TestALockIsHeldByOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l locks[int]
		release, err := l.hold(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if other, err := l.hold(t.Context(), 2); err != nil {
			t.Fatal(err)
		} else {
			other()
		}
		var next func()
		go func() { next, _ = l.hold(t.Context(), 1) }()
		ctx, giveUp := context.WithCancel(t.Context())
		var gaveUp error
		go func() { _, gaveUp = l.hold(ctx, 1) }()
		synctest.Wait()
		giveUp()
		synctest.Wait()
		if next != nil || gaveUp == nil {
			t.Errorf("while it is held: held by another %t, gave up with %v", next != nil, gaveUp)
		}
		release()
		synctest.Wait()
		if next == nil {
			t.Fatal("nobody holds it after its release")
		}
		next()
		if len(l.all) > 0 {
			t.Errorf("%d locks are kept", len(l.all))
		}
	})
}
