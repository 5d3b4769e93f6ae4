package storetest

import (
	"testing"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
)

func askOf(key review.Key, who string, at time.Time, open bool) ask.Past {
	return ask.Past{AskKey: review.AskKey{Change: key, Why: "few", Votes: 1, Who: who}, At: at, Open: open}
}

func putAsks(t *testing.T, s store.Store, key review.Key, asks ...ask.Past) {
	t.Helper()
	must(t, s.PutAsks(t.Context(), key, asks))
}

func TestAsksAreThoseThatTheChangesTell(t *testing.T, o Opener) {
	s := o.Open(t)
	read(t, s, core, "m")
	read(t, s, skin, "m")
	alice, bob, carol := askOf(core, "alice", monday, false), askOf(core, "bob", monday.Add(time.Hour), true), askOf(skin, "carol", monday.Add(time.Minute), true)
	putAsks(t, s, core, askOf(core, "alice", monday, true))
	putAsks(t, s, skin, carol)
	putAsks(t, s, core, alice, bob)
	s = o.again(t, s)
	before := monday.Add(-time.Millisecond)
	same(t, "the oldest first", get(s.Asks(t.Context(), before))(t), []ask.Past{alice, carol, bob})
	same(t, "after a time", get(s.Asks(t.Context(), monday))(t), []ask.Past{carol, bob})
	putAsks(t, s, core, bob)
	same(t, "what a change no longer shows", get(s.Asks(t.Context(), before))(t), []ask.Past{carol, bob})
	must(t, s.DropChange(t.Context(), core, "", 0))
	must(t, s.DropChange(t.Context(), skin, "private", 0))
	carol.Open, bob.Open = false, false
	same(t, "of changes that are gone", get(s.Asks(t.Context(), before))(t), []ask.Past{carol, bob})
}

func TestOpenChangesOfARepository(t *testing.T, o Opener) {
	s := o.Open(t)
	for _, project := range []string{"a", "a/b", "ab", "a~1", "a%", "A", "a~b~c", "_"} {
		read(t, s, review.Key{Project: project, Number: 12}, "m")
	}
	key := review.Key{Project: "a", Number: 7}
	read(t, s, key, "m")
	closed := review.Key{Project: "a", Number: 8}
	must(t, s.PutChange(t.Context(), store.ChangeRow{Key: closed, Meta: "m", Snapshot: []byte(`{}`)}, 0))
	for project, want := range map[string][]string{
		"a": {"a~12", "a~7"}, "a/b": {"a/b~12"}, "a~1": {"a~1~12"}, "a~b": nil, "a%": {"a%~12"}, "A": {"A~12"}, "_": {"_~12"}, "": nil,
	} {
		var got []string
		for _, c := range get(s.OpenChanges(t.Context(), project, 10))(t) {
			got = append(got, c.Key.String())
		}
		same(t, "of "+project, got, want)
	}
	same(t, "at most", len(get(s.OpenChanges(t.Context(), "a", 1))(t)), 1)
}

func TestEachOpenChange(t *testing.T, o Opener) {
	s := o.Open(t)
	for n := range 5 {
		read(t, s, review.Key{Project: "a", Number: n + 1}, "m")
	}
	must(t, s.PutChange(t.Context(), store.ChangeRow{Key: review.Key{Project: "a", Number: 3}, Meta: "m", Snapshot: []byte(`{}`)}, 0)) // is closed
	var got []string
	for after := ""; ; {
		rows := get(s.OpenAfter(t.Context(), after, 3))(t)
		if len(rows) == 0 {
			break
		}
		for _, c := range rows {
			after = c.Key.String()
			got = append(got, after)
		}
	}
	same(t, "open", got, []string{"a~1", "a~2", "a~4", "a~5"})
}

func TestAnAskThatWasBegunCounts(t *testing.T, o Opener) {
	ctx := t.Context()
	s := o.Open(t)
	read(t, s, core, "m")
	alice := askOf(core, "alice", monday, true)
	id := get(s.BeginOps(ctx, []store.Op{{Key: "ask " + alice.String(), Board: "#b", Kind: "ask", Created: monday}}, store.Asked{Past: alice}))(t)[0]
	left := o.again(t, s)
	same(t, "asks", get(left.Asks(ctx, monday.Add(-time.Hour)))(t), []ask.Past{alice})
	same(t, "ops", get(left.AskOps(ctx, core))(t), []store.Op{{ID: id, Key: "ask mediawiki/core~12 few 1 alice", Board: "#b", Kind: "ask", State: store.OpPending, Created: monday}})
	putAsks(t, s, core) // it was never made
	same(t, "asks", get(s.Asks(ctx, monday.Add(-time.Hour)))(t), []ask.Past(nil))
}

func TestOpsThatAsked(t *testing.T, o Opener) {
	ctx := t.Context()
	s := o.Open(t)
	var ids []int64
	for i, op := range []store.Op{
		{Key: "ask " + askOf(core, "alice", monday, true).String(), Kind: "ask", Board: "#b"},
		{Key: "remind " + askOf(core, "alice", monday, true).Reminder(), Kind: "remind", Board: "#b"},
		{Key: "ask " + askOf(core, "bob", monday, true).String(), Kind: "ask", Board: "#b"},
		{Key: "ask " + askOf(review.Key{Project: core.Project, Number: 123}, "bob", monday, true).String(), Kind: "ask", Board: "#b"},
		{Key: "ask " + askOf(review.Key{Project: "core", Number: 12}, "bob", monday, true).String(), Kind: "ask", Board: "#other"},
		{Key: "move T12", Kind: "move", Board: "#b"},
	} {
		op.Created = monday.Add(time.Duration(i) * time.Minute)
		ids = append(ids, begin(t, s, op))
	}
	var got []int64
	for _, op := range get(s.AskOps(ctx, core))(t) {
		got = append(got, op.ID)
	}
	same(t, "of the change", got, ids[:3])

	since := func(want int, kind, board string, after time.Time) {
		t.Helper()
		same(t, "ops since", len(get(s.OpsSince(ctx, kind, board, after))(t)), want)
	}
	before := monday.Add(-time.Second)
	since(3, "ask", "#b", before)
	since(2, "ask", "#b", monday)
	since(1, "ask", "#other", before)
	since(1, "remind", "#b", before)
	must(t, s.EndOps(ctx, ids[:1], store.OpEnd{State: store.OpFailed, Error: "no"}))
	since(2, "ask", "#b", before)
	must(t, s.EndOps(ctx, ids[2:3], store.OpEnd{State: store.OpUnknown, Error: "lost"}))
	must(t, s.EndOps(ctx, ids[3:4], store.OpEnd{State: store.OpDone}))
	since(2, "ask", "#b", before)
}
