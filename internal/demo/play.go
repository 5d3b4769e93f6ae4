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

	"reviewsync/internal/remote"
	"reviewsync/phab"
)

// Player plays the story of a World and tells it.
type Player struct {
	World  *World
	Out    io.Writer
	Colour bool
	// CaughtUp waits until the service has seen and worked off all that was said so far.
	CaughtUp func(context.Context) error

	mu    sync.Mutex
	heard []Word
	live  bool // tell words as they are heard
}

// Word is what the service said of a card when it looked at it, or of a change when it
// asked somebody for a review.
type Word struct {
	Task     int    `json:"task"`
	Change   string `json:"change"` // of which it asked
	Board    string `json:"board"`
	To       string `json:"to"` // a column, if it moved
	Sentence string `json:"message"`
}

func (w Word) moved() bool { return w.To != "" }

func (w Word) asked() bool { return w.Change != "" }

// Hear takes a word of the service. It is safe for concurrent use.
func (p *Player) Hear(w Word) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.live {
		p.heard = append(p.heard, w)
	} else if w.moved() || w.asked() {
		p.tellWord(w)
	}
}

// hear gives the words since the last time.
func (p *Player) hear() []Word {
	p.mu.Lock()
	defer p.mu.Unlock()
	words := p.heard
	p.heard = nil
	return words
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
	p.tellOpening()
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
	p.tellBoards(cards)
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
	words, err := p.worked(ctx)
	if err != nil {
		return fmt.Errorf("%s, %s %s: %w", e.at, e.who, e.what, err)
	}
	c.events++
	c.want[e.task] = e.want
	p.tellEvent(e)
	var stays *Word
	moved := false
	var asked []string
	for _, w := range words {
		switch {
		case w.asked():
			c.asks++
			p.tellWord(w)
			asked = append(asked, w.whom())
		case w.moved():
			c.moves++
			p.tellWord(w)
			moved = moved || w.Task == e.task
		case w.Task == e.task && w.Board == p.World.tasks[e.task-1].board:
			stays = &w
		}
	}
	if !moved && stays != nil {
		p.tellWord(*stays)
	}
	cards, err := eyes.cards(ctx)
	if err != nil {
		return err
	}
	for task := range p.World.tasks {
		p.compare(c, mishap{task: task + 1, is: cards[task+1], want: c.want[task+1]})
	}
	p.compare(c, mishap{task: e.task, is: strings.Join(asked, ", "), want: strings.Join(e.asked(), ", "), ask: true})
	return nil
}

// worked waits until the service has worked an event off, and what it wrote for it, and
// gives its words: of asks after those of cards.
func (p *Player) worked(ctx context.Context) (words []Word, err error) {
	for again := true; again; {
		if err := p.CaughtUp(ctx); err != nil {
			return nil, err
		}
		now := p.hear()
		words, again = append(words, now...), slices.ContainsFunc(now, Word.asked)
	}
	slices.SortStableFunc(words, func(v, w Word) int { return cmp.Compare(v.Change, w.Change) })
	return words, nil
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
