package store

import (
	"context"
	"time"
)

// Store is the memory of one running service, by roles. It may be used by several goroutines. Who
// uses it takes the roles that are needed.
//
// Times are kept to the millisecond and come back in UTC. A list that is empty is nil, a map is not.
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
	Pauses
	Close() error // what was written stays
}

// Clock is what the store knows of time.
type Clock interface {
	// Now is the time by which the store says what is due. It goes on evenly: when somebody sets
	// the clock of the machine, nothing is due sooner or later for that.
	Now() time.Time

	// Born notes that the store is used at now, in server time, and returns when that was first so.
	Born(ctx context.Context, now time.Time) (time.Time, error)

	// Created is when this store was first used, in server time; zero before the first Born.
	Created() time.Time

	// PullBack sets whatever is dated later than now to now, and says whether anything was. A
	// wrong clock made it, and it would be believed for as long as it lies ahead. Shifts that
	// were fixed more than a year ahead are forgotten.
	PullBack(ctx context.Context, now time.Time) (news bool, err error)
}

// Health is how the store itself fares.
type Health interface {
	// Trouble is what keeps the store from being read, written or kept now; nil if nothing does.
	Trouble() *Trouble

	// Wrote is when something was written the last time.
	Wrote() time.Time

	// Beat writes something, so that an idle service sees whether it could. Where something was
	// written within a minute, that is known.
	Beat(ctx context.Context) error

	// Inspect looks through what is stored, which finds most damages.
	Inspect(ctx context.Context) error
}
