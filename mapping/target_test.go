package mapping

import (
	"encoding/json"
	"strings"
	"testing"

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
		if other, known := told[d.Reason]; known || d.Target != target || d.Verdict != Move && d.Verdict != Stays {
			t.Errorf("%s (told as %s as well): verdict %v, target %+v: %s", kind, other, d.Verdict, d.Target, d.Reason)
		}
		told[d.Reason] = kind
		e := Explain(q)
		if (e.To == "") != (d.Verdict == Stays) || e.Rules[0].To != target.String() || target.String() == "" {
			t.Errorf("%s: explained as to %q by a rule to %q", kind, e.To, e.Rules[0].To)
		}
	}
}
