// Package effect carries out what was decided. It is the only code that writes to a server.
//
// Effects of one object go to the server in one request. The order, and what a crash means there:
//
//	look whether it happened already   nothing happened
//	note the ops                       they stay pending; whoever looks at the object next ends them
//	send the request                   done but not noted: that look sees what it did
//	end the ops                        and with them what they settle: all or nothing
//
// What is looked at before depends on the kind:
//
//	move, mend, take-off, tag, untag   they set what is so: doing it twice does no harm, and whoever
//	                                   decides has just read the task, see package assess
//	comment                            is left out if Request.Heard has its mark
//	ask, remind                        wait while one before may take effect yet; are refused if the
//	                                   log has them as done. That the change shows none of them, who
//	                                   decides has seen at Request.Read
//	duty                               sets who is a member
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
)

// Executor carries out effects, or says what it would do.
type Executor interface {
	// Do carries out the effects of one object. Unless the outcome is Done or Planned, it
	// returns why; Done with an error is what was done and could not be noted.
	Do(ctx context.Context, r Request) (Outcome, error)
	// Looked ends what was begun on an object and not ended, since we were killed: the object
	// has been looked at since. It says whether there was something, which may take effect yet.
	Looked(ctx context.Context, object mapping.Object, why string) (lost bool, err error)
	// Foreign finds the first of some edits of a task that was not made here.
	Foreign(ctx context.Context, task int, edits []Edit) (Edit, bool, error)
	// FixShifts remembers shifts, on which people rely from now on. Those that are new are logged.
	FixShifts(ctx context.Context, shifts []duty.FixedShift, news []duty.Shift) error
}

// Request is what is to be done to one object.
type Request struct {
	Effects []mapping.Effect
	Heard   map[string]bool // marks of our comments that are on the task
	Read    time.Time       // when it was begun to read the change, by the clock of the store
	Then    []store.Note    // to be remembered once it is done
}

// Outcome is what came of effects.
type Outcome int

// The outcomes.
const (
	NotDone Outcome = iota // the server said no, or was not asked: nothing was written
	Done
	Unknown // the answer was lost: it may be done by now, or be done yet
	Planned // this is a dry run
)

// Told is what a listener hears of effects that went with one request.
type Told struct {
	Effects      []mapping.Effect
	Outcome      Outcome
	Transactions []string // PHIDs of what the server made of them
}

// Listener hears of all that is done, or would be, or was tried. It is called by several goroutines.
type Listener func(Told)

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

// unheard are the effects but for comments that are there already, of which it lists the marks.
func (r *Request) unheard() (effects []mapping.Effect, there []string) {
	for _, e := range r.Effects {
		if e.Kind == mapping.EffectComment && r.Heard[e.Comment.Mark] {
			there = append(there, e.Comment.Mark)
		} else {
			effects = append(effects, e)
		}
	}
	return effects, there
}

// outcome is what an error means for what was sent, and how the ops end.
func outcome(err error) (Outcome, store.OpEnd) {
	if remote.Refused(err) {
		return NotDone, store.OpEnd{State: store.OpFailed, Error: err.Error()}
	}
	return Unknown, store.OpEnd{State: store.OpUnknown, Error: err.Error()}
}
