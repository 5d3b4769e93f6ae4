package storetest

import (
	"testing"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping/pace"
	"reviewsync/mapping/review"
)

var (
	fromVol9 = pace.Cause{Board: "#a", Change: core, Person: "vol9"}
	deployed = pace.Cause{Board: "#b", Change: review.Key{Project: "p", Number: 5}, Deployed: true}
)

// A request with several writes is one edit, and what asks for reviews is none.
func TestEditsCountOncePerRequest(t *testing.T, o Opener) {
	s, ctx := o.Open(t), t.Context()
	for n, ops := range [][]store.Op{
		{{Key: "move", Task: 1, Board: "#a", Cause: &fromVol9}, {Key: "tag", Task: 1}, {Key: "comment", Task: 1}},
		{{Key: "ask"}},
		{{Key: "comment", Task: 2, Cause: &pace.Cause{}}},
		{{Key: "done", Task: 3, Board: "#b", Cause: &deployed}},
	} {
		ops[0].Created = monday.Add(time.Duration(n) * time.Minute)
		get(s.BeginOps(ctx, ops))(t)
	}
	same(t, "edits", get(s.Edits(ctx, monday.Add(-time.Second)))(t), []pace.Edit{
		{Cause: fromVol9, At: monday}, {At: monday.Add(2 * time.Minute)}, {Cause: deployed, At: monday.Add(3 * time.Minute)},
	})
	same(t, "edits since the first", get(s.Edits(ctx, monday))(t), []pace.Edit{{At: monday.Add(2 * time.Minute)}, {Cause: deployed, At: monday.Add(3 * time.Minute)}})
}

// An edit that waits keeps since when it does, until it is made or nobody asks for it any more.
func TestHeldEdits(t *testing.T, o Opener) {
	s, ctx := o.Open(t), t.Context()
	a := store.Held{Task: 1, Cause: fromVol9, Said: monday, Since: monday.Add(time.Second), Until: monday.Add(time.Minute)}
	b := store.Held{Task: 1, Cause: deployed, Since: monday.Add(2 * time.Second), Until: monday.Add(time.Hour)}
	c := store.Held{Task: 2, Since: monday.Add(3 * time.Second), Until: monday.Add(time.Hour)} // of no board
	for _, h := range []store.Held{a, b, c} {
		must(t, s.Hold(ctx, h))
	}
	if o.Killed != nil {
		s = o.Killed(t, s)
	}
	same(t, "held", get(s.Held(ctx))(t), []store.Held{a, b, c})
	again := a
	again.Since, again.Until, again.Person = monday.Add(time.Hour), monday.Add(2*time.Hour), "anna"
	must(t, s.Hold(ctx, again))
	a.Until, a.Person = again.Until, again.Person
	same(t, "held again", get(s.Held(ctx))(t), []store.Held{a, b, c})
	must(t, s.Unhold(ctx, 1, []string{"#a"}))
	same(t, "held still", get(s.Held(ctx))(t), []store.Held{a, c})
	get(s.BeginOps(ctx, []store.Op{{Key: "move", Task: 1, Board: "#a", Cause: &fromVol9}}, store.Made{Task: 1, Board: "#a"}))(t)
	must(t, s.Unhold(ctx, 2, nil))
	same(t, "held in the end", get(s.Held(ctx))(t), []store.Held(nil))
}

// What is let go or given up has its task looked at, and what was given up waits no more.
func TestReleaseAndDrop(t *testing.T, o Opener) {
	s, ctx := o.Open(t), t.Context()
	a := store.Held{Task: 1, Cause: fromVol9, Said: monday, Since: monday, Until: monday.Add(time.Minute)}
	b := store.Held{Task: 2, Cause: deployed, Said: monday, Since: monday.Add(time.Second), Until: monday.Add(time.Minute)}
	must(t, s.Hold(ctx, a))
	must(t, s.Hold(ctx, b))
	marked := func(task string) bool {
		t.Helper()
		item, open, err := s.Open(ctx, store.KindTask, task)
		must(t, err)
		return open && item.Urgent
	}
	same(t, "let go", get(s.Release(ctx, "#b"))(t), 1)
	b.Freed = true
	same(t, "held", get(s.Held(ctx))(t), []store.Held{a, b})
	if marked("1") || !marked("2") {
		t.Error("not the task of what was let go is marked")
	}
	same(t, "given up", get(s.Drop(ctx, core, monday.Add(time.Minute)))(t), 1)
	a.Dropped, a.Said = true, monday.Add(time.Minute)
	same(t, "held", get(s.Held(ctx))(t), []store.Held{a, b})
	if !marked("1") {
		t.Error("the task of what was given up is not marked")
	}
	must(t, s.DropChange(ctx, deployed.Change, "", 1)) // it is private by now
	b.Change, b.Person = review.Key{}, ""
	same(t, "held", get(s.Held(ctx))(t), []store.Held{a, b})
	same(t, "given up again", get(s.Drop(ctx, core, monday))(t), 0)
	same(t, "all let go", get(s.Release(ctx, ""))(t), 1)
	must(t, s.Unhold(ctx, 1, nil))
	same(t, "what was given up stays so", get(s.Held(ctx))(t), []store.Held{a, b})
	a.Said, a.Since, a.Dropped = monday.Add(time.Hour), monday.Add(time.Hour), false
	must(t, s.Hold(ctx, a)) // something new is said
	same(t, "held", get(s.Held(ctx))(t), []store.Held{b, a})
}
