// Package explain says why the cards of a task stand where they stand: from what both
// servers say now, with the same rules as the service, and without writing to a server.
//
// Of the service's store only a copy is read, for what the servers do not know: on what each card
// was settled, when the service first saw a board, which columns it bound, and which changes once
// named a task.
package explain

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"reviewsync/internal/config"
	"reviewsync/internal/ingest"
	"reviewsync/internal/store"
	"reviewsync/internal/wiring"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

// Report is the answer. Its JSON is documented in docs/commands.md.
type Report struct {
	Asked string    `json:"asked"`
	Read  time.Time `json:"read"`  // when, on Phabricator's clock
	Store bool      `json:"store"` // there was a store to copy
	Notes []string  `json:"notes"` // what to bear in mind, for people
	Tasks []Task    `json:"tasks"`
}

// Task is one task with its cards.
type Task struct {
	Number int                `json:"task"`
	URL    string             `json:"url"`
	Status string             `json:"status"`
	Boards []tell.Explanation `json:"boards"` // one for each board of the config
	Asks   []Ask              `json:"asks,omitempty"`
}

// Ask says whether a board asks somebody for a review of a change.
type Ask struct {
	Board    string   `json:"board"`
	Change   int      `json:"change"`
	Sentence string   `json:"sentence"`
	People   []string `json:"people,omitempty"` // for each person who was considered: whether they are asked, and why
	decision ask.Decision
}

const (
	readers    = 6   // changes read at a time
	candidates = 500 // changes that may mention a task; Gerrit's default limit for a query
)

// run is one answer under way.
type run struct {
	*wiring.Parts
	stored map[review.Key]store.ChangeRow // the changes of the task, as the service read them
	report Report
}

// Run explains tasks, and every task of changes.
func Run(ctx context.Context, cfg *config.Config, o wiring.Options, targets []Target) (*Report, error) {
	r := &run{report: Report{Asked: names(targets), Notes: []string{}, Tasks: []Task{}}}
	o.DryRun = true
	var err error
	if r.Parts, err = wiring.New(ctx, cfg, o); err != nil {
		return nil, err
	}
	defer r.Close()
	r.report.Store = !r.Store.Created().IsZero()
	pauses, err := r.Store.Pauses(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range pauses {
		r.note("%s", tell.Pause(p))
	}
	all := make([]found, len(targets))
	g, both := errgroup.WithContext(ctx)
	g.Go(func() error { return r.Assess.Bind(both) })
	g.Go(func() (err error) {
		for i, t := range targets {
			if all[i], err = r.find(both, t); err != nil {
				return err
			}
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	there := false
	for i, t := range targets {
		is, err := r.target(ctx, t, all[i])
		if err != nil {
			return nil, err
		}
		there = there || is
	}
	if !there {
		return nil, errors.New(strings.Join(r.report.Notes, "; "))
	}
	r.report.Read = r.Phab.HTTP().Now().UTC().Truncate(time.Second)
	return &r.report, nil
}

// target explains what was found for a target, and says whether there is such a task or change.
func (r *run) target(ctx context.Context, t Target, f found) (there bool, err error) {
	if f.elsewhere != "" {
		r.note("%s is in %s, not in %s", t, f.elsewhere, t.Project)
	}
	seen := false
	explained := func(task int) bool {
		return slices.ContainsFunc(r.report.Tasks, func(t Task) bool { return t.Number == task })
	}
	for _, task := range f.tasks {
		if !explained(task) {
			if err := r.task(ctx, task, f.changes); err != nil {
				return false, err
			}
		}
		seen = seen || explained(task)
	}
	switch {
	case seen:
	case t.Task > 0 || f.gone:
		r.note("there is no %s, or reviewsync may not see it", t)
		return false, nil
	default:
		r.note("%s names no task that reviewsync can see, so no card follows it; a footer '%s: T123' in the last paragraph of its commit message links one", t, r.Config.Links.Footers[0])
	}
	return true, nil
}

func (r *run) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(r.report.Notes, text) {
		r.report.Notes = append(r.report.Notes, text)
	}
}

// task explains one task. The changes found already need not name it.
func (r *run) task(ctx context.Context, task int, found []review.Key) (err error) {
	if found == nil {
		if found, err = r.mentions(ctx, task); err != nil {
			return err
		}
	}
	names, found, err := r.passedOn(ctx, task, found)
	if err != nil {
		return err
	}
	changes, err := r.read(ctx, found, names)
	if err != nil {
		return err
	}
	explained, err := r.Assess.Explain(ctx, task, changes, !r.report.Store)
	if err != nil || explained.Task.ID == 0 {
		return err
	}
	out := Task{Number: task, URL: address(r.Config.Phabricator.URL, fmt.Sprintf("T%d", task)), Status: explained.Task.Status}
	if out.Asks, err = r.asks(ctx, changes); err != nil {
		return err
	}
	for _, e := range explained.Boards {
		out.Boards = append(out.Boards, tell.Explain(e, r.Names.Lookup(ctx, e.Accounts())))
	}
	if unknown := explained.Unbegun; len(unknown) > 0 {
		r.note("there is no store at %s, and the config gives no start for %s: the rules are taken to have begun before all this", r.Config.Store.Path, strings.Join(unknown, ", "))
	}
	if err := r.held(ctx, task); err != nil {
		return err
	}
	for _, b := range out.Boards {
		for _, c := range b.Changes {
			if _, read := r.stored[c.Key]; c.Counted && c.Linked && r.report.Store && !read {
				r.note("the service has not read change %d: it is newer than what the service read last, or was closed before the service first read anything", c.Number)
			}
		}
	}
	r.report.Tasks = append(r.report.Tasks, out)
	return nil
}

// asks says on which of the changes somebody is asked for a review.
func (r *run) asks(ctx context.Context, changes []review.Change) ([]Ask, error) {
	reports, err := r.Asking.Reports(ctx, changes)
	var out []Ask
	for _, a := range reports {
		one := Ask{Board: a.Board, Change: a.Change.Number, Sentence: tell.Ask(a.Decision), decision: a.Decision}
		for _, p := range a.Decision.People {
			one.People = append(one.People, tell.AskPerson(a.Decision, p))
		}
		out = append(out, one)
	}
	return out, err
}

// read reads those of the changes that name one of the tasks, or named it.
func (r *run) read(ctx context.Context, keys []review.Key, tasks []int) ([]review.Change, error) {
	type live struct {
		change *review.Change
		named  []int
		ours   bool // it names one of the tasks
	}
	list := make([]live, len(keys))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for i, key := range keys {
		g.Go(func() error {
			c, named, err := ingest.Live(ctx, r.Gerrit, key, r.Config.ReviewLinks())
			if err != nil || c == nil {
				return err
			}
			if c.Newcomer, err = ingest.Newcomer(ctx, r.Gerrit, c, len(named), r.Config.Newcomer()); err != nil {
				return err
			}
			ours := slices.ContainsFunc(named, func(n int) bool { return slices.Contains(tasks, n) })
			list[i] = live{c, named, ours}
			if !ours {
				return nil
			}
			return r.refs(ctx, c)
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	var changes []review.Change
	for _, l := range list {
		if l.change == nil {
			continue
		}
		r.misplaced(l.change, l.named, tasks)
		r.beyond(l.change, tasks)
		if l.ours {
			changes = append(changes, *l.change)
		}
	}
	return changes, nil
}

// address is a page of a server.
func address(server, page string) string {
	return strings.TrimSuffix(server, "/") + "/" + page
}

// changeAddress is the page of a change.
func changeAddress(server string, k review.Key) string {
	return address(server, fmt.Sprintf("c/%s/+/%d", (&url.URL{Path: k.Project}).EscapedPath(), k.Number))
}
