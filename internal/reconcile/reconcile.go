// Package reconcile brings cards to where the rules want them.
//
// Handle is the handler of the tasks that are behind. For one task it reads what is
// linked to it from the store and what the task is from Phabricator, asks mapping.Decide
// for each board, and has done what that says. The order, and what a crash means there:
//
//	read changes, read task       nothing happened (reconcile.go)
//	take the board's slot         (look.go)
//	read transactions             the live look: a person's newer move is seen here
//	decide
//	have it done (write.go)       what was begun stays pending; the next look at the task ends it, and
//	                              finds the card in place if it was done: see package effect
//	                              the task is still behind; deciding again gives nothing to do
package reconcile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/gerrit"
	"reviewsync/internal/bind"
	"reviewsync/internal/config"
	"reviewsync/internal/effect"
	"reviewsync/internal/remote"
	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/phab"
)

// Options of a Reconciler. Config, Binder, Phab, Gerrit, Store and Effects are required, and Look where cards are decided on.
type Options struct {
	Config  *config.Config
	Binder  *bind.Binder
	Phab    *phab.Client
	Gerrit  *gerrit.Client
	Store   *store.Store
	Effects effect.Executor                                 // carries out what is decided
	Left    func(d mapping.Decision, because string)        // called with what is decided on a card that is not moved, and why; may be nil
	Look    func(context.Context, review.Key) error         // asks where a merged change is, and stores it
	Public  func(context.Context, review.Key) (bool, error) // whether everybody may read a change; nil: nobody may
	Log     zerolog.Logger

	// For asking; not needed if no board asks.
	Live func(context.Context, review.Key) (*review.Change, error) // the change as it is now; nil: there is none to be seen
}

// Reconciler decides on cards and writes.
type Reconciler struct {
	o      Options
	reader review.Reader
	names  *names
	tasks  locks
	swept  rows
	looks  looks
	holes  map[string]bool // in the rotation, that were told; only Duty looks at them

	toldForeign atomic.Bool // that somebody else uses our account

	mu      sync.Mutex
	slots   map[string]chan struct{} // by board
	warned  map[string]bool
	present present           // who may be asked
	ended   map[int]time.Time // when Handle last ended for a task, since the last sweep began
}

// New makes a Reconciler. Bind must be called before anything is decided.
func New(o Options) *Reconciler {
	links := o.Config.Linking()
	return &Reconciler{
		o: o,
		reader: review.Reader{
			Footers: links.Footers, Hosts: links.Hosts, Bots: o.Config.Gerrit.Bots, CICommands: o.Config.Gerrit.CICommands,
			Self: o.Config.Gerrit.User, Lines: o.Config.Lines(),
		},
		names:  &names{known: map[string]string{}},
		looks:  looks{since: time.Now()},
		warned: map[string]bool{},
		slots:  map[string]chan struct{}{},
	}
}

func (r *Reconciler) warnOnce(key, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	r.mu.Lock()
	told := r.warned[key+text]
	r.warned[key+text] = true
	r.mu.Unlock()
	if !told {
		r.o.Log.Warn().Msg(text)
	}
}

// Handle decides on one task that is behind, on every board.
func (r *Reconciler) Handle(ctx context.Context, item store.Item) error {
	id, err := strconv.Atoi(item.Key)
	if err != nil {
		return fmt.Errorf("task %q is no number", item.Key)
	}
	defer r.tasks.lock(id)()
	defer r.handled(id)
	changes, err := r.changes(ctx, id)
	if err != nil {
		return err
	}
	b := r.o.Binder.Current()
	if !b.Concerns(changes) {
		return r.pass(ctx, b, id, changes)
	}
	r.looks.add(id)
	t, err := r.lookAt(ctx, b, id, changes)
	if err != nil {
		return err
	}
	if t == nil {
		return errors.Join(r.o.Store.EndWaits(ctx, id), invisible(id))
	}
	if _, err := r.o.Effects.Looked(ctx, mapping.Object{Task: id}, "looked at again"); err != nil {
		return err
	}
	if t.cards, err = r.o.Store.Cards(ctx, id); err != nil {
		return err
	}
	if err := t.follow(ctx); err != nil {
		return err
	}
	if t.placed, err = t.onBoard(ctx); err != nil {
		return err
	}
	failed := []error{t.decideTags(ctx), t.decideComments(ctx)}
	for _, board := range b.Boards {
		failed = append(failed, t.board(ctx, board))
	}
	failed = append(failed, t.rest(ctx))
	if t.retagged {
		failed = append(failed, r.o.Store.MarkTask(ctx, id))
	}
	return worst(failed)
}

// pass leaves out a task of which no board counts a change.
func (r *Reconciler) pass(ctx context.Context, b *bind.Bound, id int, changes []*review.History) error {
	cards, err := r.o.Store.Cards(ctx, id)
	if err != nil {
		return err
	}
	now := mapping.Uncounted(id, changes, r.now())
	for _, board := range b.Boards {
		old := cards[board.PHID]
		if len(changes) == 0 || old.Settled.Digest == now.Digest {
			continue
		}
		if err := r.o.Store.Decide(ctx, uncounted(id, board, old, now), store.Actor{}); err != nil {
			return err
		}
	}
	_, err = r.o.Effects.Looked(ctx, mapping.Object{Task: id}, "no board counts a change of it")
	return errors.Join(r.o.Store.EndWaits(ctx, id), err)
}

// errUnseen is why a task that a commit message names cannot be looked at.
var errUnseen = errors.New("not there, or not to be seen")

// Unseen says whether an error comes from a task that is not there for us.
func Unseen(err error) bool { return errors.Is(err, errUnseen) }

func invisible(id int) error {
	return &remote.Error{
		Class: remote.Blocked, Server: "phabricator", Op: "maniphest.search",
		Detail: fmt.Sprintf("there is no T%d, or reviewsync may not see it", id),
		Hint:   "give reviewsync the right to see it, or correct the footer of the commit message",
		Err:    errUnseen,
	}
}

// worst joins errors so that one that can be tried again is not hidden by one that cannot.
func worst(list []error) error {
	list = slices.DeleteFunc(list, func(err error) bool { return err == nil })
	slices.SortStableFunc(list, func(x, y error) int { return cmp.Compare(remote.ClassOf(x), remote.ClassOf(y)) })
	return errors.Join(list...)
}

// changes reads the histories of all changes that are or were linked to a task, or to one
// that was merged into it.
func (r *Reconciler) changes(ctx context.Context, task int) ([]*review.History, error) {
	histories, err := r.linked(ctx, task)
	if err != nil {
		return nil, err
	}
	return r.passedOn(ctx, task, histories)
}

// linked reads the histories of all changes that name a task, or named it.
func (r *Reconciler) linked(ctx context.Context, task int) ([]*review.History, error) {
	rows, err := r.o.Store.Changes(ctx, task)
	if err != nil {
		return nil, err
	}
	return r.histories(ctx, rows)
}

// read reads what was said in a change, and whether it is news.
func (r *Reconciler) read(c review.Change) *review.History {
	h := r.reader.Read(c)
	if b := r.o.Binder.Current(); b.Followed.Fresh(c.Project) {
		skew, _ := r.skew()
		h.FollowedSince(b.Followed.Since.Add(-skew))
	}
	return h
}

// skew is Phabricator's clock minus Gerrit's, and by how much less it may be.
func (r *Reconciler) skew() (skew, doubt time.Duration) {
	return remote.Skew(r.o.Phab.HTTP(), r.o.Gerrit.HTTP())
}

// locks sees to it that one task is looked at by one worker at a time.
type locks struct {
	mu   sync.Mutex
	held map[int]*taskLock
}

type taskLock struct {
	held  chan struct{} // full while somebody has it: it can be held for as long as a server does not answer
	users int
}

// lock holds a task until the returned function is called.
func (l *locks) lock(task int) (unlock func()) {
	l.mu.Lock()
	if l.held == nil {
		l.held = map[int]*taskLock{}
	}
	t := l.held[task]
	if t == nil {
		t = &taskLock{held: make(chan struct{}, 1)}
		l.held[task] = t
	}
	t.users++
	l.mu.Unlock()
	t.held <- struct{}{}
	return func() {
		<-t.held
		l.mu.Lock()
		defer l.mu.Unlock()
		if t.users--; t.users == 0 {
			delete(l.held, task)
		}
	}
}
