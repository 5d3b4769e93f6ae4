package service

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/config"
	"reviewsync/internal/depth"
	"reviewsync/mapping/review"
	"reviewsync/phab"
)

// events lets the service listen to Gerrit's events. Polls are far between from now on.
func (w *world) events() {
	w.Helper()
	const address = "gerrit.example.org:29418"
	public, private, err := ed25519.GenerateKey(rand.Reader)
	w.OK(err)
	block, err := ssh.MarshalPrivateKey(private, "")
	w.OK(err)
	key, err := ssh.NewPublicKey(public)
	w.OK(err)
	w.Gerrit.AddKey("reviewsync", key)
	known := filepath.Join(w.TempDir(), "known_hosts")
	w.OK(os.WriteFile(known, []byte(knownhosts.Line([]string{address}, w.Gerrit.HostKey())+"\n"), 0o600))
	w.Config.Gerrit.Events = &config.Events{
		SSH: address, User: "reviewsync", Key: config.NewSecret(string(pem.EncodeToMemory(block))), KnownHosts: known,
	}
	w.Config.Gerrit.Poll = 4 * time.Hour
}

// herald has Phabricator's webhooks sent to the service that runs.
func (w *world) herald() {
	const key = "webhook-key"
	w.Phab.Webhook(key, func(body []byte, signature string) {
		if h, err := phab.ReadWebhook(key, signature, body); err != nil {
			w.Error(err)
		} else if s := w.running.Load(); s != nil {
			s.door().phabHook(h)
		}
	})
}

// dial connects to Gerrit's SSH.
func (w *world) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := w.Gerrit.DialSSH(ctx, network, address)
	w.connection = conn
	return conn, err
}

const instant = 100 * time.Millisecond

func TestAVoteMovesItsCardAtOnce(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.events()
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, task)
		w.Wait(instant)
		w.Want(task, external, "Review Needed")
		w.Wait(time.Minute)
		w.reset()
		w.Vote("alice", change, -1)
		w.Wait(instant)
		w.Want(task, external, "In Progress")
		w.Wait(time.Minute)
		w.wantRequests("a vote", map[string]int{"change": 1},
			map[string]int{"maniphest.search": 1, "project.column.search": 1, "maniphest.gettasktransactions": 1, "maniphest.edit": 1})
		w.Reply("vol1", change, "Done.")
		w.Wait(instant)
		w.Want(task, external, "Review Needed")
		w.OK(w.Gerrit.Abandon("vol1", change, ""))
		w.Wait(instant)
		w.reset()
		w.Wait(w.Config.Gerrit.Poll) // which finds nothing that no event was sent for
		w.wantRequests("a poll", map[string]int{"query": 1}, map[string]int{})
		w.NoWaste()
	})
}

// What cannot be heard is seen by the poll, and what happened while nobody listened is looked for at once.
func TestTheStreamBreaks(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.events()
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, task)
		w.Wait(instant)
		w.OK(w.connection.Close())
		w.Vote("alice", change, -1)
		w.Wait(2*time.Second + instant) // it connects again, and polls
		w.Want(task, external, "In Progress")
		w.Reply("vol1", change, "Done.")
		w.Wait(instant)
		w.Want(task, external, "Review Needed")
	})
}

// A thousand hints at one change cost one GET more than one of them does.
func TestAThousandHintsAtOneChange(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Config.Gerrit.Poll = 4 * time.Hour
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, w.Task(external, "In Progress"))
		body := fmt.Appendf(nil, `{"type":"comment-added","change":{"project":%q,"number":%d},"author":{"username":"alice"}}`, core, change)
		for _, tt := range []struct{ hints, gets int }{{1, 1}, {1000, 2}} {
			w.Wait(time.Minute)
			w.reset()
			for range tt.hints {
				w.OK(w.running.Load().door().gerritHook(body))
				w.Wait(time.Millisecond)
			}
			w.Wait(time.Minute)
			if n := w.Gerrit.Requests()["change"]; n != tt.gets {
				t.Errorf("%d hints cost %d GETs, want %d", tt.hints, n, tt.gets)
			}
		}
	})
}

// A hint at what no board counts costs one look, or none at all, and is remembered.
func TestHintsAtWhatNoBoardCounts(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.events()
		w.Config.Tags, w.Config.Comments = nil, config.Comments{} // these look everywhere
		for i := range w.Config.Boards {
			w.Config.Boards[i].Count.Repositories = []string{"mediawiki/*"}
			w.Config.Boards[i].Count.Branches = []string{"production"}
		}
		w.run()
		w.Wait(time.Minute)
		w.reset()
		inside, outside := w.Push("vol1", core), w.Push("vol1", "labs/tools")
		w.Vote("alice", outside, 1)
		w.Wait(time.Minute)
		w.wantRequests("two changes", map[string]int{"change": 1}, map[string]int{})
		meta := w.metaOf(inside)
		w.reset()
		body := fmt.Appendf(nil, `{"type":"ref-updated","refUpdate":{"project":%q,"refName":"refs/changes/%02d/%d/meta","newRev":%q}}`, core, inside%100, inside, meta)
		for range 50 {
			w.OK(w.running.Load().door().gerritHook(body))
			w.Wait(time.Minute)
		}
		w.wantRequests("50 hints at what was read", map[string]int{}, map[string]int{})
	})
}

// A flood of changes starves neither the poll nor a person who votes meanwhile, and keeps to the rate.
func TestAFlood(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		changes, toGerrit, toPhab := depth.Of(500, 5000), depth.Of(5, 20), depth.Of(5, 10) // requests per second
		w.events()
		w.Config.Store.Path = ":memory:"
		w.Config.Gerrit.Rate, w.Config.Phabricator.Rate = float64(toGerrit), float64(toPhab)
		w.Config.Gerrit.Poll = 30 * time.Second
		for range changes {
			w.Push("vol2", core, w.Task(external, "Review Needed"))
			time.Sleep(time.Second)
		}
		task := w.Task(external, "In Progress")
		change := w.Push("vol1", core, task)
		w.beginBoards(time.Now())
		w.run()
		w.Wait(40 * time.Minute)
		w.reset()
		began, starved := time.Now(), time.Duration(0)
		for i := range changes { // in a minute
			w.OK(w.Gerrit.Amend("vol2", i+1, gerrittest.TrivialRebase, gerrittest.AmendInput{}))
			if time.Sleep(time.Minute / time.Duration(changes)); i == changes/2 {
				w.Vote("alice", change, -1)
			}
			if i == changes/2+changes/20 { // three seconds later
				w.Want(task, external, "In Progress")
			}
			starved = max(starved, w.running.Load().health(w.Context()).SincePoll)
		}
		w.Want(task, external, "In Progress")
		for range 15 * 12 {
			w.Wait(5 * time.Second)
			starved = max(starved, w.running.Load().health(w.Context()).SincePoll)
		}
		if limit := w.Config.Gerrit.Poll + 6*time.Second; starved > limit {
			t.Errorf("%s without a poll", starved)
		}
		if n := w.Gerrit.Requests()["change"]; n < changes {
			t.Errorf("%d of %d changes were read", n, changes)
		}
		for _, at := range []struct {
			server      string
			rate, found int
		}{{"Gerrit", toGerrit, w.ToGerrit.Busiest(began)}, {"Phabricator", toPhab, w.ToPhab.Busiest(began)}} {
			if limit := at.rate + at.rate/10 + 1; at.found > limit {
				t.Errorf("%d requests to %s in one second, want %d at most", at.found, at.server, limit)
			}
		}
	})
}

// While Phabricator is away, changes are read all the same; when it is back, all cards move, little by little.
func TestOneServerIsAway(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.events()
		w.Config.Phabricator.Rate = 20
		var tasks, changes []int
		for range 200 {
			tasks = append(tasks, w.Task(external, "Review Needed"))
			changes = append(changes, w.Push("vol1", core, tasks[len(tasks)-1]))
		}
		w.beginBoards(time.Now())
		w.run()
		w.Wait(5 * time.Minute)
		w.ToPhab.Set(func(*http.Request) trouble { return reset })
		w.reset()
		away := time.Now()
		for _, c := range changes {
			w.Vote("alice", c, -1)
		}
		w.Wait(10 * time.Minute)
		if n := w.Gerrit.Requests()["change"]; n != len(changes) {
			t.Errorf("%d of %d changes were read meanwhile", n, len(changes))
		}
		if f := w.running.Load().health(w.Context()); len(f.Down) != 1 || f.Down[0] != "phabricator" || f.Tasks != len(tasks) {
			t.Errorf("health says %+v", f)
		}
		if n := w.ToPhab.Since(away); n > 60 {
			t.Errorf("%d requests to a server that is away for ten minutes", n)
		}
		w.ToPhab.Set(nil)
		back := time.Now()
		w.Wait(time.Minute)
		if n := w.ToPhab.Busiest(back); n < 4 || n > 8 {
			t.Errorf("%d requests in one second of the first minute, of 20 that are allowed", n)
		}
		w.Wait(5 * time.Minute)
		for _, task := range tasks {
			w.Want(task, external, "In Progress")
		}
		if f := w.running.Load().health(w.Context()); len(f.Down) != 0 || f.Tasks != 0 {
			t.Errorf("health says %+v", f)
		}
		if n := len(w.Log.All("warn")); n > 2 { // of the first request that failed, and of the server
			t.Errorf("%d warnings\n%s", n, strings.Join(w.Log.All("warn"), "\n"))
		}
		w.NoWaste()
	})
}

// What a person does on the board is seen at once, and costs one look; our own edits cost none.
func TestHerald(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.events()
		w.herald()
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, task)
		w.Wait(10 * time.Second)
		w.Want(task, external, "Review Needed")
		w.Wait(time.Minute)

		w.reset()
		w.Vote("alice", change, -1)
		w.Wait(time.Minute)
		w.wantRequests("a vote, whose edit is reported, too", map[string]int{"change": 1},
			map[string]int{"maniphest.search": 1, "project.column.search": 1, "maniphest.gettasktransactions": 1, "maniphest.edit": 1})

		w.reset()
		w.Phab.Drag("dave", task, external, "Parked")
		w.Wait(2 * time.Second)
		if n := w.Phab.Requests()["maniphest.search"]; n != 1 {
			t.Errorf("%d looks at a drag", n)
		}
		w.Want(task, external, "Parked")
		w.reset()
		w.Wait(time.Hour)
		w.wantRequests("an hour later", map[string]int{}, map[string]int{})
	})
}

// A tag or a status moves its card at once, and tasks that are none of ours leave nothing behind.
func TestHeraldMovesCardsWithoutChanges(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.operations(toDoing, toDone)
		w.herald()
		task := w.Task(ops, "Inbox")
		other := w.Phab.NewTask("dave", "On no board")
		w.run()
		w.Wait(time.Minute)
		w.Phab.AddTag("dave", task, "sprint-1")
		w.Wait(2 * time.Second)
		w.Want(task, ops, "Doing")
		w.Phab.SetStatus("dave", task, "resolved")
		w.Phab.SetStatus("dave", other, "resolved")
		w.Wait(2 * time.Second)
		w.Want(task, ops, "Done")
		if settled, err := w.running.Load().Store.Cards(w.Context(), other); err != nil || len(settled) > 0 {
			t.Errorf("the store has %v of a task on no board (%v)", settled, err)
		}
		w.NoWaste()
	})
}

func TestAPokeIsLookedAtAtOnce(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Config.Gerrit.Poll = 4 * time.Hour
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		one, two := w.Push("vol1", core, task), w.Push("vol1", core, task)
		w.poke(fmt.Sprint(one))
		w.Wait(instant)
		w.Want(task, external, "Review Needed")
		w.Vote("alice", one, -1)
		w.Vote("alice", two, -1)
		w.poke(fmt.Sprintf("%s~%d", core, two), fmt.Sprintf("https://gerrit.example.org/c/%s/+/%d", core, one))
		w.Wait(instant)
		w.Want(task, external, "In Progress")
		w.Wait(10 * time.Second)
		w.Reply("vol1", one, "Done.")
		w.Reply("vol1", two, "Done.")
		w.poke(fmt.Sprintf("T%d", task)) // and what it is linked to
		w.Wait(instant)
		w.Want(task, external, "Review Needed")

		w.Config.Tags, w.Config.Comments = nil, config.Comments{}
		for target, want := range map[string]string{
			"999":                   "there is none, or reviewsync may not see it",
			"T999":                  "there is none, or reviewsync may not see it",
			"nonsense":              "neither a task nor a change",
			"https://example.org/1": "on neither server",
		} {
			poked, err := w.running.Load().door().poke(w.Context(), []string{target})
			if err != nil || len(poked) != 1 || !strings.Contains(poked[0].Error, want) {
				t.Errorf("%s: %+v, %v", target, poked, err)
			}
		}
	})
}

func (w *world) poke(targets ...string) {
	w.Helper()
	poked, err := w.running.Load().door().poke(w.Context(), targets)
	w.OK(err)
	for _, p := range poked {
		if p.Error != "" {
			w.Errorf("poke %s: %s", p.Target, p.Error)
		}
	}
}

// metaOf is the meta_rev_id of a change.
func (w *world) metaOf(change int) string {
	w.Helper()
	row, known, err := w.running.Load().Store.Change(w.Context(), review.Key{Project: core, Number: change})
	if w.OK(err); !known {
		w.Fatalf("change %d is not known", change)
	}
	return row.Meta
}
