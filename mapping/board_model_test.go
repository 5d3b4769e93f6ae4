package mapping_test

import (
	"fmt"
	"maps"
	"slices"
	"time"

	. "reviewsync/mapping"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
	"reviewsync/mapping/tell"
)

// A small board, and the service around Decide: it reads, decides, moves and remembers.

func externalBoard() *Board {
	return &Board{
		Tag: "#external-code-reviews", Policy: review.Policy{
			Team: reviewtest.Team, Count: review.Count{Owners: []string{"outsiders"}, Repositories: []string{"mediawiki/*"}, Branches: []string{"master", "wmf/*"}},
			Review: review.Voting{Required: 1, Labels: map[string]review.Voters{"Code-Review": review.ByPeople}, ThreadObjections: true},
		},
		Rules: []Rule{
			{Target: To("Review Needed"), When: When{Review: []review.State{review.ReviewNeeded}}},
			{Target: To("In Progress"), When: When{Review: []review.State{review.NeedsWork, review.Draft, review.Reverted}}},
			{Target: To("Review Completed"), When: When{Review: []review.State{review.Reviewed, review.Approved, review.Merged, review.Deployed}}},
			{Target: Target{Kind: Stay}, When: When{Review: []review.State{review.Abandoned}}},
		},
		Adopt:    Adopt{Repositories: []string{"mediawiki/core"}, StaleAfter: 180 * 24 * time.Hour, Newcomer: 3},
		Replaces: []Legacy{{Tag: "#clinic-duty-team", Columns: []string{"External Code Reviews"}}},
	}
}

func dutyBoard() *Board {
	return &Board{
		Tag: "#clinic-duty-team", From: []string{"Ready"}, Policy: review.Policy{
			Team: reviewtest.Team, Count: review.Count{Owners: []string{"team"}}, Deployed: []review.Deployment{{Refs: []string{"refs/heads/wmf/*"}}},
			Review: review.Voting{Required: 1, Labels: map[string]review.Voters{"Code-Review": review.ByPeople}, ThreadObjections: true},
		},
		Rules: []Rule{
			{Target: To("Waiting for Review"), When: When{Review: []review.State{review.ReviewNeeded, review.Reviewed}}},
			{Target: To("Doing"), When: When{Review: []review.State{review.NeedsWork, review.Draft, review.Reverted}}},
			{Target: To("Done"), When: When{Review: []review.State{review.Merged}, Repositories: []string{"labs/*"}}},
			{Target: To("Waiting for Deployment"), When: When{Review: []review.State{review.Approved, review.Merged}}},
			{Target: To("Done"), When: When{Review: []review.State{review.Deployed}}},
			{Target: Target{Kind: Stay}, When: When{Review: []review.State{review.Abandoned}}},
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
	gerrit  *reviewtest.Gerrit
	reader  review.Reader
	board   *Board
	rules   *ask.Rules // on asking; nil: the board asks nobody
	columns map[string]Column
	tags    []string // that are on tasks while a change is open; of the first world
	start   time.Time
	born    time.Time
	cards   map[int]*cardModel
	writes  int
	serial  int
	merged  []merge // tasks closed as duplicates of others; of the first world

	reads func(number int) bool   // which changes are read anew; nil: all
	known map[int]*review.History // as they were read last

	away  map[string]time.Time // and until when; of the first world
	asked map[int]*askModel    // by change; of the first world
}

type merge struct {
	task, into int
	at         time.Time
}

type cardModel struct {
	Card
	history []Event // all that happened, whether the service has read it or not
	tagged  string  // the newest sentence about a tag
	was     Was     // before its status was set
	last    Decision
}

func externalWorld(start time.Time) *world {
	return newWorld(externalBoard(), externalColumns(), start)
}

func newWorld(board *Board, columns map[string]Column, start time.Time) *world {
	w := &world{
		gerrit: reviewtest.New(), board: board, columns: columns, start: start, born: start, cards: map[int]*cardModel{}, known: map[int]*review.History{},
		away: map[string]time.Time{}, asked: map[int]*askModel{},
		reader: review.Reader{Footers: []string{"Bug"}, Max: 20, Bots: []string{"build-bot"}, CICommands: reviewtest.CICommands},
	}
	w.worlds = []*world{w}
	return w
}

// twoBoards is the world of the external board, next to that of the duty board.
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

// event records what somebody did to a card. What does not change it is no event; a move
// to the column where it is only touches the task: a reorder.
func (w *world) event(c *cardModel, e Event) {
	if !w.changes(c, e) {
		for _, other := range w.worlds {
			other.card(c.Task).Modified = e.At
		}
		return
	}
	w.worlds[0].serial++
	e.Order = w.worlds[0].serial
	switch e.Kind {
	case CardMoved:
		e.Was.Column = c.Column.ID
	case StatusSet:
		e.Was = c.was
	case CardAdded, CardRemoved, TaskReopened, TaskTagged, TaskUntagged: // say themselves what was before
	}
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
	case TaskReopened, TaskTagged, TaskUntagged, StatusSet: // the card stays where it is
	}
	for _, other := range w.worlds {
		o := other.card(c.Task)
		o.Modified = e.At
		switch {
		case other == w, e.Kind == TaskReopened, e.Kind == StatusSet, e.Kind == TaskTagged, e.Kind == TaskUntagged:
			o.history = append(o.history, e)
		case e.Kind == CardMoved && slices.ContainsFunc(other.board.Replaces, func(l Legacy) bool { return l.Tag == w.board.Tag && slices.Contains(l.Columns, c.Column.Name) }):
			into := e
			into.Column = ""
			o.history = append(o.history, into)
		}
		o.Tags = slices.DeleteFunc(o.Tags, func(tag string) bool { return tag == e.Tag })
		if e.Kind == TaskTagged {
			o.Tags = append(o.Tags, e.Tag)
		}
	}
}

// changes says whether an event makes a difference to a card.
func (w *world) changes(c *cardModel, e Event) bool {
	switch e.Kind {
	case CardAdded:
		return !c.OnBoard
	case CardMoved:
		return c.OnBoard && c.Column.ID != e.Column
	case CardRemoved:
		return c.OnBoard || c.Within != ""
	case TaskTagged, TaskUntagged:
		return slices.Contains(c.Tags, e.Tag) == (e.Kind == TaskUntagged)
	case TaskReopened, StatusSet:
	}
	return true
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

// readOnly makes the service read some of the changes only; the others are as it knows them.
func (w *world) readOnly(reads func(number int) bool) { w.reads = reads }

// histories reads the changes.
func (w *world) histories() []*review.History {
	var all []*review.History
	for _, number := range slices.Sorted(maps.Keys(w.gerrit.Changes)) {
		if w.reads == nil || w.reads(number) {
			c := w.gerrit.Changes[number].Get()
			c.Newcomer = !w.hasMerged(c.Owner)
			w.known[number] = w.reader.Read(c)
		}
		if h := w.known[number]; h != nil {
			all = append(all, h)
		}
	}
	return all
}

// hasMerged says whether somebody has a merged change.
func (w *world) hasMerged(owner review.Account) bool {
	for _, c := range w.gerrit.Changes {
		if c.Owner.ID == owner.ID && c.Status == review.StatusMerged {
			return true
		}
	}
	return false
}

func (w *world) question(c *cardModel, now time.Time, all []*review.History) Question {
	q := Question{Board: w.board, Columns: w.columns, Start: w.start, Born: w.born, Footer: w.reader.Footers[0], Card: c.Card}
	q.Card.Read, q.Card.Old, q.Card.Tags = now, w.old(c.Task), nil
	for _, rule := range w.board.Rules {
		for _, tag := range rule.When.Tags {
			if slices.Contains(c.Tags, tag) && !slices.Contains(q.Card.Tags, tag) {
				q.Card.Tags = append(q.Card.Tags, tag)
			}
		}
	}
	duplicates := w.worlds[0].duplicates(c.Task, time.Time{}, nil)
	for _, h := range all {
		named := slices.Contains(h.Tasks(), c.Task) || slices.ContainsFunc(duplicates, func(d Duplicate) bool { return slices.Contains(h.Tasks(), d.Task) })
		if len(duplicates) > 0 {
			h = PassOn(h, c.Task, duplicates, 0)
		}
		if named {
			q.Changes = append(q.Changes, h)
		}
	}
	return q
}

// duplicates adds the tasks that were merged into one.
func (w *world) duplicates(task int, at time.Time, known []Duplicate) []Duplicate {
	for _, m := range w.merged {
		if m.into == task && !slices.ContainsFunc(known, func(d Duplicate) bool { return d.Task == m.task }) {
			if m.at.After(at) {
				at = m.at
			}
			known = w.duplicates(m.task, at, append(known, Duplicate{Task: m.task, At: at}))
		}
	}
	return known
}

// sync is one full comparison of everything by the service.
func (w *world) sync(now time.Time) {
	w.gerrit.Look(now)
	all := w.histories()
	tasks := slices.Collect(maps.Keys(w.cards))
	for _, h := range all {
		tasks = append(tasks, h.Tasks()...)
	}
	slices.Sort(tasks)
	for _, task := range slices.Compact(tasks) {
		w.tag(task, now, all)
		for _, board := range w.worlds {
			board.settle(board.card(task), now, all)
		}
	}
	for _, h := range all {
		w.ask(h.Number, now)
	}
}

// tag puts on and takes off the tags that are on tasks while a change is open.
func (w *world) tag(task int, now time.Time, all []*review.History) {
	c := w.card(task)
	for _, tag := range w.tags {
		q := TagQuestion{Tag: tag, Task: task, Has: slices.Contains(c.Tags, tag), Start: w.born, Changes: w.question(c, now, all).Changes}
		d := DecideTag(q)
		if d.Code == TagUnread {
			q.Events, q.EventsRead = c.history, true
			d = DecideTag(q)
		}
		c.tagged = tell.Tag(d, called)
		kind := TaskTagged
		if d.Code == TagClosed {
			kind = TaskUntagged
		}
		if d.Code == TagOpen || d.Code == TagClosed {
			w.writes++
			w.event(c, Event{Kind: kind, At: now, By: "reviewsync", Own: true, Tag: tag})
		}
	}
}

func (w *world) settle(c *cardModel, now time.Time, all []*review.History) {
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
		case c.last.Target.TakesOff():
			e.Kind = CardRemoved
		case !c.OnBoard:
			e.Kind = CardAdded
		}
		w.event(c, e)
		for _, other := range w.worlds {
			if other.board.Tag == leavesBoard(c.last) {
				other.event(other.card(c.Task), Event{Kind: CardRemoved, At: now, By: "reviewsync", Own: true})
			}
		}
	}
	if c.last.Settle.Digest != "" { // as the service does
		c.Settled = c.last.Settle
	}
}

func (w *world) String() string {
	text := ""
	for _, n := range slices.Sorted(maps.Keys(w.cards)) {
		c := w.cards[n]
		text += fmt.Sprintf("T%d %s: %s\n", n, c.Column.Name, inWords(c.last))
	}
	return text
}
