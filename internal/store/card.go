package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// Card is what was decided last on a task on a board. Times are the task's server's.
type Card struct {
	Task  int
	Board string // its PHID
	Standing
	Since   time.Time // the newest word that the decision goes by; zero: there is none
	Placed  time.Time // when the card was placed where it is; zero: not known
	Reason  string    // JSON, of which Standing.Why is the code
	Next    string    // JSON: what would move the card on; empty: nothing would
	Decided time.Time
	Read    time.Time  // when what it was decided on was read
	Settled Settlement // what the last decision that stands was made from; stored: zero leaves the one before
}

// Standing is where a card stands and why. If any of it becomes another, that is history.
type Standing struct {
	Column  mapping.Named // zero: it is not on the board
	State   review.State  // of its changes; empty: none counts
	Verdict string        // empty: nothing was decided yet; history begins with the first that is
	Why     string        // the code of the reason
}

// same says whether nothing became another. A column with a new name is the same.
func (s Standing) same(other Standing) bool {
	s.Column.Name, other.Column.Name = "", ""
	return s == other
}

// nowhere says whether a task is no card of the board, and no change would make it one.
func (s Standing) nowhere() bool { return s.Column.ID == "" && s.State == "" }

// Settlement is what a decision that stands was made from.
type Settlement struct {
	Digest string    // of the counted facts
	Column string    // where the card was or went
	At     time.Time // server time
}

// ActorKind is what kind of account did something.
type ActorKind string

// The kinds of actors. An empty one: it is not known.
const (
	ActorUs     ActorKind = "us"
	ActorPerson ActorKind = "person"
	ActorBot    ActorKind = "bot" // or a rule of the server
)

// Actor is whose act took a card into its column.
type Actor struct {
	Kind ActorKind
	Who  mapping.Named // zero of us; without a name where nobody has asked for it yet
}

// Step is a row of the history of a card.
type Step struct {
	At       time.Time // when it was seen, or done by us
	Task     int
	Board    string
	From, To Standing
	By       Actor // of another column
}

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
	sqlHistory = `select at, task, board, from_column, from_name, from_state, from_verdict, from_why,
	to_column, to_name, to_state, to_verdict, to_why, actor, actor_id, actor_name from history where task = $1 order by id`
)

// Cards tells by board what was decided last on the task's cards.
func (s *Store) Cards(ctx context.Context, task int) (map[string]Card, error) {
	list, err := all(ctx, &s.db, scanCard, sqlCards, task)
	if err != nil {
		return nil, fmt.Errorf("read the cards of T%d: %w", task, err)
	}
	cards := make(map[string]Card, len(list))
	for _, c := range list {
		cards[c.Board] = c
	}
	return cards, nil
}

// History lists what became of the cards of a task, the oldest first.
func (s *Store) History(ctx context.Context, task int) ([]Step, error) {
	list, err := all(ctx, &s.db, scanStep, sqlHistory, task)
	if err != nil {
		return nil, fmt.Errorf("read the history of T%d: %w", task, err)
	}
	return list, nil
}

// Decide remembers a decision that needs no write to a server.
func (s *Store) Decide(ctx context.Context, c Card, by Actor) error {
	return s.change(ctx, fmt.Sprintf("store T%d on %s", c.Task, c.Board), Decides(c, by))
}

// Decides notes what was decided on a card, and whatever of it became another in its history.
// by is who took the card into its column, if that is another than before.
func Decides(c Card, by Actor) Note {
	return func(ctx context.Context, t tx) error {
		old, _, err := one(ctx, t, scanCard, sqlCardOn, c.Task, c.Board)
		if err != nil {
			return err
		}
		if c.Settled.Digest == "" {
			c.Settled = old.Settled
		}
		if err := t.exec(ctx, sqlPutCard, c.Task, c.Board, c.Column.ID, c.Column.Name, string(c.State), c.Verdict, c.Why,
			millis(c.Since), millis(c.Placed), c.Reason, c.Next, millis(c.Decided), millis(c.Read),
			c.Settled.Digest, c.Settled.Column, millis(c.Settled.At)); err != nil {
			return err
		}
		if c.same(old.Standing) || c.Verdict == "" || old.nowhere() && c.nowhere() {
			return nil
		}
		if c.Column.ID == old.Column.ID {
			by = Actor{}
		}
		return putStep(ctx, t, Step{At: c.Decided, Task: c.Task, Board: c.Board, From: old.Standing, To: c.Standing, By: by})
	}
}

func putStep(ctx context.Context, t tx, s Step) error {
	return t.exec(ctx, sqlPutStep, millis(s.At), s.Task, s.Board,
		s.From.Column.ID, s.From.Column.Name, string(s.From.State), s.From.Verdict, s.From.Why,
		s.To.Column.ID, s.To.Column.Name, string(s.To.State), s.To.Verdict, s.To.Why,
		string(s.By.Kind), s.By.Who.ID, s.By.Who.Name)
}

func scanCard(r *sql.Rows, c *Card) error {
	var since, placed, decided, read, settled int64
	err := r.Scan(&c.Task, &c.Board, &c.Column.ID, &c.Column.Name, &c.State, &c.Verdict, &c.Why, &since, &placed, &c.Reason, &c.Next,
		&decided, &read, &c.Settled.Digest, &c.Settled.Column, &settled)
	c.Since, c.Placed, c.Decided, c.Read, c.Settled.At = date(since), date(placed), date(decided), date(read), date(settled)
	return err
}

func scanStep(r *sql.Rows, s *Step) error {
	var at int64
	err := r.Scan(&at, &s.Task, &s.Board, &s.From.Column.ID, &s.From.Column.Name, &s.From.State, &s.From.Verdict, &s.From.Why,
		&s.To.Column.ID, &s.To.Column.Name, &s.To.State, &s.To.Verdict, &s.To.Why, &s.By.Kind, &s.By.Who.ID, &s.By.Who.Name)
	s.At = date(at)
	return err
}
