package mapping

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// A small board, and the service around Decide: it reads, decides, moves and remembers.

func externalBoard() *Board {
	return &Board{
		Tag: "#external-code-reviews", Team: team,
		Count:  Count{Owners: []string{"outsiders"}, Repositories: []string{"mediawiki/*"}, Branches: []string{"master", "wmf/*"}},
		Review: Review{Required: 1, Labels: map[string]Voters{"Code-Review": ByPeople}, ThreadObjections: true},
		Rules: []Rule{
			{To: "Review Needed", When: When{Review: []State{ReviewNeeded}}},
			{To: "In Progress", When: When{Review: []State{NeedsWork, Draft, Reverted}}},
			{To: "Review Completed", When: When{Review: []State{Reviewed, Approved, Merged, Deployed}}},
			{Stay: true, When: When{Review: []State{Abandoned}}},
		},
		Adopt:    Adopt{Repositories: []string{"mediawiki/core"}, StaleAfter: 180 * 24 * time.Hour},
		Replaces: []Legacy{{Tag: "#clinic-duty-team", Columns: []string{"External Code Reviews"}}},
	}
}

func dutyBoard() *Board {
	return &Board{
		Tag: "#clinic-duty-team", Team: team, From: []string{"Ready"},
		Count:  Count{Owners: []string{"team"}},
		Review: Review{Required: 1, Labels: map[string]Voters{"Code-Review": ByPeople}, ThreadObjections: true},
		Rules: []Rule{
			{To: "Waiting for Review", When: When{Review: []State{ReviewNeeded, Reviewed}}},
			{To: "Doing", When: When{Review: []State{NeedsWork, Draft, Reverted}}},
			{To: "Done", When: When{Review: []State{Merged}, Repositories: []string{"labs/*"}}},
			{To: "Waiting for Deployment", When: When{Review: []State{Approved, Merged}}},
			{To: "Done", When: When{Review: []State{Deployed}}},
			{Stay: true, When: When{Review: []State{Abandoned}}},
		},
	}
}

func columnsOf(names ...string) map[string]Column {
	columns := map[string]Column{}
	for _, n := range names {
		columns[n] = Column{ID: "PHID-PCOL-" + n, Name: n}
	}
	return columns
}

func externalColumns() map[string]Column {
	return columnsOf("Inbox", "Review Needed", "In Progress", "Review Completed", "Parked")
}

func dutyColumns() map[string]Column {
	return columnsOf("Inbox", "External Code Reviews", "Ready", "Doing", "Waiting for Review", "Waiting for Deployment", "Blocked Externally", "Discussing", "Done")
}

// world is both servers and the service, as one board sees them.
type world struct {
	worlds  []*world // of all boards, in the order in which the service looks at them
	gerrit  *gerritModel
	reader  Reader
	board   *Board
	columns map[string]Column
	start   time.Time
	born    time.Time
	cards   map[int]*cardModel
	writes  int
	serial  int
}

type cardModel struct {
	Card
	history []Event // all that happened, whether the service has read it or not
	last    Decision
}

func newWorld(board *Board, columns map[string]Column, start time.Time) *world {
	w := &world{
		gerrit: newGerrit(), board: board, columns: columns, start: start, born: start, cards: map[int]*cardModel{},
		reader: Reader{Footers: []string{"Bug"}, Bots: []string{"build-bot"}, CICommands: ciCommands},
	}
	w.worlds = []*world{w}
	return w
}

// twoBoards is the world of the external board, beside that of the duty board.
func twoBoards(start time.Time) *world {
	external, duty := newWorld(externalBoard(), externalColumns(), start), newWorld(dutyBoard(), dutyColumns(), start)
	duty.gerrit = external.gerrit
	external.worlds = append(external.worlds, duty)
	duty.worlds = external.worlds
	external.board.Replaces[0].Board = duty.board
	return external
}

func (w *world) card(task int) *cardModel {
	if w.cards[task] == nil {
		w.cards[task] = &cardModel{Card: Card{Task: task, Status: "open", Modified: w.start.Add(-time.Hour)}}
	}
	return w.cards[task]
}

// event records what somebody did to a card.
func (w *world) event(c *cardModel, e Event) {
	w.worlds[0].serial++
	e.Order = w.worlds[0].serial
	switch e.Kind {
	case CardAdded, CardMoved:
		c.OnBoard = true
		for _, column := range w.columns {
			if column.ID == e.Column {
				c.Column = column
			}
		}
	case CardRemoved:
		c.OnBoard, c.Column = false, Column{}
	}
	for _, other := range w.worlds {
		o := other.card(c.Task)
		o.Modified = e.At
		switch {
		case other == w:
			o.history = append(o.history, e)
		case e.Kind == TaskReopened:
			o.history = append(o.history, e)
		case e.Kind == CardMoved && slices.ContainsFunc(other.board.Replaces, func(l Legacy) bool { return l.Tag == w.board.Tag }):
			e.Column = ""
			o.history = append(o.history, e)
		}
		if e.Kind == TaskReopened {
			o.Closed, o.Status = false, "open"
		}
	}
}

// old is where a card is on a board that this one replaces.
func (w *world) old(task int) *Place {
	for i := range w.board.Replaces {
		legacy := &w.board.Replaces[i]
		for _, other := range w.worlds {
			if at := other.card(task); other.board.Tag == legacy.Tag && slices.Contains(legacy.Columns, at.Column.Name) {
				return &Place{Board: other.board.Tag, Column: at.Column, Legacy: legacy}
			}
		}
	}
	return nil
}

// histories reads every change.
func (w *world) histories() []*History {
	var all []*History
	for _, c := range w.gerrit.changes {
		all = append(all, w.reader.Read(c.get()))
	}
	return all
}

func (w *world) question(c *cardModel, now time.Time, all []*History) Question {
	q := Question{Board: w.board, Columns: w.columns, Start: w.start, Born: w.born, Card: c.Card}
	q.Card.Read, q.Card.Old = now, w.old(c.Task)
	for _, h := range all {
		if slices.Contains(h.Tasks(), c.Task) {
			q.Changes = append(q.Changes, h)
		}
	}
	return q
}

// sync is one full comparison of everything by the service.
func (w *world) sync(now time.Time) {
	all := w.histories()
	tasks := slices.Collect(maps.Keys(w.cards))
	for _, h := range all {
		tasks = append(tasks, h.Tasks()...)
	}
	slices.Sort(tasks)
	for _, task := range slices.Compact(tasks) {
		for _, board := range w.worlds {
			board.settle(board.card(task), now, all)
		}
	}
}

func (w *world) settle(c *cardModel, now time.Time, all []*History) {
	q := w.question(c, now, all)
	c.last = Decide(q)
	if c.last.Verdict == Unread {
		q.Card.Events, q.Card.EventsRead = c.history, true
		c.last = Decide(q)
	}
	if c.last.Verdict == Unread {
		panic("asked twice for the events")
	}
	if c.last.Verdict == Move {
		w.writes++
		e := Event{Kind: CardMoved, At: now, By: "reviewsync", Own: true, Column: c.last.To.ID}
		switch {
		case c.last.Untag:
			e.Kind = CardRemoved
		case !c.OnBoard:
			e.Kind = CardAdded
		}
		w.event(c, e)
		for _, other := range w.worlds {
			if other.board.Tag == c.last.Leave {
				other.event(other.card(c.Task), Event{Kind: CardRemoved, At: now, By: "reviewsync", Own: true})
			}
		}
	}
	if c.last.Settle != (Settlement{}) {
		c.Settled = c.last.Settle
	}
}

func (w *world) String() string {
	text := ""
	for _, n := range slices.Sorted(maps.Keys(w.cards)) {
		c := w.cards[n]
		text += fmt.Sprintf("T%d %s: %s\n", n, c.Column.Name, c.last.Reason)
	}
	return text
}
