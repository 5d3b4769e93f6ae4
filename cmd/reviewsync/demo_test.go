package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rs/zerolog"

	"reviewsync/internal/config"
)

// screen is an output that can be read while it is written.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func asItIs(*config.Config) {}

func TestDemo(t *testing.T) {
	var out, log screen
	if err := playDemo(t.Context(), output{out: &out, log: zerolog.New(&log)}, false, asItIs); err != nil {
		t.Fatalf("the demo ended with %v:\n%s", err, out.String())
	}
	text := out.String()
	for _, want := range []string{
		"Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
		"↳ T1 moves   put on #external-code-reviews → Review Needed\n           change 501 of vol1 waits for review",
		"↳ T9 moves   External Code Reviews (#clinic-duty-team) → Review Needed\n           change 509 of vol1 waits for review",
		"↳ T4 moves   Ready → Doing\n           change 502 of carol is work in progress (since Mon 10:05)\n",
		"↳ T1 moves   Review Needed → In Progress\n           bob voted -1 on patch set 1 of change 501 (Mon 11:20); vol1 has not answered yet\n",
		"↳ T1 stays   in Review Needed\n           dave moved it here Wed 09:30, after the last review word (bob's +1, Tue 13:30)",
		"bob voted -1 on patch set 1 of change 503 (Tue 11:00) and spoke again (Wed 10:20)",
		"↳ T5 stays   in Blocked Externally\n           this column belongs to people",
		"vol1's +1 does not count: not in the team",
		"carol began a thread on patch set 1 of change 506 (Thu 13:00) that is not resolved",
		"↳ T6 moves   Waiting for Deployment → Done\n",
		"↳ T2 moves   Review Completed → Review Needed\n",
		"↳ asks       alice to review 503 (in turn)\n           bob asked for a second review (hashtag second-review, Dec 10 15:20 UTC)\n",
		"\nExternal Code Reviews, on Monday morning\n┌─", "\nClinic Duty Team, on Monday morning\n┌─",
		"\nExternal Code Reviews, on Friday evening\n┌─", "\nClinic Duty Team, on Friday evening\n┌─", "│ T8 Thanks button",
		"Every card is where the process wants it. 37 events, 25 moves and 1 ask by reviewsync",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the demo does not tell\n%s", want)
		}
	}
	if n := strings.Count(text, " moves   "); n != 25 {
		t.Errorf("%d moves are shown, want 25", n)
	}
	for line := range strings.Lines(text) {
		if utf8.RuneCountInString(line) > 101 || strings.HasSuffix(line, " \n") || strings.Contains(line, "\x1b") {
			t.Errorf("a line of more than 100 columns, with spaces at its end, or coloured though this is no terminal: %q", line)
		}
	}
	showsTheDemo(t, text)
	if t.Failed() {
		t.Log(text)
	}
	if log.String() != "" {
		t.Errorf("the log says %s", log.String())
	}
}

// What README.md shows of the demo is what it prints, in this order; "..." is what is left out.
func showsTheDemo(t *testing.T, reported string) {
	t.Helper()
	parts := 0
	for _, b := range regexp.MustCompile("(?ms)^```text\n(.*?)^```$").FindAllStringSubmatch(documents(t)["README.md"], -1) {
		for part := range strings.SplitSeq(b[1], "...\n") {
			_, rest, found := strings.Cut(reported, part)
			if !found {
				t.Errorf("README.md shows what the demo does not print, or not there:\n%s", part)
				continue
			}
			reported, parts = rest, parts+1
		}
	}
	if parts < 3 {
		t.Errorf("README.md shows %d parts of the demo, want the board before and after, and a move", parts)
	}
}

func TestDemoFindsCardsInTheWrongPlace(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil    func(*config.Config)
		reported []string
	}{
		"rules swapped": {func(c *config.Config) {
			rules := c.Boards[0].Rules
			rules[1].Target, rules[2].Target = rules[2].Target, rules[1].Target
		}, []string{
			"✗ T1 is wrong  it is in Review Completed; the process wants it in In Progress",
			"\n  T2: it is in In Progress; the process wants it in Review Completed\n",
		}},
		"nothing moves": {func(c *config.Config) {
			for i := range c.Boards {
				c.Boards[i].Start = time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)
			}
		}, []string{
			"✗ T4 is wrong  it is in Ready; the process wants it in Doing",
			"\n  T6: it is in Ready; the process wants it in Done\n",
			"✗ T2 is wrong  a review is asked of nobody; the process wants it asked of alice",
			"nothing has been said since the rules of this board began",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var out screen
			err := playDemo(t.Context(), output{out: &out, log: zerolog.Nop()}, false, tc.spoil)
			if !errors.Is(err, errFound) {
				t.Errorf("the demo ended with %v, want %v", err, errFound)
			}
			for _, want := range tc.reported {
				if !strings.Contains(out.String(), want) {
					t.Errorf("the demo does not tell\n%s", want)
				}
			}
			if strings.Contains(out.String(), "Every card is where the process wants it") {
				t.Error("the demo praises itself")
			}
			if t.Failed() {
				t.Log(out.String())
			}
		})
	}
}

// With --stay people can vote by hand and see the card move, until they stop it.
func TestDemoStays(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out screen
	ended := make(chan error, 1)
	go func() { ended <- playDemo(ctx, output{out: &out, log: zerolog.Nop()}, true, asItIs) }()
	until := func(what string) string {
		t.Helper()
		for range 6000 {
			if _, after, ok := strings.Cut(out.String(), what); ok && strings.HasSuffix(after, "\n") {
				return after
			}
			select {
			case err := <-ended:
				t.Fatalf("the demo ended with %v before it printed %q:\n%s", err, what, out.String())
			case <-time.After(5 * time.Millisecond):
			}
		}
		t.Fatalf("the demo does not tell %q:\n%s", what, out.String())
		return ""
	}

	gerrit := regexp.MustCompile(`Gerrit +(http://127\.0\.0\.1:\d+)`).FindStringSubmatch(until("until Ctrl-C.") + until("check --config"))
	if gerrit == nil {
		t.Fatalf("the demo does not tell where Gerrit is:\n%s", out.String())
	}
	vote := func(user, password, body string) int {
		t.Helper()
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, gerrit[1]+"/a/changes/mediawiki%2Fextensions%2FEcho~508/revisions/current/review", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(user, password)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	if got := vote("bob", "wrong", `{"labels": {"Code-Review": -1}}`); got != http.StatusUnauthorized {
		t.Errorf("a vote with a wrong password gives %d, want 401", got)
	}
	if got := vote("bob", "bob-secret", `{"labels": {"Code-Review": -1}}`); got != http.StatusOK {
		t.Fatalf("a vote gives %d, want 200", got)
	}
	until("T8 moves   Review Needed → In Progress\n")
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("the demo was stopped and ended with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("the demo does not stop")
	}
}
