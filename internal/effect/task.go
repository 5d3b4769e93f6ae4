package effect

import (
	"context"
	"errors"
	"strings"

	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/phab"
)

// send is one request that edits a task.
type send struct {
	begun
	edits []phab.Edit
}

// editTask edits a task: in one request, but for a torn card, which goes through a third column.
func (x *Servers) editTask(ctx context.Context, task int, r Request) (Outcome, error) {
	effects, there := r.unsaid()
	if len(effects) == 0 {
		return Done, x.o.Store.Note(ctx, store.Said{Task: task, Keys: there})
	}
	b, err := x.beginEdit(ctx, task, effects, &r)
	if err != nil {
		return NotDone, err
	}
	var made []string
	var unnoted error
	sends := sendsOf(b)
	for n, s := range sends {
		written, err := x.o.Phab.Edit(ctx, task, s.edits)
		if err != nil {
			outcome, err := x.failed(ctx, s.begun, err)
			if n > 0 {
				outcome = Unknown // something was written
			}
			return outcome, err
		}
		made = append(made, written...)
		notes := said(task, s.effects)
		if n == len(sends)-1 {
			notes = append(append(notes, store.Said{Task: task, Keys: there}), r.Then...)
		}
		unnoted = errors.Join(unnoted, x.done(ctx, s.begun, Result{Transactions: written}, strings.Join(made, " "), notes...))
	}
	return Done, unnoted
}

// beginEdit notes an edit that is about to be sent, unless a budget holds it.
func (x *Servers) beginEdit(ctx context.Context, task int, effects []mapping.Effect, r *Request) (begun, error) {
	now := x.o.Phab.HTTP().Now()
	if x.gate.budgets == nil {
		return x.begin(ctx, effects, &r.Cause, now)
	}
	x.gate.mu.Lock()
	defer x.gate.mu.Unlock()
	notes, err := x.gate.pass(ctx, task, r, now)
	if err != nil {
		return begun{}, err
	}
	return x.begin(ctx, effects, &r.Cause, now, notes...)
}

// sendsOf are the requests that effects take. A torn card goes to a third column first, along with
// all other effects.
func sendsOf(b begun) []send {
	var hop, last send
	for n, e := range b.effects {
		if e.Card.Via == (mapping.Named{}) {
			continue
		}
		last = send{begun{b.effects[n : n+1], b.ops[n : n+1]}, editsOf([]mapping.Effect{e})}
		e.Card.To = e.Card.Via
		others := without(b.effects, n)
		hop = send{begun{others, without(b.ops, n)}, editsOf(append([]mapping.Effect{e}, others...))}
	}
	if last.effects == nil {
		return []send{{b, editsOf(b.effects)}}
	}
	return []send{hop, last}
}

func without[T any](list []T, n int) []T {
	return append(append([]T{}, list[:n]...), list[n+1:]...)
}

// editsOf is what effects are to the server. All comments are one.
func editsOf(effects []mapping.Effect) []phab.Edit {
	var edits []phab.Edit
	var texts []string
	for _, e := range effects {
		switch e.Kind {
		case mapping.EffectMove, mapping.EffectRepair:
			edits = append(edits, phab.AddProject(e.Board.ID), phab.MoveTo(e.Card.To.ID))
			if leave := e.Card.Leave.ID; leave != "" {
				edits = append(edits, phab.RemoveProject(leave))
			}
		case mapping.EffectTakeOff:
			edits = append(edits, phab.RemoveProject(e.Board.ID))
		case mapping.EffectTag:
			edits = append(edits, phab.AddProject(e.Tag.ID))
		case mapping.EffectUntag:
			edits = append(edits, phab.RemoveProject(e.Tag.ID))
		case mapping.EffectComment:
			texts = append(texts, e.Comment.Text)
		case mapping.EffectAsk, mapping.EffectRemind, mapping.EffectMembers: // write to no task
		}
	}
	if len(texts) > 0 {
		edits = append(edits, phab.Comment(strings.Join(texts, "\n\n")))
	}
	return edits
}

// said notes the comments among effects.
func said(task int, effects []mapping.Effect) (notes []store.Note) {
	for _, e := range effects {
		if e.Kind == mapping.EffectComment {
			notes = append(notes, store.Said{Task: task, Keys: []string{e.Comment.Mark}})
		}
	}
	return notes
}
