// Package history reads from the store what the service did, and what became of the cards.
package history

import (
	"cmp"
	"context"
	"slices"
	"time"

	"reviewsync/internal/config"
	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// Query says what is wanted.
type Query struct {
	From, To time.Time // To is not part of it
	Task     int       // 0: of every task
	Board    string    // by its hashtag, with or without #; empty: of every board
}

// Entry is something that happened: a write of ours, or a step of a card that was none.
type Entry struct {
	At   time.Time
	Op   *store.Op     // nil: it is a step
	Step *mapping.Step // nil: it is a write
}

// Report is the answer.
type Report struct {
	Entries []Entry           // the oldest first
	Names   map[string]string // of accounts, as far as the store knows them
}

// Read reads what happened.
func Read(ctx context.Context, cfg *config.Config, s store.Store, q Query) (Report, error) {
	r := Report{Names: map[string]string{}}
	if q.Board != "" {
		tag, err := cfg.BoardTag(q.Board)
		if err != nil {
			return r, err
		}
		q.Board = tag
	}
	ops, err := s.OpsBetween(ctx, q.From, q.To)
	if err != nil {
		return r, err
	}
	steps, err := s.Steps(ctx, q.From, q.To)
	if err != nil {
		return r, err
	}
	boards, err := boards(ctx, cfg, s, ops)
	if err != nil {
		return r, err
	}
	for i := range ops {
		op := &ops[i]
		wanted, err := q.wantsOp(ctx, s, op, boards)
		if err != nil {
			return r, err
		}
		if wanted {
			r.Entries = append(r.Entries, Entry{At: op.Created, Op: op})
		}
	}
	for _, one := range steps {
		if one.By.Who.Name != "" {
			r.Names[one.By.Who.ID] = one.By.Who.Name
		}
		step := stepOf(one, boards)
		if (q.Task == 0 || q.Task == step.Task) && (q.Board == "" || mapping.Called(step.Board.Name, q.Board)) && !written(step, ops) {
			r.Entries = append(r.Entries, Entry{At: step.At, Step: &step})
		}
	}
	slices.SortStableFunc(r.Entries, func(x, y Entry) int { return x.At.Compare(y.At) })
	return r, nil
}

// boards are the names of boards by their PHIDs.
func boards(ctx context.Context, cfg *config.Config, s store.Boards, ops []store.Op) (map[string]string, error) {
	names := map[string]string{}
	for _, b := range cfg.Boards {
		if b.MilestoneOf != "" {
			continue // the project itself is no board
		}
		phid, err := s.Project(ctx, b.Tag)
		if err != nil {
			return nil, err
		}
		if phid != "" {
			names[phid] = b.Tag
		}
	}
	for _, op := range ops {
		if b := op.Effect.Board; b.ID != "" && names[b.ID] == "" {
			names[b.ID] = b.Name
		}
	}
	return names, nil
}

// wantsOp says whether a write is wanted: of a task also what was written to its changes.
func (q Query) wantsOp(ctx context.Context, s store.Changes, op *store.Op, boards map[string]string) (bool, error) {
	switch {
	case q.Board != "":
		return mapping.Called(cmp.Or(op.Effect.Board.Name, boards[op.Board]), q.Board), nil
	case q.Task == 0 || q.Task == op.Task:
		return true, nil
	case op.Effect.Object.Change == review.Key{}:
		return false, nil
	}
	tasks, _, err := s.TasksOf(ctx, op.Effect.Object.Change)
	return slices.Contains(tasks, q.Task), err
}

// stepOf is a step with the name of its board.
func stepOf(s store.Step, boards map[string]string) mapping.Step {
	standing := func(s store.Standing) mapping.Standing {
		return mapping.Standing{Column: s.Column, State: s.State, Verdict: mapping.Verdict(s.Verdict), Why: mapping.WhyCode(s.Why)}
	}
	return mapping.Step{
		At: s.At, Task: s.Task, Board: mapping.Named{ID: s.Board, Name: cmp.Or(boards[s.Board], s.Board)}, From: standing(s.From), To: standing(s.To),
		By: mapping.Mover{Named: s.By.Who, Us: s.By.Kind == store.ActorUs, Bot: s.By.Kind == store.ActorBot},
	}
}

// together is how far the dates of a write and of its step may lie apart.
const together = 2 * time.Minute

// written says whether a step is that of one of our writes, which says more.
func written(s mapping.Step, ops []store.Op) bool {
	return s.By.Us && slices.ContainsFunc(ops, func(op store.Op) bool {
		return op.Task == s.Task && op.Effect.Card.To == s.To.Column && op.Effect.Card != mapping.CardMove{} && s.At.Sub(op.Created).Abs() < together
	})
}
