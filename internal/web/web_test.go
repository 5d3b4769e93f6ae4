package web

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"reviewsync/mapping"
)

func ask(method, path string, f Health) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s := New("127.0.0.1:0", func(context.Context) Health { return f }, zerolog.Nop())
	s.Handler().ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

// usual is the answer where there is nothing to report.
const usual = `{"status":"ok","seconds_since_poll":0,"seconds_since_sweep":0,"seconds_since_store_write":0,
	"changes_behind":0,"tasks_behind":0,"faults":{},"faults_for_long":{},"changes_vanished":0,"boards_left_out":0,"hints":{},"hints_refused":{}}`

// answered reads answers one over the other.
func answered(t *testing.T, bodies ...string) map[string]any {
	t.Helper()
	var all map[string]any
	for _, b := range bodies {
		if err := json.Unmarshal([]byte(b), &all); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestHealth(t *testing.T) {
	for _, c := range []struct {
		name   string
		health Health
		status int
		body   string
	}{
		{
			"all is well",
			Health{SincePoll: 12 * time.Second, Poll: 30 * time.Second},
			200,
			`{"status":"ok","seconds_since_poll":12,"changes_behind":0,"tasks_behind":0,"faults":{},"hints":{},"hints_refused":{}}`,
		},
		{
			"which program it is",
			Health{Version: "v1.4.0", Commit: "0a1b2c3", Schema: 14},
			200,
			`{"version":"v1.4.0","commit":"0a1b2c3","schema":14}`,
		},
		{
			"somebody has paused a board",
			Health{Paused: []mapping.Pause{{Board: "#clinic", Since: time.Date(2026, 12, 7, 10, 0, 0, 0, time.UTC), Why: "new columns"}}},
			200,
			`{"paused":[{"board":"#clinic","since":"2026-12-07T10:00:00Z","why":"new columns"}]}`,
		},
		{
			"work and faults are no trouble",
			Health{Poll: time.Second, Changes: 3, Tasks: 4, Faults: map[string]int{"retry": 2, "blocked": 1}},
			200,
			`{"status":"ok","seconds_since_poll":0,"changes_behind":3,"tasks_behind":4,"faults":{"blocked":1,"retry":2},"hints":{},"hints_refused":{}}`,
		},
		{
			"the last moment",
			Health{SincePoll: 120 * time.Second, Poll: 30 * time.Second},
			200,
			`{"status":"ok","seconds_since_poll":120,"changes_behind":0,"tasks_behind":0,"faults":{},"hints":{},"hints_refused":{}}`,
		},
		{
			"no poll for too long",
			Health{SincePoll: 121 * time.Second, Poll: 30 * time.Second},
			503,
			`{"status":"failing","reason":"the last good poll was 2m1s ago, and 2m0s is the most","seconds_since_poll":121,"changes_behind":0,"tasks_behind":0,"faults":{},"hints":{},"hints_refused":{}}`,
		},
		{
			"a server is down",
			Health{Poll: 30 * time.Second, Down: []string{"phabricator"}, Tasks: 7},
			503,
			`{"status":"failing","reason":"phabricator does not answer","seconds_since_poll":0,"changes_behind":0,"tasks_behind":7,"faults":{},"hints":{},"hints_refused":{}}`,
		},
		{
			"a clock is wrong",
			Health{Poll: 30 * time.Second, Clock: []string{"that of gerrit", "that of phabricator"}},
			503,
			`{"status":"failing","reason":"clock: that of gerrit; clock: that of phabricator","clock":"that of gerrit; that of phabricator","seconds_since_poll":0,"changes_behind":0,"tasks_behind":0,"faults":{},"hints":{},"hints_refused":{}}`,
		},
		{
			"all duties go well",
			Health{SinceSweep: 13*time.Hour - 1, Sweep: 6 * time.Hour, SinceWrite: 25 * time.Second},
			200,
			`{"seconds_since_sweep":46799,"seconds_since_store_write":25}`,
		},
		{
			"no sweep for too long",
			Health{SinceSweep: 13*time.Hour + 2*time.Second, Sweep: 6 * time.Hour},
			503,
			`{"status":"failing","reason":"the last good sweep was 13h0m2s ago, and 13h0m0s is the most","seconds_since_sweep":46802}`,
		},
		{
			"duties that went wrong",
			Health{Failing: []string{"rotation", "sweep"}},
			503,
			`{"status":"failing","reason":"failed the last time, the log says why: rotation, sweep","failing":["rotation","sweep"]}`,
		},
		{
			"the store is ill",
			Health{Store: "is damaged"},
			503,
			`{"status":"failing","reason":"the store is damaged"}`,
		},
		{
			"it has gone blind",
			Health{Vanished: 7},
			503,
			`{"status":"failing","reason":"changes that vanished at once, the log says where: 7","changes_vanished":7}`,
		},
		{
			"not all boards can be used",
			Health{LeftOut: 2},
			503,
			`{"status":"failing","reason":"boards left out, the log says why: 2","boards_left_out":2}`,
		},
		{
			"what nobody fixes",
			Health{Faults: map[string]int{"blocked": 9, "retry": 2}, Stuck: map[string]int{"blocked": 8, "retry": 1}},
			503,
			`{"status":"failing","reason":"for more than ten minutes, the log says why: 8 blocked, 1 retry","faults":{"blocked":9,"retry":2},"faults_for_long":{"blocked":8,"retry":1}}`,
		},
		{
			"no stream is no trouble",
			Health{Poll: 30 * time.Second, Events: "not connected: connection refused", Hints: map[string]int64{"gerrit-webhook": 3, "poke": 1}, Refused: map[string]int64{"line": 2}},
			200,
			`{"status":"ok","seconds_since_poll":0,"changes_behind":0,"tasks_behind":0,"faults":{},"events":"not connected: connection refused","hints":{"gerrit-webhook":3,"poke":1},"hints_refused":{"line":2}}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := ask("GET", "/healthz", c.health)
			if w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
			if diff := cmp.Diff(answered(t, usual, c.body), answered(t, w.Body.String())); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNothingElseIsServed(t *testing.T) {
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"POST", "/healthz", http.StatusMethodNotAllowed},
		{"GET", "/", http.StatusNotFound},
		{"GET", "/healthz/x", http.StatusNotFound},
		{"GET", "//healthz", http.StatusNotFound},
		{"POST", "/poke", http.StatusNotFound}, // which is for the socket
		{"POST", PhabricatorPath, http.StatusNotFound},
		{"POST", "/", http.StatusNotFound},
	} {
		if got := ask(c.method, c.path, Health{}).Code; got != c.status {
			t.Errorf("%s %s: status %d, want %d", c.method, c.path, got, c.status)
		}
	}
}

func TestWithoutHostItListensOnLoopback(t *testing.T) {
	for listen, want := range map[string]string{":8420": "127.0.0.1:8420", "[::1]:8420": "[::1]:8420", "0.0.0.0:1": "0.0.0.0:1"} {
		if got := Address(listen); got != want {
			t.Errorf("Address(%q) = %q, want %q", listen, got, want)
		}
	}
}

// A request whose answer takes for ever must not keep the service from ending.
func TestEndsWithinASecond(t *testing.T) {
	asked, over := make(chan struct{}), make(chan struct{})
	defer close(over)
	s := New("", func(context.Context) Health {
		close(asked)
		<-over
		return Health{}
	}, zerolog.Nop())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, newDoor(l, nil), s.Handler(), zerolog.Nop()) }()
	go func() {
		if resp, err := http.Get("http://" + l.Addr().String() + "/healthz"); err == nil {
			_ = resp.Body.Close()
		}
	}()
	<-asked
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("error %v, want none", err)
		}
	case <-time.After(time.Second):
		t.Error("still there after a second")
	}
}

func TestTakenAddress(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	err = New(l.Addr().String(), nil, zerolog.Nop()).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "web.listen: ") || !strings.Contains(err.Error(), "free port") {
		t.Errorf("error %v, want one that names web.listen and the fix", err)
	}
}
