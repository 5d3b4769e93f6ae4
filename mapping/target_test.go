package mapping_test

import (
	"encoding/json"
	"strings"
	"testing"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
)

// aTarget is a target of each kind.
func aTarget(kind TargetKind) Target {
	t := Target{Kind: kind}
	if kind == ToColumn {
		t.Column = "Review Completed"
	}
	return t
}

func TestEachTargetIsDecidedAndTold(t *testing.T) {
	told := map[string]TargetKind{}
	for _, kind := range TargetKinds() {
		target := aTarget(kind)
		if text, err := json.Marshal(target); err != nil || !strings.HasPrefix(string(text), `{"kind":"`+string(kind)+`"`) {
			t.Errorf("as JSON %s is %s (%v)", kind, text, err)
		}
		q := minusOne()
		q.Board.From = []string{q.Card.Column.Name}
		q.Board.Rules = []Rule{{Target: target, When: When{Review: review.States()}}}
		q.Card.EventsRead = true
		d := Decide(q)
		if other, known := told[inWords(d)]; known || d.Target != target || d.Verdict != Move && d.Verdict != Stays {
			t.Errorf("%s (told as %s as well): verdict %s, target %+v: %s", kind, other, d.Verdict, d.Target, inWords(d))
		}
		told[inWords(d)] = kind
		e := explain(q)
		if (e.To == "") != (d.Verdict == Stays) || e.Rules[0].To != target.String() || target.String() == "" {
			t.Errorf("%s: explained as to %q by a rule to %q", kind, e.To, e.Rules[0].To)
		}
	}
}
