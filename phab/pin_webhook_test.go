package phab_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"reviewsync/phab"
	"reviewsync/phab/phabtest"
)

// TestStandInsWebhooksAreAsRecorded compares bodies of the stand-in's webhooks with recorded
// ones: alike but for the characters of PHIDs and the digits of the time.
func TestStandInsWebhooksAreAsRecorded(t *testing.T) {
	const key = "6foq2x72wp5i72b7vaeuxqs4daixbiw7"
	s := phabtest.New(phabtest.Options{})
	s.AddUser("alice", false)
	_, token := s.AddUser("reviewsync", true)
	board := s.AddProject("Reviews", "reviews", "Review Needed", "In Progress")
	var bodies []string
	s.Webhook(key, func(body []byte, signature string) {
		if _, err := phab.ReadWebhook(key, signature, body); err != nil {
			t.Errorf("%v: %s", err, body)
		}
		bodies = append(bodies, string(body))
	})
	last := func() string {
		t.Helper()
		if len(bodies) != 1 {
			t.Fatalf("%d bodies, want 1: %q", len(bodies), bodies)
		}
		b := bodies[0]
		bodies = nil
		return b
	}

	task := s.NewTask("alice", "one")
	last()
	s.AddToBoard("alice", task, "reviews", "In Progress")
	if got, want := shape(last()), shape(delivered(t, "task-two-transactions").Body); got != want {
		t.Errorf("two transactions:\n%s\nwant\n%s", got, want)
	}
	c := served(t, s, token)
	if _, err := c.Edit(t.Context(), task, []phab.Edit{phab.MoveTo(s.ColumnPHID("reviews", "In Progress"))}); err != nil {
		t.Fatal(err)
	}
	if got, want := shape(last()), shape(delivered(t, "task-noop-edit").Body); got != want {
		t.Errorf("no transaction:\n%s\nwant\n%s", got, want)
	}
	me, err := c.WhoAmI(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.EditMembers(t.Context(), board, []string{me.PHID}, nil); err != nil {
		t.Fatal(err)
	}
	if got, want := once(shape(last())), once(shape(delivered(t, "project").Body)); got != want {
		t.Errorf("of a project:\n%s\nwant\n%s", got, want)
	}
}

var (
	webhookEpoch = regexp.MustCompile(`"epoch": \d{10}\b`)
	anyPHID      = regexp.MustCompile(`PHID-(XACT-)?[A-Z]{4}-[a-z0-9]+`)
)

// shape is a body with each PHID replaced by its kind and length.
func shape(body string) string {
	body = anyPHID.ReplaceAllStringFunc(body, func(phid string) string {
		return fmt.Sprintf("%s and %d", phid[:strings.LastIndexByte(phid, '-')], len(phid))
	})
	return webhookEpoch.ReplaceAllString(body, `"epoch": N`)
}

var repeated = regexp.MustCompile(`(\n    \{\n      "phid": "PHID-XACT-PROJ and \d+"\n    \},?)+`)

// once is a body with one transaction for several.
func once(body string) string { return repeated.ReplaceAllString(body, "\n    a transaction") }
