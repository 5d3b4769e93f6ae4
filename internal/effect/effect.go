// Package effect carries out what was decided. It is the only code that writes to a server.
//
// Effects of one object go to the server in one request. The order, and what a crash means there:
//
//	look whether it happened already   nothing happened
//	note the ops                       they stay pending; the next look at the object ends them
//	send the request                   done but not noted: the next look sees what it did
//	end the ops                        and with them what follows from them: all or nothing
//
// What keeps an effect from being made twice depends on its kind:
//
//	move, repair, take-off, tag, untag   they set a state, so making one twice does no harm; and
//	                                     package assess has just read the task
//	comment                              is left out if its mark is among Request.Marks
//	ask, remind                          wait while an earlier one may still take effect, and are
//	                                     refused if the log has them as done; package asking has
//	                                     seen at Request.Read that none of them is on the change
//	duty                                 sets who is a member
package effect

import (
	"context"
	"errors"
	"fmt"
	"time"

	"reviewsync/internal/remote"
	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/mapping/duty"
	"reviewsync/mapping/pace"
)

// Executor carries out effects, or reports what it would do.
type Executor interface {
	// Do carries out the effects of one object. It returns an error unless the outcome is Done or
	// Planned. Done with an error means that it was done and could not be noted.
	Do(ctx context.Context, r Request) (Outcome, error)
	// EndPending ends the ops on an object that a crash left pending, once the object has been read
	// again. It reports whether there were any: they may still take effect.
	EndPending(ctx context.Context, object mapping.Object, why string) (lost bool, err error)
	// Foreign finds the first of these edits of a task that was not made here.
	Foreign(ctx context.Context, task int, edits []Edit) (Edit, bool, error)
	// FixShifts stores shifts, on which people rely from now on, and logs those that are new.
	FixShifts(ctx context.Context, shifts []duty.FixedShift, news []duty.Shift) error
}

// Request is what is to be done to one object.
type Request struct {
	Effects []mapping.Effect
	Marks   map[string]bool // of our comments that are on the task
	Read    time.Time       // when reading the change began, by the clock of the store
	Then    []store.Note    // stored once it is done

	Cause  pace.Cause // of an edit of a task: what it counts against
	Said   time.Time  // when that was said which causes it
	Unheld bool       // who asks waits: if a budget is used up, the edit is not remembered
}

// Outcome is what came of effects.
type Outcome int

// The outcomes.
const (
	NotDone Outcome = iota // the server refused it or was not asked: nothing was written
	Done
	Unknown // the answer was lost: it may be done by now, or may still be
	Planned // this is a dry run
)

// Result is what came of the effects of one request.
type Result struct {
	Effects      []mapping.Effect
	Outcome      Outcome
	Transactions []string // PHIDs of what the server made of them
}

// Listener is called with every result. Several goroutines may call it at a time.
type Listener func(Result)

// object is what all effects of a request write to.
func (r *Request) object() (mapping.Object, error) {
	if len(r.Effects) == 0 {
		return mapping.Object{}, errors.New("no effect to carry out")
	}
	object := r.Effects[0].Object
	for _, e := range r.Effects {
		if e.Object != object {
			return object, fmt.Errorf("effects on %s and on %s cannot be one request", object, e.Object)
		}
	}
	return object, nil
}

// unsaid splits off the comments that are on the task already. It returns their marks.
func (r *Request) unsaid() (effects []mapping.Effect, there []string) {
	for _, e := range r.Effects {
		if e.Kind == mapping.EffectComment && r.Marks[e.Comment.Mark] {
			there = append(there, e.Comment.Mark)
		} else {
			effects = append(effects, e)
		}
	}
	return effects, there
}

// outcomeOf is what an error means for what was sent, and how the ops end.
func outcomeOf(err error) (Outcome, store.OpEnd) {
	if remote.Refused(err) {
		return NotDone, store.OpEnd{State: store.OpFailed, Error: err.Error()}
	}
	return Unknown, store.OpEnd{State: store.OpUnknown, Error: err.Error()}
}
