package store

import (
	"context"
	"fmt"
	"time"
)

// momentComments is when comments of a kind began.
const momentComments = "comments"

const (
	sqlSaid = `select key from said where task = $1`
	sqlSay  = `insert into said (task, key) values ($1, $2) on conflict (task, key) do nothing`

	sqlDropMoment = `delete from moment where kind = $1 and name = $2`
)

// CommentsBegin notes that comments of this kind are wanted at now, in server time, and
// returns since when they have been.
func (s *Store) CommentsBegin(ctx context.Context, kind string, now time.Time) (time.Time, error) {
	return s.keep(ctx, momentComments, kind, now)
}

// CommentsEnd notes that comments of this kind are not wanted: they begin anew if they
// are wanted again.
func (s *Store) CommentsEnd(ctx context.Context, kind string) error {
	if _, began, err := s.moment(ctx, momentComments, kind); err != nil || !began {
		return err
	}
	return s.change(ctx, "end comments "+kind, func(ctx context.Context, t tx) error {
		return t.exec(ctx, sqlDropMoment, momentComments, kind)
	})
}

// Said tells by key which comments were made on the task.
func (s *Store) Said(ctx context.Context, task int) (map[string]bool, error) {
	list, err := all(ctx, &s.db, scalar[string], sqlSaid, task)
	if err != nil {
		return nil, fmt.Errorf("read the comments on T%d: %w", task, err)
	}
	keys := map[string]bool{}
	for _, k := range list {
		keys[k] = true
	}
	return keys, nil
}

// Say remembers comments that are on the task, for ever.
func (s *Store) Say(ctx context.Context, task int, keys []string) error {
	return s.change(ctx, fmt.Sprintf("note comments on T%d", task), func(ctx context.Context, t tx) error {
		return say(ctx, t, task, keys)
	})
}

func say(ctx context.Context, t tx, task int, keys []string) error {
	for _, k := range keys {
		if err := t.exec(ctx, sqlSay, task, k); err != nil {
			return err
		}
	}
	return nil
}
