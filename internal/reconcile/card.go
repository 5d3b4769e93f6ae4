package reconcile

import (
	"slices"
	"strings"
	"sync"
	"time"

	"reviewsync/mapping"
	"reviewsync/phab"
)

// card is a task as one board sees it.
func (b *bound) card(board *Board, task phab.Task, read time.Time, settled mapping.Settlement) mapping.Card {
	c := mapping.Card{
		Task: task.ID, Status: task.Status, Closed: b.closed[task.Status],
		Modified: task.Modified, Read: read, Settled: settled,
	}
	if columns := task.Boards[board.PHID]; len(columns) > 0 {
		c.OnBoard = true
		c.Column = mapping.Column{ID: columns[0].PHID, Name: columns[0].Name}
	}
	for _, p := range task.Projects {
		if name, below := board.Within[p]; below {
			c.Within = name
		}
	}
	return c
}

// now is Phabricator's time, early enough that nothing that is read from now on can be
// from before it: its clock is only known to the second.
func (r *Reconciler) now() time.Time { return r.o.Phab.HTTP().Now().Add(-2 * time.Second) }

// events tells what happened to a card from the task's transactions. A first placing is
// no move of its own: Phorge writes it as one, from the default column, in the edit that
// added the tag.
func (b *bound) events(board *Board, transactions []phab.Transaction, names *names) []mapping.Event {
	added := map[string]bool{}
	for _, t := range transactions {
		if slices.Contains(t.ProjectsAdded, board.PHID) {
			added[edit(t)] = true
		}
	}
	var events []mapping.Event
	for _, t := range transactions {
		e := mapping.Event{
			At: t.Date, Order: t.ID, Own: t.AuthorPHID == b.self, By: names.of(t.AuthorPHID),
			Person: strings.HasPrefix(t.AuthorPHID, "PHID-USER-") && t.AuthorPHID != b.self && !b.bots[t.AuthorPHID],
		}
		if slices.Contains(t.ProjectsAdded, board.PHID) {
			e.Kind = mapping.CardAdded
			events = append(events, e)
		}
		for _, m := range t.Moves {
			if m.Board != board.PHID || slices.Contains(m.From, m.Column) { // a reorder
				continue
			}
			e.Kind, e.Column = mapping.CardMoved, m.Column
			if added[edit(t)] || t.Create {
				e.Kind = mapping.CardAdded
			}
			events = append(events, e)
		}
		if t.Type == "status" && !t.Create && b.closed[t.OldStatus] && !b.closed[t.NewStatus] {
			e.Kind, e.Column = mapping.TaskReopened, ""
			events = append(events, e)
		}
	}
	return events
}

// edit names the edit that a transaction was part of. Old servers do not tell: there it
// is what one user did in one second.
func edit(t phab.Transaction) string {
	if t.GroupID != "" {
		return t.GroupID
	}
	return t.AuthorPHID + t.Date.String()
}

// names remembers the user names of PHIDs.
type names struct {
	mu    sync.Mutex
	known map[string]string
}

func (n *names) put(phid, name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.known[phid] = name
}

// of is the name of a PHID, or what stands for it as long as nobody asked.
func (n *names) of(phid string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if name := n.known[phid]; name != "" {
		return name
	}
	return "somebody"
}

// unknown lists the users among the authors whose names nobody asked for.
func (n *names) unknown(transactions []phab.Transaction) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var phids []string
	for _, t := range transactions {
		if strings.HasPrefix(t.AuthorPHID, "PHID-USER-") && n.known[t.AuthorPHID] == "" && !slices.Contains(phids, t.AuthorPHID) {
			phids = append(phids, t.AuthorPHID)
		}
	}
	return phids
}
