package reconcile

import (
	"context"
	"slices"
	"strings"
	"time"

	"reviewsync/internal/bind"
	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/phab"
)

// An edit by our account that is not in our log of writes is somebody else's: of another
// reviewsync, as a rule. Each takes the other's moves for its own, so neither is obeyed, and
// nobody would see why.

const (
	foreignAge = 30 * 24 * time.Hour // how old an edit may be to be told of; the log of writes goes back further
	settling   = time.Minute         // how long after a store was made there may be edits noted in the one before
	lateEdit   = 15 * time.Minute    // how late an edit can take effect whose answer was lost
	earlyEdit  = 5 * time.Second     // how much earlier than we think, by the server's clock
)

// foreign warns, once, of an edit of the task by our account that we did not make.
func (t *look) foreign(ctx context.Context) error {
	r := t.r
	if r.o.DryRun || r.toldForeign.Load() {
		return nil
	}
	since := r.o.Store.Created().Add(settling)
	if age := r.now().Add(-foreignAge); age.After(since) {
		since = age
	}
	own := t.ownEdits(since)
	if len(own) == 0 {
		return nil
	}
	ops, err := r.o.Store.OpsOn(ctx, t.task.ID)
	if err != nil {
		return err
	}
	for _, e := range own {
		if !e.noted(ops) && r.toldForeign.CompareAndSwap(false, true) {
			r.o.Log.Warn().Int("task", t.task.ID).Msgf(
				"T%d was edited by reviewsync's account on Phabricator (%s), and not by this reviewsync: another one uses the account, or somebody its token, or the store is an older copy; give each reviewsync an account of its own, or they take each other's moves for theirs",
				t.task.ID, e.at.UTC().Format("2006-01-02 15:04:05"))
		}
	}
	return nil
}

// ownEdit is an edit by our account.
type ownEdit struct {
	at    time.Time
	phids []string // of its transactions
}

// ownEdits lists the edits of the task by our account. One that has nothing but links and
// subscribers, which the server adds by itself, is none; nor is the making of the task.
func (t *look) ownEdits(since time.Time) []ownEdit {
	by := map[string]*ownEdit{}
	counts := map[string]bool{}
	for _, x := range t.transactions {
		if x.AuthorPHID != t.bound.Self.PHID || !x.Date.After(since) || x.Create {
			continue
		}
		key := edit(x)
		if by[key] == nil {
			by[key] = &ownEdit{at: x.Date}
		}
		by[key].phids = append(by[key].phids, x.PHID)
		link := x.Type == "core:edge" && len(x.ProjectsAdded)+len(x.ProjectsRemoved) == 0
		counts[key] = counts[key] || !link && x.Type != "core:subscribers"
	}
	var all []ownEdit
	for key, e := range by {
		if counts[key] {
			all = append(all, *e)
		}
	}
	slices.SortFunc(all, func(x, y ownEdit) int { return x.at.Compare(y.at) })
	return all
}

// noted says whether an edit is, or may be, one of these.
func (e *ownEdit) noted(ops []store.Op) bool {
	return slices.ContainsFunc(ops, func(op store.Op) bool {
		if op.Result == "" { // what became of it is not known
			return !e.at.Before(op.Created.Add(-earlyEdit)) && !e.at.After(op.Created.Add(lateEdit))
		}
		return slices.ContainsFunc(strings.Fields(op.Result), func(phid string) bool { return slices.Contains(e.phids, phid) })
	})
}

// placedByOthers says whether a card is not where it was left: a look at who took it there is due.
func (t *look) placedByOthers(board *bind.Board) bool {
	left := t.cards[board.PHID].Settled.Column
	at := t.task.Boards[board.PHID]
	return left != "" && left != mapping.Unseen && len(at) > 0 && !slices.ContainsFunc(at, func(c phab.ColumnRef) bool { return c.PHID == left })
}
