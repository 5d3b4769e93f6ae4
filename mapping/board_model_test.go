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
	return columnsOf("Inbox", "Ready", "Doing", "Waiting for Review", "Waiting for Deployment", "Blocked Externally", "Discussing", "Done")
}

// world is both servers and the service.
type world struct {
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
	return &world{
		gerrit: newGerrit(), board: board, columns: columns, start: start, born: start, cards: map[int]*cardModel{},
		reader: Reader{Footers: []string{"Bug"}, Bots: []string{"build-bot"}, CICommands: ciCommands},
	}
}

func (w *world) card(task int) *cardModel {
	if w.cards[task] == nil {
		w.cards[task] = &cardModel{Card: Card{Task: task, Status: "open", Modified: w.start.Add(-time.Hour)}}
	}
	return w.cards[task]
}

// event records what somebody did to a card.
func (w *world) event(c *cardModel, e Event) {
	w.serial++
	e.Order = w.serial
	c.history = append(c.history, e)
	c.Modified = e.At
	switch e.Kind {
	case CardAdded, CardMoved:
		c.OnBoard = true
		for _, column := range w.columns {
			if column.ID == e.Column {
				c.Column = column
			}
		}
	case TaskReopened:
		c.Closed, c.Status = false, "open"
	}
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
	q.Card.Read = now
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
	for _, c := range w.cards {
		w.settle(c, now, all)
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
		w.event(c, Event{Kind: CardMoved, At: now, By: "reviewsync", Own: true, Column: c.last.To.ID})
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
