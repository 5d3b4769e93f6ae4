package mapping_test

import (
	"slices"
	"testing"
	"time"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
	"reviewsync/mapping/tell"
)

// allComments wants every kind from the first Monday on.
func allComments(changes ...*review.History) CommentQuestion {
	return CommentQuestion{Task: 1, Changes: changes, Starts: map[CommentKind]time.Time{
		CommentLinked: firstMonday, CommentMerged: firstMonday, CommentReverted: firstMonday,
	}}
}

// keys of the comments that are due, whatever the order of the changes.
func keys(t *testing.T, q CommentQuestion) []string {
	t.Helper()
	list := func() []string {
		out := []string{}
		for _, c := range TaskComments(q) {
			out = append(out, c.Key())
		}
		return out
	}
	got := list()
	slices.Reverse(q.Changes)
	if again := list(); !slices.Equal(again, got) {
		t.Errorf("the order in which changes are read matters: %q, %q", got, again)
	}
	return got
}

func TestTaskComments(t *testing.T) {
	const core = "mediawiki/core"
	push := func(w *world) *reviewtest.Change {
		return w.gerrit.Push(at(9, 0, 0), 101, "vol1", core, []int{1}, false)
	}
	for _, c := range []struct {
		name  string
		story func(w *world)
		ask   func(q *CommentQuestion)
		want  []string
	}{
		{"nothing", func(*world) {}, nil, nil},
		{"linked", func(w *world) { push(w) }, nil, []string{"101#reviewsync-linked"}},
		{"linked before the start", func(w *world) { push(w) }, func(q *CommentQuestion) { q.Starts[CommentLinked] = at(9, 0, 0) }, nil},
		{"linked, on Phabricator's clock", func(w *world) { push(w) }, func(q *CommentQuestion) {
			q.Starts[CommentLinked], q.Skew = at(9, 30, 0), time.Hour
		}, []string{"101#reviewsync-linked"}},
		{"linked, and not wanted", func(w *world) { push(w) }, func(q *CommentQuestion) { delete(q.Starts, CommentLinked) }, nil},
		{"linked to another task", func(w *world) { push(w) }, func(q *CommentQuestion) { q.Task = 2 }, nil},
		{"a bot's", func(w *world) { w.gerrit.Push(at(9, 0, 0), 101, "ci-bot", core, []int{1}, false) }, nil, []string{"101#reviewsync-linked"}},
		{"work in progress", func(w *world) { w.gerrit.Push(at(9, 0, 0), 101, "vol1", core, []int{1}, true) }, nil, nil},
		{"ready later", func(w *world) {
			w.gerrit.Push(at(9, 0, 0), 101, "vol1", core, []int{1}, true).SetWIP(at(10, 0, 0), "vol1", false, true)
		}, nil, []string{"101#reviewsync-linked"}},
		{"lost the link", func(w *world) {
			push(w).Upload(at(10, 0, 0), "vol1", reviewtest.Rework, []int{2}, nil)
		}, nil, nil},
		{"linked again", func(w *world) {
			c := push(w)
			c.Upload(at(10, 0, 0), "vol1", reviewtest.Rework, []int{2}, nil)
			c.Upload(at(11, 0, 0), "vol1", reviewtest.Rework, []int{1}, nil)
		}, func(q *CommentQuestion) { q.Starts[CommentLinked] = at(10, 30, 0) }, []string{"101#reviewsync-linked"}},
		{"abandoned", func(w *world) { push(w).Close(at(10, 0, 0), "vol1", review.StatusAbandoned) }, nil, nil},
		{"merged", func(w *world) { push(w).Close(at(10, 0, 0), "bob", review.StatusMerged) }, nil, []string{"101#reviewsync-merged"}},
		{
			"merged before the start", func(w *world) { push(w).Close(at(10, 0, 0), "bob", review.StatusMerged) },
			func(q *CommentQuestion) { q.Starts[CommentMerged] = at(10, 0, 0) }, nil,
		},
		{
			"linked long ago, merged now", func(w *world) { push(w).Close(at(10, 0, 0), "bob", review.StatusMerged) },
			func(q *CommentQuestion) {
				q.Starts[CommentLinked], q.Starts[CommentMerged] = at(9, 30, 0), at(9, 30, 0)
			},
			[]string{"101#reviewsync-merged"},
		},
		{
			"merged, and only links get comments", func(w *world) { push(w).Close(at(10, 0, 0), "bob", review.StatusMerged) },
			func(q *CommentQuestion) { delete(q.Starts, CommentMerged) }, nil,
		},
		{"merged before a duplicate brought it here", func(w *world) { push(w).Close(at(10, 0, 0), "bob", review.StatusMerged) }, func(q *CommentQuestion) {
			q.Task, q.Changes[0] = 2, PassOn(q.Changes[0], 2, []Duplicate{{Task: 1, At: at(10, 0, 1)}}, 0)
		}, nil},
		{"merged after a duplicate brought it here", func(w *world) { push(w).Close(at(10, 0, 0), "bob", review.StatusMerged) }, func(q *CommentQuestion) {
			q.Task, q.Changes[0] = 2, PassOn(q.Changes[0], 2, []Duplicate{{Task: 1, At: at(9, 30, 0)}}, 0)
		}, []string{"101#reviewsync-merged"}},
		{"brought here by a duplicate", func(w *world) { push(w) }, func(q *CommentQuestion) {
			q.Task, q.Changes[0] = 2, PassOn(q.Changes[0], 2, []Duplicate{{Task: 1, At: at(9, 30, 0)}}, 0)
		}, []string{"101#reviewsync-linked"}},
		{"several, the oldest first", func(w *world) {
			w.gerrit.Push(at(9, 30, 0), 102, "vol2", core, []int{1, 2}, false)
			push(w).Close(at(9, 40, 0), "bob", review.StatusMerged)
			w.gerrit.Push(at(9, 35, 0), 103, "vol2", core, []int{1}, false)
		}, nil, []string{"102#reviewsync-linked", "103#reviewsync-linked", "101#reviewsync-merged"}},
	} {
		w := externalWorld(firstMonday)
		c.story(w)
		q := allComments(w.histories()...)
		if c.ask != nil {
			c.ask(&q)
		}
		if got := keys(t, q); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Whatever came later: that a change was reverted gets one comment, on the change itself.
func TestTaskCommentsOfReverts(t *testing.T) {
	day := time.Date(2026, 12, 7, 0, 0, 0, 0, time.UTC)
	since := func(hour int, kinds ...CommentKind) func(q *CommentQuestion) {
		return func(q *CommentQuestion) {
			for _, kind := range kinds {
				q.Starts[kind] = day.Add(time.Duration(hour) * time.Hour)
			}
		}
	}
	first, undone := merged(1, "vol1", 8, 9, 0), merged(2, "vol2", 10, 11, 1)
	const firstMerged, firstReverted = "1#reviewsync-merged", "1#reviewsync-reverted-by-2"
	for _, c := range []struct {
		name    string
		changes []review.Change
		ask     func(q *CommentQuestion)
		want    []string
	}{
		{"an open revert is linked", []review.Change{first, merged(2, "vol2", 10, 0, 1)}, nil, []string{firstMerged, "2#reviewsync-linked"}},
		{"a merged one is reported with what it reverts", []review.Change{first, undone}, nil, []string{firstMerged, firstReverted}},
		{"a reverted revert", []review.Change{first, undone, merged(3, "vol1", 12, 13, 2)}, nil, []string{firstMerged, firstReverted, "2#reviewsync-reverted-by-3"}},
		{"made up for", []review.Change{first, undone, merged(3, "vol1", 12, 13, 0)}, nil, []string{firstMerged, firstReverted, "3#reviewsync-merged"}},
		{"reverted twice", []review.Change{first, undone, merged(3, "vol1", 12, 13, 1)}, nil, []string{firstMerged, firstReverted, "1#reviewsync-reverted-by-3"}},
		{"of an old merge", []review.Change{first, undone}, since(10, CommentMerged, CommentReverted), []string{firstReverted}},
		{"before the start", []review.Change{first, undone}, since(11, CommentMerged, CommentReverted), []string{}},
		{"reverts get no comments", []review.Change{first, undone}, func(q *CommentQuestion) { delete(q.Starts, CommentReverted) }, []string{firstMerged, "2#reviewsync-merged"}},
		{"reverts get comments since later", []review.Change{first, undone}, since(12, CommentReverted), []string{firstMerged, "2#reviewsync-merged"}},
		{"of a change that nobody knows", []review.Change{undone}, nil, []string{"2#reviewsync-merged"}},
		{"in a circle", []review.Change{merged(1, "vol1", 8, 9, 2), undone}, nil, []string{firstMerged, firstReverted}},
	} {
		var histories []*review.History
		for _, x := range c.changes {
			histories = append(histories, review.Reader{Footers: []string{"Bug"}}.Read(x))
		}
		q := allComments(histories...)
		since(0, CommentLinked, CommentMerged, CommentReverted)(&q)
		if c.ask != nil {
			c.ask(&q)
		}
		if got := keys(t, q); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTold(t *testing.T) {
	for text, want := range map[string][]string{
		"":                               nil,
		"Change 1 was merged":            nil,
		"https://g/r/1#reviewsync-":      {"1#reviewsync-"},
		"1#reviewsync-merged":            nil,
		"#reviewsync-merged":             nil,
		"/x#reviewsync-merged":           nil,
		"https://g/1#reviewsync-merged.": {"1#reviewsync-merged"},
		"[[https://g/12#reviewsync-reverted-by-130|12]], see [[ http://old/r/7#reviewsync-linked | 7 ]]": {"12#reviewsync-reverted-by-130", "7#reviewsync-linked"},
	} {
		if got := CommentKeys(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestReasonOfComments(t *testing.T) {
	one, two := &review.History{Key: review.Key{Project: "a", Number: 1}}, &review.History{Key: review.Key{Project: "a", Number: 2}}
	for want, c := range map[string]TaskComment{
		"T7: commented that change 1 was linked":               {Kind: CommentLinked, Change: one},
		"T7: commented that change 1 was reverted by change 2": {Kind: CommentReverted, Change: one, Revert: two},
	} {
		if got := tell.Effect(c.Effect(7, ""), called); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
