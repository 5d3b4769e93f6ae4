package store

import (
	"context"
	"time"

	"reviewsync/mapping/duty"
)

// Boards are what names of the config were tied to, and since when it has said what it says. Times are
// in server time.
type Boards interface {
	// BoardStart notes that the board was seen at now, and returns when it was first seen.
	BoardStart(ctx context.Context, board string, now time.Time) (time.Time, error)

	// Columns tells which PHID each name of a column on the board was bound to; an empty one if
	// another name has it since.
	Columns(ctx context.Context, board string) (map[string]string, error)

	// BindColumn remembers the PHID of the column that the config calls name. No other name has it then.
	BindColumn(ctx context.Context, board, name, phid string) error

	// Project tells which project, by its PHID, a hashtag of the config was; "" if it was never found.
	Project(ctx context.Context, tag string) (phid string, err error)

	// KeepProject remembers which project a hashtag of the config is.
	KeepProject(ctx context.Context, tag, phid string) error

	// Followed notes which repositories are followed at now. It returns which were before, and
	// since when it has been so; no time if it never was otherwise.
	Followed(ctx context.Context, now string, at time.Time) (before string, since time.Time, err error)

	// Scopes notes that these scopes, and no others, are in use at now, and returns since when
	// each of them has been.
	Scopes(ctx context.Context, wanted []Scope, now time.Time) ([]time.Time, error)

	// CommentsBegin notes that comments of this kind are wanted at now, and returns since when
	// they have been.
	CommentsBegin(ctx context.Context, kind string, now time.Time) (time.Time, error)

	// CommentsEnd notes that comments of this kind are not wanted: they begin anew if they
	// are wanted again.
	CommentsEnd(ctx context.Context, kind string) error
}

// Scope is what a tag, or the comments, look at.
type Scope struct {
	Of    string    // "tag #name" or "comments"
	Text  string    // says all of it; another text is another scope
	First time.Time // since when it has been so, if nothing is known of it
}

// Duty is the rotation: who was chosen, and who was on duty.
type Duty interface {
	// Shifts lists the shifts that were fixed, the first one first.
	Shifts(ctx context.Context) ([]duty.FixedShift, error)

	// FixShifts remembers shifts, all or none. Of one that was fixed before, whom it chose is
	// not touched, and neither is who was on duty in the end, once that is known.
	FixShifts(ctx context.Context, shifts []duty.FixedShift) error

	// DutyMembers lists the PHIDs of those whom the service keeps as members of a project.
	DutyMembers(ctx context.Context, project string) ([]string, error)
}
