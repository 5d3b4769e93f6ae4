package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
)

// The main job: somebody votes, and within one poll and a second the card stands right.
func TestAVoteMovesTheCard(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(external, "Inbox")
		w.run()
		w.wait(within) // it is a card of people's until a rule names its column
		w.phab.Drag("dave", task, external, "In Progress")
		w.wait(time.Minute)
		change := w.push("vol1", core, task)
		for _, step := range []struct {
			do     func()
			column string
		}{
			{func() {}, "Review Needed"},
			{func() { w.vote("alice", change, -1) }, "In Progress"},
			{func() { w.reply("vol1", change, "That is on purpose.") }, "Review Needed"},
			{func() { w.reply("alice", change, "It is not what the task asks for.") }, "In Progress"},
			{func() { w.amend(change) }, "Review Needed"},
			{func() { w.vote("alice", change, 1) }, "Review Completed"},
		} {
			step.do()
			w.wait(within)
			w.want(task, external, step.column)
		}
		w.vote("bob", change, 2)
		w.ok(w.gerrit.Submit("bob", change))
		w.wait(within)
		w.wantMoves(task, "Review Needed", "In Progress", "Review Needed", "In Progress", "Review Needed", "Review Completed")
		w.noWaste()
	})
}

func TestSeveralChangesOfATask(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		one, two := w.push("vol1", core, task), w.push("vol2", core, task)
		w.wait(within)
		w.want(task, external, "Review Needed")
		w.vote("alice", one, -1)
		w.wait(within)
		w.want(task, external, "Review Needed") // the other one still waits for a reviewer
		w.vote("alice", two, 1)
		w.wait(within)
		w.want(task, external, "In Progress")
		w.ok(w.gerrit.Abandon("vol1", one, "gives up"))
		w.wait(within)
		w.want(task, external, "Review Completed")
	})
}

func TestSeveralTasksOfAChange(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		a, b, other := w.task(external, "In Progress"), w.task(external, "Parked"), w.task(external, "In Progress")
		w.phab.AddToBoard("dave", a, clinic, "Ready")
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core, a, b)
		w.wait(within)
		w.want(a, external, "Review Needed")
		w.want(a, clinic, "Ready") // that board counts the team's changes only
		w.want(b, external, "Parked")
		w.want(other, external, "In Progress")
		w.ok(w.gerrit.Amend("vol1", change, gerrittest.NoCodeChange, gerrittest.AmendInput{
			Message: "Mend it\n\nBug: T3\nChange-Id: I0123456789012345678901234567890123456789\n",
		}))
		w.wait(within)
		w.want(other, external, "Review Needed") // gained
		w.vote("alice", change, -1)
		w.wait(within)
		w.want(other, external, "In Progress")
		w.want(a, external, "Review Needed") // lost: no word of that change moves it any more
	})
}

func TestBothBoardsOfATask(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(clinic, "Ready")
		w.phab.AddToBoard("dave", task, external, "Review Completed")
		w.run()
		w.wait(time.Minute)
		outside, inside := w.push("vol1", core, task), w.push("erin", core, task)
		w.wait(within)
		w.want(task, external, "Review Needed")
		w.want(task, clinic, "Waiting for Review")
		w.vote("alice", inside, 2)
		w.ok(w.gerrit.Submit("alice", inside))
		w.vote("alice", outside, -1)
		w.wait(within)
		w.want(task, external, "In Progress")
		w.want(task, clinic, "Waiting for Deployment")
		w.noWaste()
	})
}

// The newest word wins: a card that a person moved stays until something is said.
func TestADraggedCardIsHeld(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(external, "In Progress")
		stop := w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core, task)
		w.wait(within)
		w.want(task, external, "Review Needed")
		w.phab.Drag("bob", task, external, "Review Completed")
		w.wait(7 * time.Hour) // a sweep looks at it too
		w.want(task, external, "Review Completed")
		stop()
		w.wait(time.Hour)
		w.run()
		w.wait(time.Hour)
		w.want(task, external, "Review Completed")
		w.vote("alice", change, -1)
		w.wait(within)
		w.want(task, external, "In Progress")
		w.wantMoves(task, "Review Needed", "In Progress")
	})
}

// What happened while nobody looked is made up for, once.
func TestARestartCatchesUp(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		a, b := w.task(external, "In Progress"), w.task(external, "In Progress")
		stop := w.run()
		w.wait(time.Minute)
		one := w.push("vol1", core, a)
		w.wait(within)
		stop()
		w.vote("alice", one, -1)
		w.wait(time.Hour)
		two := w.push("vol2", core, b)
		w.wait(72 * time.Hour)
		w.vote("alice", two, 1)
		w.wait(time.Hour)
		w.run()
		w.wait(5 * time.Second)
		w.wantMoves(a, "Review Needed", "In Progress")
		w.wantMoves(b, "Review Completed")
	})
}

// SIGTERM while the server holds an edit: what is being written is finished.
func TestTheEndFinishesAWrite(t *testing.T) {
	for name, slow := range map[string]time.Duration{"answers": 5 * time.Second, "never answers": time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				task := w.task(external, "In Progress")
				end := w.start()
				w.wait(time.Minute)
				w.toPhab.set(func(r *http.Request) trouble {
					if method(r) != "maniphest.edit" {
						return nil
					}
					return late(slow)
				})
				w.push("vol1", core, task)
				w.wait(within)
				w.want(task, external, "In Progress") // still on its way
				began := time.Now()
				if err := end(); err != nil {
					t.Errorf("the service ended with %v", err)
				}
				if took := time.Since(began); took > 10*time.Second {
					t.Errorf("it took %s to end", took)
				}
				if slow < 8*time.Second {
					w.want(task, external, "Review Needed")
				}
				w.toPhab.set(nil)
				w.run()
				w.wait(time.Minute)
				w.wantMoves(task, "Review Needed")
				w.noWaste()
			})
		})
	}
}

// late lets the server see a request after a while, unless the client gives up before.
func late(d time.Duration) trouble {
	return func(r *http.Request, server http.RoundTripper) (*http.Response, error) {
		if !sleep(r.Context(), d) {
			return nil, r.Context().Err()
		}
		return server.RoundTrip(r)
	}
}

// method is that of a Conduit request.
func method(r *http.Request) string { return strings.TrimPrefix(r.URL.Path, "/api/") }

func TestFirstStartOnAFullBoardMovesNothing(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		for i := range w.cfg.Boards {
			w.cfg.Boards[i].Start = time.Time{} // the first look
		}
		columns := []string{"Review Needed", "In Progress", "Review Completed"}
		var tasks, changes []int
		for i := range 60 {
			tasks = append(tasks, w.task(external, columns[i%3]))
			changes = append(changes, w.push("vol1", core, tasks[i]))
			w.wait(time.Second)
			w.vote("alice", changes[i], i%4-1)
		}
		w.wait(time.Hour)
		w.run()
		w.wait(13 * time.Hour) // two sweeps
		for i, task := range tasks {
			w.want(task, external, columns[i%3])
			w.wantMoves(task)
		}
		w.vote("bob", changes[0], 1) // was: In Progress by alice's -1 … is: reviewed but for her
		w.amend(changes[1])
		w.wait(within)
		w.want(tasks[1], external, "Review Needed")
		for i, task := range tasks[2:] {
			w.want(task, external, columns[(i+2)%3])
		}
	})
}

func TestSyncComparesEverythingOnce(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		a, b := w.task(external, "In Progress"), w.task(external, "Inbox")
		one, two := w.push("vol1", core, a), w.push("vol1", core, b)
		w.wait(time.Minute)
		w.vote("alice", one, 1)
		w.vote("alice", two, 1)
		w.wait(time.Minute)

		before := w.phab.Requests()["maniphest.edit"]
		would := w.sync(true)
		if len(would) != 1 || !strings.Contains(would[0], "T1: In Progress -> Review Completed: alice voted +1") {
			t.Errorf("a dry run tells %q", would)
		}
		if n := w.phab.Requests()["maniphest.edit"]; n != before {
			t.Errorf("a dry run wrote %d times", n-before)
		}
		if _, err := os.Stat(w.cfg.Store.Path); !os.IsNotExist(err) {
			t.Errorf("a dry run left a store: %v", err)
		}

		if moved := w.sync(false); !slices.Equal(moved, would) {
			t.Errorf("moved %q; the dry run said %q", moved, would)
		}
		w.wantMoves(a, "Review Completed")
		w.wantMoves(b) // Inbox belongs to people

		w.phab.Reset()
		if moved := w.sync(false); len(moved) > 0 {
			t.Errorf("the second sync moved %q", moved)
		}
		if n := w.phab.Requests()["maniphest.edit"]; n > 0 {
			t.Errorf("the second sync wrote %d times", n)
		}

		w.vote("alice", one, -1)
		w.wait(time.Minute)
		stored, err := os.ReadFile(w.cfg.Store.Path)
		w.ok(err)
		if would := w.sync(true); len(would) != 1 {
			t.Errorf("a dry run tells %q", would)
		}
		now, err := os.ReadFile(w.cfg.Store.Path)
		w.ok(err)
		if !slices.Equal(stored, now) {
			t.Error("a dry run wrote to the store")
		}
		w.want(a, external, "Review Completed")
	})
}

// A dry run may look while the service runs.
func TestDryRunBesideARunningService(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		w.push("vol1", core, task)
		w.wait(time.Second)
		if would := w.sync(true); len(would) != 1 {
			t.Errorf("a dry run tells %q", would)
		}
		w.wait(within)
		w.wantMoves(task, "Review Needed")
	})
}

func TestTheLogTellsEachMoveOnceAndNoSecret(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		w.log.clear()
		w.wait(10 * time.Minute)
		if loud := w.log.all("info", "warn", "error"); len(loud) > 0 {
			t.Errorf("idle polls say %q", loud)
		}
		change := w.push("vol1", core, task)
		w.wait(within)
		w.vote("alice", change, -1)
		w.wait(within)
		told := w.log.all("info", "warn", "error")
		if len(told) != 2 {
			t.Fatalf("2 moves, and the log says %q", told)
		}
		var line struct {
			Task                           int
			Board, From, To, Message, Time string
		}
		w.ok(json.Unmarshal([]byte(told[1]), &line))
		if line.Task != task || line.Board != "#"+external || line.From != "Review Needed" || line.To != "In Progress" ||
			!strings.Contains(line.Message, "alice voted -1 on patch set 1 of change") {
			t.Errorf("the log says %s", told[1])
		}

		// Servers that repeat what they were sent do not get it into the log.
		basic := base64.StdEncoding.EncodeToString([]byte("reviewsync:reviewsync-secret"))
		echo := func(words ...string) func(*http.Request) trouble {
			return func(r *http.Request) trouble {
				return answers(http.StatusBadGateway, "text/plain", r.Header.Get("Authorization")+" "+strings.Join(words, " "))
			}
		}
		w.toGerrit.set(echo("reviewsync-secret"))
		w.toPhab.set(echo(w.token))
		w.vote("alice", change, 1)
		w.wait(time.Hour)
		w.toGerrit.set(nil)
		w.wait(time.Hour)
		w.toPhab.set(nil)
		w.wait(time.Hour)
		w.want(task, external, "Review Completed")
		for _, l := range w.log.all() {
			if strings.Contains(l, w.token) || strings.Contains(l, "reviewsync-secret") || strings.Contains(l, basic) {
				t.Errorf("a secret is in the log: %s", l)
			}
		}
	})
}

// A command that cron runs gives up where the service would wait for a server.
func TestSyncGivesUpOnASilentServer(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.gerrit.SetFault(func(*http.Request) (int, string, bool) { return 502, "<html>", true })
		s := w.service(w.options())
		defer s.close()
		began := time.Now()
		err := s.sync(w.Context())
		if took := time.Since(began); err == nil || !strings.Contains(err.Error(), "gave up") || took > 2*time.Minute {
			t.Errorf("after %s: %v", took, err)
		}
	})
}

// One commit message that names a task which nobody can see is no reason for sync to fail.
func TestSyncBesideATaskThatIsNotThere(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(external, "In Progress")
		w.push("vol1", core, task, 4711)
		w.wait(time.Minute)
		if moved := w.sync(false); len(moved) != 1 {
			t.Errorf("moved %q, want T%d", moved, task)
		}
		if log := strings.Join(w.log.all("warn"), "\n"); !strings.Contains(log, "T4711") || !strings.Contains(log, "correct the footers") {
			t.Errorf("the log does not tell of T4711:\n%s", log)
		}
	})
}
