package phabtest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type announced struct {
	Object       struct{ Type, PHID string }
	Action       struct{ Epoch int64 }
	Transactions []struct{ PHID string }
}

// Each edit is announced once, after it was made, with its transactions and without the lock.
func TestWebhook(t *testing.T) {
	s := newStory(t)
	task := s.NewTask("alice", "one") // before anybody asked
	var all []announced
	s.Webhook("key", func(body []byte, signature string) {
		mac := hmac.New(sha256.New, []byte("key"))
		mac.Write(body)
		if want := hex.EncodeToString(mac.Sum(nil)); signature != want {
			t.Errorf("signature %s, want %s", signature, want)
		}
		var w announced
		if err := json.Unmarshal(body, &w); err != nil {
			t.Fatal(err)
		}
		s.Status(task) // would wait for ever under the lock
		all = append(all, w)
	})
	for _, act := range []struct {
		name string
		do   func()
		want int // transactions
	}{
		{"tag", func() { s.AddTag("alice", task, "reviews") }, 1},
		{"tag that is there", func() { s.AddTag("alice", task, "reviews") }, 0},
		{"drag", func() { s.Drag("alice", task, "reviews", "Done") }, 1},
		{"close", func() { s.SetStatus("alice", task, "resolved") }, 2}, // and claims it
		{"edit by Conduit", func() {
			s.call("maniphest.edit", map[string]any{"objectIdentifier": task, "transactions": []any{map[string]any{"type": "comment", "value": "x"}}})
		}, 1},
		{"edit that is refused", func() {
			s.call("maniphest.edit", map[string]any{"objectIdentifier": task, "transactions": []any{map[string]any{"type": "nonsense", "value": "x"}}})
		}, -1},
		{"search", func() { s.call("maniphest.search", map[string]any{}) }, -1},
	} {
		all = nil
		before := len(s.History(task))
		act.do()
		made := []string{}
		for _, e := range s.History(task)[before:] {
			made = append(made, e.PHID)
		}
		if act.want < 0 {
			if len(all)+len(made) > 0 {
				t.Errorf("%s: announced %+v", act.name, all)
			}
			continue
		}
		if len(all) != 1 || len(made) != act.want || all[0].Object.Type != "TASK" || all[0].Action.Epoch != 1772442000 {
			t.Errorf("%s: %d transactions, want %d; announced %+v", act.name, len(made), act.want, all)
			continue
		}
		got := []string{}
		for _, x := range all[0].Transactions {
			got = append(got, x.PHID)
		}
		if d := cmp.Diff(made, got); d != "" {
			t.Errorf("%s (-made +announced):\n%s", act.name, d)
		}
	}
}
