package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"reviewsync/internal/store"
)

const (
	sqlCard = `select task, board, column_id, column_name, state, verdict, why, since, placed, reason, next, decided, read,
	digest, settled_column, settled_at from card `
	sqlCards   = sqlCard + `where task = $1`
	sqlCardOn  = sqlCard + `where task = $1 and board = $2`
	sqlPutCard = `insert into card (task, board, column_id, column_name, state, verdict, why, since, placed, reason, next, decided, read,
	digest, settled_column, settled_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
on conflict (task, board) do update set column_id = excluded.column_id, column_name = excluded.column_name,
	state = excluded.state, verdict = excluded.verdict, why = excluded.why, since = excluded.since, placed = excluded.placed,
	reason = excluded.reason, next = excluded.next, decided = excluded.decided, read = excluded.read,
	digest = excluded.digest, settled_column = excluded.settled_column, settled_at = excluded.settled_at`

	sqlPutStep = `insert into history (at, task, board, from_column, from_name, from_state, from_verdict, from_why,
	to_column, to_name, to_state, to_verdict, to_why, actor, actor_id, actor_name)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`
	sqlStep = `select at, task, board, from_column, from_name, from_state, from_verdict, from_why,
	to_column, to_name, to_state, to_verdict, to_why, actor, actor_id, actor_name from history `
	sqlHistory = sqlStep + `where task = $1 order by id`
	sqlSteps   = sqlStep + `where at >= $1 and at < $2 order by at, id`
)

func (s cards) Cards(ctx context.Context, task int) (map[string]store.Card, error) {
	list, err := all(ctx, &s.db, scanCard, sqlCards, task)
	if err != nil {
		return nil, fmt.Errorf("read the cards of T%d: %w", task, err)
	}
	cards := make(map[string]store.Card, len(list))
	for _, c := range list {
		cards[c.Board] = c
	}
	return cards, nil
}

func (s cards) History(ctx context.Context, task int) ([]store.Step, error) {
	list, err := all(ctx, &s.db, scanStep, sqlHistory, task)
	if err != nil {
		return nil, fmt.Errorf("read the history of T%d: %w", task, err)
	}
	return list, nil
}

func (s cards) Steps(ctx context.Context, from, to time.Time) ([]store.Step, error) {
	list, err := all(ctx, &s.db, scanStep, sqlSteps, millis(from), millis(to))
	if err != nil {
		return nil, fmt.Errorf("read the history since %s: %w", from, err)
	}
	return list, nil
}

// Decided stores a decision on a card, and a step of its history.
func (t tx) Decided(ctx context.Context, d store.Decided) error {
	old, _, err := one(ctx, t, scanCard, sqlCardOn, d.Task, d.Board)
	if err != nil {
		return err
	}
	c, step, news := d.After(old)
	if err := t.exec(ctx, sqlPutCard, c.Task, c.Board, c.Column.ID, c.Column.Name, string(c.State), c.Verdict, c.Why,
		millis(c.Since), millis(c.Placed), c.Reason, c.Next, millis(c.Decided), millis(c.Read),
		c.Settled.Digest, c.Settled.Column, millis(c.Settled.At)); err != nil || !news {
		return err
	}
	return putStep(ctx, t, step)
}

func putStep(ctx context.Context, t tx, s store.Step) error {
	return t.exec(ctx, sqlPutStep, millis(s.At), s.Task, s.Board,
		s.From.Column.ID, s.From.Column.Name, string(s.From.State), s.From.Verdict, s.From.Why,
		s.To.Column.ID, s.To.Column.Name, string(s.To.State), s.To.Verdict, s.To.Why,
		string(s.By.Kind), s.By.Who.ID, s.By.Who.Name)
}

func scanCard(r *sql.Rows, c *store.Card) error {
	var since, placed, decided, read, settled int64
	err := r.Scan(&c.Task, &c.Board, &c.Column.ID, &c.Column.Name, &c.State, &c.Verdict, &c.Why, &since, &placed, &c.Reason, &c.Next,
		&decided, &read, &c.Settled.Digest, &c.Settled.Column, &settled)
	c.Since, c.Placed, c.Decided, c.Read, c.Settled.At = date(since), date(placed), date(decided), date(read), date(settled)
	return err
}

func scanStep(r *sql.Rows, s *store.Step) error {
	var at int64
	err := r.Scan(&at, &s.Task, &s.Board, &s.From.Column.ID, &s.From.Column.Name, &s.From.State, &s.From.Verdict, &s.From.Why,
		&s.To.Column.ID, &s.To.Column.Name, &s.To.State, &s.To.Verdict, &s.To.Why, &s.By.Kind, &s.By.Who.ID, &s.By.Who.Name)
	s.At = date(at)
	return err
}
