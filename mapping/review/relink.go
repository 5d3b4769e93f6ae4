package review

import (
	"cmp"
	"slices"
	"time"
)

// As gives the history of a change for a task into which others were merged: linked while the change
// names one of them, but not before that one was merged. The times are Gerrit's.
func (h *History) As(task int, merged map[int]time.Time) *History {
	from := map[int32]int64{int32(task): 0} // names of the task, and since when
	for other, at := range merged {
		from[int32(other)] = at.Unix()
	}
	type name struct {
		at   int64 // when it becomes or ceases to be the task's
		fact Fact
	}
	var names []name
	for _, f := range h.links {
		if at, own := from[f.Task]; own {
			names = append(names, name{max(f.At, at), f})
		}
	}
	slices.SortStableFunc(names, func(x, y name) int { return cmp.Compare(x.at, y.at) })
	as := *h
	as.linkedEver, as.links = map[int32]int{int32(task): h.firstPlace(from)}, nil
	as.Facts = slices.DeleteFunc(slices.Clone(h.Facts), func(f Fact) bool { return f.Kind == Linked || f.Kind == Unlinked })
	now, linked := map[int32]bool{}, false
	for i, n := range names {
		if delete(now, n.fact.Task); n.fact.Kind == Linked {
			now[n.fact.Task] = true
		}
		if i+1 < len(names) && names[i+1].at == n.at || linked == (len(now) > 0) {
			continue // one second is one step
		}
		linked = !linked
		f := n.fact
		if n.at != f.At { // by the merge of the tasks, not by a patch set
			f = Fact{At: n.at, By: Nobody, Who: Nobody}
		}
		if f.Task, f.Kind = int32(task), Unlinked; linked {
			f.Kind = Linked
		}
		as.links = append(as.links, f)
	}
	as.Facts = append(as.Facts, as.links...)
	slices.SortStableFunc(as.Facts, compareFacts)
	return &as
}

// firstPlace is the lowest Place of these tasks.
func (h *History) firstPlace(tasks map[int32]int64) int {
	first := 0
	for t := range tasks {
		if place := h.linkedEver[t]; place > 0 && (first == 0 || place < first) {
			first = place
		}
	}
	return first
}
