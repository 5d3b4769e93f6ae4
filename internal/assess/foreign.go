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

// An edit by our account that is not in our log of writes was made by somebody else, mostly another
// reviewsync. Each takes the other's moves for its own, and nobody would see why.

const (
	foreignAge = 30 * 24 * time.Hour // how old an edit may be to be warned of; the log of writes goes back further
	settling   = time.Minute         // for this long after a store was made, edits may be noted in the store before it
)

// foreign warns once of an edit of the task by our account that we did not make.
func (t *assessment) foreign(ctx context.Context) error {
	a := t.a
	if a.warnedForeign.Load() {
		return nil
	}
	since := a.o.Store.Created().Add(settling)
	if age := a.now().Add(-foreignAge); age.After(since) {
		since = age
	}
	found, is, err := a.o.Effects.Foreign(ctx, t.task.ID, t.ownEdits(since))
	if is && a.warnedForeign.CompareAndSwap(false, true) {
		a.o.Log.Warn().Int("task", t.task.ID).Msgf(
			"T%d was edited by reviewsync's account on Phabricator (%s), and not by this reviewsync: another one uses the account, or somebody its token, or the store is an older copy; give each reviewsync an account of its own, or they take each other's moves for theirs",
			t.task.ID, found.At.UTC().Format("2006-01-02 15:04:05"))
	}
	return err
}

// ownEdits are the edits of the task by our account. One that has only links and subscribers, which
// the server adds by itself, is none; nor is the creation of the task.
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

// placedByOthers reports whether a card is not where it was settled, so that it is due to read who put
// it there.
func (t *assessment) placedByOthers(board *bind.Board) bool {
	left := t.cards[board.PHID].Settled.Column
	at := t.task.Boards[board.PHID]
	return left != "" && left != mapping.Unseen && len(at) > 0 && !slices.ContainsFunc(at, func(c phab.ColumnRef) bool { return c.PHID == left })
}
