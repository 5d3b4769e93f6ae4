package service

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/bind"
	"reviewsync/internal/depth"
	"reviewsync/internal/store"
	"reviewsync/internal/testworld"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
	"reviewsync/phab/phabtest"
)

// Random people and votes, with the service killed and the servers frozen or in trouble
// in between. In the end each card is where the rules, asked afresh about what the
// servers hold then, want it.
//
// REVIEWSYNC_TEST_SEEDS is how many crowds there are, of new seeds, or with a leading = the
// one seed to use. Without it they are the same in every run.
func TestRandomPeople(t *testing.T) {
	for _, seed := range crowdSeeds(t) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.soak(seed, false)
				w.NoWaste()
			})
		})
	}
}

// The same with hints of everything, as long as the service lives.
func TestRandomPeopleAndHints(t *testing.T) {
	for _, seed := range crowdSeeds(t) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inWorld(t, func(w *world) {
				poll := w.Config.Gerrit.Poll
				w.events()
				w.herald()
				w.Config.Gerrit.Poll = poll
				w.soak(seed, false)
				w.NoWaste()
			})
		})
	}
}

// The same with writes that the server does only after a while, when nobody waits for the
// answer any more, and the service may be another by then.
func TestRandomPeopleAndALateServer(t *testing.T) {
	for _, seed := range crowdSeeds(t) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { inWorld(t, func(w *world) { w.soak(seed, true) }) })
	}
}

func crowdSeeds(t *testing.T) []uint64 {
	t.Helper()
	n := 0
	if given := os.Getenv("REVIEWSYNC_TEST_SEEDS"); given != "" {
		value, err := strconv.ParseUint(strings.TrimPrefix(given, "="), 10, 64)
		if err != nil {
			t.Fatalf("REVIEWSYNC_TEST_SEEDS: %v", err)
		}
		if given[0] == '=' {
			return []uint64{value}
		}
		n = int(value)
	}
	if n == 0 {
		return depth.Of([]uint64{1}, []uint64{1, 16262806166154362333}) // that one once found a bug
	}
	var seeds []uint64
	for range n {
		seeds = append(seeds, rand.Uint64())
	}
	return seeds
}

// crowd does things at random.
type crowd struct {
	*world
	*rand.Rand
	tasks, changes []int
	late           bool
	pauses         bool // somebody pauses the service
}

var (
	crowdTeam  = []string{"alice", "bob", "carol", "dave", "erin"}
	crowdAll   = append(slices.Clone(crowdTeam), "vol1", "vol2", "jenkins-bot")
	crowdRepos = []string{core, core, "mediawiki/extensions/Foo", "labs/tools"}
	onDuty     = []string{"Inbox", "Ready", "Doing", "Waiting for Review", "Waiting for Deployment", "Discussing", "Done"}
	onExternal = []string{"Inbox", "Review Needed", "In Progress", "Review Completed", "Parked"}
)

func one[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func (w *world) soak(seed uint64, late bool) { w.soakWith(seed, func(c *crowd) { c.late = late }) }

func (w *world) soakWith(seed uint64, set func(*crowd)) {
	w.Logf("seed %d", seed)
	c := &crowd{world: w, Rand: rand.New(rand.NewPCG(seed, 1))}
	set(c)
	w.commenting()
	w.commentAs(mapping.CommentMerged, "{{.URL}} is merged")
	w.OK(w.start()()) // so that there are comments from now on
	w.Wait(time.Second)
	for range 20 {
		task := w.Task(external, one(c.Rand, onExternal[1:4]))
		if c.IntN(2) == 0 {
			w.Phab.AddTag("dave", task, clinic)
			w.Phab.Drag("dave", task, clinic, "Ready")
		}
		c.tasks = append(c.tasks, task)
	}
	for range 40 {
		// Each round is one life of the service: killed at a random step, or left alone.
		life, stop := w.runUntil(c.IntN(150))
		for range 1 + c.IntN(20) {
			w.Wait(time.Duration(c.IntN(40_000)) * time.Millisecond)
			c.act()
			if c.IntN(8) == 0 {
				c.freeze()
			}
			if c.pauses && c.IntN(4) == 0 {
				c.pauseAtRandom(life)
			}
		}
		w.ToGerrit.Set(nil)
		w.ToPhab.Set(nil)
		w.Wait(time.Duration(c.IntN(3000)) * time.Millisecond)
		stop()
		if _, _, dead := life.seen(); dead {
			w.Config.Store.Path = life.to
		}
	}
	stop := w.run()
	w.Wait(0)
	w.resumeAll()
	w.Wait(7 * time.Hour)
	stop()
	c.compare()
}

// freeze puts trouble on the way to one of the servers, until the service is started again.
func (c *crowd) freeze() {
	if c.late {
		wait := time.Duration(c.IntN(90)) * time.Second
		c.ToPhab.Set(func(r *http.Request) trouble {
			if kind(r) != "maniphest.edit" {
				return nil
			}
			return afterwards(wait)
		})
		return
	}
	happens := one(c.Rand, []trouble{held, page(200), text(500), text(503), text(429), half, cutShort, reset, applied(held), applied(reset), applied(text(500))})
	odds := 1 + c.IntN(4)
	var mu sync.Mutex
	own := rand.New(rand.NewPCG(c.Uint64(), 2)) // requests come while the crowd goes on
	trap := func(*http.Request) trouble {
		mu.Lock()
		defer mu.Unlock()
		if own.IntN(odds) > 0 {
			return nil
		}
		return happens
	}
	one(c.Rand, []*testworld.Way{c.ToGerrit, c.ToPhab}).Set(trap)
}

// act lets somebody do something; what a server refuses is not done.
func (c *crowd) act() {
	who := one(c.Rand, crowdAll)
	if len(c.changes) < 8 || c.IntN(10) == 0 {
		in := gerrittest.PushInput{Subject: "Fix it", Footers: testworld.Bugs(one(c.Rand, c.tasks)), WIP: c.IntN(6) == 0}
		if c.IntN(4) == 0 {
			in.Footers = append(in.Footers, testworld.Bugs(one(c.Rand, c.tasks))...)
		}
		if n, err := c.Gerrit.Push(who, one(c.Rand, crowdRepos), "master", in); err == nil {
			c.changes = append(c.changes, n)
		}
		return
	}
	change, task := one(c.Rand, c.changes), one(c.Rand, c.tasks)
	board, columns := external, onExternal
	if c.IntN(2) == 0 {
		board, columns = clinic, onDuty
	}
	if c.IntN(4) > 0 { // seldom to where people keep their cards
		columns = columns[1:4]
	}
	switch c.IntN(20) {
	case 0, 1, 2, 3, 4, 5:
		_, _ = c.Gerrit.Review(who, change, gerrittest.ReviewInput{Labels: map[string]int{"Code-Review": c.IntN(5) - 2}})
	case 6, 7:
		_, _ = c.Gerrit.Review(who, change, gerrittest.ReviewInput{Message: one(c.Rand, []string{"recheck", "Done.", "Why?"})})
	case 8, 9:
		_, _ = c.Gerrit.Review(who, change, gerrittest.ReviewInput{Comments: []gerrittest.CommentInput{
			{Path: "a.txt", Line: 1, Text: "Hm.", Unresolved: c.IntN(2) == 0},
		}})
	case 10, 11, 12:
		_ = c.Gerrit.Amend(who, change, one(c.Rand, []string{gerrittest.Rework, gerrittest.TrivialRebase, gerrittest.NoCodeChange}), gerrittest.AmendInput{})
	case 13:
		_ = c.Gerrit.Submit(one(c.Rand, crowdTeam), change)
	case 14:
		if c.Gerrit.Abandon(who, change, "") != nil {
			_ = c.Gerrit.Restore(who, change, "")
		}
	case 15:
		if c.Gerrit.SetReady(who, change, "") != nil {
			_ = c.Gerrit.SetWIP(who, change, "")
		}
	case 16:
		_ = c.Gerrit.AddReviewer(who, change, one(c.Rand, crowdTeam), "")
	case 17:
		if c.Phab.Where(task)[board] != "" {
			c.Phab.Drag("dave", task, board, one(c.Rand, columns))
		}
	case 18:
		c.Phab.SetStatus("dave", task, one(c.Rand, []string{"open", "open", "resolved"}))
	}
}

// compare asks the rules anew, with nothing known but what the servers hold.
func (c *crowd) compare() {
	cfg := *c.Config
	cfg.Store.Path = ":memory:"
	s, err := New(c.Context(), &cfg, c.options())
	c.OK(err)
	defer s.Close()
	c.OK(begin(c.Context(), s.Parts))
	c.OK(s.Ingest.Sweep(c.Context()))
	c.OK(s.agenda.Drain(c.Context(), store.KindChange))
	reader := review.Reader{Footers: cfg.Links.Footers, Bots: cfg.Gerrit.Bots, CICommands: cfg.Gerrit.CICommands}
	moves, comments := 0, 0
	for _, task := range c.tasks {
		rows, err := s.Store.Changes(c.Context(), task)
		c.OK(err)
		var changes []*review.History
		for _, row := range rows {
			var m review.Change
			c.OK(json.Unmarshal(row.Snapshot, &m))
			changes = append(changes, reader.Read(m))
		}
		for _, board := range s.Binder.Current().Boards {
			d := mapping.Decide(mapping.Question{
				Board: &board.Board.Board, Columns: board.Columns, Start: board.Start, Card: c.card(task, board), Changes: changes,
			})
			if d.Verdict == mapping.Move || d.Verdict == mapping.Unread || d.Verdict == mapping.Fault {
				c.Errorf("%s: %s", board.Tag, tell.Decision(d, func(account string) string { return account }))
			}
		}
		moves += len(c.Moves(task))
		comments += c.compareComments(task, changes)
	}
	if moves < 10 || comments < 10 {
		c.Errorf("only %d moves and %d comments in all", moves, comments)
	}
	c.Logf("%d changes, %d moves, %d comments", len(c.changes), moves, comments)
}

// compareComments sees whether what is due was said, and nothing twice. A server that is
// late beyond all measure can get a comment a second time.
func (c *crowd) compareComments(task int, changes []*review.History) int {
	reported := map[string]int{}
	for _, text := range c.comments(task) {
		for _, key := range mapping.CommentKeys(text) {
			if reported[key]++; reported[key] > 1 && !c.late {
				c.Errorf("T%d has %s twice", task, key)
			}
		}
	}
	for _, due := range mapping.TaskComments(mapping.CommentQuestion{Task: task, Changes: changes, Starts: map[mapping.CommentKind]time.Time{
		mapping.CommentLinked: monday, mapping.CommentMerged: monday, mapping.CommentReverted: monday,
	}}) {
		if reported[due.Key()] == 0 {
			c.Errorf("T%d lacks %s", task, due.Key())
		}
	}
	return len(reported)
}

// card is a task as the stand-in shows it on its pages.
func (c *crowd) card(task int, board *bind.Board) mapping.Card {
	slug := strings.TrimPrefix(board.Tag, "#")
	card := mapping.Card{Task: task, Status: c.Phab.Status(task), Closed: c.Phab.Status(task) != "open", Read: time.Now(), Modified: time.Now(), EventsRead: true}
	if name := c.Phab.Where(task)[slug]; name != "" {
		card.OnBoard, card.Column = true, mapping.Column{Name: name, ID: c.Phab.ColumnPHID(slug, name)}
	}
	for _, e := range c.Phab.History(task) {
		card.Events = append(card.Events, c.events(e, slug)...)
	}
	return card
}

func (c *crowd) events(e phabtest.Entry, slug string) []mapping.Event {
	own := e.Author == "reviewsync"
	event := mapping.Event{At: e.Date, Order: e.ID, By: e.Author, Own: own, Person: !own && e.Author != "CommunityTechBot"}
	var out []mapping.Event
	for _, m := range e.Moves {
		if m.Board != slug || m.From == m.To {
			continue
		}
		event.Kind, event.Column = mapping.CardMoved, c.Phab.ColumnPHID(slug, m.To)
		if m.From == "" {
			event.Kind = mapping.CardAdded
		}
		out = append(out, event)
	}
	if e.Type == "status" && strings.Contains(e.Title, "reopened") {
		event.Kind, event.Column = mapping.TaskReopened, ""
		out = append(out, event)
	}
	return out
}
