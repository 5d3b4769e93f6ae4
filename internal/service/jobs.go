package service

import (
	"context"
	"errors"
	"time"

	"reviewsync/internal/agenda"
	"reviewsync/internal/assess"
	"reviewsync/internal/effect"
	"reviewsync/internal/remote"
	"reviewsync/internal/store"
	"reviewsync/internal/wiring"
	"reviewsync/mapping/review"
)

// How many changes are read, and tasks decided, at a time.
const (
	readers  = 4
	deciders = 4
)

// lastRetry is the longest wait before something that failed is tried again.
const lastRetry = time.Minute

// jobs do what the agenda says is to be done.
type jobs struct{ *wiring.Parts }

func newAgenda(p *wiring.Parts) *agenda.Agenda {
	j := jobs{p}
	return agenda.New(agenda.Options{
		Store: p.Store, Class: class, Logged: j.away, Log: p.Log,
		Kinds: []agenda.Kind{
			{Name: store.KindChange, Workers: readers, Handle: agenda.Once(p.Ingest.Read)},
			{Name: store.KindTask, Workers: deciders, Handle: j.task},
			{Name: store.KindAsk, Handle: p.Asking.Ask}, // one at a time, so that nobody is asked by two at once
			{Name: store.KindSecond, Together: p.Assess.LookAgain, Base: 30 * time.Second},
			{Name: store.KindLost, Handle: p.Assess.Lost},
			{Name: store.KindDeployed, Handle: j.deployed},
			{Name: store.KindDuty, Handle: j.duty, Base: lastRetry},
		},
	})
}

// task decides on a task, once what was found together with changes of it is read.
func (j jobs) task(ctx context.Context, item store.Item) (again time.Time, err error) {
	j.Ingest.Wait(ctx)
	err = j.Assess.Handle(ctx, item)
	if until, is := effect.HeldUntil(err); is { // a budget holds an edit: it is decided on anew at its turn
		return until, nil
	}
	return time.Time{}, err
}

// deployed sees whether a merged change is deployed that cards wait for, by time alone or by
// where it is, and says when to see again; zero: no card waits.
func (j jobs) deployed(ctx context.Context, item store.Item) (again time.Time, err error) {
	key, err := review.ParseKey(item.Key)
	if err != nil {
		return time.Time{}, err
	}
	ripe, err := j.Assess.Ripen(ctx, key)
	if err != nil {
		return time.Time{}, err
	}
	now := j.Store.Now()
	if item.Due.After(now) { // it is done ahead of its time
		now = item.Due
	}
	again, err = j.Ingest.FindRefsDue(ctx, key, now)
	if again.IsZero() || !ripe.IsZero() && ripe.Before(again) {
		again = ripe
	}
	return again, err
}

// duty keeps the rotation, and says when to look at it again.
func (j jobs) duty(ctx context.Context, _ store.Item) (again time.Time, err error) {
	if j.Config.Rotation == nil {
		return time.Time{}, nil
	}
	wait, err := j.Rotation.Keep(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return j.Store.Now().Add(max(min(wait, j.Config.Gerrit.Sweep), time.Second)), nil
}

// away says whether an error is that of a server of which the log says that it does not answer.
func (j jobs) away(err error) bool {
	e, ok := errors.AsType[*remote.Error](err)
	return ok && e.Class == remote.Retry && (e.Server == "gerrit" && j.Gerrit.HTTP().Away() || e.Server == "phabricator" && j.Phab.HTTP().Away())
}

// paused says whether an error is that of a pause.
func paused(err error) bool {
	_, is := errors.AsType[*store.Paused](err)
	return is
}

// class of a failure, as the store names it.
func class(err error) string {
	switch {
	case paused(err):
		return store.ClassPaused
	case remote.ClassOf(err) != remote.Blocked:
		return store.ClassRetry
	case assess.Unseen(err):
		return store.ClassUnseen
	default:
		return store.ClassBlocked
	}
}
