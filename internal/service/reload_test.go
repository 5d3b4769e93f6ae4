package service

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"reviewsync/internal/config"
	"reviewsync/internal/depth"
	"reviewsync/mapping"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
)

// reloaded is a service in a world whose configuration is read again.
type reloaded struct {
	*world
	d      *Daemon
	hangup chan os.Signal
	stop   func() error

	mu   sync.Mutex
	file *config.Config // what is read next
	err  error          // why it cannot be
}

// reloading starts one.
func (w *world) reloading() *reloaded {
	w.Helper()
	r := &reloaded{world: w, hangup: make(chan os.Signal, 1), file: w.Config}
	s := w.service(w.options())
	r.d = NewDaemon(s, DaemonOptions{Hangup: r.hangup, Load: r.load})
	ctx, cancel := context.WithCancel(w.Context())
	ended := make(chan error, 1)
	go func() {
		err := r.d.Run(ctx)
		s.Close()
		ended <- err
	}()
	r.stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	w.Cleanup(func() {
		if err := r.stop(); err != nil {
			w.Errorf("the service ended with %v", err)
		}
	})
	w.Wait(0)
	return r
}

func (r *reloaded) load() (*config.Config, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return nil, r.err
	}
	c := *r.file
	return &c, nil
}

// write changes the file, from what it was at the start.
func (r *reloaded) write(change func(c *config.Config)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := *r.Config
	c.Boards = slices.Clone(c.Boards)
	for i := range c.Boards {
		c.Boards[i].Rules, c.Boards[i].Team = slices.Clone(c.Boards[i].Rules), slices.Clone(c.Boards[i].Team)
	}
	change(&c)
	r.file, r.err = &c, nil
}

func (r *reloaded) spoil(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

func (r *reloaded) signal() { r.hangup <- syscall.SIGHUP }

// says looks for a line in the log.
func (r *reloaded) says(level string, parts ...string) bool {
	return slices.ContainsFunc(r.Log.All(level), func(line string) bool {
		return !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(line, p) })
	})
}

const taken = "the configuration was read again"

// wantTaken fails unless the configuration was read again.
func (r *reloaded) wantTaken() {
	r.Helper()
	if !r.says("info", taken) {
		r.Fatalf("the configuration was not taken:\n%s", r.Log.Tail(20))
	}
}

// inProgressTo is a config in which a -1 sends cards elsewhere.
func inProgressTo(column string) func(c *config.Config) {
	return func(c *config.Config) {
		c.Boards[0].Rules[1].Target, c.Boards[0].From = mapping.To(column), []string{"In Progress"}
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		held, next := w.Task(external, "In Progress"), w.Task(external, "In Progress")
		r := w.reloading()
		w.Wait(time.Minute)
		change, other := w.Push("vol1", core, held), w.Push("vol1", core, next)
		w.Vote("alice", change, -1)
		w.Wait(within)
		w.Want(held, external, "In Progress")
		w.Want(next, external, "Review Needed")
		before := w.edits()
		r.write(inProgressTo("Parked"))
		r.signal()
		w.Wait(time.Minute)
		r.wantTaken()
		w.Wait(7 * time.Hour)
		if n := w.edits() - before; n > 0 {
			t.Errorf("the reload alone made %d edits", n)
		}
		w.Vote("alice", other, -1)
		w.Wait(within)
		w.Want(next, external, "Parked")
		w.Want(held, external, "In Progress")
		w.Reply("alice", change, "And there is a typo.")
		w.Wait(within)
		w.Want(held, external, "Parked")
		w.NoWaste()
	})
}

// A configuration that a start would refuse is refused, with all its errors, and the old one goes on.
func TestReloadRefused(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(r *reloaded)
		want  []string
	}{
		"mistakes": {
			func(r *reloaded) { r.spoil(errors.New("a.yaml:3: boards: none\na.yaml:9: teams: none")) },
			[]string{"a.yaml:3: boards: none", "a.yaml:9: teams: none"},
		},
		"no file": {func(r *reloaded) {
			_, err := config.Load("/nowhere/reviewsync.yaml")
			r.spoil(err)
		}, []string{"/nowhere/reviewsync.yaml: there is no such file"}},
		"no such board": {
			func(r *reloaded) { r.write(func(c *config.Config) { c.Boards[1].Tag = "#nowhere" }) },
			[]string{"no project #nowhere"},
		},
		"no such column": {func(r *reloaded) { r.write(inProgressTo("Nowhere")) }, []string{`no visible column \"Nowhere\"`}},
		"wrong token": {func(r *reloaded) {
			r.write(func(c *config.Config) { c.Phabricator.Token = config.NewSecret("api-" + strings.Repeat("x", 28)) })
		}, []string{"does not accept the API token"}},
		"wrong password": {func(r *reloaded) {
			r.write(func(c *config.Config) { c.Gerrit.Password = config.NewSecret("wrong") })
		}, []string{"status 401"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				task := w.Task(external, "In Progress")
				r := w.reloading()
				w.Wait(time.Minute)
				c.spoil(r)
				r.signal()
				w.Wait(time.Minute)
				for _, want := range append(c.want, "the new configuration is refused, and the old one goes on") {
					if !r.says("error", want) {
						t.Errorf("the log does not say %q:\n%s", want, w.Log.Tail(10))
					}
				}
				w.Push("vol1", core, task)
				w.Wait(within)
				w.Want(task, external, "Review Needed")
				r.write(inProgressTo("Parked"))
				r.signal()
				w.Wait(time.Minute)
				r.wantTaken()
				w.NoWaste()
			})
		})
	}
}

// A refused configuration leaves nothing behind, such as when one of its boards was first seen.
func TestReloadRefusedLeavesNothing(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		boards := w.Config.Boards
		w.Config.Boards = slices.Clone(boards[:1])
		w.Config.Boards[0].Replaces = nil
		task := w.Task(clinic, "Doing")
		r := w.reloading()
		w.Wait(time.Minute)
		add := func(column string) {
			r.write(func(c *config.Config) {
				second := boards[1]
				second.Rules = slices.Clone(second.Rules)
				second.Rules[0].Target = mapping.To(column)
				c.Boards = append(c.Boards[:1:1], second)
			})
			r.signal()
			w.Wait(time.Minute)
		}
		add("Nowhere")
		w.Push("alice", "labs/tools", task)
		w.Wait(time.Hour)
		add("Waiting for Review")
		r.wantTaken()
		w.Wait(7 * time.Hour)
		w.Want(task, clinic, "Doing") // what was said before the board was first seen moves nothing
		w.Push("bob", "labs/tools", task)
		w.Wait(within)
		w.Want(task, clinic, "Waiting for Review")
	})
}

// What cannot change is named and stays; the rest is taken.
func TestReloadOfWhatCannotChange(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "Review Needed")
		r := w.reloading()
		w.Wait(time.Minute)
		r.write(func(c *config.Config) {
			inProgressTo("Parked")(c)
			c.Store.Path, c.Web.Listen = "/nowhere/else.db", "127.0.0.1:1"
			c.Gerrit.URL, c.Gerrit.Password = "https://elsewhere.example.org", config.NewSecret("another")
			c.Phabricator.URL, c.Phabricator.Token = "https://else.example.org", config.NewSecret("another")
		})
		r.signal()
		w.Wait(time.Minute)
		for _, key := range []string{"store.path", "web.listen", "gerrit.url", "phabricator.url"} {
			if !r.says("warn", key, "cannot change while the service runs, and stays as it was: restart the service for it") {
				t.Errorf("%s is not named:\n%s", key, w.Log.Tail(10))
			}
		}
		change := w.Push("vol1", core, task)
		w.Vote("alice", change, -1)
		w.Wait(within)
		w.Want(task, external, "Parked")
	})
}

// A write that is under way is waited for, and made once.
func TestReloadDuringAWrite(t *testing.T) {
	for name, lasts := range map[string]time.Duration{"a moment": 2 * time.Second, "long": 45 * time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.commenting()
				task := w.Task(external, "In Progress")
				r := w.reloading()
				w.Wait(time.Minute)
				w.ToPhab.Set(func(q *http.Request) trouble {
					if kind(q) == "maniphest.edit" {
						return late(lasts)
					}
					return nil
				})
				before := w.edits()
				change := w.Push("vol1", core, task)
				w.Wait(within)
				r.write(inProgressTo("Parked"))
				r.signal()
				w.Wait(10 * time.Minute)
				w.Want(task, external, "Review Needed")
				w.wantComments(task, "Change "+at(change, "linked")+" by vol1 was linked"+fixIt)
				if n := w.edits() - before; n != 1 {
					t.Errorf("it took %d edits", n)
				}
				r.wantTaken()
				w.NoWaste()
			})
		})
	}
}

// What comes late of a write whose answer was lost is still expected after a reload.
func TestReloadAfterALostAnswer(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		task := w.Task(external, "In Progress")
		r := w.reloading()
		w.Wait(time.Minute)
		var edits atomic.Int32
		w.ToPhab.Set(func(q *http.Request) trouble {
			if kind(q) != "maniphest.edit" {
				return nil
			}
			if edits.Add(1) == 1 {
				return doneAfter(14*time.Second, page(504))
			}
			return nil
		})
		change := w.Push("vol1", core, task)
		for edits.Load() == 0 {
			w.Wait(time.Second)
		}
		r.signal()
		w.Wait(10 * time.Minute)
		w.wantComments(task, "Change "+at(change, "linked")+" by vol1 was linked"+fixIt)
		w.Want(task, external, "Review Needed")
	})
}

// SIGTERM in the middle of a reload ends it as always.
func TestTheEndDuringAReload(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "In Progress")
		r := w.reloading()
		w.Wait(time.Minute)
		w.ToPhab.Set(func(q *http.Request) trouble {
			if kind(q) == "maniphest.edit" {
				return late(50 * time.Second)
			}
			return nil
		})
		w.Push("vol1", core, task)
		w.Wait(within)
		r.signal()
		w.Wait(5 * time.Second)
		begin := time.Now()
		if err := r.stop(); err != nil {
			t.Error(err)
		}
		if d := time.Since(begin); d > 10*time.Second {
			t.Errorf("it took %s to end", d)
		}
	})
}

// While a server is away nobody can know whether the new one is right: it is tried until then,
// and the newest counts.
func TestReloadWhileAServerIsAway(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "Review Needed")
		r := w.reloading()
		w.Wait(time.Minute)
		w.ToPhab.Set(func(*http.Request) trouble { return page(502) })
		r.write(inProgressTo("Nowhere"))
		r.signal()
		w.Wait(10 * time.Minute)
		if r.says("error", "refused") || r.says("info", taken) || !r.says("warn", "reload failed; trying again") {
			t.Errorf("the log says\n%s", w.Log.Tail(10))
		}
		r.write(inProgressTo("Parked"))
		r.signal()
		w.Wait(10 * time.Minute)
		w.ToPhab.Set(nil)
		w.Wait(2 * time.Minute)
		if r.says("error", "refused") || !r.says("info", taken) {
			t.Errorf("the log says\n%s", w.Log.Tail(10))
		}
		change := w.Push("vol1", core, task)
		w.Vote("alice", change, -1)
		w.Wait(within)
		w.Want(task, external, "Parked")
	})
}

// A service that waits for a server at its start takes another configuration as well.
func TestReloadDuringTheStart(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "Review Needed")
		w.ToGerrit.Set(func(*http.Request) trouble { return page(502) })
		r := w.reloading()
		w.Wait(time.Minute)
		r.write(inProgressTo("Parked"))
		r.signal()
		w.Wait(time.Minute)
		w.ToGerrit.Set(nil)
		w.Wait(2 * time.Minute)
		if !r.says("info", "started") || r.says("error") {
			t.Errorf("the log says\n%s", w.Log.Tail(10))
		}
		w.Vote("alice", w.Push("vol1", core, task), -1)
		w.Wait(within)
		w.Want(task, external, "Parked")
		w.NoWaste()
	})
}

// Two in quick succession end with the newest configuration, and nothing is done twice.
func TestTwoReloadsAtOnce(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task, other := w.Task(external, "Review Needed"), w.Task(external, "In Progress")
		r := w.reloading()
		w.Wait(29 * time.Second)
		before := w.edits()
		w.Push("vol1", core, other)
		w.Wait(time.Second)
		for _, column := range []string{"Review Completed", "Inbox", "Parked"} {
			r.write(inProgressTo(column))
			r.signal()
			w.Wait(0)
		}
		w.Wait(time.Minute)
		w.Want(other, external, "Review Needed")
		w.Vote("alice", w.Push("vol1", core, task), -1)
		w.Wait(within)
		w.Want(task, external, "Parked")
		if n := w.edits() - before; n != 2 {
			t.Errorf("two moves took %d edits", n)
		}
		w.NoWaste()
	})
}

// What is read for the first time because more is counted is no news; what is said there from then on is.
func TestAReloadThatCountsMoreRepositories(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.scoped()
		w.Config.Boards[0].Count.Repositories = []string{"mediawiki/core"}
		never, once, board := w.Task(external, "In Progress"), w.Task(external, "Review Needed"), w.Config.Boards[0]
		r := w.reloading()
		w.Wait(time.Minute)
		w.Vote("alice", w.Push("vol1", core, once), -1)
		w.Wait(time.Minute)
		w.Want(once, external, "In Progress")
		old, other := w.Push("vol1", foo, never), w.Push("vol1", foo, once)
		w.Wait(time.Hour)
		before := w.edits()
		r.write(func(c *config.Config) {
			c.Boards[0].Count = board.Count
			c.Boards[0].Count.Repositories = []string{"mediawiki/*"}
		})
		r.signal()
		w.Wait(7 * time.Hour)
		if n := w.edits() - before; n > 0 || !r.says("info", taken) {
			t.Errorf("the reload alone made %d edits:\n%s", n, w.Log.Tail(10))
		}
		w.Want(never, external, "In Progress")
		w.Reply("vol1", old, "Please have a look.")
		w.Vote("bob", other, 1)
		w.Wait(within)
		w.Want(once, external, "In Progress")
		w.Vote("bob", old, 1)
		w.Wait(within)
		w.Want(never, external, "Review Completed")
		w.NoWaste()
	})
}

// A changed configuration moves no card, puts no tag on and writes no comment by itself, whatever is changed.
func TestAReloadMovesNothingByItself(t *testing.T) {
	changes := map[string]func(c *config.Config){
		"the rules": func(c *config.Config) {
			for i := range c.Boards[0].Rules[:3] {
				c.Boards[0].Rules[i].Target = mapping.To([]string{"In Progress", "Review Completed", "Review Needed"}[i])
			}
		},
		"the team":    func(c *config.Config) { c.Boards[0].Team = []string{"dave", "erin", "vol2"} },
		"what counts": func(c *config.Config) { c.Boards[0].Count = review.Count{} },
		"what counts, to nothing": func(c *config.Config) {
			c.Boards[0].Count = review.Count{Repositories: []string{"labs/*"}}
		},
		"how votes count": func(c *config.Config) {
			c.Boards[0].Review.Required, c.Boards[0].Review.SelfApproval, c.Boards[0].Review.ThreadObjections = 2, true, false
		},
		"the columns": func(c *config.Config) { c.Boards[0].From = []string{"Parked", "Inbox"} },
		"a board less": func(c *config.Config) {
			c.Boards = c.Boards[:1]
			c.Boards[0].Replaces = nil
		},
		"the footers": func(c *config.Config) { c.Links.Footers = []string{"Task"} },
		"a wider scope": func(c *config.Config) {
			c.Tags = []config.Tag{{Tag: "#" + patch, Repositories: []string{"*/*"}}}
			c.CommentRepositories = []string{"*/*"}
		},
		"a narrower scope": func(c *config.Config) {
			c.Tags = []config.Tag{{Tag: "#" + patch, Repositories: []string{"labs/*"}}}
			c.CommentRepositories = []string{"labs/*"}
		},
		"another tag": func(c *config.Config) { c.Tags = []config.Tag{{Tag: "#another"}} },
		"no tag":      func(c *config.Config) { c.Tags = nil },
		"no comments": func(c *config.Config) { c.Comments = nil },
		"an ask": func(c *config.Config) {
			c.Boards[0].Ask, c.Boards[0].Requests = &ask.Rules{}, review.Requests{Hashtag: "another"}
		},
		"nothing":      func(*config.Config) {},
		"adopting":     func(c *config.Config) { c.Boards[0].Adopt = mapping.Adopt{Repositories: []string{"mediawiki/*"}} },
		"no adopting":  func(c *config.Config) { c.Boards[0].Adopt = mapping.Adopt{} },
		"the deployed": func(c *config.Config) { c.Boards[0].Deployed = []review.Deployment{{}} },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			depth.Variant(t)
			t.Parallel()
			inWorld(t, func(w *world) {
				w.tagging()
				w.commenting()
				w.Phab.AddProject("Another", "another")

				r := w.reloading()
				w.Wait(time.Minute)
				columns := []string{"Inbox", "Review Needed", "In Progress", "Review Completed", "Parked"}
				for i := range 15 {
					task := w.Phab.NewTask("dave", "On no board")
					if i%4 > 0 {
						task = w.Task([]string{external, external, clinic}[i%3], []string{columns[i%5], columns[i%5], "Doing"}[i%3])
					}
					change := w.Push([]string{"vol1", "alice"}[i%2], []string{core, foo, "labs/tools"}[i%3], task)
					w.Wait(time.Minute)
					switch i % 4 {
					case 0:
						w.Vote("bob", change, -1)
					case 1:
						w.Vote("bob", change, 1)
					case 2:
						w.Vote("bob", change, 2)
						w.OK(w.Gerrit.Submit("bob", change))
					}
				}
				w.Wait(time.Hour)
				before := w.edits()
				r.write(change)
				r.signal()
				w.Wait(13 * time.Hour)
				r.wantTaken()
				if n := w.edits() - before; n > 0 {
					t.Errorf("%d edits:\n%s", n, strings.Join(w.Log.All("info"), "\n"))
				}
			})
		})
	}
}
