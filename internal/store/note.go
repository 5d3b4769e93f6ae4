package store

import (
	"context"
	"errors"
	"time"

	"reviewsync/mapping"
	"reviewsync/mapping/ask"
)

// Note is what is remembered in one transaction with others, or with the beginning or end of writes
// to a server: all or nothing. It is one of the types below, each of which a NoteTaker takes.
type Note interface {
	take(ctx context.Context, by NoteTaker) error
}

// Notes are taken by themselves, where nothing is written to a server.
type Notes interface {
	// Note remembers what the notes say, all or nothing.
	Note(ctx context.Context, notes ...Note) error
}

// Said notes, for ever, that these comments are on the task.
type Said struct {
	Task int
	Keys []string
}

// Asked notes that somebody is asked. It counts until PutAsks is told what the change itself says.
type Asked struct{ ask.Past }

// Decided notes what was decided on a card, and whatever of it became another in its history.
type Decided struct {
	Card
	By Actor // who took the card into its column, if that is another than before
}

// Awaits notes the changes whose deployment a card waits for, instead of those before. Those that are
// new come onto the agenda.
type Awaits struct {
	Task  int
	Board string
	Waits []mapping.Wait
	Now   time.Time
}

// SecondLook has a task looked at a second time that was just written to: on full seconds, so that
// what was written in the same second is one look.
type SecondLook struct{ Task int }

// At is when the second look is taken after a write at now.
func (SecondLook) At(now time.Time) time.Time {
	return now.Add(AfterWrite + time.Second).Truncate(time.Second)
}

// OnDuty notes whom the service keeps as members of a project.
type OnDuty struct {
	Project string
	People  []string
}

// OffDuty forgets people who are no members of a project any more.
type OffDuty struct {
	Project string
	People  []string
}

// NoteTaker is a transaction of a store. A store that forgets a kind of notes does not compile.
type NoteTaker interface {
	Said(context.Context, Said) error
	Asked(context.Context, Asked) error
	Decided(context.Context, Decided) error
	Awaits(context.Context, Awaits) error
	SecondLook(context.Context, SecondLook) error
	OnDuty(context.Context, OnDuty) error
	OffDuty(context.Context, OffDuty) error
}

func (n Said) take(ctx context.Context, by NoteTaker) error       { return by.Said(ctx, n) }
func (n Asked) take(ctx context.Context, by NoteTaker) error      { return by.Asked(ctx, n) }
func (n Decided) take(ctx context.Context, by NoteTaker) error    { return by.Decided(ctx, n) }
func (n Awaits) take(ctx context.Context, by NoteTaker) error     { return by.Awaits(ctx, n) }
func (n SecondLook) take(ctx context.Context, by NoteTaker) error { return by.SecondLook(ctx, n) }
func (n OnDuty) take(ctx context.Context, by NoteTaker) error     { return by.OnDuty(ctx, n) }
func (n OffDuty) take(ctx context.Context, by NoteTaker) error    { return by.OffDuty(ctx, n) }

// ErrNoNote is returned for a nil note: what is noted beside it is not remembered, either.
var ErrNoNote = errors.New("a note is missing")

// Take has notes taken one after the other, up to the first error.
func Take(ctx context.Context, by NoteTaker, notes []Note) error {
	for _, n := range notes {
		if n == nil {
			return ErrNoNote
		}
		if err := n.take(ctx, by); err != nil {
			return err
		}
	}
	return nil
}
