package service

import (
	"sync"
	"time"
)

// outcome is how the rounds of one kind went. The zero value knows of none.
type outcome struct {
	mu   sync.Mutex
	good time.Time // when one went well the last time, or was first asked for
	bad  bool      // the last one went wrong
}

// note notes how a round went, and returns its error.
func (o *outcome) note(err error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bad = err != nil; !o.bad {
		o.good = time.Now()
	}
	return err
}

// begin takes a round for done, so that its time runs from now on.
func (o *outcome) begin() { _ = o.note(nil) }

// goOn takes over what another one knows.
func (o *outcome) goOn(from *outcome) {
	good, bad := from.read()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.good, o.bad = good, bad
}

func (o *outcome) read() (good time.Time, bad bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.good, o.bad
}

// since is how long ago a round went well; 0 if there was none.
func (o *outcome) since() time.Duration {
	good, _ := o.read()
	if good.IsZero() {
		return 0
	}
	return time.Since(good)
}

// fails says whether the last round went wrong.
func (o *outcome) fails() bool {
	_, bad := o.read()
	return bad
}
