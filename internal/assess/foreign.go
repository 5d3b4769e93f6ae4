package assess

import (
	"context"
	"slices"
	"time"

	"reviewsync/internal/bind"
	"reviewsync/internal/effect"
	"reviewsync/mapping"
	"reviewsync/phab"
)

// An edit by our account that is not in our log of writes is somebody else's: of another
// reviewsync, as a rule. Each takes the other's moves for its own, so neither is obeyed, and
// nobody would see why.

const (
	foreignAge = 30 * 24 * time.Hour // how old an edit may be to be told of; the log of writes goes back further
	settling   = time.Minute         // how long after a store was made there may be edits noted in the one before
)

// foreign warns, once, of an edit of the task by our account that we did not make.
func (t *assessment) foreign(ctx context.Context) error {
	r := t.r
	if r.warnedForeign.Load() {
		return nil
	}
	since := r.o.Store.Created().Add(settling)
	if age := r.now().Add(-foreignAge); age.After(since) {
		since = age
	}
	found, is, err := r.o.Effects.Foreign(ctx, t.task.ID, t.ownEdits(since))
	if is && r.warnedForeign.CompareAndSwap(false, true) {
		r.o.Log.Warn().Int("task", t.task.ID).Msgf(
			"T%d was edited by reviewsync's account on Phabricator (%s), and not by this reviewsync: another one uses the account, or somebody its token, or the store is an older copy; give each reviewsync an account of its own, or they take each other's moves for theirs",
			t.task.ID, found.At.UTC().Format("2006-01-02 15:04:05"))
	}
	return err
}

// ownEdits lists the edits of the task by our account. One that has nothing but links and
// subscribers, which the server adds by itself, is none; nor is the making of the task.
func (t *assessment) ownEdits(since time.Time) []effect.Edit {
	by := map[string]*effect.Edit{}
	counts := map[string]bool{}
	for _, x := range t.transactions {
		if x.AuthorPHID != t.bound.Self.PHID || !x.Date.After(since) || x.Create {
			continue
		}
		key := edit(x)
		if by[key] == nil {
			by[key] = &effect.Edit{At: x.Date}
		}
		by[key].Transactions = append(by[key].Transactions, x.PHID)
		link := x.Type == "core:edge" && len(x.ProjectsAdded)+len(x.ProjectsRemoved) == 0
		counts[key] = counts[key] || !link && x.Type != "core:subscribers"
	}
	var all []effect.Edit
	for key, e := range by {
		if counts[key] {
			all = append(all, *e)
		}
	}
	slices.SortFunc(all, func(x, y effect.Edit) int { return x.At.Compare(y.At) })
	return all
}

// placedByOthers says whether a card is not where it was left: a look at who took it there is due.
func (t *assessment) placedByOthers(board *bind.Board) bool {
	left := t.cards[board.PHID].Settled.Column
	at := t.task.Boards[board.PHID]
	return left != "" && left != mapping.Unseen && len(at) > 0 && !slices.ContainsFunc(at, func(c phab.ColumnRef) bool { return c.PHID == left })
}
