package review

import "testing"

func TestAskKey(t *testing.T) {
	k := AskKey{Change: Key{Project: "a b/c", Number: 7}, Why: AskFew, Votes: 2, Who: "dan~x"}
	if got, ok := parseAsk("x\n"+k.Line(), askMark); !ok || got != k {
		t.Errorf("%+v", got)
	}
	if got, ok := parseAsk(k.ReminderLine(), remindMark); !ok || got != k {
		t.Errorf("a reminder: %+v", got)
	}
}
