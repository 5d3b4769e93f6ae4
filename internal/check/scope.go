package check

import (
	"context"
	"errors"
	"slices"
	"strings"

	"reviewsync/gerrit"
	"reviewsync/internal/bind"
	"reviewsync/internal/ingest"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

const (
	pageSize = 500   // changes of one answer
	manyOpen = 10000 // the most that are counted
)

// scopes says how much tags and comments cover.
func (r *run) scopes(ctx context.Context) []bind.Finding {
	if r.noGerrit || len(r.Config.Tags) == 0 && !r.Config.Comments.OfChanges() {
		return nil
	}
	l := &lines{subject: "tags and comments"}
	names, err := r.fitting(ctx, "")
	if err != nil {
		l.failed("the list of projects", err)
		return l.all
	}
	rows, more, err := r.open(ctx)
	if err != nil {
		l.failed("the open changes", err)
		return l.all
	}
	bound, err := r.bound()
	if err != nil || len(bound.Boards) == 0 { // which boards reports
		return nil
	}
	open := r.histories(ctx, rows, bound.Commented.Boards)
	for _, t := range bound.Tags {
		l.subject = "tag " + t.Tag
		r.covered(l, "correct its repositories ("+r.at(t.Line)+")", t.Scope, names, open, more)
	}
	if r.Config.Comments.OfChanges() {
		l.subject = "comments"
		r.covered(l, "correct comments.repositories in "+r.Config.Path, bound.Commented, names, open, more)
	}
	return l.all
}

// covered says how many repositories and open changes a scope has.
func (r *run) covered(l *lines, fix string, scope mapping.Scope, names []string, open []*review.History, more bool) {
	repositories, changes, tasks := 0, 0, "of tasks that are on a board"
	if !scope.OnBoards() {
		tasks = "of any task"
	}
	for _, name := range names {
		if scope.MayCover(name) {
			repositories++
		}
	}
	for _, h := range open {
		if scope.Covers(h) {
			changes++
		}
	}
	least := ""
	if more {
		least = "at least "
	}
	if repositories == 0 {
		l.say(bind.Warn, "covers no repository that %s can see on Gerrit; %s", r.Config.Gerrit.User, fix)
		return
	}
	l.say(bind.OK, "covers %d %s with %s%s, %s", repositories, tell.Plural(repositories, "repository", "repositories"), least, tell.Counted(changes, "open change"), tasks)
}

// errEnough ends a query of which enough was seen.
var errEnough = errors.New("enough")

// open lists the open changes in the repositories that are followed. more says that there are others.
func (r *run) open(ctx context.Context) (rows []gerrit.Row, more bool, err error) {
	query := strings.TrimSpace(ingest.Scope(r.Config.Repositories()) + " is:open")
	err = r.Gerrit.Each(ctx, query, pageSize, func(page []gerrit.Row) error {
		rows = append(rows, slices.DeleteFunc(page, func(row gerrit.Row) bool { return row.Private })...)
		if len(rows) >= manyOpen {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return rows, true, nil
	}
	return rows, false, err
}

// histories are changes of which only a row was read, for what depends on no more than that.
// Of their owners only those are known that the boards name.
func (r *run) histories(ctx context.Context, rows []gerrit.Row, boards []mapping.Followed) []*review.History {
	names := slices.Clone(r.Config.Gerrit.Bots)
	for _, b := range boards {
		names = slices.Concat(names, b.Count.Owners, b.Team)
	}
	slices.Sort(names)
	names = slices.DeleteFunc(slices.Compact(names), func(n string) bool { return n == "team" || n == "outsiders" })
	known := map[int]review.Account{}
	for _, a := range r.accounts(ctx, names) {
		if a.err == nil {
			known[a.ID] = review.Account{ID: a.ID, Username: a.Username, Service: a.Service}
		}
	}
	reader := review.Reader{Bots: r.Config.Gerrit.Bots}
	var all []*review.History
	for _, row := range rows {
		owner, ok := known[row.OwnerID]
		if !ok {
			owner.ID = row.OwnerID
		}
		all = append(all, reader.Read(review.Change{Key: review.Key{Project: row.Project, Number: row.Number}, Branch: row.Branch, Owner: owner}))
	}
	return all
}
