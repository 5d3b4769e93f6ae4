package bind

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"reviewsync/internal/config"
	"reviewsync/internal/store"
	"reviewsync/mapping"
)

// bindTags finds the projects of the tags that are on tasks while a change is open. It leaves
// out one that a task cannot have together with a board's, or would have without a choice.
func (r *run) bindTags(ctx context.Context) error {
	for _, t := range r.o.Config.Tags {
		rep := r.report("tag %s", t.Tag)
		project, found, err := r.find(ctx, &rep, hashtag{tag: t.Tag, line: t.Line, fix: "correct the tag", archived: "take the tag out"})
		if err != nil {
			return err
		}
		same := slices.IndexFunc(r.All, func(b *Board) bool { return b.PHID == project.PHID })
		related := slices.IndexFunc(r.All, func(b *Board) bool { return b.kin[project.PHID].Is != "" })
		switch {
		case !found:
		case same >= 0:
			rep.leave(Finding{Lines: []int{t.Line}, Text: "is the same project as board " + r.All[same].Tag, Fix: "use adopt and untag there"})
		case related >= 0:
			b := r.All[related]
			f := Finding{
				Level: Fail, Lines: []int{t.Line}, Fix: "name another tag",
				Text: fmt.Sprintf("is %s board %s, and a task cannot have both, so it would take cards off the board", b.kin[project.PHID].Is, b.Tag),
			}
			if r.before.hasTag(t.Tag) {
				rep.add(f)
			} else {
				rep.leave(f)
			}
		default:
			rep.fine("is project %q", project.Name)
		}
		r.others = append(r.others, rep.findings...)
		if rep.out != nil {
			r.LeftOut[rep.of] = *rep.out
			continue
		}
		r.Tags = append(r.Tags, Tag{Tag: t.Tag, Line: t.Line, PHID: project.PHID, Scope: mapping.Scope{Repositories: t.Repositories}})
	}
	return nil
}

// since finds out since when comments, tags and repositories have been as they are in the config.
// What is new there is for what happens from now on.
func (r *run) since(ctx context.Context) (err error) {
	now := r.o.Phab.HTTP().Now()
	if err := r.bindComments(ctx, now); err != nil {
		return err
	}
	if err := r.bindScopes(ctx, now); err != nil {
		return err
	}
	before, since, err := r.o.Store.Followed(ctx, strings.Join(r.o.Config.Repositories(), "\n"), now)
	r.Followed.Since = since
	if before != "" {
		r.Followed.before = strings.Split(before, "\n")
	}
	return err
}

// bindComments finds out since when there are comments of each kind that is wanted.
func (r *run) bindComments(ctx context.Context, now time.Time) (err error) {
	r.Comments, r.ofChanges = map[mapping.CommentKind]time.Time{}, r.o.Config.Comments.OfChanges()
	for _, kind := range mapping.CommentKinds() {
		if r.o.Config.Comments[kind] == nil {
			err = r.o.Store.CommentsEnd(ctx, string(kind))
		} else {
			r.Comments[kind], err = r.o.Store.CommentsBegin(ctx, string(kind), now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// bindScopes finds out what tags and comments cover, and since when they have. A scope that
// was changed is a new one: what happened before adds no tag and no comment.
func (r *run) bindScopes(ctx context.Context, now time.Time) error {
	var boards []mapping.Followed
	for _, board := range r.Boards {
		boards = append(boards, board.Followed())
	}
	var all []store.Scope
	for i := range r.Tags {
		r.Tags[i].Scope.Boards = boards
		all = append(all, store.Scope{Of: "tag " + r.Tags[i].Tag, Text: r.scopeText(r.Tags[i].Scope), First: now})
	}
	r.Commented = mapping.Scope{Repositories: r.o.Config.CommentRepositories, Boards: boards}
	if len(r.Comments) > 0 { // which have a beginning of their own
		all = append(all, store.Scope{Of: "comments", Text: r.scopeText(r.Commented)})
	}
	since, err := r.o.Store.Scopes(ctx, all, now)
	if err != nil {
		return err
	}
	for i := range r.Tags {
		r.Tags[i].Since = since[i]
	}
	for kind, began := range r.Comments {
		if last := since[len(since)-1]; last.After(began) {
			r.Comments[kind] = last
		}
	}
	return nil
}

// scopeText says what a scope comes from in the config.
func (b *Binder) scopeText(s mapping.Scope) string {
	if !s.OnBoards() {
		return "in " + strings.Join(s.Repositories, " ")
	}
	var parts []string
	for _, board := range b.o.Config.Boards {
		text, err := json.Marshal([]any{boardKey(board), board.TeamName, board.Count, board.Repositories()})
		if err != nil {
			text = []byte(err.Error())
		}
		parts = append(parts, string(text))
	}
	slices.Sort(parts)
	return strings.Join(parts, "\n")
}

// boardKey is what the store calls a board of the config, whichever milestone it is now.
func boardKey(b config.Board) string {
	if b.MilestoneOf != "" {
		return "milestone of " + b.MilestoneOf
	}
	return b.Tag
}
