package storetest

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping/review"
)

// marked lists the tasks that are marked meanwhile, ascending.
func marked(t *testing.T, s store.Store, do func() error) (tasks []int) {
	t.Helper()
	defer s.Listen(func(all []store.Wake) {
		for _, w := range all {
			if w.Kind == store.KindTask {
				tasks = append(tasks, get(strconv.Atoi(w.Key))(t))
			}
		}
	})()
	must(t, do())
	slices.Sort(tasks)
	return tasks
}

// read is what happens once a change was found: it is read and stored at its generation. It
// returns the tasks that it marks.
func read(t *testing.T, s store.Store, key review.Key, meta string, tasks ...int) []int {
	t.Helper()
	item, _, err := s.Open(t.Context(), store.KindChange, key.String())
	must(t, err)
	return marked(t, s, func() error {
		return s.PutChange(t.Context(), store.ChangeRow{Key: key, Meta: meta, Open: true, Snapshot: []byte(`{"a":1}`), Tasks: tasks}, item.Want)
	})
}

func find(t *testing.T, s store.Store, sweep int64, rows ...store.Seen) []review.Key {
	t.Helper()
	return get(s.Found(t.Context(), "gerrit", time.Time{}, sweep, rows))(t)
}

func behind(t *testing.T, s store.Store, kind string) []store.Item {
	t.Helper()
	return get(s.Behind(t.Context(), kind, monday))(t)
}

func TestAQueryMarksOnlyWhatIsNew(t *testing.T, o Opener) {
	s := o.Open(t)
	same(t, "new", find(t, s, 0, store.Seen{Key: core, Meta: "m1"}, store.Seen{Key: skin, Meta: "n1"}), []review.Key{core, skin})
	same(t, "seen again while behind", find(t, s, 0, store.Seen{Key: core, Meta: "m1"}), []review.Key(nil))
	same(t, "one mark each", behind(t, s, store.KindChange), []store.Item{{Key: core.String(), Want: 1}, {Key: skin.String(), Want: 1}})

	read(t, s, core, "m1")
	read(t, s, skin, "n1")
	same(t, "seen again once read", find(t, s, 0, store.Seen{Key: core, Meta: "m1"}, store.Seen{Key: skin, Meta: "n1"}), []review.Key(nil))
	same(t, "written to", find(t, s, 0, store.Seen{Key: core, Meta: "m2"}, store.Seen{Key: skin, Meta: "n1"}), []review.Key{core})
	same(t, "behind", behind(t, s, store.KindChange), []store.Item{{Key: core.String(), Want: 2}})

	read(t, s, core, "m1") // the server answered with what was before
	same(t, "the answer was old", find(t, s, 0, store.Seen{Key: core, Meta: "m2"}), []review.Key{core})
}

func TestAChangeWrittenToWhileItIsReadIsReadAgain(t *testing.T, o Opener) {
	s := o.Open(t)
	find(t, s, 0, store.Seen{Key: core, Meta: "m1"})
	item, _, err := s.Open(t.Context(), store.KindChange, core.String())
	must(t, err)
	find(t, s, 0, store.Seen{Key: core, Meta: "m2"})
	must(t, s.PutChange(t.Context(), store.ChangeRow{Key: core, Meta: "m1"}, item.Want))
	must(t, s.Done(t.Context(), store.KindChange, item))
	if _, again, err := s.Open(t.Context(), store.KindChange, core.String()); err != nil || !again {
		t.Error("the second write is forgotten")
	}
	same(t, "behind", behind(t, s, store.KindChange), []store.Item{{Key: core.String(), Want: 2}})
}

func TestAHintMarksWhateverWasRead(t *testing.T, o Opener) {
	s := o.Open(t)
	find(t, s, 0, store.Seen{Key: core, Meta: "m1"})
	read(t, s, core, "m1")
	must(t, s.Mark(t.Context(), store.KindChange, false, core.String()))
	same(t, "behind", behind(t, s, store.KindChange), []store.Item{{Key: core.String(), Want: 2}})
	must(t, s.Mark(t.Context(), store.KindChange, false, skin.String())) // nobody has seen this one
	same(t, "behind", len(behind(t, s, store.KindChange)), 2)
}

func TestTheWatermarkMovesWithTheRows(t *testing.T, o Opener) {
	s := o.Open(t)
	if _, ok, err := s.Watermark(t.Context(), "gerrit"); ok || err != nil {
		t.Fatal(ok, err)
	}
	get(s.Found(t.Context(), "gerrit", monday, 0, []store.Seen{{Key: core, Meta: "m1"}}))(t)
	find(t, s, 0, store.Seen{Key: core, Meta: "m2"})
	at, ok, err := s.Watermark(t.Context(), "gerrit")
	if !ok || err != nil || !at.Equal(monday) {
		t.Errorf("watermark %v, %v, %v; want %v", at, ok, err, monday)
	}
}

func TestASweepTellsWhatItDidNotMeet(t *testing.T, o Opener) {
	s := o.Open(t)
	find(t, s, 1, store.Seen{Key: core, Meta: "m1"}, store.Seen{Key: skin, Meta: "n1"})
	read(t, s, core, "m1", 1) // stamped before it was read for the first time
	read(t, s, skin, "n1", 2)
	same(t, "first sweep met all", get(s.Unseen(t.Context(), 1))(t), []review.Key(nil))
	same(t, "second sweep finds nothing new", find(t, s, 2, store.Seen{Key: core, Meta: "m1"}), []review.Key(nil))
	same(t, "second sweep did not meet", get(s.Unseen(t.Context(), 2))(t), []review.Key{skin})
	find(t, s, 0, store.Seen{Key: core, Meta: "m2"})
	same(t, "a poll in between changes no stamp", get(s.Unseen(t.Context(), 2))(t), []review.Key{skin})
	must(t, s.PutChange(t.Context(), store.ChangeRow{Key: skin, Meta: "n2", Open: false}, 9))
	same(t, "it was closed", get(s.Unseen(t.Context(), 2))(t), []review.Key(nil))
}

func TestASweepTriesWhatIsBlockedAgain(t *testing.T, o Opener) {
	s := o.Open(t)
	find(t, s, 0, store.Seen{Key: core, Meta: "m1"})
	must(t, s.Failed(t.Context(), store.KindChange, store.Item{Key: core.String(), Want: 1}, store.ClassBlocked, "no permission", time.Time{}))
	find(t, s, 0, store.Seen{Key: core, Meta: "m1"})
	same(t, "after a poll", behind(t, s, store.KindChange), []store.Item(nil))
	find(t, s, 1, store.Seen{Key: core, Meta: "m1"})
	same(t, "after a sweep", behind(t, s, store.KindChange), []store.Item{{Key: core.String(), Want: 2, Class: store.ClassBlocked}})
}

func TestAChangeMarksTheTasksItNamesAndNamed(t *testing.T, o Opener) {
	s := o.Open(t)
	same(t, "first", read(t, s, core, "m1", 20, 3, 20), []int{3, 20})
	read(t, s, skin, "n1", 20)
	same(t, "relinked", read(t, s, core, "m2", 3, 100), []int{3, 20, 100})
	same(t, "behind", behind(t, s, store.KindTask), []store.Item{{Key: "100", Want: 1}, {Key: "20", Want: 3}, {Key: "3", Want: 2}})

	want := []store.ChangeRow{{Key: core, Meta: "m2", Open: true, Snapshot: []byte(`{"a":1}`), Tasks: []int{3, 100}}}
	same(t, "changes of T100", get(s.Changes(t.Context(), 100))(t), want)
	same(t, "changes of T4", get(s.Changes(t.Context(), 4))(t), []store.ChangeRow(nil))

	var swept []int
	for after := 0; ; after = swept[len(swept)-1] {
		batch := get(s.TasksAfter(t.Context(), after, 2))(t)
		if len(batch) == 0 {
			break
		}
		swept = slices.Concat(swept, batch)
	}
	same(t, "all tasks in batches", swept, []int{3, 20, 100})
}

func TestAPrivateOrVanishedChangeLeavesNoTrace(t *testing.T, o Opener) {
	for name, test := range map[string]struct {
		meta  string       // given to DropChange
		after []review.Key // what a query that has m1 finds
	}{
		"private": {"m1", nil},
		"gone":    {"", []review.Key{core}},
	} {
		t.Run(name, func(t *testing.T) {
			s := o.Open(t)
			find(t, s, 1, store.Seen{Key: core, Meta: "m1"})
			read(t, s, core, "m1", 5)
			must(t, s.Mark(t.Context(), store.KindChange, false, core.String()))
			same(t, "marked", marked(t, s, func() error { return s.DropChange(t.Context(), core, test.meta, 2) }), []int{5})
			same(t, "change behind", behind(t, s, store.KindChange), []store.Item(nil))
			same(t, "task behind", behind(t, s, store.KindTask), []store.Item{{Key: "5", Want: 2}})
			same(t, "changes", get(s.Changes(t.Context(), 5))(t), []store.ChangeRow(nil))
			same(t, "tasks", get(s.TasksAfter(t.Context(), 0, 9))(t), []int(nil))
			same(t, "open", get(s.Unseen(t.Context(), 2))(t), []review.Key(nil))
			same(t, "seen again", find(t, s, 0, store.Seen{Key: core, Meta: "m1"}), test.after)
			same(t, "written to", find(t, s, 0, store.Seen{Key: core, Meta: "m2"}), []review.Key{core})
			read(t, s, core, "m2", 5)
			same(t, "back again", len(get(s.Changes(t.Context(), 5))(t)), 1)
		})
	}
}

func TestTasksOfAChange(t *testing.T, o Opener) {
	s := o.Open(t)
	tasks, known, err := s.TasksOf(t.Context(), core)
	must(t, err)
	if known || len(tasks) > 0 {
		t.Errorf("a change that was never read: %v, %v", tasks, known)
	}
	find(t, s, 0, store.Seen{Key: core, Meta: "m1"})
	if _, known, err = s.TasksOf(t.Context(), core); known || err != nil {
		t.Errorf("a change that was only found counts as read (%v)", err)
	}
	read(t, s, core, "m1", 7, 3)
	tasks, known, err = s.TasksOf(t.Context(), core)
	must(t, err)
	if !known {
		t.Error("a change that was read is not known")
	}
	same(t, "its tasks", tasks, []int{3, 7})
}
