package store

import (
	"context"
	"fmt"

	"reviewsync/mapping"
)

// Pauses are what is paused. While it is, BeginOps refuses the writes that it stops.
type Pauses interface {
	// Pauses lists what is paused: everything first, then boards by their hashtags.
	Pauses(ctx context.Context) ([]mapping.Pause, error)

	// Pause notes a pause. What is paused already stays as it was; that one is returned, and false.
	Pause(ctx context.Context, p mapping.Pause) (now mapping.Pause, first bool, err error)

	// Resume ends the pause of a board, or with "" that of everything, and has all that a pause has
	// stopped decided anew at once. It returns the pause; false: there was none.
	Resume(ctx context.Context, board string) (mapping.Pause, bool, error)
}

// Paused is the error for a write that a pause stops: nothing was noted, and nothing may be sent.
type Paused struct{ mapping.Pause }

func (p *Paused) Error() string {
	what := p.Board
	if what == "" {
		what = "everything"
	}
	return fmt.Sprintf("%s is paused since %s UTC (%s)", what, p.Since.UTC().Format("2006-01-02 15:04"), p.Why)
}
