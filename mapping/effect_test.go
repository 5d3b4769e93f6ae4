package mapping

import (
	"testing"
	"time"

	"reviewsync/internal/golden"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
)

// everyEffect has one of each kind, and of each way in which one can be.
func everyEffect() []Effect {
	at := time.Date(2026, 12, 7, 9, 10, 0, 0, time.UTC)
	board, task := Named{"PHID-PROJ-1", "#external-code-reviews"}, Object{Task: 5}
	needed, progress := Named{"PHID-PCOL-1", "Review Needed"}, Named{"PHID-PCOL-2", "In Progress"}
	alice, bob := Named{"PHID-USER-1", "alice"}, Named{"PHID-USER-2", "bob"}
	change := review.Key{Project: "mediawiki/core", Number: 501}
	patch := Tagging{Named: Named{"PHID-PROJ-3", "#patch-for-review"}}
	opened := patch
	opened.Open = change
	asking := Asking{
		Why: "request", Votes: 2, Who: "alice", Account: 1000001, Turn: ask.TurnDuty, Because: ask.Why{Code: ask.WhyRequest, Request: review.Request{By: "bob", At: at}},
		Revision: "c0ffee", Message: "A review by alice is wanted.", Attention: "reviewsync: a review is wanted",
	}
	reminding := asking
	reminding.Because = ask.Why{Code: ask.WhySilent, Asked: ask.Ask{Who: "alice", At: at, Fate: ask.FateOpen}}
	added := Why{Code: WhyAdded, Rule: 11, Cause: Cause{Status: "open"}, Did: Deed{Kind: CardAdded, By: bob.ID, At: at}, Now: at}
	return []Effect{
		{Kind: EffectMove, Object: task, Board: board, Since: at, Card: CardMove{From: needed, To: progress}},
		{Kind: EffectMove, Object: task, Board: board, Since: at, Card: CardMove{To: needed}, Why: added},
		{Kind: EffectMove, Object: task, Board: board, Since: at, Card: CardMove{From: Named{"PHID-PCOL-9", "Old"}, To: needed, Old: Named{"PHID-PROJ-2", "#old"}, Leave: Named{"PHID-PROJ-2", "#old"}}},
		{Kind: EffectMove, Object: task, Board: board, Since: at, Card: CardMove{From: needed, To: progress, Via: Named{"PHID-PCOL-3", "Done"}, Aligned: true}},
		{Kind: EffectRepair, Object: task, Board: board, Since: at, Card: CardMove{From: needed, To: needed}},
		{Kind: EffectTakeOff, Object: task, Board: board, Since: at, Card: CardMove{From: needed}},
		{Kind: EffectTag, Object: task, Since: at, Tag: opened},
		{Kind: EffectUntag, Object: task, Since: at, Tag: patch},
		{Kind: EffectComment, Object: task, Comment: Remark{Mark: "501#reviewsync-reverted-by-502", Kind: CommentReverted, Change: change, Revert: 502, Text: "reverted"}},
		{Kind: EffectComment, Object: task, Comment: Remark{Mark: "501#reviewsync-asked-f00", Kind: CommentAsked, Change: change, Asked: "alice", Text: "asked"}},
		{Kind: EffectAsk, Object: Object{Change: change}, Board: board, Since: at, Ask: asking},
		{Kind: EffectRemind, Object: Object{Change: change}, Board: board, Since: at, Ask: reminding},
		{
			Kind: EffectMembers, Object: Object{Project: Named{"PHID-PROJ-4", "#on-duty"}}, Since: at,
			Members: Membership{OnDuty: PeopleOf(alice), Add: PeopleOf(alice), Remove: PeopleOf(bob, Named{"PHID-USER-3", "carol of old"})},
		},
	}
}

// What is in the log of a store can be read by whatever comes later: an effect and its key
// stay as they are written.
func TestEffectsAsTheyAreStored(t *testing.T) {
	type stored struct {
		Key    string `json:"key"`
		Effect Effect `json:"effect"`
	}
	var list []stored
	kinds := map[EffectKind]bool{}
	for _, e := range everyEffect() {
		list = append(list, stored{e.Key(), e})
		kinds[e.Kind] = true
		if e.Key() == "" || e.Object.String() == "" {
			t.Errorf("effect %s has key %q and object %q", e.Kind, e.Key(), e.Object)
		}
	}
	for _, kind := range EffectKinds() {
		if !kinds[kind] {
			t.Errorf("no effect here is of the kind %s: add one", kind)
		}
	}
	again := golden.JSON(t, "testdata/effects.json", list)
	for i, s := range again {
		if s != list[i] {
			t.Errorf("read again, it is\n%+v\nwant\n%+v", s, list[i])
		}
	}
}

// The keys under which older stores know what was written.
func TestKeysOfEffects(t *testing.T) {
	key := review.AskKey{Change: review.Key{Project: "core", Number: 1}, Why: review.AskFew, Votes: 2, Who: "alice"}
	somebody, remind := ask.Decision{Verdict: ask.Somebody, Key: key}, ask.Decision{Verdict: ask.Remind, Key: key}
	told := TaskComment{Kind: CommentAsked, Change: &review.History{Key: key.Change}, Asked: &key}
	at, board, asking := time.Unix(1796634600, 0), Named{"PHID-PROJ-1", "#b"}, Asking{Account: 7, Revision: "c0ffee"}
	card := &Card{Task: 5, OnBoard: true, Column: Column{ID: "PHID-PCOL-1"}}
	moved := Decision{Task: 5, Board: board, Target: To("Doing"), To: Named{ID: "PHID-PCOL-2"}, Since: at}
	aligned, off := moved, Decision{Task: 5, Board: board, Target: Target{Kind: Untag}, Since: at}
	aligned.Why.Code = WhyAligned
	x := &decider{Question: &Question{Card: *card}}
	tag := func(code TagCode) string {
		e, _ := TagDecision{Task: 5, Code: code}.Effect(Named{"PHID-PROJ-3", "#patch"}, at)
		return e.Key()
	}
	for _, c := range []struct{ got, want string }{
		{x.effect(&moved).Key(), "move T5 PHID-PROJ-1 PHID-PCOL-2 1796634600"},
		{x.effect(&aligned).Key(), "align T5 PHID-PROJ-1 PHID-PCOL-2 1796634600"},
		{x.effect(&off).Key(), "move T5 PHID-PROJ-1  1796634600"},
		{moved.Repair(card).Key(), "mend T5 PHID-PROJ-1 PHID-PCOL-1 1796634600"},
		{told.Effect(5, "text").Key(), "comment T5 " + told.Key()},
		{AskEffect(somebody, board, at, asking).Key(), "ask core~1 few 2 alice"},
		{AskEffect(remind, board, at, asking).Key(), "remind core~1 few 2 alice reminder"},
		{tag(TagOpen), "tag T5 PHID-PROJ-3 1796634600"},
		{tag(TagClosed), "untag T5 PHID-PROJ-3 1796634600"},
		{tag(TagKept), ""},
	} {
		if c.got != c.want {
			t.Errorf("key %q, want %q", c.got, c.want)
		}
	}
}

// A card leaves the replaced board only with a move, and goes back into one column with a repair,
// whatever else the rules want.
func TestEffectOfADecision(t *testing.T) {
	q := Question{
		Board:   &Board{ID: "PHID-PROJ-1", Tag: "#b", Rules: []Rule{{Target: To("Doing"), When: When{Status: []string{"open"}}}}},
		Columns: map[string]Column{"Doing": {ID: "PHID-PCOL-2", Name: "Doing"}},
		Card: Card{
			Task: 5, Status: "open", EventsRead: true, Events: []Event{{Kind: TaskReopened, At: time.Unix(1796634600, 0)}},
			Old: &Place{Board: "PHID-PROJ-2", Column: Column{ID: "PHID-PCOL-9", Name: "Old"}, Legacy: &Legacy{Tag: "#old"}},
		},
	}
	replaced := Named{"PHID-PROJ-2", "#old"}
	want := CardMove{From: Named{"PHID-PCOL-9", "Old"}, To: Named{"PHID-PCOL-2", "Doing"}, Old: replaced, Leave: replaced}
	if d := Decide(q); len(d.Effects) != 1 || d.Effects[0].Card != want || d.Effects[0].Board != (Named{"PHID-PROJ-1", "#b"}) || d.Effects[0].Object.Task != 5 {
		t.Errorf("the move is %+v, want %+v", d.Effects, want)
	}
	q.Board.From, q.Columns["Ready"] = []string{"Ready"}, Column{ID: "PHID-PCOL-1", Name: "Ready"}
	q.Card.OnBoard, q.Card.Column = true, q.Columns["Ready"] // on both
	want.From, want.Old = Named{"PHID-PCOL-1", "Ready"}, Named{}
	if d := Decide(q); len(d.Effects) != 1 || d.Effects[0].Card != want {
		t.Errorf("of a card on both boards, the move is %+v, want %+v", d.Effects, want)
	}
	to := Column{ID: "PHID-PCOL-2", Name: "Doing"}
	torn := &Card{Task: 5, OnBoard: true, Column: to}
	if e := (Decision{Target: Target{Kind: Untag}}).Repair(torn); e.Kind != EffectRepair || e.Card != (CardMove{From: to.named(), To: to.named()}) {
		t.Errorf("the repair is %+v", e)
	}
}
