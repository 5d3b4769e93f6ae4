package effect_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/account"
	"reviewsync/internal/effect"
	"reviewsync/internal/remote"
	"reviewsync/internal/store"
	"reviewsync/internal/store/sqlite"
	"reviewsync/mapping"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
	"reviewsync/phab"
	"reviewsync/phab/phabtest"
)

const (
	reviews = "reviews"
	core    = "core"
)

// world is both servers, and what an executor needs.
type world struct {
	testing.TB
	gerrit  *gerrittest.Server
	phab    *phabtest.Server
	store   store.Store
	results []effect.Result
	o       effect.Options
	log     bytes.Buffer
	trap    func(r *http.Request, server http.RoundTripper) (*http.Response, error) // gets the writes instead of the server; nil: none

	phids  map[string]string // of people and projects
	alice  int               // on Gerrit
	task   int
	change review.Key
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, gerrit: gerrittest.New(gerrittest.Options{}), phab: phabtest.New(phabtest.Options{}), phids: map[string]string{}}
	w.alice = w.gerrit.AddAccount("alice", false)
	w.gerrit.AddAccount("vol1", false)
	w.gerrit.AddAccount("reviewsync", true)
	w.gerrit.AddProject(core, gerrittest.ProjectOptions{})
	for _, name := range []string{"alice", "bob"} {
		w.phids[name], _ = w.phab.AddUser(name, false)
	}
	_, token := w.phab.AddUser("reviewsync", true)
	for _, slug := range []string{reviews, "old", "patch", "on-duty"} {
		w.phids[slug] = w.phab.AddProject("Project "+slug, slug, "Inbox", "Needed", "Done")
	}
	w.phab.SetMembers("on-duty", "bob")
	number, err := w.gerrit.Push("vol1", core, "master", gerrittest.PushInput{Subject: "Fix it"})
	w.ok(err)
	w.change = review.Key{Project: core, Number: number}
	w.task = w.phab.NewTask("bob", "Something is broken", phabtest.On(reviews, "Needed"))

	w.store, err = sqlite.Open(t.Context(), ":memory:")
	w.ok(err)
	t.Cleanup(func() { _ = w.store.Close() })
	w.o = effect.Options{Store: w.store, Log: zerolog.New(&w.log), Listen: func(r effect.Result) { w.results = append(w.results, r) }}
	w.o.Gerrit, err = gerrit.New(gerrit.Options{
		URL: "http://gerrit.example.org", User: "reviewsync", Password: w.gerrit.Password("reviewsync"),
		HTTP: remote.New(remote.Options{Server: "gerrit", Base: way{w, w.gerrit.Transport()}}),
	})
	w.ok(err)
	w.o.Phab, err = phab.New(phab.Options{
		URL: "http://phab.example.org", Token: token, HTTP: remote.New(remote.Options{Server: "phabricator", Base: way{w, w.phab.Transport()}}),
	})
	w.ok(err)
	w.o.Names = account.NewNames(w.o.Phab, zerolog.Nop())
	return w
}

// way is the way to a server, with the trap of the world.
type way struct {
	w      *world
	server http.RoundTripper
}

func (t way) RoundTrip(r *http.Request) (*http.Response, error) {
	write := strings.HasSuffix(r.URL.Path, ".edit") || strings.HasSuffix(r.URL.Path, "/review")
	if t.w.trap == nil || !write {
		return t.server.RoundTrip(r)
	}
	return t.w.trap(r, t.server)
}

func (w *world) column(name string) mapping.Named {
	return mapping.Named{ID: w.phab.ColumnPHID(reviews, name), Name: name}
}

func (w *world) named(slug string) mapping.Named {
	return mapping.Named{ID: w.phids[slug], Name: "#" + slug}
}

func (w *world) effects() map[mapping.EffectKind]mapping.Effect {
	task, board := mapping.Object{Task: w.task}, w.named(reviews)
	since := time.Now().Truncate(time.Second).UTC()
	on := mapping.PeopleOf(mapping.Named{ID: w.phids["alice"], Name: "alice"})
	revision, _ := w.gerrit.Commit(w.change.Number)
	asking := mapping.Asking{
		Why: "few", Votes: 1, Who: "alice", Account: w.alice, Turn: ask.TurnDuty, Because: ask.Why{Code: ask.WhyNobody, Since: since},
		Revision: revision, Message: "Please.", Attention: "a review is wanted",
	}
	return map[mapping.EffectKind]mapping.Effect{
		mapping.EffectMove: {Board: board, Object: task, Since: since, Card: mapping.CardMove{From: w.column("Needed"), To: w.column("Done")}, Why: mapping.Why{
			Code: mapping.WhyReopened, Did: mapping.Deed{Kind: mapping.TaskReopened, By: w.phids["bob"], At: since}, Cause: mapping.Cause{Status: "open"}, Now: since,
		}},
		mapping.EffectRepair:  {Board: board, Object: task, Since: since, Card: mapping.CardMove{From: w.column("Done"), To: w.column("Done")}},
		mapping.EffectTakeOff: {Board: board, Object: task, Since: since, Card: mapping.CardMove{From: w.column("Needed")}},
		mapping.EffectTag:     {Object: task, Since: since, Tag: mapping.Tagging{Named: w.named("patch"), Open: w.change}},
		mapping.EffectUntag:   {Object: task, Since: since, Tag: mapping.Tagging{Named: w.named(reviews)}},
		mapping.EffectComment: {Object: task, Comment: mapping.Remark{Mark: "1#reviewsync-merged", Kind: mapping.CommentMerged, Change: w.change, Text: "It was merged."}},
		mapping.EffectAsk:     {Object: mapping.Object{Change: w.change}, Board: board, Since: since, Ask: asking},
		mapping.EffectRemind:  {Object: mapping.Object{Change: w.change}, Board: board, Since: since, Ask: asking},
		mapping.EffectMembers: {Object: mapping.Object{Project: w.named("on-duty")}, Since: since, Members: mapping.Membership{
			OnDuty: on, Add: on, Remove: mapping.PeopleOf(mapping.Named{ID: w.phids["bob"], Name: "bob"}),
		}},
	}
}

// one is one request with effects of these kinds.
func (w *world) one(kinds ...mapping.EffectKind) effect.Request {
	w.Helper()
	r := effect.Request{Read: w.store.Now()}
	for _, kind := range kinds {
		e, known := w.effects()[kind]
		if !known {
			w.Fatalf("no effect here is of the kind %s: add one", kind)
		}
		e.Kind = kind
		r.Effects = append(r.Effects, e)
	}
	return r
}

// seen is what people see of the task, the change and the project.
func (w *world) seen() string {
	var moves, comments []string
	for _, e := range w.phab.History(w.task) {
		if e.Author == "reviewsync" && e.Comment != "" {
			comments = append(comments, e.Comment)
		}
		for _, m := range e.Moves {
			if e.Author == "reviewsync" {
				moves = append(moves, m.To)
			}
		}
	}
	_, tagged := w.phab.Where(w.task)["patch"]
	return fmt.Sprintf("card in %q moved %q, tagged %t, comments %q, members %q, reviews %d",
		w.phab.Where(w.task)[reviews], moves, tagged, comments, w.phab.Members("on-duty"), w.gerrit.Requests()["review"])
}

func (w *world) ops() []store.Op {
	w.Helper()
	ops, err := w.store.Ops(w.Context(), 10)
	w.ok(err)
	slices.Reverse(ops)
	return ops
}

// An effect of any kind is noted in full before it is sent, ended afterwards, and logged with its reason.
func TestEachKindIsNotedDoneAndEnded(t *testing.T) {
	for _, kind := range mapping.EffectKinds() {
		t.Run(string(kind), func(t *testing.T) {
			w := newWorld(t)
			x, r := effect.New(w.o), w.one(kind)
			sent := 0
			w.trap = func(q *http.Request, server http.RoundTripper) (*http.Response, error) {
				sent++
				if ops := w.ops(); len(ops) != 1 || ops[0].State != store.OpPending || ops[0].Effect != r.Effects[0] || ops[0].Key != r.Effects[0].Key() {
					t.Errorf("as it is sent, the log has %+v", ops)
				}
				return server.RoundTrip(q)
			}
			before := w.seen()
			outcome, err := x.Do(t.Context(), r)
			if outcome != effect.Done || err != nil || sent != 1 {
				t.Fatalf("outcome %d, %v, of %d requests", outcome, err, sent)
			}
			if kind != mapping.EffectRepair && w.seen() == before && kind != mapping.EffectUntag {
				t.Errorf("nothing outcome of it: %s", before)
			}
			if ops := w.ops(); len(ops) != 1 || ops[0].State != store.OpDone {
				t.Errorf("the log has %+v", ops)
			}
			if want := tell.Effect(r.Effects[0], w.o.Names.Of); !strings.Contains(w.log.String(), `"message":"`+want+`"`) {
				t.Errorf("the lines logged are\n%swant one with %q", &w.log, want)
			}
			if len(w.results) != 1 || w.results[0].Outcome != effect.Done || !slices.Equal(w.results[0].Effects, r.Effects) {
				t.Errorf("the listener got %+v", w.results)
			}
		})
	}
}

// answer is an answer without a text.
func answer(q *http.Request, status int) *http.Response {
	return &http.Response{Request: q, StatusCode: status, Body: http.NoBody}
}

// refusal is an answer by which the server itself refuses, in its own words.
func refusal(q *http.Request) *http.Response {
	status, kind, text := http.StatusConflict, "text/plain", "change is closed\n"
	if strings.HasPrefix(q.URL.Path, "/api/") {
		status, kind, text = http.StatusOK, "application/json", `{"result":null,"error_code":"ERR-CONDUIT-CORE","error_info":"no"}`
	}
	return &http.Response{Request: q, StatusCode: status, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(text))}
}

// An effect of any kind that the server refuses is not done. After a lost answer, that is not known.
func TestEachKindThatFails(t *testing.T) {
	for _, c := range []struct {
		name    string
		outcome effect.Outcome
		state   store.OpState
		trap    func(q *http.Request, server http.RoundTripper) (*http.Response, error)
	}{
		{"refused", effect.NotDone, store.OpFailed, func(q *http.Request, _ http.RoundTripper) (*http.Response, error) {
			return refusal(q), nil
		}},
		{"too many requests", effect.Unknown, store.OpUnknown, func(q *http.Request, _ http.RoundTripper) (*http.Response, error) {
			return answer(q, http.StatusTooManyRequests), nil
		}},
		{"a proxy's page after it was done", effect.Unknown, store.OpUnknown, func(q *http.Request, server http.RoundTripper) (*http.Response, error) {
			if resp, err := server.RoundTrip(q); err == nil {
				_ = resp.Body.Close()
			}
			return answer(q, http.StatusBadGateway), nil
		}},
		{"no connection", effect.Unknown, store.OpUnknown, func(*http.Request, http.RoundTripper) (*http.Response, error) {
			return nil, errors.New("reset by peer")
		}},
		{"a proxy's 404", effect.Unknown, store.OpUnknown, func(q *http.Request, _ http.RoundTripper) (*http.Response, error) {
			return answer(q, http.StatusNotFound), nil
		}},
	} {
		for _, kind := range mapping.EffectKinds() {
			t.Run(c.name+"/"+string(kind), func(t *testing.T) {
				w := newWorld(t)
				r := w.one(kind)
				r.Then = []store.Note{store.Said{Task: w.task, Keys: []string{"then"}}}
				w.trap = c.trap
				outcome, err := effect.New(w.o).Do(t.Context(), r)
				if outcome != c.outcome || err == nil {
					t.Errorf("outcome %d, %v; want %d", outcome, err, c.outcome)
				}
				if ops := w.ops(); len(ops) != 1 || ops[0].State != c.state || ops[0].Error == "" {
					t.Errorf("the log has %+v", ops)
				}
				if said, err := w.store.Said(t.Context(), w.task); err != nil || said["then"] {
					t.Errorf("noted as if it were done: %v, %v", said, err)
				}
				if len(w.results) != 1 || w.results[0].Outcome != c.outcome {
					t.Errorf("the listener got %+v", w.results)
				}
			})
		}
	}
}

// All effects on a task are one edit. A comment that is there already is only noted.
func TestEffectsOfATaskAreOneEdit(t *testing.T) {
	w := newWorld(t)
	r := w.one(mapping.EffectMove, mapping.EffectTag, mapping.EffectComment, mapping.EffectComment, mapping.EffectComment)
	r.Effects[3].Comment.Mark, r.Effects[3].Comment.Text = "2#reviewsync-merged", "So was that."
	r.Effects[4].Comment.Mark, r.Effects[4].Comment.Text = "3#reviewsync-merged", "This is known."
	r.Marks = map[string]bool{"3#reviewsync-merged": true}
	r.Then = []store.Note{store.Said{Task: w.task, Keys: []string{"then"}}}
	outcome, err := effect.New(w.o).Do(t.Context(), r)
	if outcome != effect.Done || err != nil {
		t.Fatalf("outcome %d, %v", outcome, err)
	}
	if n := w.phab.Requests()["maniphest.edit"]; n != 1 {
		t.Errorf("%d edits, want 1", n)
	}
	if got := w.seen(); !strings.HasPrefix(got, `card in "Done" moved ["Done"`) || !strings.Contains(got, `tagged true, comments ["It was merged.\n\nSo was that."]`) {
		t.Error(got)
	}
	for _, op := range w.ops() {
		if op.State != store.OpDone || op.Result == "" || op.Result != w.ops()[0].Result {
			t.Errorf("the log has %+v", op)
		}
	}
	said, err := w.store.Said(t.Context(), w.task)
	w.ok(err)
	if d := cmp.Diff(map[string]bool{"1#reviewsync-merged": true, "2#reviewsync-merged": true, "3#reviewsync-merged": true, "then": true}, said); d != "" {
		t.Errorf("said (-want +got)\n%s", d)
	}

	r = w.one(mapping.EffectComment)
	r.Marks = map[string]bool{"1#reviewsync-merged": true}
	if outcome, err := effect.New(w.o).Do(t.Context(), r); outcome != effect.Done || err != nil || w.phab.Requests()["maniphest.edit"] != 1 {
		t.Errorf("outcome %d, %v, of %v", outcome, err, w.phab.Requests())
	}
}

// Effects on two objects cannot be one request, nor can two asks.
func TestOneRequestIsForOneObject(t *testing.T) {
	w := newWorld(t)
	for _, kinds := range [][]mapping.EffectKind{
		{mapping.EffectMove, mapping.EffectAsk}, {mapping.EffectAsk, mapping.EffectRemind}, {mapping.EffectMembers, mapping.EffectMembers}, {},
	} {
		before := w.seen()
		if outcome, err := effect.New(w.o).Do(t.Context(), w.one(kinds...)); outcome != effect.NotDone || err == nil {
			t.Errorf("%q: outcome %d, %v", kinds, outcome, err)
		}
		if got := w.seen(); got != before || len(w.ops()) > 0 {
			t.Errorf("%q: %s, and the log has %+v", kinds, got, w.ops())
		}
	}
}

// A torn card goes through a third column. All other effects go with the first edit.
func TestACardGoesThroughAThirdColumn(t *testing.T) {
	for _, fails := range []bool{false, true} {
		w := newWorld(t)
		r := w.one(mapping.EffectMove, mapping.EffectComment)
		r.Effects[0].Card.Via = w.column("Inbox")
		r.Then = []store.Note{store.Said{Task: w.task, Keys: []string{"then"}}}
		sent := 0
		w.trap = func(q *http.Request, server http.RoundTripper) (*http.Response, error) {
			if sent++; sent == 2 && fails {
				return refusal(q), nil
			}
			return server.RoundTrip(q)
		}
		want, moved, states := effect.Done, `moved ["Inbox" "Done"]`, []store.OpState{store.OpDone, store.OpDone}
		if fails { // what the first edit wrote must not be written again
			want, moved, states = effect.Unknown, `moved ["Inbox"]`, []store.OpState{store.OpFailed, store.OpDone}
		}
		outcome, err := effect.New(w.o).Do(t.Context(), r)
		if outcome != want || (err != nil) != fails {
			t.Errorf("outcome %d, %v; want %d", outcome, err, want)
		}
		if got := w.seen(); !strings.Contains(got, moved) || !strings.Contains(got, `comments ["It was merged."]`) {
			t.Error(got)
		}
		if ops := w.ops(); ops[0].State != states[0] || ops[1].State != states[1] {
			t.Errorf("the log has %+v", ops)
		}
		if said, err := w.store.Said(t.Context(), w.task); err != nil || said["then"] == fails {
			t.Errorf("noted with the end: %v, %v", said, err)
		}
		edits := 0
		for _, edit := range w.results {
			edits += len(edit.Effects)
		}
		if len(w.results) != 2 || edits != 2 {
			t.Errorf("the listener got %+v", w.results)
		}
	}
}

// The same ask is not made twice, and none on a change where an earlier one may still take effect.
func TestAnAskThatMayHaveBeenMade(t *testing.T) {
	w := newWorld(t)
	x := effect.New(w.o)
	ask := w.one(mapping.EffectAsk)
	if outcome, err := x.Do(t.Context(), ask); outcome != effect.Done || err != nil {
		t.Fatalf("outcome %d, %v", outcome, err)
	}
	if outcome, err := x.Do(t.Context(), ask); outcome != effect.NotDone || remote.ClassOf(err) != remote.Blocked {
		t.Errorf("asked again: outcome %d, %v", outcome, err)
	}
	w.trap = func(*http.Request, http.RoundTripper) (*http.Response, error) {
		return nil, errors.New("reset by peer")
	}
	if outcome, _ := x.Do(t.Context(), w.one(mapping.EffectRemind)); outcome != effect.Unknown {
		t.Errorf("outcome %d, want that it is unknown", outcome)
	}
	w.trap = nil
	for _, c := range []struct {
		read time.Duration
		want effect.Outcome
	}{{0, effect.NotDone}, {29 * time.Second, effect.NotDone}, {31 * time.Second, effect.Done}} {
		r := w.one(mapping.EffectRemind)
		r.Read = r.Read.Add(c.read)
		if outcome, err := x.Do(t.Context(), r); outcome != c.want || outcome == effect.NotDone && remote.ClassOf(err) != remote.Retry {
			t.Errorf("read after %s: outcome %d, %v; want %d", c.read, outcome, err, c.want)
		}
	}
}

// Ops that a crash left pending are ended for one object at a time.
func TestALookEndsWhatIsOpen(t *testing.T) {
	w := newWorld(t)
	x := effect.New(w.o)
	for _, kind := range mapping.EffectKinds() {
		e := w.one(kind).Effects[0]
		_, err := w.store.BeginOps(t.Context(), []store.Op{{Key: e.Key(), Task: e.Object.Task, Kind: string(kind), Effect: e}})
		w.ok(err)
	}
	open := func(objects ...mapping.Object) {
		t.Helper()
		for _, op := range w.ops() {
			if (op.State == store.OpPending) != slices.Contains(objects, op.Effect.Object) {
				t.Errorf("the log has %+v", op)
			}
		}
	}
	task, change, project := mapping.Object{Task: w.task}, mapping.Object{Change: w.change}, mapping.Object{Project: w.named("on-duty")}
	for _, c := range []struct {
		object mapping.Object
		lost   bool
		open   []mapping.Object
	}{{task, true, []mapping.Object{change, project}}, {task, false, []mapping.Object{change, project}}, {project, true, []mapping.Object{change}}} {
		if lost, err := x.EndPending(t.Context(), c.object, "looked at again"); err != nil || lost != c.lost {
			t.Errorf("%s: lost %t, %v", c.object, lost, err)
		}
		open(c.open...)
	}
}

// A dry run reports the same effects, and writes nothing.
func TestDryWritesNothing(t *testing.T) {
	for _, kind := range mapping.EffectKinds() {
		w := newWorld(t)
		x, before := effect.NewDry(w.o.Listen), w.seen()
		r := w.one(kind)
		if outcome, err := x.Do(t.Context(), r); outcome != effect.Planned || err != nil {
			t.Errorf("%s: outcome %d, %v", kind, outcome, err)
		}
		if len(w.results) != 1 || w.results[0].Outcome != effect.Planned || !slices.Equal(w.results[0].Effects, r.Effects) {
			t.Errorf("%s: the listener got %+v", kind, w.results)
		}
		if got := w.seen(); got != before || len(w.ops()) > 0 || len(w.phab.Requests())+len(w.gerrit.Requests()) > 0 {
			t.Errorf("%s: %s, and the log has %+v", kind, got, w.ops())
		}
	}
	w := newWorld(t)
	r := w.one(mapping.EffectComment)
	r.Marks = map[string]bool{"1#reviewsync-merged": true}
	if outcome, err := effect.NewDry(w.o.Listen).Do(t.Context(), r); outcome != effect.Planned || err != nil || len(w.results) > 0 {
		t.Errorf("a comment that is there: outcome %d, %v, the listener got %+v", outcome, err, w.results)
	}
}
