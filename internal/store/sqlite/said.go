package sqlite

import (
	"context"
	"fmt"
	"time"

	"reviewsync/internal/store"
)

// momentComments is when comments of a kind began.
const momentComments = "comments"

const (
	sqlSaid = `select key from said where task = $1`
	sqlSay  = `insert into said (task, key) values ($1, $2) on conflict (task, key) do nothing`

	sqlDropMoment = `delete from moment where kind = $1 and name = $2`
)

func (s boards) CommentsBegin(ctx context.Context, kind string, now time.Time) (time.Time, error) {
	return s.keep(ctx, momentComments, kind, now)
}

func (s boards) CommentsEnd(ctx context.Context, kind string) error {
	if _, began, err := s.moment(ctx, momentComments, kind); err != nil || !began {
		return err
	}
	return s.change(ctx, "end comments "+kind, func(ctx context.Context, t tx) error {
		return t.exec(ctx, sqlDropMoment, momentComments, kind)
	})
}

func (s cards) Said(ctx context.Context, task int) (map[string]bool, error) {
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

// Said stores comments that are on a task.
func (t tx) Said(ctx context.Context, n store.Said) error {
	for _, k := range n.Keys {
		if err := t.exec(ctx, sqlSay, n.Task, k); err != nil {
			return err
		}
	}
	return nil
}
