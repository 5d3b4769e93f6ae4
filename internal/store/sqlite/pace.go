package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping/pace"
	"reviewsync/mapping/review"
)

const (
	sqlEdits = `select created, board, change, person, deployed from op where paced = 1 and created > $1 order by created, id`

	sqlHeld       = `select task, board, change, person, deployed, said, since, until, freed, dropped from held `
	sqlAllHeld    = sqlHeld + `order by since, task, board`
	sqlHeldOfTask = `select board from held where task = $1 and dropped = 0`

	sqlHold = `insert into held (task, board, change, person, deployed, said, since, until) values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (task, board) do update set change = excluded.change, person = excluded.person, deployed = excluded.deployed,
	said = excluded.said, until = excluded.until, since = case when dropped = 1 then excluded.since else since end, dropped = 0`

	sqlRelease = `delete from held where task = $1 and board = $2`

	sqlWaitsOn   = `select distinct task from held where dropped = 0 and ($1 = '' or board = $1) order by task`
	sqlFree      = `update held set freed = 1 where dropped = 0 and ($1 = '' or board = $1)`
	sqlWaitsOf   = `select distinct task from held where dropped = 0 and change = $1 order by task`
	sqlNameless  = `update held set change = '', person = '' where change = $1`
	sqlPruneHeld = `delete from held where dropped = 1 and until < $1`

	sqlDrop = `update held set dropped = 1, freed = 0, said = max(said, $2) where dropped = 0 and change = $1`
)

func (s ops) Edits(ctx context.Context, after time.Time) ([]pace.Edit, error) {
	list, err := all(ctx, &s.db, func(r *sql.Rows, e *pace.Edit) error {
		var created int64
		var change string
		if err := r.Scan(&created, &e.Board, &change, &e.Person, &e.Deployed); err != nil {
			return err
		}
		e.At = date(created)
		return readKey(change, &e.Change)
	}, sqlEdits, millis(after))
	if err != nil {
		return nil, fmt.Errorf("list edits: %w", err)
	}
	return list, nil
}

func readKey(text string, key *review.Key) (err error) {
	if text != "" {
		*key, err = review.ParseKey(text)
	}
	return err
}

func writeKey(key review.Key) string {
	if key == (review.Key{}) {
		return ""
	}
	return key.String()
}

func (s ops) Held(ctx context.Context) ([]store.Held, error) {
	list, err := all(ctx, &s.db, func(r *sql.Rows, h *store.Held) error {
		var said, since, until int64
		var change string
		if err := r.Scan(&h.Task, &h.Board, &change, &h.Person, &h.Deployed, &said, &since, &until, &h.Freed, &h.Dropped); err != nil {
			return err
		}
		h.Said, h.Since, h.Until = date(said), date(since), date(until)
		return readKey(change, &h.Change)
	}, sqlAllHeld)
	if err != nil {
		return nil, fmt.Errorf("list edits that wait: %w", err)
	}
	return list, nil
}

func (s ops) Hold(ctx context.Context, h store.Held) error {
	return s.change(ctx, fmt.Sprintf("hold an edit of T%d", h.Task), func(ctx context.Context, t tx) error {
		return t.exec(ctx, sqlHold, h.Task, h.Board, writeKey(h.Change), h.Person, number(h.Deployed), millis(h.Said), millis(h.Since), millis(h.Until))
	})
}

func (s ops) Unhold(ctx context.Context, task int, but []string) error {
	boards, err := all(ctx, &s.db, scalar[string], sqlHeldOfTask, task)
	boards = slices.DeleteFunc(boards, func(b string) bool { return slices.Contains(but, b) })
	if err != nil || len(boards) == 0 {
		return err
	}
	return s.change(ctx, fmt.Sprintf("forget what waits of T%d", task), func(ctx context.Context, t tx) error {
		for _, b := range boards {
			if err := t.exec(ctx, sqlRelease, task, b); err != nil {
				return err
			}
		}
		return nil
	})
}

// Made forgets an edit that waited, and is made.
func (t tx) Made(ctx context.Context, n store.Made) error {
	return t.exec(ctx, sqlRelease, n.Task, n.Board)
}

func (s ops) Release(ctx context.Context, board string) (int, error) {
	return s.settleHeld(ctx, "let edits go", sqlWaitsOn, sqlFree, board)
}

func (s ops) Drop(ctx context.Context, change review.Key, now time.Time) (int, error) {
	return s.settleHeld(ctx, "drop the edits of "+change.String(), sqlWaitsOf, sqlDrop, change.String(), millis(now))
}

// settleHeld changes edits that wait, and marks their tasks.
func (s ops) settleHeld(ctx context.Context, what, waits, update, of string, more ...any) (n int, err error) {
	err = s.change(ctx, what, func(ctx context.Context, t tx) error {
		tasks, err := all(ctx, t, scalar[int], waits, of)
		if err != nil {
			return err
		}
		if err := t.exec(ctx, update, append([]any{of}, more...)...); err != nil {
			return err
		}
		n = len(tasks)
		for _, task := range tasks {
			if err := t.mark(ctx, store.KindTask, strconv.Itoa(task), true); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}
