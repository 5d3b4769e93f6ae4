package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/internal/remote"
	"reviewsync/internal/store"
	"reviewsync/internal/wiring"
)

// begin ties the service to its two servers. While one of them does not answer it waits;
// what only a person can fix is returned.
func begin(ctx context.Context, p *wiring.Parts) error {
	return insist(ctx, p.Log, "start", func(ctx context.Context) error { return tie(ctx, p) })
}

// tie tries once to tie the service to its two servers.
func tie(ctx context.Context, p *wiring.Parts) error {
	if _, err := p.Gerrit.Self(ctx); err != nil {
		return err
	}
	if err := p.Assess.Bind(ctx); err != nil {
		return err
	}
	if _, err := p.Store.Born(ctx, p.Phab.HTTP().Now()); err != nil {
		return err
	}
	return pullBack(ctx, p)
}

// pullBack corrects the dates that a wrong clock has left in the store. It needs Phabricator's
// time: a machine that does not know the time takes every date for too late.
func pullBack(ctx context.Context, p *wiring.Parts) error {
	if _, known := p.Phab.HTTP().ClaimedOffset(); !known {
		return nil
	}
	news, err := p.Store.PullBack(ctx, p.Phab.HTTP().Latest())
	if err != nil || !news {
		return err
	}
	p.Log.Warn().Msg("the store had dates in the future, which a wrong clock has left; they are set to now")
	return p.Assess.Bind(ctx) // boards may begin sooner
}

// patience is how long a command that is no service waits for a server that does not answer.
const patience = time.Minute

// beginSoon is begin for a command that somebody waits for, or cron.
func beginSoon(ctx context.Context, p *wiring.Parts) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var last error
	err := insist(ctx, p.Log, "start", func(ctx context.Context) error {
		last = tie(ctx, p)
		return last
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("gave up after %s: %w", patience, last)
	}
	return err
}

// The waits of insist.
const (
	firstWait = time.Second
	lastWait  = 30 * time.Second
)

// insist tries something until it goes well or only a person can fix it.
func insist(ctx context.Context, log zerolog.Logger, what string, try func(context.Context) error) error {
	last := ""
	for wait := firstWait; ; wait = min(2*wait, lastWait) {
		err := try(ctx)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case remote.ClassOf(err) != remote.Retry || store.Damaged(err):
			return fmt.Errorf("%s: %w; 'reviewsync check' names all that is wrong", what, err)
		}
		level := zerolog.DebugLevel
		if last != err.Error() { // once, not at each try
			level, last = zerolog.WarnLevel, err.Error()
		}
		log.WithLevel(level).Err(err).Stringer("again_in", wait).Msg(what + " failed; trying again")
		if !sleep(ctx, wait) {
			return context.Cause(ctx)
		}
	}
}

// sleep waits, and says whether it was not cut short.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
