package store

import (
	"context"
	"time"

	"reviewsync/mapping/duty"
)

// Boards is what names of the config were bound to, and since when the config says so. Times are in
// server time.
type Boards interface {
	// BoardStart stores that the board was seen at now, and returns when it was first seen.
	BoardStart(ctx context.Context, board string, now time.Time) (time.Time, error)

	// Columns returns the PHID that each name of a column on the board was bound to; empty if another
	// name has it since.
	Columns(ctx context.Context, board string) (map[string]string, error)

	// BindColumn binds the name of a column in the config to a PHID, which no other name has then.
	BindColumn(ctx context.Context, board, name, phid string) error

	// Project returns the PHID of the project that a hashtag of the config was; "" if it was never found.
	Project(ctx context.Context, tag string) (phid string, err error)

	// KeepProject stores which project a hashtag of the config is.
	KeepProject(ctx context.Context, tag, phid string) error

	// Followed stores which repositories are followed at now. It returns which were before, and when
	// that changed; no time if it never did.
	Followed(ctx context.Context, now string, at time.Time) (before string, since time.Time, err error)

	// Scopes stores that these scopes, and no others, are in use at now. It returns since when each
	// has been.
	Scopes(ctx context.Context, wanted []Scope, now time.Time) ([]time.Time, error)

	// CommentsBegin stores that comments of this kind are wanted at now, and returns since when they
	// have been.
	CommentsBegin(ctx context.Context, kind string, now time.Time) (time.Time, error)

	// CommentsEnd stores that comments of this kind are not wanted. If they are wanted again, they
	// begin anew.
	CommentsEnd(ctx context.Context, kind string) error
}

// Scope is which tasks a tag, or the comments, are for.
type Scope struct {
	Of    string    // "tag #name" or "comments"
	Text  string    // all of it; another text is another scope
	First time.Time // its beginning, if the store knows none
}

// Duty stores the rotation: who was chosen, and who was on duty.
type Duty interface {
	// Shifts returns the fixed shifts, in order.
	Shifts(ctx context.Context) ([]duty.FixedShift, error)

	// FixShifts stores shifts, all or none. Who was chosen for a shift that is stored stays as it is,
	// and so does who was on duty in the end, once that is known.
	FixShifts(ctx context.Context, shifts []duty.FixedShift) error

	// DutyMembers returns the PHIDs of the people whom the service made members of a project.
	DutyMembers(ctx context.Context, project string) ([]string, error)
}
