package store

import (
	"context"
	"errors"
	"time"

	"reviewsync/mapping"
	"reviewsync/mapping/ask"
)

// Note is something to store in one transaction with other notes, or with the beginning or end of
// writes to a server. It is one of the types below; a NoteTaker has a method for each.
type Note interface {
	take(ctx context.Context, by NoteTaker) error
}

// Notes stores notes by themselves, where nothing is written to a server.
type Notes interface {
	// Note stores notes, all or none.
	Note(ctx context.Context, notes ...Note) error
}

// Said is that these comments are on the task. It is kept for ever.
type Said struct {
	Task int
	Keys []string
}

// Asked is that somebody is asked. It counts until PutAsks replaces it by what the change itself says.
type Asked struct{ ask.Past }

// Decided is what was decided on a card. What changed by it goes into the history.
type Decided struct {
	Card
	By Actor // who moved the card into its column, if it was elsewhere before
}

// Awaits is the changes whose deployment a card waits for. It replaces those before. New ones come
// onto the agenda.
type Awaits struct {
	Task  int
	Board string
	Waits []mapping.Wait
	Now   time.Time
}

// SecondLook has a task read again soon after it was written to: on full seconds, so that what was
// written in the same second is one look.
type SecondLook struct{ Task int }

// At returns the time of the second look after a write at now.
func (SecondLook) At(now time.Time) time.Time {
	return now.Add(AfterWrite + time.Second).Truncate(time.Second)
}

// OnDuty is whom the service keeps as members of a project.
type OnDuty struct {
	Project string
	People  []string
}

// OffDuty is who is no longer a member of a project.
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
	Made(context.Context, Made) error
}

func (n Said) take(ctx context.Context, by NoteTaker) error       { return by.Said(ctx, n) }
func (n Asked) take(ctx context.Context, by NoteTaker) error      { return by.Asked(ctx, n) }
func (n Decided) take(ctx context.Context, by NoteTaker) error    { return by.Decided(ctx, n) }
func (n Awaits) take(ctx context.Context, by NoteTaker) error     { return by.Awaits(ctx, n) }
func (n SecondLook) take(ctx context.Context, by NoteTaker) error { return by.SecondLook(ctx, n) }
func (n OnDuty) take(ctx context.Context, by NoteTaker) error     { return by.OnDuty(ctx, n) }
func (n OffDuty) take(ctx context.Context, by NoteTaker) error    { return by.OffDuty(ctx, n) }
func (n Made) take(ctx context.Context, by NoteTaker) error       { return by.Made(ctx, n) }

// ErrNoNote is the error of a nil note. Nothing of the transaction is stored then.
var ErrNoNote = errors.New("a note is missing")

// Take gives notes to a NoteTaker one after the other, up to the first error.
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
