package service

import (
	"context"
	"time"

	"github.com/rs/zerolog"
)

// loop does something at each interval, and at once when it is asked to.
type loop struct {
	name     string
	interval time.Duration
	do       func(context.Context) error
	now      chan struct{} // full when it is asked to
	log      zerolog.Logger
}

func newLoop(name string, interval time.Duration, do func(context.Context) error, log zerolog.Logger) *loop {
	return &loop{name: name, interval: interval, do: do, now: make(chan struct{}, 1), log: log}
}

// soon has the next time come at once.
func (l *loop) soon() {
	select {
	case l.now <- struct{}{}:
	default:
	}
}

// The waits before something that failed is done again, unless its next time comes before.
const (
	firstAgain = time.Minute
	lastAgain  = 10 * time.Minute
)

// run begins at once, and ends with ctx. A failure is logged when it is news, and tried again
// sooner.
func (l *loop) run(ctx context.Context) {
	last, again := "", firstAgain
	for {
		began, wait := time.Now(), l.interval
		err := l.do(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			wait, again = min(again, l.interval), min(2*again, lastAgain)
			if err.Error() != last {
				last = err.Error()
				l.log.Warn().Err(err).Stringer("again_in", wait).Msg(l.name + " failed; trying again")
			}
		case last != "":
			last, again = "", firstAgain
			l.log.Info().Msg(l.name + " went well again")
		}
		t := time.NewTimer(max(0, wait-time.Since(began)))
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-l.now:
			t.Stop()
		case <-t.C:
		}
	}
}
