package service

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
		task := w.Task(external, "Inbox")
		w.run()
		w.Wait(within) // it is a card of people's until a rule names its column
		w.Phab.Drag("dave", task, external, "In Progress")
		w.Wait(time.Minute)
		change := w.Push("vol1", core, task)
		for _, step := range []struct {
			do     func()
			column string
		}{
			{func() {}, "Review Needed"},
			{func() { w.Vote("alice", change, -1) }, "In Progress"},
			{func() { w.Reply("vol1", change, "That is on purpose.") }, "Review Needed"},
			{func() { w.Reply("alice", change, "It is not what the task asks for.") }, "In Progress"},
			{func() { w.Amend(change) }, "Review Needed"},
			{func() { w.Vote("alice", change, 1) }, "Review Completed"},
		} {
			step.do()
			w.Wait(within)
			w.Want(task, external, step.column)
		}
		w.Vote("bob", change, 2)
		w.OK(w.Gerrit.Submit("bob", change))
		w.Wait(within)
		w.WantMoves(task, "Review Needed", "In Progress", "Review Needed", "In Progress", "Review Needed", "Review Completed")
		w.NoWaste()
	})
}

func TestSeveralChangesOfATask(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		one, two := w.Push("vol1", core, task), w.Push("vol2", core, task)
		w.Wait(within)
		w.Want(task, external, "Review Needed")
		w.Vote("alice", one, -1)
		w.Wait(within)
		w.Want(task, external, "Review Needed") // the other one still waits for a reviewer
		w.Vote("alice", two, 1)
		w.Wait(within)
		w.Want(task, external, "In Progress")
		w.OK(w.Gerrit.Abandon("vol1", one, "gives up"))
		w.Wait(within)
		w.Want(task, external, "Review Completed")
	})
}

func TestSeveralTasksOfAChange(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		a, b, other := w.Task(external, "In Progress"), w.Task(external, "Parked"), w.Task(external, "In Progress")
		w.Phab.AddToBoard("dave", a, clinic, "Ready")
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, a, b)
		w.Wait(within)
		w.Want(a, external, "Review Needed")
		w.Want(a, clinic, "Ready") // that board counts the team's changes only
		w.Want(b, external, "Parked")
		w.Want(other, external, "In Progress")
		w.OK(w.Gerrit.Amend("vol1", change, gerrittest.NoCodeChange, gerrittest.AmendInput{
			Message: "Fix it\n\nBug: T3\nChange-Id: I0123456789012345678901234567890123456789\n",
		}))
		w.Wait(within)
		w.Want(other, external, "Review Needed") // gained
		w.Vote("alice", change, -1)
		w.Wait(within)
		w.Want(other, external, "In Progress")
		w.Want(a, external, "Review Needed") // lost: no word of that change moves it any more
	})
}

func TestBothBoardsOfATask(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(clinic, "Ready")
		w.Phab.AddToBoard("dave", task, external, "Review Completed")
		w.run()
		w.Wait(time.Minute)
		outside, inside := w.Push("vol1", core, task), w.Push("erin", core, task)
		w.Wait(within)
		w.Want(task, external, "Review Needed")
		w.Want(task, clinic, "Waiting for Review")
		w.Vote("alice", inside, 2)
		w.OK(w.Gerrit.Submit("alice", inside))
		w.Vote("alice", outside, -1)
		w.Wait(within)
		w.Want(task, external, "In Progress")
		w.Want(task, clinic, "Waiting for Deployment")
		w.NoWaste()
	})
}

// The newest word wins: a card that a person moved stays until something is said.
func TestADraggedCardIsHeld(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "In Progress")
		stop := w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, task)
		w.Wait(within)
		w.Want(task, external, "Review Needed")
		w.Phab.Drag("bob", task, external, "Review Completed")
		w.Wait(7 * time.Hour) // a sweep looks at it too
		w.Want(task, external, "Review Completed")
		stop()
		w.Wait(time.Hour)
		w.run()
		w.Wait(time.Hour)
		w.Want(task, external, "Review Completed")
		w.Vote("alice", change, -1)
		w.Wait(within)
		w.Want(task, external, "In Progress")
		w.WantMoves(task, "Review Needed", "In Progress")
	})
}

// What happened while nobody looked is made up for, once.
func TestARestartCatchesUp(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		a, b := w.Task(external, "In Progress"), w.Task(external, "In Progress")
		stop := w.run()
		w.Wait(time.Minute)
		one := w.Push("vol1", core, a)
		w.Wait(within)
		stop()
		w.Vote("alice", one, -1)
		w.Wait(time.Hour)
		two := w.Push("vol2", core, b)
		w.Wait(72 * time.Hour)
		w.Vote("alice", two, 1)
		w.Wait(time.Hour)
		w.run()
		w.Wait(5 * time.Second)
		w.WantMoves(a, "Review Needed", "In Progress")
		w.WantMoves(b, "Review Completed")
	})
}

// SIGTERM while the server holds an edit: what is being written is finished.
func TestTheEndFinishesAWrite(t *testing.T) {
	for name, slow := range map[string]time.Duration{"answers": 5 * time.Second, "never answers": time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				task := w.Task(external, "In Progress")
				end := w.start()
				w.Wait(time.Minute)
				w.ToPhab.Set(func(r *http.Request) trouble {
					if method(r) != "maniphest.edit" {
						return nil
					}
					return late(slow)
				})
				w.Push("vol1", core, task)
				w.Wait(within)
				w.Want(task, external, "In Progress") // still on its way
				began := time.Now()
				if err := end(); err != nil {
					t.Errorf("the service ended with %v", err)
				}
				if took := time.Since(began); took > 10*time.Second {
					t.Errorf("it took %s to end", took)
				}
				if slow < 8*time.Second {
					w.Want(task, external, "Review Needed")
				}
				w.ToPhab.Set(nil)
				w.run()
				w.Wait(time.Minute)
				w.WantMoves(task, "Review Needed")
				w.NoWaste()
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
		for i := range w.Config.Boards {
			w.Config.Boards[i].Start = time.Time{} // the first look
		}
		columns := []string{"Review Needed", "In Progress", "Review Completed"}
		var tasks, changes []int
		for i := range 60 {
			tasks = append(tasks, w.Task(external, columns[i%3]))
			changes = append(changes, w.Push("vol1", core, tasks[i]))
			w.Wait(time.Second)
			w.Vote("alice", changes[i], i%4-1)
		}
		w.Wait(time.Hour)
		w.run()
		w.Wait(13 * time.Hour) // two sweeps
		for i, task := range tasks {
			w.Want(task, external, columns[i%3])
			w.WantMoves(task)
		}
		w.Vote("bob", changes[0], 1) // was: In Progress by alice's -1 … is: reviewed but for her
		w.Amend(changes[1])
		w.Wait(within)
		w.Want(tasks[1], external, "Review Needed")
		for i, task := range tasks[2:] {
			w.Want(task, external, columns[(i+2)%3])
		}
	})
}

func TestSyncComparesEverythingOnce(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		a, b := w.Task(external, "In Progress"), w.Task(external, "Inbox")
		one, two := w.Push("vol1", core, a), w.Push("vol1", core, b)
		w.Wait(time.Minute)
		w.Vote("alice", one, 1)
		w.Vote("alice", two, 1)
		w.Wait(time.Minute)

		before := w.Phab.Requests()["maniphest.edit"]
		would := w.sync(true)
		if len(would) != 1 || !strings.Contains(would[0], "T1: In Progress -> Review Completed: alice voted +1") {
			t.Errorf("a dry run prints %q", would)
		}
		if n := w.Phab.Requests()["maniphest.edit"]; n != before {
			t.Errorf("a dry run wrote %d times", n-before)
		}
		if _, err := os.Stat(w.Config.Store.Path); !os.IsNotExist(err) {
			t.Errorf("a dry run left a store: %v", err)
		}

		if moved := w.sync(false); !slices.Equal(moved, would) {
			t.Errorf("moved %q; the dry run said %q", moved, would)
		}
		w.WantMoves(a, "Review Completed")
		w.WantMoves(b) // Inbox belongs to people

		w.Phab.Reset()
		if moved := w.sync(false); len(moved) > 0 {
			t.Errorf("the second sync moved %q", moved)
		}
		if n := w.Phab.Requests()["maniphest.edit"]; n > 0 {
			t.Errorf("the second sync wrote %d times", n)
		}

		w.Vote("alice", one, -1)
		w.Wait(time.Minute)
		stored, err := os.ReadFile(w.Config.Store.Path)
		w.OK(err)
		if would := w.sync(true); len(would) != 1 {
			t.Errorf("a dry run prints %q", would)
		}
		now, err := os.ReadFile(w.Config.Store.Path)
		w.OK(err)
		if !slices.Equal(stored, now) {
			t.Error("a dry run wrote to the store")
		}
		w.Want(a, external, "Review Completed")
	})
}

// A dry run may look while the service runs.
func TestDryRunBesideARunningService(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		w.Push("vol1", core, task)
		w.Wait(time.Second)
		if would := w.sync(true); len(would) != 1 {
			t.Errorf("a dry run prints %q", would)
		}
		w.Wait(within)
		w.WantMoves(task, "Review Needed")
	})
}

func TestTheLogTellsEachMoveOnceAndNoSecret(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		w.Log.Clear()
		w.Wait(10 * time.Minute)
		if loud := w.Log.All("info", "warn", "error"); len(loud) > 0 {
			t.Errorf("idle polls say %q", loud)
		}
		change := w.Push("vol1", core, task)
		w.Wait(within)
		w.Vote("alice", change, -1)
		w.Wait(within)
		reported := w.Log.All("info", "warn", "error")
		if len(reported) != 2 {
			t.Fatalf("2 moves, and the log says %q", reported)
		}
		var line struct {
			Task                           int
			Board, From, To, Message, Time string
		}
		w.OK(json.Unmarshal([]byte(reported[1]), &line))
		if line.Task != task || line.Board != "#"+external || line.From != "Review Needed" || line.To != "In Progress" ||
			!strings.Contains(line.Message, "alice voted -1 on patch set 1 of change") {
			t.Errorf("the log says %s", reported[1])
		}

		// Servers that repeat what they were sent do not get it into the log.
		basic := base64.StdEncoding.EncodeToString([]byte("reviewsync:reviewsync-secret"))
		echo := func(words ...string) func(*http.Request) trouble {
			return func(r *http.Request) trouble {
				return answers(http.StatusBadGateway, "text/plain", r.Header.Get("Authorization")+" "+strings.Join(words, " "))
			}
		}
		w.ToGerrit.Set(echo("reviewsync-secret"))
		w.ToPhab.Set(echo(w.Token))
		w.Vote("alice", change, 1)
		w.Wait(time.Hour)
		w.ToGerrit.Set(nil)
		w.Wait(time.Hour)
		w.ToPhab.Set(nil)
		w.Wait(time.Hour)
		w.Want(task, external, "Review Completed")
		for _, l := range w.Log.All() {
			if strings.Contains(l, w.Token) || strings.Contains(l, "reviewsync-secret") || strings.Contains(l, basic) {
				t.Errorf("a secret is in the log: %s", l)
			}
		}
	})
}

// A command that cron runs gives up where the service would wait for a server.
func TestSyncGivesUpOnASilentServer(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Gerrit.SetFault(func(*http.Request) (int, string, bool) { return 502, "<html>", true })
		s := w.service(w.options())
		defer s.Close()
		began := time.Now()
		err := s.Sync(w.Context())
		if took := time.Since(began); err == nil || !strings.Contains(err.Error(), "gave up") || took > 2*time.Minute {
			t.Errorf("after %s: %v", took, err)
		}
	})
}

// One commit message that names a task which nobody can see is no reason for sync to fail.
func TestSyncBesideATaskThatIsNotThere(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "In Progress")
		w.Push("vol1", core, task, 4711)
		w.Wait(time.Minute)
		if moved := w.sync(false); len(moved) != 1 {
			t.Errorf("moved %q, want T%d", moved, task)
		}
		if log := strings.Join(w.Log.All("warn"), "\n"); !strings.Contains(log, "T4711") || !strings.Contains(log, "correct the footers") {
			t.Errorf("the log does not tell of T4711:\n%s", log)
		}
	})
}
