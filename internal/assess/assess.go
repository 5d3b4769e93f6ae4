// Package assess brings cards to where the rules want them.
//
// Handle handles the tasks on the agenda. It reads the changes of a task from the store and the task
// from Phabricator, decides on its card on each board (assessment.go), and carries that out
// (execution.go). The order, and what a crash means there:
//
//	read changes, read task       nothing happened (row.go)
//	take the board's slot         (execution.go)
//	read transactions             a person's newer move is seen here
//	decide
//	carry it out (write.go)       what was begun stays pending; Handle ends it the next time, and finds
//	                              the card in place if it was done: see package effect
//	                              the task is still on the agenda; deciding again gives nothing to do
package assess

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/gerrit"
	"reviewsync/internal/account"
	"reviewsync/internal/bind"
	"reviewsync/internal/config"
	"reviewsync/internal/effect"
	"reviewsync/internal/remote"
	"reviewsync/internal/store"
	"reviewsync/internal/stored"
	"reviewsync/internal/warn"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/phab"
)

// Options of an Assessor. All are required, but for Left; and Locate, if only Explain is called.
type Options struct {
	Config  *config.Config
	Binder  *bind.Binder
	Phab    *phab.Client
	Gerrit  *gerrit.Client
	Store   store.Store
	Changes *stored.Changes
	Effects effect.Executor
	Locate  Locator
	Left    func(mapping.Decision) // called with what is decided on a card that is not moved
	Names   *account.Names
	Warn    *warn.Once
	Log     zerolog.Logger
}

// Locator asks Gerrit in which branches and tags a merged change is, and stores it.
type Locator interface {
	FindRefs(context.Context, review.Key) error
}

// Assessor decides on cards, and carries that out.
type Assessor struct {
	o      Options
	tasks  locks[int]
	slots  locks[string] // by board: two writes to one at the same time can tear a card
	swept  rows
	recent recent
	tally  tally
	ended  ended

	warnedForeign atomic.Bool // of somebody else who uses our account
}

// New makes an Assessor. Bind must be called before anything is decided.
func New(o Options) *Assessor {
	return &Assessor{o: o, recent: recent{since: time.Now()}, tally: tally{cards: map[cardOn]mapping.WhyCode{}}}
}

// Handle decides on a task on every board.
func (a *Assessor) Handle(ctx context.Context, item store.Item) error {
	id, err := strconv.Atoi(item.Key)
	if err != nil {
		return fmt.Errorf("task %q is no number", item.Key)
	}
	release, err := a.tasks.hold(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	defer a.ended.put(id)
	changes, err := a.o.Changes.OfTask(ctx, id)
	if err != nil {
		return err
	}
	b := a.o.Binder.Current()
	if !b.Concerns(changes) {
		return a.pass(ctx, b, id, changes)
	}
	a.recent.add(id)
	t, err := a.readTask(ctx, id, changes)
	if err != nil {
		return err
	}
	if t == nil {
		return errors.Join(a.o.Store.EndWaits(ctx, id), a.o.Store.Unhold(ctx, id, nil), invisible(id))
	}
	if _, err := a.o.Effects.EndPending(ctx, mapping.Object{Task: id}, "looked at again"); err != nil {
		return err
	}
	if err := t.follow(ctx); err != nil {
		return err
	}
	if t.placed, err = t.onBoard(ctx); err != nil {
		return err
	}
	x := &execution{assessment: t}
	failed := []error{x.decideTags(ctx), x.decideComments(ctx)}
	for _, board := range t.bound.Boards {
		failed = append(failed, x.settle(ctx, board))
	}
	failed = append(failed, x.rest(ctx))
	if x.retagged {
		failed = append(failed, a.o.Store.Mark(ctx, store.KindTask, false, strconv.Itoa(id)))
	}
	failed = append(failed, a.o.Store.Unhold(ctx, id, x.waits))
	return heldOnly(failed)
}

// pass leaves out a task that has no change that a board counts.
func (a *Assessor) pass(ctx context.Context, b *bind.Bound, id int, changes []*review.History) error {
	cards, err := a.o.Store.Cards(ctx, id)
	if err != nil {
		return err
	}
	now := mapping.Uncounted(id, changes, a.now())
	for _, board := range b.Boards {
		old := cards[board.PHID]
		if len(changes) == 0 || old.Settled.Digest == now.Digest {
			continue
		}
		if err := a.o.Store.Note(ctx, store.Decided{Card: uncounted(id, board, old, now)}); err != nil {
			return err
		}
	}
	_, err = a.o.Effects.EndPending(ctx, mapping.Object{Task: id}, "no board counts a change of it")
	return errors.Join(a.o.Store.EndWaits(ctx, id), a.o.Store.Unhold(ctx, id, nil), err)
}

// errUnseen is why a task that a commit message names cannot be read.
var errUnseen = errors.New("not there, or not to be seen")

// Unseen reports whether an error comes from a task that we cannot see.
func Unseen(err error) bool { return errors.Is(err, errUnseen) }

func invisible(id int) error {
	return &remote.Error{
		Class: remote.Blocked, Server: "phabricator", Op: "maniphest.search",
		Detail: fmt.Sprintf("there is no T%d, or reviewsync may not see it", id),
		Hint:   "give reviewsync the right to see it, or correct the footer of the commit message",
		Err:    errUnseen,
	}
}

// worst joins errors. One that can be tried again comes first, so that its class counts, and then
// those of a pause are left out: the next try meets the pause again.
func worst(list []error) error {
	list = slices.DeleteFunc(list, func(err error) bool { return err == nil })
	again := func(err error) bool { return remote.ClassOf(err) == remote.Retry && !paused(err) }
	if slices.ContainsFunc(list, again) {
		list = slices.DeleteFunc(list, paused)
	}
	slices.SortStableFunc(list, func(x, y error) int { return cmp.Compare(remote.ClassOf(x), remote.ClassOf(y)) })
	return errors.Join(list...)
}

func paused(err error) bool {
	_, is := errors.AsType[*store.Paused](err)
	return is
}
