package explain

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

// misplaced notes what keeps a change from being linked to tasks (nil: to any) that it means to name.
func (r *run) misplaced(c *review.Change, linked, tasks []int) {
	if c.Status == review.StatusAbandoned || len(c.PatchSets) == 0 {
		return
	}
	newest := slices.MaxFunc(c.PatchSets, func(x, y review.PatchSet) int { return cmp.Compare(x.Number, y.Number) })
	for _, m := range r.Config.ReviewLinks().Misplaced(newest.Message) {
		for _, task := range m.Tasks {
			if slices.Contains(linked, task) || tasks != nil && !slices.Contains(tasks, task) {
				continue
			}
			text := fmt.Sprintf("change %d is not linked to T%d, since its line '%s' %s", c.Number, task, m.Line, tell.Misplaced(m))
			if c.Status == review.StatusMerged {
				text += "; now that it is merged, move the card by hand"
			}
			r.note("%s", text)
		}
	}
}

// beyond notes which of some tasks (nil: that not all) a change is not linked to, since it names too many.
func (r *run) beyond(c *review.Change, tasks []int) {
	all := r.Config.ReviewLinks().Beyond(c)
	if tasks == nil && len(all) > 0 {
		r.note("%s", tell.BeyondAll(all))
	}
	for _, b := range all {
		if slices.Contains(tasks, b.Task) {
			r.note("%s", tell.Beyond(b))
		}
	}
}

// held notes which edits of a task wait for a budget, or were given up.
func (r *run) held(ctx context.Context, task int) error {
	held, err := r.Store.Held(ctx)
	for _, h := range held {
		if h.Task == task {
			r.note("%s", tell.Held(h.Task, h.Since, h.Until, h.Dropped))
		}
	}
	return err
}
