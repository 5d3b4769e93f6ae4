package tell

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// called is what an account is called: in tests, by its ID.
func called(account string) string { return account }

// TestDecisions tells every card for every reason, and all that is known of it.
func TestDecisions(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "testdata", "decisions.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		Name  string
		Known mapping.Explanation
	}
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, c := range list {
		e := Explain(c.Known, called)
		fmt.Fprintf(&b, "%s: %s\n\t%s\n\tsaid %s\n\tplaced %s\n", c.Name, e.Verdict, e.Sentence, e.LastWord, e.Placed.Sentence)
		for _, n := range e.Next {
			fmt.Fprintf(&b, "\tnext %s: %s\n", n.To, n.If)
		}
		for _, r := range e.Rules {
			fmt.Fprintf(&b, "\trule %s if %s: %t, %s\n", r.To, r.When, r.Matches, r.Because)
		}
		for _, h := range e.Changes {
			fmt.Fprintf(&b, "\tchange %d %s%s %s\n", h.Number, h.State, h.Ignored, strings.Join(h.Standing, "; "))
		}
	}
	isGolden(t, "decisions.txt", b.String())
}

// Each of these words of the rules has a sentence of its own. Whoever adds one and forgets the
// words for it is told here.
func TestEachCodeIsToldInItsOwnWords(t *testing.T) {
	told := map[string]string{}
	is := func(code, text string) {
		t.Helper()
		if other, again := told[text]; again || strings.TrimSpace(text) == "" {
			t.Errorf("%s is told as %q, and %s as well", code, text, other)
		}
		told[text] = code
	}
	for _, code := range mapping.WhyCodes() {
		d := mapping.Decision{Task: 1, Board: mapping.Named{Name: "#b"}, Verdict: code.Verdict(), Target: mapping.To("Done"), To: mapping.Named{Name: "Done"}}
		d.Why = mapping.Why{Code: code, Cause: mapping.Cause{Status: "open", Tags: "#hot"}, Did: mapping.Deed{Kind: mapping.CardMoved, By: "dan", Tag: "#hot"}}
		text := Decision(d, called)
		if code == mapping.WhyAligned || code == mapping.WhySaid || code == mapping.WhyThere { // they all say why the rule applies
			text = string(code) + text
		}
		is("why "+string(code), text)
	}
	for _, code := range mapping.NextCodes() {
		t := card{Teller: Teller{Board: "#b"}, d: &mapping.Decision{Task: 1}, names: called}
		is("next "+string(code), t.nextIf(&mapping.Next{Code: code, Status: "open", Act: review.Act{Code: review.ActMerge}}))
	}
	for _, kind := range mapping.TargetKinds() {
		aim := Teller{Board: "#b"}.aim(mapping.Aim{Target: mapping.Target{Kind: kind}, Column: mapping.Named{Name: "Done"}}, "to ")
		if kind != mapping.Stay { // leads nowhere
			is("target "+string(kind), aim)
		}
	}
	for _, code := range mapping.TagCodes() {
		if code != mapping.TagUnread { // is asked again
			is("tag "+string(code), Tag(mapping.TagDecision{Task: 1, Tag: "#patch", Code: code}, called))
		}
	}
	for _, kind := range mapping.CommentKinds() {
		is("comment "+string(kind), Effect(mapping.Effect{Kind: mapping.EffectComment, Comment: mapping.Remark{Kind: kind}}, called))
	}
	for _, kind := range mapping.EffectKinds() {
		if kind != mapping.EffectComment { // as above
			is("effect "+string(kind), Effect(mapping.Effect{Kind: kind, Card: mapping.CardMove{From: mapping.Named{Name: "Doing"}}}, called))
		}
	}
	for _, fault := range []review.FooterFault{review.FooterAbove, review.FooterOdd, review.FooterElsewhere} {
		is("a line "+string(fault), Misplaced(review.Misplaced{Fault: fault, Footer: "Bug"}))
	}
	for _, state := range review.States() {
		if text := (Teller{}).Why(review.Why{State: state}); strings.TrimSpace(text) == "" {
			t.Errorf("nothing is told of a change that is %s", state)
		}
	}
}
