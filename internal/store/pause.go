package store

import (
	"context"
	"fmt"
	"strings"

	"reviewsync/mapping"
)

// Pauses store what is paused. BeginOps refuses writes that a pause stops.
type Pauses interface {
	// Pauses returns the pauses: that of everything first, then boards by their hashtags.
	Pauses(ctx context.Context) ([]mapping.Pause, error)

	// Pause stores a pause. If there is one already, it stays, and is returned with false.
	Pause(ctx context.Context, p mapping.Pause) (now mapping.Pause, first bool, err error)

	// Resume ends the pause of a board, or with "" that of everything, and marks all that pauses have
	// stopped. It returns the pause; false: there was none.
	Resume(ctx context.Context, board string) (mapping.Pause, bool, error)
}

// Paused is the error for a write that a pause stops. Nothing was stored, and nothing may be sent.
type Paused struct{ mapping.Pause }

func (p *Paused) Error() string {
	what, resume := p.Board, "reviewsync resume "+strings.TrimPrefix(p.Board, "#")
	if what == "" {
		what, resume = "everything", "reviewsync resume"
	}
	return fmt.Sprintf("%s is paused since %s UTC (%s); '%s' ends that", what, p.Since.UTC().Format("2006-01-02 15:04"), p.Why, resume)
}
