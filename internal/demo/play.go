package demo

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"reviewsync/internal/effect"
	"reviewsync/internal/remote"
	"reviewsync/mapping"
	"reviewsync/mapping/tell"
	"reviewsync/phab"
)

// Player plays the story of a World and prints it.
type Player struct {
	World  *World
	Out    io.Writer
	Colour bool
	// CaughtUp waits until the service has seen and worked off all that has happened so far.
	CaughtUp func(context.Context) error
	// Names gives the names of accounts, for sentences.
	Names func(ctx context.Context, accounts []string) tell.Names

	mu   sync.Mutex
	done []mapping.Effect
	left []mapping.Decision
	live bool // print what is written at once
}

// Hear is the listener for what the service writes. It is safe for concurrent use.
func (p *Player) Hear(r effect.Result) {
	if r.Outcome != effect.Done {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range r.Effects {
		if !p.live {
			p.done = append(p.done, e)
		} else {
			p.printWrite(context.Background(), e)
		}
	}
}

// Left is the listener for decisions on cards that stay where they are. It is safe for concurrent
// use.
func (p *Player) Left(d mapping.Decision) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if d.Verdict == mapping.Known { // another look at it, perhaps: the one before has said why
		return
	}
	if !p.live {
		p.left = append(p.left, d)
	}
}

// news takes what the listeners have got since the last time.
func (p *Player) news() (done []mapping.Effect, left []mapping.Decision) {
	p.mu.Lock()
	defer p.mu.Unlock()
	done, left = p.done, p.left
	p.done, p.left = nil, nil
	return done, left
}

// Play plays the week. It says whether every card was where the process wants it, after
// each event and in the end. It prints each card that was not, and where it belongs.
func (p *Player) Play(ctx context.Context) (well bool, err error) {
	began := time.Now()
	viewer, err := p.World.viewer()
	if err != nil {
		return false, err
	}
	if err := p.CaughtUp(ctx); err != nil {
		return false, err
	}
	before, err := viewer.cards(ctx)
	if err != nil {
		return false, err
	}
	p.printOpening()
	p.printBoards("on Monday morning", before)
	c := course{want: map[int]string{}, mishaps: map[mishap]bool{}}
	for i, t := range p.World.tasks {
		c.want[i+1] = t.column
	}
	day := ""
	for _, e := range p.World.week() {
		if e.at[:3] != day {
			day = e.at[:3]
			p.printDay(day)
		}
		if err := p.step(ctx, viewer, e, &c); err != nil {
			return false, err
		}
	}
	cards, err := viewer.cards(ctx)
	if err != nil {
		return false, err
	}
	p.printBoards("on Friday evening", cards)
	p.printEnd(&c, cards, time.Since(began))
	return len(c.mishaps) == 0, nil
}

// course is how the play has gone so far.
type course struct {
	events, moves, asks int
	want                map[int]string // columns by task
	mishaps             map[mishap]bool
}

// mishap is a card that is not where the process wants it, or an ask of somebody whom the process
// does not want asked.
type mishap struct {
	task     int
	is, want string // columns, or people
	ask      bool
}

// step plays one event, and prints what came of it.
func (p *Player) step(ctx context.Context, viewer *viewer, e event, c *course) error {
	p.World.clock.set(at(e.at))
	p.news()
	if err := e.do(); err != nil {
		return fmt.Errorf("%s, %s %s: %w", e.at, e.who, e.what, err)
	}
	done, left, err := p.worked(ctx)
	if err != nil {
		return fmt.Errorf("%s, %s %s: %w", e.at, e.who, e.what, err)
	}
	cards, err := viewer.cards(ctx)
	if err != nil {
		return err
	}
	c.events++
	c.want[e.task] = e.want
	p.printEvent(e)
	moved := false
	var asked []string
	for _, done := range done {
		p.printWrite(ctx, done)
		switch {
		case done.Kind == mapping.EffectAsk:
			c.asks++
			asked = append(asked, done.Ask.Who)
		case moves(done):
			c.moves++
			moved = moved || done.Object.Task == e.task
		}
	}
	left = slices.DeleteFunc(left, func(d mapping.Decision) bool {
		return d.Task != e.task || d.Board.Name != p.World.tasks[e.task-1].board
	})
	if !moved && len(left) > 0 {
		p.printStays(ctx, cards[e.task], left[len(left)-1])
	}
	for task := range p.World.tasks {
		p.compare(c, mishap{task: task + 1, is: cards[task+1], want: c.want[task+1]})
	}
	p.compare(c, mishap{task: e.task, is: strings.Join(asked, ", "), want: strings.Join(e.asked(), ", "), ask: true})
	return nil
}

// worked waits until the service has worked off an event and what it wrote for it. It returns
// what the listeners got, asks after cards.
func (p *Player) worked(ctx context.Context) (done []mapping.Effect, left []mapping.Decision, err error) {
	asks := func(e mapping.Effect) bool { return e.Object.Change.Number != 0 }
	for again := true; again; {
		if err := p.CaughtUp(ctx); err != nil {
			return nil, nil, err
		}
		now, stays := p.news()
		done, left, again = append(done, now...), append(left, stays...), slices.ContainsFunc(now, asks)
	}
	slices.SortStableFunc(done, func(x, y mapping.Effect) int { return cmp.Compare(x.Object.Change.Number, y.Object.Change.Number) })
	return done, left, nil
}

// moves says whether an effect moves a card by the rules.
func moves(e mapping.Effect) bool {
	return e.Kind == mapping.EffectMove || e.Kind == mapping.EffectTakeOff
}

// compare prints a mishap, if it is one and was not printed before.
func (p *Player) compare(c *course, m mishap) {
	if m.is != m.want && !c.mishaps[m] {
		c.mishaps[m] = true
		p.printMishap(m)
	}
}

// at reads a time of the week such as "Tue 09:10".
func at(text string) time.Time {
	for d := range 7 {
		day := monday.AddDate(0, 0, d)
		if t, err := time.Parse("2006-01-02 Mon 15:04", day.Format("2006-01-02 ")+text); err == nil && day.Format("Mon") == text[:3] {
			return t
		}
	}
	panic("demo: no time of the week: " + text)
}

// viewer reads the boards as a person in the team does.
type viewer struct {
	w      *World
	client *phab.Client
}

func (w *World) viewer() (*viewer, error) {
	c, err := phab.New(phab.Options{URL: w.PhabURL, Token: w.tokens["alice"], HTTP: remote.New(remote.Options{Server: "phabricator"})})
	return &viewer{w, c}, err
}

// cards are the columns of all cards by task; "" for a task that is not on its board.
func (v *viewer) cards(ctx context.Context) (map[int]string, error) {
	projects := map[string]string{}
	for _, b := range boards {
		p, err := v.client.Project(ctx, b.tag)
		if err != nil {
			return nil, err
		}
		projects[b.tag] = p.PHID
	}
	var ids []int
	for i := range v.w.tasks {
		ids = append(ids, i+1)
	}
	found, err := v.client.Tasks(ctx, ids)
	if err != nil {
		return nil, err
	}
	cards := map[int]string{}
	for _, t := range found {
		if columns := t.Boards[projects[v.w.tasks[t.ID-1].board]]; len(columns) > 0 {
			cards[t.ID] = columns[0].Name
		}
	}
	return cards, nil
}
