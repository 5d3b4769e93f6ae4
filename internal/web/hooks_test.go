package web

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"reviewsync/phab"
	"reviewsync/phab/phabtest"
)

const (
	gerritPath = "/hooks/0c4f1a9be2d7536880aa17c3d94e6f25"
	hookKey    = "6foq2x72wp5i72b7vaeuxqs4daixbiw7"
)

// hooked is a server with webhooks, and what it received.
type hooked struct {
	*Server
	t      *testing.T
	gerrit [][]byte
	phab   []phab.Webhook
}

func newHooked(t *testing.T) *hooked {
	h := &hooked{Server: New("", func(context.Context) Health { return Health{} }, zerolog.Nop()), t: t}
	h.SetHooks(Hooks{
		GerritPath: gerritPath,
		Gerrit: func(body []byte) error {
			if !json.Valid(body) {
				return errors.New("no event: " + string(body))
			}
			h.gerrit = append(h.gerrit, body)
			return nil
		},
		PhabricatorKey: hookKey,
		Phabricator:    func(w phab.Webhook) { h.phab = append(h.phab, w) },
	})
	return h
}

func (h *hooked) send(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.Handler().ServeHTTP(w, r)
	return w
}

func (h *hooked) wantRefused(want map[string]int64) {
	h.t.Helper()
	w := h.send(httptest.NewRequest("GET", "/healthz", nil))
	var got struct {
		Refused map[string]int64 `json:"hints_refused"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 {
		h.t.Fatalf("healthz: status %d, %v", w.Code, err)
	}
	if d := cmp.Diff(want, got.Refused); d != "" {
		h.t.Errorf("refused (-want +got):\n%s", d)
	}
}

func sign(body []byte) string {
	m := hmac.New(sha256.New, []byte(hookKey))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

func post(path string, body io.Reader) *http.Request { return httptest.NewRequest("POST", path, body) }

// signed is a request of Phabricator. Its signature need not fit body.
func signed(signature string, body io.Reader) *http.Request {
	r := post(PhabricatorPath, body)
	r.Header.Set(signatureHeader, signature)
	return r
}

// edit is a body like Phabricator's, of the nth edit.
func edit(n int) []byte {
	return fmt.Appendf(nil, `{"object":{"type":"TASK","phid":"PHID-TASK-ispamf45yhseam3lx4gh"},"action":{"test":false,"epoch":%d},"transactions":[]}`, 1795355388+n)
}

func readRecording(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile("../../testdata/" + name)
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestTakesRecordedWebhooks(t *testing.T) {
	h := newHooked(t)
	for _, name := range []string{"task-two-transactions", "task-noop-edit", "project"} {
		var d struct {
			Headers map[string]string
			Body    string
		}
		readRecording(t, "phorge/master/webhook-"+name+".json", &d)
		r := post(PhabricatorPath, strings.NewReader(d.Body))
		for k, v := range d.Headers {
			r.Header.Set(k, v)
		}
		if w := h.send(r); w.Code != http.StatusNoContent || w.Body.Len() > 0 {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if len(h.phab) != 3 || h.phab[0].PHID != "PHID-TASK-ispamf45yhseam3lx4gh" || len(h.phab[0].Transactions) != 2 || h.phab[2].Type != "PROJ" {
		t.Errorf("taken: %+v", h.phab)
	}
	for i, name := range []string{"01-push-ref-updated", "04-vote--1-comment-added"} {
		var d struct{ Body json.RawMessage }
		readRecording(t, "gerrit/webhooks/"+name+".json", &d)
		for range 2 { // which Gerrit has every right to: no signature, no replay
			if w := h.send(post(gerritPath, bytes.NewReader(d.Body))); w.Code != http.StatusNoContent || w.Body.Len() > 0 {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
		if len(h.gerrit) != 2*i+2 || !bytes.Equal(h.gerrit[2*i], d.Body) {
			t.Errorf("%s: %d taken", name, len(h.gerrit))
		}
	}
	h.wantRefused(map[string]int64{})
}

// unread fails the test when it is read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

// What is refused is counted by reason and not passed on, and the answer repeats nothing of it.
func TestRefusesBadHints(t *testing.T) {
	good := edit(0)
	large := bytes.Repeat([]byte("x"), maxHint+1)
	announced := func(r *http.Request) *http.Request {
		r.ContentLength = maxHint + 1
		return r
	}
	unknown := func(body []byte) io.Reader { return io.MultiReader(bytes.NewReader(body)) } // its length is not announced
	for _, c := range []struct {
		name   string
		r      *http.Request
		status int
		reason string
	}{
		{"unsigned", post(PhabricatorPath, unread{t}), 403, "signature"},
		{"badly signed", signed(sign(edit(1)), bytes.NewReader(good)), 403, "signature"},
		{"no signature at all", signed("secret", bytes.NewReader(good)), 403, "signature"},
		{"body changed on the way", signed(sign(good), bytes.NewReader(append(slices.Clip(good), ' '))), 403, "signature"},
		{"signed nonsense", signed(sign([]byte("secret")), strings.NewReader("secret")), 400, "unreadable"},
		{"announced as too large", announced(signed(sign(large), unread{t})), 413, "size"},
		{"too large", signed(sign(large), unknown(large)), 413, "size"},
		{"ended early", signed(sign(good), io.MultiReader(bytes.NewReader(good), broken{})), 400, "truncated"},
		{"GET", httptest.NewRequest("GET", PhabricatorPath, nil), 405, "method"},
		{"no event", post(gerritPath, strings.NewReader("secret")), 400, "unreadable"},
		{"no event from Gerrit, too large", post(gerritPath, unknown(large)), 413, "size"},
		{"Gerrit's, announced as too large", announced(post(gerritPath, unread{t})), 413, "size"},
		{"Gerrit's, ended early", post(gerritPath, io.MultiReader(strings.NewReader("{}"), broken{})), 400, "truncated"},
		{"Gerrit's, PUT", httptest.NewRequest("PUT", gerritPath, unread{t}), 405, "method"},
		{"Gerrit's path, but for the end", post(gerritPath[:len(gerritPath)-1], unread{t}), 404, "path"},
		{"Gerrit's path, and more", post(gerritPath+"/", unread{t}), 404, "path"},
		{"Gerrit's path in capitals", post(strings.ToUpper(gerritPath), unread{t}), 404, "path"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHooked(t)
			w := h.send(c.r)
			if w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
			said := w.Body.String() + fmt.Sprint(w.Header())
			for _, never := range []string{"secret", gerritPath[7:], "PHID", hookKey} {
				if strings.Contains(strings.ToLower(said), strings.ToLower(never)) {
					t.Errorf("the answer repeats %q: %s", never, said)
				}
			}
			if len(h.gerrit)+len(h.phab) > 0 {
				t.Errorf("taken all the same: %q %+v", h.gerrit, h.phab)
			}
			h.wantRefused(map[string]int64{c.reason: 1})
		})
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// All wrong paths are answered alike, whatever they begin with.
func TestWrongPathsLookAlike(t *testing.T) {
	h := newHooked(t)
	first := h.send(post("/", nil))
	for _, path := range []string{"/hooks", "/hooks/", gerritPath[:20], gerritPath + "x", "/hooks//phabricator", "/poke"} {
		w := h.send(post(path, nil))
		if d := cmp.Diff(first.Result().Header, w.Result().Header); w.Code != 404 || d != "" || w.Body.String() != first.Body.String() {
			t.Errorf("%s: %d %s\n%s", path, w.Code, w.Body, d)
		}
	}
	if other := h.send(httptest.NewRequest("GET", "/", nil)); other.Code != 404 || other.Body.String() != first.Body.String() {
		t.Errorf("GET /: %d %s", other.Code, other.Body)
	}
}

// Without a path there is no hook, not even at the empty path of "POST http://host".
func TestNoEmptyPath(t *testing.T) {
	h := newHooked(t)
	h.SetHooks(Hooks{Gerrit: func([]byte) error { t.Error("taken"); return nil }})
	r := post("/", strings.NewReader("{}"))
	r.URL.Path = ""
	if w := h.send(r); w.Code != 404 {
		t.Errorf("status %d", w.Code)
	}
}

func TestReplayedHints(t *testing.T) {
	h := newHooked(t)
	send := func(n int) {
		t.Helper()
		if w := h.send(signed(sign(edit(n)), bytes.NewReader(edit(n)))); w.Code != http.StatusNoContent {
			t.Fatalf("edit %d: status %d", n, w.Code)
		}
	}
	for range 100 {
		send(0)
	}
	if len(h.phab) != 1 {
		t.Errorf("taken %d times", len(h.phab))
	}
	h.wantRefused(map[string]int64{"replayed": 99})
	for n := range remembered {
		send(n + 1)
	}
	if len(h.phab) != remembered+1 || len(h.hooks.replays.known) != remembered {
		t.Errorf("taken %d, remembered %d", len(h.phab), len(h.hooks.replays.known))
	}
	send(remembered) // the newest
	send(0)          // forgotten: accepted once more
	send(0)
	if len(h.phab) != remembered+2 {
		t.Errorf("taken %d", len(h.phab))
	}
	h.wantRefused(map[string]int64{"replayed": 101})
}

// What people do on the stand-in arrives as webhooks, each edit once.
func TestTakesTheStandInsWebhooks(t *testing.T) {
	h := newHooked(t)
	s := phabtest.New(phabtest.Options{})
	s.AddUser("alice", false)
	s.AddProject("Reviews", "reviews", "Review Needed", "Done")
	s.Webhook(hookKey, func(body []byte, signature string) {
		if w := h.send(signed(signature, bytes.NewReader(body))); w.Code != http.StatusNoContent {
			t.Errorf("status %d for %s", w.Code, body)
		}
	})
	task := s.NewTask("alice", "one", phabtest.On("reviews", ""))
	s.Drag("alice", task, "reviews", "Done")
	s.SetStatus("alice", task, "resolved")
	if len(h.phab) != 3 || h.phab[0].Type != "TASK" || h.phab[0].PHID != h.phab[2].PHID || len(h.phab[1].Transactions) != 1 {
		t.Errorf("taken: %+v", h.phab)
	}
	h.wantRefused(map[string]int64{})
}
