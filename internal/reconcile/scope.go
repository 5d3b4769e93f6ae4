package reconcile

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"reviewsync/internal/config"
	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

const (
	ofTag      = "tag "
	ofComments = "comments"
)

// bindScopes finds out what tags and comments look at, and since when they have. A scope that
// was changed is a new one: what happened before tags no task and is told on none.
func (r *Reconciler) bindScopes(ctx context.Context, b *bound) error {
	var boards []*mapping.Board
	for _, board := range b.boards {
		boards = append(boards, &board.Board.Board)
	}
	now := r.o.Phab.HTTP().Now()
	var all []store.Scope
	for i := range b.tags {
		b.tags[i].scope.Boards = boards
		all = append(all, store.Scope{Of: ofTag + b.tags[i].tag, Text: r.scopeText(b.tags[i].scope), First: now})
	}
	b.commented = mapping.Scope{Repositories: r.o.Config.CommentedIn, Boards: boards}
	if len(b.comments) > 0 { // which have a beginning of their own
		all = append(all, store.Scope{Of: ofComments, Text: r.scopeText(b.commented)})
	}
	since, err := r.o.Store.Scopes(ctx, all, now)
	if err != nil {
		return err
	}
	for i := range b.tags {
		b.tags[i].since = since[i]
	}
	for kind, began := range b.comments {
		if last := since[len(since)-1]; last.After(began) {
			b.comments[kind] = last
		}
	}
	return nil
}

// scopeText says what a scope comes from in the config.
func (r *Reconciler) scopeText(s mapping.Scope) string {
	if !s.OnBoards() {
		return "in " + strings.Join(s.Repositories, " ")
	}
	var parts []string
	for _, b := range r.o.Config.Boards {
		text, err := json.Marshal([]any{boardKey(b), b.TeamName, b.Count, b.Repositories()})
		if err != nil {
			text = []byte(err.Error())
		}
		parts = append(parts, string(text))
	}
	slices.Sort(parts)
	return strings.Join(parts, "\n")
}

// boardKey is what the config calls a board, whichever milestone it is now.
func boardKey(b config.Board) string {
	if b.MilestoneOf != "" {
		return "milestone of " + b.MilestoneOf
	}
	return b.Tag
}

// followed says which repositories are read that were not, before the configuration was changed last.
type followed struct {
	before []string // patterns of those that were; none: every repository
	since  time.Time
}

// follows finds that out. What was said before in what is read anew is no news: else a changed
// configuration would move cards.
func (r *Reconciler) follows(ctx context.Context) (f followed, err error) {
	now := strings.Join(r.o.Config.Repositories(), "\n")
	before, since, err := r.o.Store.Followed(ctx, now, r.o.Phab.HTTP().Now())
	f.since = since
	if before != "" {
		f.before = strings.Split(before, "\n")
	}
	return f, err
}

// fresh says whether the changes of a repository are read since that time only.
func (f *followed) fresh(repository string) bool {
	return !f.since.IsZero() && len(f.before) > 0 && !review.Match(f.before, repository)
}

// covers says whether a tag or a comment looks at one of the changes.
func (b *bound) covers(changes []*review.History) bool {
	return slices.ContainsFunc(b.tags, func(t boundTag) bool { return slices.ContainsFunc(changes, t.scope.Covers) }) ||
		b.ofChanges && slices.ContainsFunc(changes, b.commented.Covers)
}

// ofBoards says whether a tag or the comments look only at tasks that are on a board.
func (b *bound) ofBoards() bool {
	return len(b.comments) > 0 && b.commented.OnBoards() ||
		slices.ContainsFunc(b.tags, func(t boundTag) bool { return t.scope.OnBoards() })
}

// onBoard finds out whether the task is on a board, or comes onto one with this look.
func (t *look) onBoard(ctx context.Context) (bool, error) {
	if t.bound.ours(t.task) || !t.bound.ofBoards() {
		return true, nil
	}
	for _, board := range t.bound.boards {
		d := mapping.Decide(t.question(board))
		if d.Verdict == mapping.Unread {
			if err := t.readEvents(ctx); err != nil {
				return false, err
			}
			d = mapping.Decide(t.question(board))
		}
		if d.Verdict == mapping.Move && d.Target.Kind == mapping.ToColumn {
			return true, nil
		}
	}
	return false, nil
}

// came is when somebody else put the task on one of the boards that it is on, the first of
// them; zero if it was made there, or we put it there. It takes the events.
func (t *look) came() time.Time {
	var first time.Time
	for _, board := range t.bound.boards {
		if !slices.Contains(t.task.Projects, board.PHID) {
			continue
		}
		var last mapping.Event
		for _, e := range t.bound.events(board, t.transactions, t.r.names) {
			if e.Kind == mapping.CardAdded && !e.At.Before(last.At) {
				last = e
			}
		}
		if last.Own || last.At.IsZero() {
			return time.Time{}
		}
		if first.IsZero() || last.At.Before(first) {
			first = last.At
		}
	}
	return first
}
