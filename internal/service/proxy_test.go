package service

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"reviewsync/internal/depth"
)

// outages are what a proxy, a login page or a captive portal says in the place of a server.
func outages() map[string]trouble {
	all := map[string]trouble{
		"portal":        page(200),
		"portal's JSON": json200(`{}`),
		"portal's null": json200(`null`),
		"bare 404":      text(404),
		"Go's 404":      answers(404, "text/plain; charset=utf-8", "404 page not found\n"),
		"Kong's 404":    answers(404, "application/json", `{"message":"no Route matched with those values"}`),
		"Envoy's 403":   answers(403, "text/plain", "RBAC: access denied"),
		"empty 404":     answers(404, "", ""),
	}
	for _, status := range []int{301, 302, 400, 401, 403, 404, 407, 502, 511} {
		all[fmt.Sprint("page ", status)] = page(status)
	}
	return all
}

// For ten minutes something else answers in the place of a server. Nothing that it says is
// taken for the server's words, and soon afterwards the card is right.
func TestSomethingElseAnswersForTenMinutes(t *testing.T) {
	for _, server := range []string{"gerrit", "phabricator"} {
		for name, happens := range outages() {
			t.Run(server+"/"+name, func(t *testing.T) {
				depth.Variant(t)
				t.Parallel()
				inWorld(t, func(w *world) {
					w.Config.Store.Path = ":memory:"
					task := w.Task(external, "Review Needed")
					w.run()
					w.Wait(time.Minute)
					stays := w.Push("vol1", core, task)
					merged := w.Push("vol1", core, task)
					w.Wait(within)
					to := w.ToGerrit
					if server == "phabricator" {
						to = w.ToPhab
					}
					to.Set(func(*http.Request) trouble { return happens })
					w.merge(merged)
					w.Vote("alice", stays, -1) // both are to be read while no event comes
					w.Wait(10 * time.Minute)
					to.Set(nil)
					w.Wait(90 * time.Second)
					w.WantMoves(task, "In Progress")
				})
			})
		}
	}
}

// Only the read of one change meets a proxy's 404: it is not gone, and its card does not go on without it.
func TestAChangeIsNotGoneByAProxysWord(t *testing.T) {
	for name, happens := range outages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.Config.Store.Path = ":memory:"
				task := w.Task(external, "Review Needed")
				w.run()
				w.Wait(time.Minute)
				stays, merged := w.Push("vol1", core, task), w.Push("vol1", core, task)
				w.Wait(within)
				w.ToGerrit.Set(func(r *http.Request) trouble {
					if (kind(r) == "change" || kind(r) == "comments") && about(r, stays) {
						return happens
					}
					return nil
				})
				w.Reply("vol1", stays, "Done.")
				w.merge(merged)
				w.Wait(10 * time.Minute)
				w.WantMoves(task) // and not to Review Completed, as if one were gone
				w.ToGerrit.Set(nil)
				w.Vote("alice", stays, -1)
				w.Wait(90 * time.Second)
				w.WantMoves(task, "In Progress")
			})
		})
	}
}

// At the start they are waited for: none of it is a wrong password, or a wrong address.
func TestSomethingElseAnswersAtTheStart(t *testing.T) {
	for _, server := range []string{"gerrit", "phabricator"} {
		for name, happens := range outages() {
			t.Run(server+"/"+name, func(t *testing.T) {
				t.Parallel()
				inWorld(t, func(w *world) {
					w.Config.Store.Path = ":memory:"
					task := w.Task(external, "In Progress")
					w.Push("vol1", core, task)
					to := w.ToGerrit
					if server == "phabricator" {
						to = w.ToPhab
					}
					to.Set(func(*http.Request) trouble { return happens })
					end := w.start()
					w.Wait(10 * time.Minute)
					to.Set(nil)
					w.Wait(time.Minute)
					w.WantMoves(task, "Review Needed")
					w.OK(end())
				})
			})
		}
	}
}
