package main

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
	"slices"
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
	w.ok(err)
	block, err := ssh.MarshalPrivateKey(private, "")
	w.ok(err)
	key, err := ssh.NewPublicKey(public)
	w.ok(err)
	w.gerrit.AddKey("reviewsync", key)
	known := filepath.Join(w.TempDir(), "known_hosts")
	w.ok(os.WriteFile(known, []byte(knownhosts.Line([]string{address}, w.gerrit.HostKey())+"\n"), 0o600))
	w.cfg.Gerrit.Events = &config.Events{
		SSH: address, User: "reviewsync", Key: config.NewSecret(string(pem.EncodeToMemory(block))), KnownHosts: known,
	}
	w.cfg.Gerrit.Poll = 4 * time.Hour
}

// herald has Phabricator's webhooks told to the service that runs.
func (w *world) herald() {
	const key = "webhook-key"
	w.phab.Webhook(key, func(body []byte, signature string) {
		if h, err := phab.ReadWebhook(key, signature, body); err != nil {
			w.Error(err)
		} else if s := w.running.Load(); s != nil {
			s.phabHook(h)
		}
	})
}

// dial connects to Gerrit's SSH.
func (w *world) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := w.gerrit.DialSSH(ctx, network, address)
	w.connection = conn
	return conn, err
}

// since is how many requests were sent since then.
func (w *way) since(then time.Time) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.sent) - w.before(then)
}

func (w *way) before(t time.Time) int {
	n, _ := slices.BinarySearchFunc(w.sent, t, time.Time.Compare)
	return n
}

// busiest is how many requests were sent in the busiest second since then.
func (w *way) busiest(then time.Time) (most int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := w.before(then); i < len(w.sent); i++ {
		most = max(most, w.before(w.sent[i].Add(time.Second))-i)
	}
	return most
}

const instant = 100 * time.Millisecond

func TestAVoteMovesItsCardAtOnce(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.events()
		task := w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core, task)
		w.wait(instant)
		w.want(task, external, "Review Needed")
		w.wait(time.Minute)
		w.reset()
		w.vote("alice", change, -1)
		w.wait(instant)
		w.want(task, external, "In Progress")
		w.wait(time.Minute)
		w.wantRequests("a vote", map[string]int{"change": 1},
			map[string]int{"maniphest.search": 1, "project.column.search": 1, "maniphest.gettasktransactions": 1, "maniphest.edit": 1})
		w.reply("vol1", change, "Done.")
		w.wait(instant)
		w.want(task, external, "Review Needed")
		w.ok(w.gerrit.Abandon("vol1", change, ""))
		w.wait(instant)
		w.reset()
		w.wait(w.cfg.Gerrit.Poll) // which finds nothing that was not told
		w.wantRequests("a poll", map[string]int{"query": 1}, map[string]int{})
		w.noWaste()
	})
}

// What cannot be heard is seen by the poll, and what happened while nobody listened is looked for at once.
func TestTheStreamBreaks(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.events()
		task := w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core, task)
		w.wait(instant)
		w.ok(w.connection.Close())
		w.vote("alice", change, -1)
		w.wait(2*time.Second + instant) // it connects again, and polls
		w.want(task, external, "In Progress")
		w.reply("vol1", change, "Done.")
		w.wait(instant)
		w.want(task, external, "Review Needed")
	})
}

// A thousand hints at one change cost one GET more than one of them does.
func TestAThousandHintsAtOneChange(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.cfg.Gerrit.Poll = 4 * time.Hour
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core, w.task(external, "In Progress"))
		body := fmt.Appendf(nil, `{"type":"comment-added","change":{"project":%q,"number":%d},"author":{"username":"alice"}}`, core, change)
		for _, tt := range []struct{ hints, gets int }{{1, 1}, {1000, 2}} {
			w.wait(time.Minute)
			w.reset()
			for range tt.hints {
				w.ok(w.running.Load().gerritHook(body))
				w.wait(time.Millisecond)
			}
			w.wait(time.Minute)
			if n := w.gerrit.Requests()["change"]; n != tt.gets {
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
		w.cfg.Tags, w.cfg.Comments = nil, config.Comments{} // these look everywhere
		for i := range w.cfg.Boards {
			w.cfg.Boards[i].Count.Repositories = []string{"mediawiki/*"}
			w.cfg.Boards[i].Count.Branches = []string{"production"}
		}
		w.run()
		w.wait(time.Minute)
		w.reset()
		inside, outside := w.push("vol1", core), w.push("vol1", "labs/tools")
		w.vote("alice", outside, 1)
		w.wait(time.Minute)
		w.wantRequests("two changes", map[string]int{"change": 1}, map[string]int{})
		meta := w.metaOf(inside)
		w.reset()
		body := fmt.Appendf(nil, `{"type":"ref-updated","refUpdate":{"project":%q,"refName":"refs/changes/%02d/%d/meta","newRev":%q}}`, core, inside%100, inside, meta)
		for range 50 {
			w.ok(w.running.Load().gerritHook(body))
			w.wait(time.Minute)
		}
		w.wantRequests("50 hints at what was read", map[string]int{}, map[string]int{})
	})
}

// A flood of changes starves neither the poll nor whoever votes meanwhile, and keeps to the rate.
func TestAFlood(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		changes, toGerrit, toPhab := depth.Of(500, 5000), depth.Of(5, 20), depth.Of(5, 10) // requests per second
		w.events()
		w.cfg.Store.Path = ":memory:"
		w.cfg.Gerrit.Rate, w.cfg.Phabricator.Rate = float64(toGerrit), float64(toPhab)
		w.cfg.Gerrit.Poll = 30 * time.Second
		for range changes {
			w.push("vol2", core, w.task(external, "Review Needed"))
			time.Sleep(time.Second)
		}
		task := w.task(external, "In Progress")
		change := w.push("vol1", core, task)
		w.beginBoards(time.Now())
		w.run()
		w.wait(40 * time.Minute)
		w.reset()
		began, starved := time.Now(), time.Duration(0)
		for i := range changes { // in a minute
			w.ok(w.gerrit.Amend("vol2", i+1, gerrittest.TrivialRebase, gerrittest.AmendInput{}))
			if time.Sleep(time.Minute / time.Duration(changes)); i == changes/2 {
				w.vote("alice", change, -1)
			}
			if i == changes/2+changes/20 { // three seconds later
				w.want(task, external, "In Progress")
			}
			starved = max(starved, w.running.Load().health(w.Context()).SincePoll)
		}
		w.want(task, external, "In Progress")
		for range 15 * 12 {
			w.wait(5 * time.Second)
			starved = max(starved, w.running.Load().health(w.Context()).SincePoll)
		}
		if limit := w.cfg.Gerrit.Poll + 6*time.Second; starved > limit {
			t.Errorf("%s without a poll", starved)
		}
		if n := w.gerrit.Requests()["change"]; n < changes {
			t.Errorf("%d of %d changes were read", n, changes)
		}
		for _, at := range []struct {
			server      string
			rate, found int
		}{{"Gerrit", toGerrit, w.toGerrit.busiest(began)}, {"Phabricator", toPhab, w.toPhab.busiest(began)}} {
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
		w.cfg.Phabricator.Rate = 20
		var tasks, changes []int
		for range 200 {
			tasks = append(tasks, w.task(external, "Review Needed"))
			changes = append(changes, w.push("vol1", core, tasks[len(tasks)-1]))
		}
		w.beginBoards(time.Now())
		w.run()
		w.wait(5 * time.Minute)
		w.toPhab.set(func(*http.Request) trouble { return reset })
		w.reset()
		away := time.Now()
		for _, c := range changes {
			w.vote("alice", c, -1)
		}
		w.wait(10 * time.Minute)
		if n := w.gerrit.Requests()["change"]; n != len(changes) {
			t.Errorf("%d of %d changes were read meanwhile", n, len(changes))
		}
		if f := w.running.Load().health(w.Context()); len(f.Down) != 1 || f.Down[0] != "phabricator" || f.Tasks != len(tasks) {
			t.Errorf("health says %+v", f)
		}
		if n := w.toPhab.since(away); n > 60 {
			t.Errorf("%d requests to a server that is away for ten minutes", n)
		}
		w.toPhab.set(nil)
		back := time.Now()
		w.wait(time.Minute)
		if n := w.toPhab.busiest(back); n < 4 || n > 8 {
			t.Errorf("%d requests in one second of the first minute, of 20 that are allowed", n)
		}
		w.wait(5 * time.Minute)
		for _, task := range tasks {
			w.want(task, external, "In Progress")
		}
		if f := w.running.Load().health(w.Context()); len(f.Down) != 0 || f.Tasks != 0 {
			t.Errorf("health says %+v", f)
		}
		if n := len(w.log.all("warn")); n > 2 { // of the first request that failed, and of the server
			t.Errorf("%d warnings\n%s", n, strings.Join(w.log.all("warn"), "\n"))
		}
		w.noWaste()
	})
}

// What a person does on the board is seen at once, and costs one look; our own edits cost none.
func TestHerald(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.events()
		w.herald()
		task := w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core, task)
		w.wait(10 * time.Second)
		w.want(task, external, "Review Needed")
		w.wait(time.Minute)

		w.reset()
		w.vote("alice", change, -1)
		w.wait(time.Minute)
		w.wantRequests("a vote, whose edit is told too", map[string]int{"change": 1},
			map[string]int{"maniphest.search": 1, "project.column.search": 1, "maniphest.gettasktransactions": 1, "maniphest.edit": 1})

		w.reset()
		w.phab.Drag("dave", task, external, "Parked")
		w.wait(2 * time.Second)
		if n := w.phab.Requests()["maniphest.search"]; n != 1 {
			t.Errorf("%d looks at a drag", n)
		}
		w.want(task, external, "Parked")
		w.reset()
		w.wait(time.Hour)
		w.wantRequests("an hour later", map[string]int{}, map[string]int{})
	})
}

// A tag or a status moves its card at once, and tasks that are none of ours leave nothing behind.
func TestHeraldMovesCardsWithoutChanges(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.operations(toDoing, toDone)
		w.herald()
		task := w.task(ops, "Inbox")
		other := w.phab.NewTask("dave", "On no board")
		w.run()
		w.wait(time.Minute)
		w.phab.AddTag("dave", task, "sprint-1")
		w.wait(2 * time.Second)
		w.want(task, ops, "Doing")
		w.phab.SetStatus("dave", task, "resolved")
		w.phab.SetStatus("dave", other, "resolved")
		w.wait(2 * time.Second)
		w.want(task, ops, "Done")
		if settled, err := w.running.Load().store.Settled(w.Context(), other); err != nil || len(settled) > 0 {
			t.Errorf("the store has %v of a task on no board (%v)", settled, err)
		}
		w.noWaste()
	})
}

func TestAPokeIsLookedAtAtOnce(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.cfg.Gerrit.Poll = 4 * time.Hour
		task := w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		one, two := w.push("vol1", core, task), w.push("vol1", core, task)
		w.poke(fmt.Sprint(one))
		w.wait(instant)
		w.want(task, external, "Review Needed")
		w.vote("alice", one, -1)
		w.vote("alice", two, -1)
		w.poke(fmt.Sprintf("%s~%d", core, two), fmt.Sprintf("https://gerrit.example.org/c/%s/+/%d", core, one))
		w.wait(instant)
		w.want(task, external, "In Progress")
		w.wait(10 * time.Second)
		w.reply("vol1", one, "Done.")
		w.reply("vol1", two, "Done.")
		w.poke(fmt.Sprintf("T%d", task)) // and what it is linked to
		w.wait(instant)
		w.want(task, external, "Review Needed")

		w.cfg.Tags, w.cfg.Comments = nil, config.Comments{}
		for target, want := range map[string]string{
			"999":                   "there is none, or reviewsync may not see it",
			"T999":                  "there is none, or reviewsync may not see it",
			"nonsense":              "neither a task nor a change",
			"https://example.org/1": "on neither server",
		} {
			poked, err := w.running.Load().poke(w.Context(), []string{target})
			if err != nil || len(poked) != 1 || !strings.Contains(poked[0].Error, want) {
				t.Errorf("%s: %+v, %v", target, poked, err)
			}
		}
	})
}

func (w *world) poke(targets ...string) {
	w.Helper()
	poked, err := w.running.Load().poke(w.Context(), targets)
	w.ok(err)
	for _, p := range poked {
		if p.Error != "" {
			w.Errorf("poke %s: %s", p.Target, p.Error)
		}
	}
}

// metaOf is the meta_rev_id of a change.
func (w *world) metaOf(change int) string {
	w.Helper()
	row, known, err := w.running.Load().store.Change(w.Context(), review.Key{Project: core, Number: change})
	if w.ok(err); !known {
		w.Fatalf("change %d is not known", change)
	}
	return row.Meta
}
