package bind

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"reviewsync/internal/config"
	"reviewsync/internal/store"
	"reviewsync/mapping"
)

const (
	ofTag      = "tag "
	ofComments = "comments"
)

// bindScopes finds out what tags and comments look at, and since when they have. A scope that
// was changed is a new one: what happened before tags no task and is told on none.
func (r *Binder) bindScopes(ctx context.Context, b *Bound) error {
	var boards []*mapping.Board
	for _, board := range b.Boards {
		boards = append(boards, &board.Board.Board)
	}
	now := r.o.Phab.HTTP().Now()
	var all []store.Scope
	for i := range b.Tags {
		b.Tags[i].Scope.Boards = boards
		all = append(all, store.Scope{Of: ofTag + b.Tags[i].Tag, Text: r.scopeText(b.Tags[i].Scope), First: now})
	}
	b.Commented = mapping.Scope{Repositories: r.o.Config.CommentedIn, Boards: boards}
	if len(b.Comments) > 0 { // which have a beginning of their own
		all = append(all, store.Scope{Of: ofComments, Text: r.scopeText(b.Commented)})
	}
	since, err := r.o.Store.Scopes(ctx, all, now)
	if err != nil {
		return err
	}
	for i := range b.Tags {
		b.Tags[i].Since = since[i]
	}
	for kind, began := range b.Comments {
		if last := since[len(since)-1]; last.After(began) {
			b.Comments[kind] = last
		}
	}
	return nil
}

// scopeText says what a scope comes from in the config.
func (r *Binder) scopeText(s mapping.Scope) string {
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

// follows finds that out. What was said before in what is read anew is no news: else a changed
// configuration would move cards.
func (r *Binder) follows(ctx context.Context) (f Followed, err error) {
	now := strings.Join(r.o.Config.Repositories(), "\n")
	before, since, err := r.o.Store.Followed(ctx, now, r.o.Phab.HTTP().Now())
	f.Since = since
	if before != "" {
		f.before = strings.Split(before, "\n")
	}
	return f, err
}

// bindComments finds out since when there are comments of each kind that is wanted.
func (r *Binder) bindComments(ctx context.Context) (map[mapping.CommentKind]time.Time, error) {
	starts := map[mapping.CommentKind]time.Time{}
	for _, kind := range mapping.CommentKinds() {
		var err error
		if r.o.Config.Comments[kind] == nil {
			err = r.o.Store.CommentsEnd(ctx, string(kind))
		} else {
			starts[kind], err = r.o.Store.CommentsBegin(ctx, string(kind), r.o.Phab.HTTP().Now())
		}
		if err != nil {
			return nil, err
		}
	}
	return starts, nil
}
