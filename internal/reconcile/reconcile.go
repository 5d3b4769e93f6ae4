// Package reconcile brings cards to where the rules want them. It is the only place that
// writes to a server, and the only one where a dry run is looked at.
//
// Handle is the handler of the tasks that are behind. For one task it reads what is
// linked to it from the store and what the task is from Phabricator, asks mapping.Decide
// for each board, and writes what that says. The order, and what a crash means there:
//
//	read changes, read task       nothing happened
//	take the board's slot
//	read transactions             the live look: a person's newer move is seen here
//	decide, begin op              the op stays pending; the next look at the task ends it
//	edit the task                 done but not noted: the next look finds the card in place
//	end op and settle             the task is still behind; deciding again gives nothing to do
package reconcile

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/internal/config"
	"reviewsync/internal/remote"
	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/phab"
)

// Options of a Reconciler. Config, Phab, Store and GerritClock are required.
type Options struct {
	Config      *config.Config
	Phab        *phab.Client
	Store       *store.Store
	GerritClock func() (offset time.Duration, known bool) // Gerrit's clock minus ours
	Moved       func(mapping.Decision)                    // called for each move made, or that a dry run would make; may be nil
	Behind      func(task int)                            // called when a task was marked; may be nil
	DryRun      bool
	Log         zerolog.Logger
}

// Reconciler decides on cards and writes.
type Reconciler struct {
	o      Options
	reader mapping.Reader
	names  *names
	tasks  locks
	again  *again

	mu     sync.Mutex
	bound  *bound
	warned map[string]bool
}

// New makes a Reconciler. Bind must be called before anything is decided.
func New(o Options) *Reconciler {
	return &Reconciler{
		o: o,
		reader: mapping.Reader{
			Footers: o.Config.Links.Footers, Bots: o.Config.Gerrit.Bots, CICommands: o.Config.Gerrit.CICommands,
		},
		names:  &names{known: map[string]string{}},
		again:  newAgain(),
		warned: map[string]bool{},
	}
}

// Boards are the boards as they are bound now.
func (r *Reconciler) Boards() []*Board { return r.binding().boards }

func (r *Reconciler) binding() *bound {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.bound
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
func (r *Reconciler) Handle(ctx context.Context, key string, _ int64) error {
	id, err := strconv.Atoi(key)
	if err != nil {
		return fmt.Errorf("task %q is no number", key)
	}
	defer r.tasks.lock(id)()
	changes, err := r.changes(ctx, id)
	if err != nil {
		return err
	}
	b := r.binding()
	if !b.concerns(changes) {
		return r.endPending(ctx, id, "no board counts a change of it")
	}
	r.again.look(id)
	read := r.now()
	found, err := r.o.Phab.Tasks(ctx, []int{id})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return invisible(id)
	}
	if err := r.endPending(ctx, id, "looked at again"); err != nil {
		return err
	}
	settled, err := r.o.Store.Settled(ctx, id)
	if err != nil {
		return err
	}
	t := &look{r: r, bound: b, task: found[0], read: read, changes: changes, settled: settled}
	failed := []error{t.decideTags(ctx)}
	for _, board := range b.boards {
		failed = append(failed, t.board(ctx, board))
	}
	failed = append(failed, t.tag(ctx))
	return worst(failed)
}

func invisible(id int) error {
	return &remote.Error{
		Class: remote.Blocked, Server: "phabricator", Op: "maniphest.search",
		Detail: fmt.Sprintf("there is no T%d, or reviewsync may not see it", id),
		Hint:   "give reviewsync the right to see it, or correct the footer of the commit message",
	}
}

// worst joins errors so that one that can be tried again is not hidden by one that cannot.
func worst(list []error) error {
	list = slices.DeleteFunc(list, func(err error) bool { return err == nil })
	slices.SortStableFunc(list, func(x, y error) int { return cmp.Compare(remote.ClassOf(x), remote.ClassOf(y)) })
	return errors.Join(list...)
}

// changes reads the histories of all changes that are or were linked to a task.
func (r *Reconciler) changes(ctx context.Context, task int) ([]*mapping.History, error) {
	rows, err := r.o.Store.Changes(ctx, task)
	if err != nil {
		return nil, err
	}
	histories := make([]*mapping.History, 0, len(rows))
	for _, row := range rows {
		var c mapping.Change
		if err := json.Unmarshal(row.Snapshot, &c); err != nil {
			return nil, fmt.Errorf("read stored change %s: %w", row.Key, err)
		}
		histories = append(histories, r.reader.Read(c))
	}
	return histories, nil
}

// endPending ends the ops of a task whose end a crash hid: the task has been looked at
// live since, so what they did or did not do is seen. One that takes effect later still
// is found by a second look.
func (r *Reconciler) endPending(ctx context.Context, task int, why string) error {
	ops, err := r.o.Store.Pending(ctx, task)
	if err != nil || len(ops) == 0 {
		return err
	}
	for _, op := range ops {
		if err := r.o.Store.EndOp(ctx, op.ID, store.OpUnknown, "", why); err != nil {
			return err
		}
	}
	r.again.unsure(task)
	return nil
}

// look is one look at one task.
type look struct {
	r            *Reconciler
	bound        *bound
	task         phab.Task
	read         time.Time
	changes      []*mapping.History
	settled      map[string]store.Settlement
	transactions []phab.Transaction
	told         bool // transactions were read
	tagging      tagging
}

func (t *look) question(board *Board) mapping.Question {
	q := mapping.Question{
		Board: &board.Board.Board, Columns: board.Columns, Start: board.Start, Born: t.r.o.Store.Created(), Skew: t.r.skew(),
		Card: t.bound.card(board, t.task, t.read, mapping.Settlement(t.settled[board.PHID])), Changes: t.changes,
	}
	if t.told {
		q.Card.Events, q.Card.EventsRead = t.bound.events(board, t.transactions, t.r.names), true
		if last := placing(q.Card.Events); last != nil && t.torn(board) {
			for _, c := range t.task.Boards[board.PHID] {
				if c.PHID == last.Column {
					q.Card.Column = mapping.Column{ID: c.PHID, Name: c.Name}
				}
			}
		}
	}
	return q
}

// skew is Phabricator's clock minus Gerrit's, or zero as long as one of them is unknown.
func (r *Reconciler) skew() time.Duration {
	g, known := r.o.GerritClock()
	p, also := r.o.Phab.HTTP().Offset()
	if !known || !also {
		return 0
	}
	return p - g
}

// board decides on the card of one board and carries it out.
func (t *look) board(ctx context.Context, board *Board) error {
	if t.torn(board) {
		if err := t.readEvents(ctx); err != nil { // they tell in which column it was meant to be
			return err
		}
	}
	d := mapping.Decide(t.question(board))
	if d.Verdict == mapping.Unread || d.Verdict == mapping.Fault {
		fresh, err := t.r.keepUp(ctx, board)
		if err != nil {
			return err
		}
		if fresh != board {
			board, d = fresh, mapping.Decide(t.question(fresh))
		}
	}
	if d.Verdict != mapping.Unread && d.Verdict != mapping.Move && !t.torn(board) {
		return t.carryOut(ctx, board, d)
	}
	select {
	case board.slot <- struct{}{}:
		defer func() { <-board.slot }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := t.readEvents(ctx); err != nil {
		return err
	}
	d = mapping.Decide(t.question(board))
	if d.Verdict == mapping.Held || d.Verdict == mapping.Off || d.Asked { // the sentence names people
		if err := t.r.nameAll(ctx, t.transactions); err != nil {
			return err
		}
		d = mapping.Decide(t.question(board))
	}
	return t.carryOut(ctx, board, d)
}

func (t *look) readEvents(ctx context.Context) error {
	if t.told {
		return nil
	}
	all, err := t.r.o.Phab.Transactions(ctx, []int{t.task.ID})
	if err != nil {
		return err
	}
	t.transactions, t.told = all[t.task.ID], true
	return nil
}

// nameAll asks for the names of people that a sentence will name.
func (r *Reconciler) nameAll(ctx context.Context, transactions []phab.Transaction) error {
	phids := r.names.unknown(transactions)
	if len(phids) == 0 {
		return nil
	}
	users, err := r.o.Phab.UsersByPHID(ctx, phids)
	for _, u := range users {
		r.names.put(u.PHID, u.Username)
	}
	return err
}

// carryOut writes what was decided and settles the card.
func (t *look) carryOut(ctx context.Context, board *Board, d mapping.Decision) error {
	switch d.Verdict {
	case mapping.Move:
		return t.move(ctx, board, d)
	case mapping.Fault:
		t.r.warnOnce(board.PHID, "%s", d.Reason)
	default:
		t.r.o.Log.Debug().Int("task", t.task.ID).Str("board", board.Tag).Msg(d.Reason)
	}
	if t.torn(board) && t.ours(board) {
		return t.mend(ctx, board, d)
	}
	if t.r.o.DryRun || d.Settle.Digest == "" {
		return nil
	}
	old := t.settled[board.PHID]
	if old.Digest == d.Settle.Digest && old.Column == d.Settle.Column && t.task.Modified.Before(old.At) {
		return nil
	}
	return t.r.o.Store.Settle(ctx, t.task.ID, board.PHID, store.Settlement(d.Settle))
}

func (t *look) move(ctx context.Context, board *Board, d mapping.Decision) error {
	return t.write(ctx, board, d, "move", d.From)
}

// write edits the task so that its card stands in the column that was decided.
func (t *look) write(ctx context.Context, board *Board, d mapping.Decision, kind, from string) error {
	if t.r.o.DryRun {
		t.r.moved(d)
		return nil
	}
	op, err := t.r.o.Store.BeginOp(ctx, store.Op{
		Key: fmt.Sprintf("%s T%d %s %s %d", kind, t.task.ID, board.PHID, d.To.ID, d.Since.Unix()), Task: t.task.ID, Board: board.PHID,
		Kind: kind, Detail: d.Reason, Created: t.r.o.Phab.HTTP().Now(),
	})
	if err != nil {
		return err
	}
	var written []string
	for _, column := range t.way(board, d.To.ID) {
		done, err := t.r.o.Phab.Edit(ctx, t.task.ID, append(edits(board, d, column), t.tagging.edits...))
		if err != nil {
			return t.failed(ctx, op, err)
		}
		t.tagged()
		written = append(written, done...)
	}
	delete(t.task.Boards, d.Leave) // for the boards that are looked at next
	t.r.o.Log.Info().Int("task", t.task.ID).Str("board", board.Tag).Str("from", from).Str("to", d.To.Name).Msg(d.Reason)
	t.r.moved(d)
	t.r.again.wrote(t.task.ID)
	return t.r.o.Store.FinishMove(ctx, op, strings.Join(written, " "), t.task.ID, board.PHID, store.Settlement(d.Settle))
}

// edits is the one edit of a decision.
func edits(board *Board, d mapping.Decision, column string) []phab.Edit {
	if d.Untag {
		return []phab.Edit{phab.RemoveProject(board.PHID)}
	}
	list := []phab.Edit{phab.AddProject(board.PHID), phab.MoveTo(column)}
	if d.Leave != "" {
		list = append(list, phab.RemoveProject(d.Leave))
	}
	return list
}

// failed ends an op whose edit brought an error. Only where the server said no we know
// that nothing was written.
func (t *look) failed(ctx context.Context, op int64, err error) error {
	state := store.OpUnknown
	if e, ok := errors.AsType[*remote.Error](err); ok && e.Code != "" {
		state = store.OpFailed
	} else {
		t.r.again.unsure(t.task.ID)
	}
	if ended := t.r.o.Store.EndOp(context.WithoutCancel(ctx), op, state, "", err.Error()); ended != nil {
		return errors.Join(err, ended)
	}
	return err
}

func (r *Reconciler) moved(d mapping.Decision) {
	if r.o.Moved != nil {
		r.o.Moved(d)
	}
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
