package storetest

import (
	"testing"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping"
)

func duplicate(t *testing.T, s store.Store, task, target int, hour int) []int {
	t.Helper()
	return marked(t, s, func() error {
		return s.PutDuplicate(t.Context(), store.Duplicate{Task: task, Target: target, At: monday.Add(time.Duration(hour) * time.Hour), Modified: monday})
	})
}

func TestLinksFollowDuplicates(t *testing.T, o Opener) {
	s := o.Open(t)
	same(t, "behind", duplicate(t, s, 1, 2, 5), []int{2})
	same(t, "behind, a hop further", duplicate(t, s, 2, 3, 1), []int{3})
	same(t, "nothing new", duplicate(t, s, 2, 3, 1), []int(nil))
	same(t, "of 3", get(s.DuplicatesOf(t.Context(), 3))(t), []mapping.Duplicate{{Task: 2, At: monday.Add(time.Hour)}, {Task: 1, At: monday.Add(5 * time.Hour)}})
	same(t, "a write marks all", read(t, s, core, "m1", 1), []int{1, 2, 3})
	same(t, "the sweep looks at all", get(s.TasksAfter(t.Context(), 0, 10))(t), []int{1, 2, 3})

	same(t, "a circle", duplicate(t, s, 3, 1, 6), []int{1, 2})
	same(t, "of 3 in a circle", len(get(s.DuplicatesOf(t.Context(), 3))(t)), 2)
	same(t, "it was none", marked(t, s, func() error { return s.EndDuplicate(t.Context(), 3) }), []int{1, 2})
	same(t, "elsewhere", duplicate(t, s, 2, 9, 7), []int{3, 9})
	same(t, "of 3 now", len(get(s.DuplicatesOf(t.Context(), 3))(t)), 0)
}

func TestFiveHopsAreFollowed(t *testing.T, o Opener) {
	s := o.Open(t)
	for n := 1; n < 10; n++ {
		duplicate(t, s, n, n+1, n)
	}
	same(t, "behind", read(t, s, core, "m1", 1), []int{1, 2, 3, 4, 5, 6})
	same(t, "of 10", len(get(s.DuplicatesOf(t.Context(), 10))(t)), 5)
}
