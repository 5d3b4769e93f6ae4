package service

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/depth"
	"reviewsync/mapping"
)

// kind of a request: "query", "change", "comments", "public" (a change without credentials)
// or "other" on Gerrit, the method on Phabricator.
func kind(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		return method(r)
	}
	_, below, ok := strings.Cut(r.URL.Path, "/changes/")
	switch {
	case !ok:
		return "other"
	case below == "":
		return "query"
	case strings.HasSuffix(below, "/comments"):
		return "comments"
	case r.Header.Get("Authorization") == "":
		return "public"
	}
	return "change"
}

// about says whether a request is about a change and its task, which have the same number.
// A query is about all.
func about(r *http.Request, n int) bool {
	if kind(r) == "query" {
		return true
	}
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		return strings.HasSuffix(strings.TrimSuffix(r.URL.Path, "/comments"), fmt.Sprintf("~%d", n))
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	params := form.Get("params")
	return strings.Contains(params, fmt.Sprintf(`"ids":[%d]`, n)) || strings.Contains(params, fmt.Sprintf(`"objectIdentifier":"T%d"`, n))
}

// fault is one line of the table: what happens to every request of a kind for two minutes.
type fault struct {
	name    string
	happens trouble
	pauses  bool   // the whole server is left alone for a while
	later   bool   // it is something that a person must fix, and tried again every ten minutes
	says    string // a part of what the log says
}

func readFaults() []fault {
	return []fault{
		{name: "page", happens: page(200), says: "HTML instead of"},
		{name: "page 502", happens: page(502), says: "status 502"},
		{name: "401", happens: text(401), says: "status 401"},
		{name: "403", happens: text(403), says: "status 403"},
		{name: "404", happens: text(404), says: "status 404"},
		{name: "408", happens: text(408), says: "status 408"},
		{name: "409", happens: text(409), says: "status 409"},
		{name: "page 301", happens: page(301), says: "status 301"},
		{name: "page 302", happens: page(302), says: "status 302"},
		{name: "page 401", happens: page(401), says: "status 401"},
		{name: "page 403", happens: page(403), says: "status 403"},
		{name: "page 404", happens: page(404), says: "status 404"},
		{name: "page 407", happens: page(407), says: "status 407"},
		{name: "429", happens: text(429), pauses: true, says: "status 429"},
		{name: "500", happens: text(500), says: "status 500"},
		{name: "503", happens: text(503), pauses: true, says: "status 503"},
		{name: "empty", happens: json200(""), says: "answer"},
		{name: "half", happens: half},
		{name: "cut short", happens: cutShort, says: "cut short after"},
		{name: "held", happens: held, pauses: true, says: "no answer within 1m0s"}, // and with it the board that is written
		{name: "reset", happens: reset, says: "connection reset"},
	}
}

// Whatever happens to a read: the other tasks go on meanwhile, and afterwards the card is
// right and was moved once.
func TestFaultsOfReads(t *testing.T) {
	list := func(k string) fault {
		if k == "query" || k == "change" || k == "comments" || k == "public" {
			return fault{name: "list", happens: json200(")]}'\n[]")}
		}
		return fault{name: "list", happens: json200(`{"result":[],"error_code":null,"error_info":null}`)}
	}
	for _, k := range []string{"query", "change", "comments", "public", "maniphest.search", "maniphest.gettasktransactions"} {
		faults := append(readFaults(), list(k))
		if k == "query" || k == "change" || k == "comments" {
			faults = append(faults, fault{name: "forbidden", happens: answers(403, "text/plain", "read not permitted\n"), later: true, says: "status 403"})
		}
		for _, f := range faults {
			t.Run(k+"/"+f.name, func(t *testing.T) {
				depth.Variant(t)
				t.Parallel()
				inWorld(t, func(w *world) { w.fault(k, f) })
			})
		}
	}
}

// Nor is anything written twice when it is a write that goes wrong, done or not.
func TestFaultsOfWrites(t *testing.T) {
	faults := append(readFaults(),
		fault{name: "list", happens: json200(`{"result":[],"error_code":null,"error_info":null}`)},
		fault{name: "deadlock", happens: json200(`{"result":null,"error_code":"ERR-CONDUIT-CORE","error_info":"#1213: Deadlock found when trying to get lock; try restarting transaction"}`), says: "Deadlock found"},
		fault{name: "refused", happens: json200(`{"result":null,"error_code":"ERR-CONDUIT-CORE","error_info":"You do not have permission to edit this object."}`), later: true, says: "You do not have permission"},
	)
	for _, f := range readFaults() {
		f.name, f.happens = "applied, then "+f.name, applied(f.happens)
		faults = append(faults, f)
	}
	for _, f := range faults {
		if strings.HasPrefix(f.name, "applied") && (strings.HasSuffix(f.name, "half") || strings.HasSuffix(f.name, "cut short")) {
			continue // those are applied anyway
		}
		t.Run(f.name, func(t *testing.T) {
			depth.Variant(t)
			t.Parallel()
			inWorld(t, func(w *world) { w.fault("maniphest.edit", f) })
		})
	}
}

// fault plays one line of the table.
func (w *world) fault(k string, f fault) {
	w.Config.Gerrit.Sweep, w.Config.Store.Path = time.Hour, ":memory:"
	w.commenting()
	victim, other := w.Task(external, "Review Needed"), w.Task(external, "Review Needed")
	w.run()
	w.Wait(time.Minute)
	for _, task := range []int{victim, other} {
		if n := w.Push("vol1", core, task); n != task {
			w.Fatalf("the change of T%d is %d", task, n)
		}
	}

	hit := 0
	trap := func(r *http.Request) trouble {
		if kind(r) == k && about(r, victim) {
			hit++
			return f.happens
		}
		return nil
	}
	w.ToGerrit.Set(trap)
	w.ToPhab.Set(trap)
	for _, n := range []int{victim, other} {
		_, err := w.Gerrit.Review("alice", n, gerrittest.ReviewInput{
			Labels:   map[string]int{"Code-Review": -1},
			Comments: []gerrittest.CommentInput{{Path: "a.txt", Line: 1, Text: "Why?", Unresolved: true}},
		})
		w.OK(err)
	}
	w.Wait(within + 2*time.Second)
	if k != "query" && !f.pauses && f.name != "list" {
		w.Want(other, external, "In Progress")
	}
	w.Wait(2*time.Minute - within)
	if k != "query" && f.name != "429" && f.name != "503" {
		w.Want(other, external, "In Progress")
	}
	w.ToGerrit.Set(nil)
	w.ToPhab.Set(nil)
	if hit == 0 {
		w.Fatalf("no %s was sent", k)
	}
	if f.later {
		w.Wait(11 * time.Minute)
	} else {
		w.Wait(6 * time.Minute)
	}
	for _, task := range []int{victim, other} {
		w.WantMoves(task, "In Progress")
		if reported := w.comments(task); len(reported) != 1 || !slices.Equal(mapping.CommentKeys(reported[0]), []string{fmt.Sprintf("%d#reviewsync-linked", task)}) {
			w.Errorf("on T%d it says %q", task, reported)
		}
	}
	w.NoWaste()
	said := w.Log.All("warn", "error")
	isAnswer := k == "public" && slices.Contains([]string{"page", "401", "403", "404", "page 301", "page 302", "page 401", "page 403", "page 404"}, f.name)
	if f.says != "" && !isAnswer && !slices.ContainsFunc(said, func(l string) bool { return strings.Contains(l, f.says) }) {
		w.Errorf("the log does not say %q: %q", f.says, said)
	}
}

// An answer without end is given up, and is a fault of that one item.
func TestAnswersWithoutEnd(t *testing.T) {
	for k, says := range map[string]string{
		"query": "more than 8 MiB", "change": "more than 64 MiB", "maniphest.search": "more than 8 MiB", "maniphest.edit": "more than 8 MiB",
	} {
		t.Run(k, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.fault(k, fault{happens: huge, says: says})
			})
		})
	}
}

// A start waits for servers that do not answer, or in whose place something else does, and
// ends when the server itself says that a person must fix something.
func TestFaultsAtTheStart(t *testing.T) {
	for _, k := range []string{"other", "query", "conduit.getcapabilities", "user.whoami", "maniphest.status.search", "project.search", "project.column.search", "maniphest.search"} {
		for _, f := range readFaults() {
			t.Run(k+"/"+f.name, func(t *testing.T) {
				depth.Variant(t)
				t.Parallel()
				inWorld(t, func(w *world) {
					w.Config.Store.Path = ":memory:"
					task := w.Task(external, "In Progress")
					w.Push("vol1", core, task)
					trap := func(r *http.Request) trouble {
						if kind(r) == k {
							return f.happens
						}
						return nil
					}
					w.ToGerrit.Set(trap)
					w.ToPhab.Set(trap)
					end := w.start()
					w.Wait(2 * time.Minute)
					w.ToGerrit.Set(nil)
					w.ToPhab.Set(nil)
					w.Wait(2 * time.Minute)
					if f.name != "401" || k != "other" && k != "query" { // Phabricator itself never says that
						w.WantMoves(task, "Review Needed")
						w.OK(end())
						return
					}
					err := end()
					if err == nil || !strings.Contains(err.Error(), "status "+f.name) || !strings.HasSuffix(err.Error(), "); 'reviewsync check' names all that is wrong") {
						t.Errorf("the service ended with %v; that does not say what to do", err)
					}
					w.WantMoves(task)
				})
			})
		}
	}
}

// A sweep that fails stops nothing: polls go on, and the next sweep makes up for it.
func TestFaultsOfASweep(t *testing.T) {
	for _, k := range []string{"user.whoami", "maniphest.status.search", "project.search", "project.column.search", "maniphest.search", "query"} {
		for _, f := range readFaults() {
			t.Run(k+"/"+f.name, func(t *testing.T) {
				depth.Variant(t)
				t.Parallel()
				inWorld(t, func(w *world) {
					w.Config.Gerrit.Sweep, w.Config.Store.Path = 10*time.Minute, ":memory:"
					task := w.Task(external, "In Progress")
					change := w.Push("vol1", core, task)
					w.run()
					w.Wait(9 * time.Minute)
					trap := func(r *http.Request) trouble {
						if kind(r) == k {
							return f.happens
						}
						return nil
					}
					w.ToGerrit.Set(trap)
					w.ToPhab.Set(trap)
					w.Wait(3 * time.Minute)
					w.ToGerrit.Set(nil)
					w.ToPhab.Set(nil)
					w.Wait(time.Minute)
					w.Vote("alice", change, 1)
					w.Wait(within)
					w.WantMoves(task, "Review Needed", "Review Completed")
					w.Wait(11 * time.Minute)
					w.NoWaste()
				})
			})
		}
	}
}
