package store

import (
	"context"
	"time"
)

// Store is the memory of one running service, by roles. Callers take only the roles that they need.
// Several goroutines may use it at once.
//
// Times are stored to the millisecond and come back in UTC. An empty list is nil; a map never is.
type Store interface {
	Agenda
	Asks
	Boards
	Cards
	Changes
	Clock
	Deployments
	Duplicates
	Duty
	Health
	Notes
	Ops
	Pace
	Pauses
	Close() error
}

// Clock is what the store knows about time.
type Clock interface {
	// Now is the time that decides what is due. It is monotonic: setting the clock of the machine
	// makes nothing due sooner or later.
	Now() time.Time

	// Born stores now, in server time, as the date of the first use, unless there is one. It returns
	// the date that is stored.
	Born(ctx context.Context, now time.Time) (time.Time, error)

	// Created returns when the store was first used, in server time; zero before the first Born.
	Created() time.Time

	// PullBack sets every date after now to now, and reports whether there was any. Such dates come
	// from a wrong clock, and would count until they are past. Shifts that begin more than a year
	// ahead are deleted.
	PullBack(ctx context.Context, now time.Time) (news bool, err error)
}

// Health is the state of the store itself.
type Health interface {
	// Trouble is why the store cannot be read or written now, or will not last; nil if all is well.
	Trouble() *Trouble

	// Wrote is when something was last written.
	Wrote() time.Time

	// Beat writes something if nothing was written for a minute, so that an idle service notices
	// when it cannot.
	Beat(ctx context.Context) error

	// Inspect checks what is stored, and finds most damage.
	Inspect(ctx context.Context) error
}
