package storetest

import (
	"testing"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

var (
	doing = mapping.Named{ID: "PHID-PCOL-1", Name: "Doing"}
	done  = mapping.Named{ID: "PHID-PCOL-2", Name: "Done"}
	there = store.Standing{Column: doing, State: review.NeedsWork, Verdict: "there", Why: "voted"}
)

func TestCardsArePerBoard(t *testing.T, o Opener) {
	s, ctx := o.Open(t), t.Context()
	first := store.Card{
		Task: 5, Board: "#a", Standing: there, Since: monday.Add(-time.Hour), Placed: monday.Add(-time.Minute), Reason: `"alice voted"`, Next: `{}`,
		Decided: monday, Read: monday.Add(-time.Second), Settled: store.Settlement{Digest: "d1", Column: doing.ID, At: monday.Add(-time.Second)},
	}
	other := store.Card{Task: 5, Board: "#b", Standing: store.Standing{Verdict: "off", Why: "off"}}
	must(t, s.Note(ctx, store.Decided{Card: first}))
	must(t, s.Note(ctx, store.Decided{Card: other}))
	must(t, s.Note(ctx, store.Decided{Card: store.Card{Task: 6, Board: "#a"}}))
	same(t, "T5", get(s.Cards(ctx, 5))(t), map[string]store.Card{"#a": first, "#b": other})
	same(t, "T7", get(s.Cards(ctx, 7))(t), map[string]store.Card{})

	fault := first
	fault.Verdict, fault.Why, fault.Settled = "fault", "no-column", store.Settlement{}
	must(t, s.Note(ctx, store.Decided{Card: fault}))
	fault.Settled = first.Settled // nothing was settled on anew
	same(t, "T5 in a fault", get(s.Cards(ctx, 5))(t)["#a"], fault)
}

// History grows by changes of decisions, and by nothing else.
func TestHistoryGrowsByChanges(t *testing.T, o Opener) {
	s, ctx := o.Open(t), t.Context()
	us, bob := store.Actor{Kind: store.ActorUs}, store.Actor{Kind: store.ActorPerson, Who: mapping.Named{ID: "PHID-USER-1", Name: "bob"}}
	at := monday
	decide := func(st store.Standing, by store.Actor) store.Step {
		at = at.Add(time.Minute)
		must(t, s.Note(ctx, store.Decided{Card: store.Card{Task: 5, Board: "#a", Standing: st, Since: at, Placed: at, Reason: at.String(), Next: at.String(), Decided: at, Read: at}, By: by}))
		return store.Step{At: at, Task: 5, Board: "#a", To: st, By: by}
	}
	var want []store.Step
	grows := func(what string, from store.Standing, by store.Actor, step store.Step) {
		t.Helper()
		step.From, step.By = from, by
		want = append(want, step)
		same(t, what, get(s.History(ctx, 5))(t), want)
	}
	none := store.Standing{Verdict: "no-change", Why: "no-change"}
	decide(none, store.Actor{})
	same(t, "of what is no card", get(s.History(ctx, 5))(t), []store.Step(nil))
	grows("the first decision", none, us, decide(there, us))
	decide(there, bob)
	renamed := there
	renamed.Column.Name = "In Arbeit"
	decide(renamed, bob)
	same(t, "another look", get(s.History(ctx, 5))(t), want)

	dragged := renamed
	dragged.Column = done
	grows("another column", renamed, bob, decide(dragged, bob))
	held := dragged
	held.Verdict = "held"
	grows("another verdict", dragged, store.Actor{}, decide(held, bob))
	answered := held
	answered.State = review.ReviewNeeded
	grows("another state", held, store.Actor{}, decide(answered, us))
	coded := answered
	coded.Why = "held-by-person"
	grows("another reason", answered, store.Actor{}, decide(coded, store.Actor{}))
	grows("off the board", coded, bob, decide(store.Standing{Verdict: "off", Why: "taken-off"}, bob))
	must(t, s.PruneOps(ctx, at.AddDate(1, 0, 0)))
	same(t, "a year later", get(s.History(ctx, 5))(t), want)
}

// Where a card was before anything was decided on it is no history, but where its first row begins.
func TestHistoryBeginsWithADecision(t *testing.T, o Opener) {
	s, ctx := o.Open(t), t.Context()
	us := store.Actor{Kind: store.ActorUs}
	must(t, s.Note(ctx, store.Decided{Card: store.Card{Task: 5, Board: "#a", Standing: store.Standing{Column: done}}}))
	must(t, s.Note(ctx, store.Decided{Card: store.Card{Task: 5, Board: "#a", Standing: there, Decided: monday}, By: us}))
	same(t, "history", get(s.History(ctx, 5))(t), []store.Step{{At: monday, Task: 5, Board: "#a", From: store.Standing{Column: done}, To: there, By: us}})
}
