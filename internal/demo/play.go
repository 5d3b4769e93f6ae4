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

// Player plays the story of a World and tells it.
type Player struct {
	World  *World
	Out    io.Writer
	Colour bool
	// CaughtUp waits until the service has seen and worked off all that was said so far.
	CaughtUp func(context.Context) error
	// Names gives the names of accounts, for sentences.
	Names func(ctx context.Context, accounts []string) tell.Names

	mu   sync.Mutex
	done []mapping.Effect
	left []mapping.Decision
	live bool // tell what was done as it is heard
}

// Hear takes what the service has written. It is safe for concurrent use.
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
			p.tellDone(context.Background(), e)
		}
	}
}

// Left takes what the service decided on a card that it leaves where it is. It is safe for
// concurrent use.
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

// hear gives what was heard since the last time.
func (p *Player) hear() (done []mapping.Effect, left []mapping.Decision) {
	p.mu.Lock()
	defer p.mu.Unlock()
	done, left = p.done, p.left
	p.done, p.left = nil, nil
	return done, left
}

// Play plays the week. It says whether every card was where the process wants it, after
// each event and in the end; where one was not, it has told which and where it belongs.
func (p *Player) Play(ctx context.Context) (well bool, err error) {
	began := time.Now()
	eyes, err := p.World.look()
	if err != nil {
		return false, err
	}
	if err := p.CaughtUp(ctx); err != nil {
		return false, err
	}
	before, err := eyes.cards(ctx)
	if err != nil {
		return false, err
	}
	p.tellOpening()
	p.tellBoards("on Monday morning", before)
	c := course{want: map[int]string{}, mishaps: map[mishap]bool{}}
	for i, t := range p.World.tasks {
		c.want[i+1] = t.column
	}
	day := ""
	for _, e := range p.World.week() {
		if e.at[:3] != day {
			day = e.at[:3]
			p.tellDay(day)
		}
		if err := p.step(ctx, eyes, e, &c); err != nil {
			return false, err
		}
	}
	cards, err := eyes.cards(ctx)
	if err != nil {
		return false, err
	}
	p.tellBoards("on Friday evening", cards)
	p.tellEnd(&c, cards, time.Since(began))
	return len(c.mishaps) == 0, nil
}

// course is how the play goes.
type course struct {
	events, moves, asks int
	want                map[int]string // columns by task
	mishaps             map[mishap]bool
}

// mishap is a card that is not where the process wants it, or somebody else asked for a
// review than the process wants.
type mishap struct {
	task     int
	is, want string // columns, or people
	ask      bool
}

// step plays one event, and tells what came of it.
func (p *Player) step(ctx context.Context, eyes *eyes, e event, c *course) error {
	p.World.clock.set(at(e.at))
	p.hear()
	if err := e.do(); err != nil {
		return fmt.Errorf("%s, %s %s: %w", e.at, e.who, e.what, err)
	}
	done, left, err := p.worked(ctx)
	if err != nil {
		return fmt.Errorf("%s, %s %s: %w", e.at, e.who, e.what, err)
	}
	cards, err := eyes.cards(ctx)
	if err != nil {
		return err
	}
	c.events++
	c.want[e.task] = e.want
	p.tellEvent(e)
	moved := false
	var asked []string
	for _, done := range done {
		p.tellDone(ctx, done)
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
		p.tellStays(ctx, cards[e.task], left[len(left)-1])
	}
	for task := range p.World.tasks {
		p.compare(c, mishap{task: task + 1, is: cards[task+1], want: c.want[task+1]})
	}
	p.compare(c, mishap{task: e.task, is: strings.Join(asked, ", "), want: strings.Join(e.asked(), ", "), ask: true})
	return nil
}

// worked waits until the service has worked an event off, and what it wrote for it, and
// gives what was heard: of asks after cards.
func (p *Player) worked(ctx context.Context) (done []mapping.Effect, left []mapping.Decision, err error) {
	asks := func(e mapping.Effect) bool { return e.Object.Change.Number != 0 }
	for again := true; again; {
		if err := p.CaughtUp(ctx); err != nil {
			return nil, nil, err
		}
		now, stays := p.hear()
		done, left, again = append(done, now...), append(left, stays...), slices.ContainsFunc(now, asks)
	}
	slices.SortStableFunc(done, func(x, y mapping.Effect) int { return cmp.Compare(x.Object.Change.Number, y.Object.Change.Number) })
	return done, left, nil
}

// moves says whether an effect moves a card by the rules.
func moves(e mapping.Effect) bool {
	return e.Kind == mapping.EffectMove || e.Kind == mapping.EffectTakeOff
}

// compare tells a mishap, if it is one that was not told yet.
func (p *Player) compare(c *course, m mishap) {
	if m.is != m.want && !c.mishaps[m] {
		c.mishaps[m] = true
		p.tellMishap(m)
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

// eyes look at the boards as a person of the team does.
type eyes struct {
	w      *World
	client *phab.Client
}

func (w *World) look() (*eyes, error) {
	c, err := phab.New(phab.Options{URL: w.PhabURL, Token: w.tokens["alice"], HTTP: remote.New(remote.Options{Server: "phabricator"})})
	return &eyes{w, c}, err
}

// cards gives the columns of all cards by task; "" for what is not on its board.
func (e *eyes) cards(ctx context.Context) (map[int]string, error) {
	projects := map[string]string{}
	for _, b := range boards {
		p, err := e.client.Project(ctx, b.tag)
		if err != nil {
			return nil, err
		}
		projects[b.tag] = p.PHID
	}
	var ids []int
	for i := range e.w.tasks {
		ids = append(ids, i+1)
	}
	found, err := e.client.Tasks(ctx, ids)
	if err != nil {
		return nil, err
	}
	cards := map[int]string{}
	for _, t := range found {
		if columns := t.Boards[projects[e.w.tasks[t.ID-1].board]]; len(columns) > 0 {
			cards[t.ID] = columns[0].Name
		}
	}
	return cards, nil
}
