package review

import (
	"iter"
	"slices"
	"strings"
)

// Misplaced is a line of a commit message that looks as if it linked tasks, and does not.
type Misplaced struct {
	Line   string
	Tasks  []int // that no footer of the message names
	Fault  FooterFault
	Footer string // the name that it would need
	Host   string // of FooterElsewhere: the other server
}

// FooterFault is why a line is not taken for a footer.
type FooterFault string

// Why a line is not taken for one.
const (
	FooterAbove     FooterFault = "above"     // it does not stand among the last lines
	FooterOdd       FooterFault = "odd"       // it is not written as one
	FooterElsewhere FooterFault = "elsewhere" // it has the address of another server
)

// Beyond is a task that a change names, but is not linked to, since it names too many.
type Beyond struct {
	Change int // its number
	Task   int
	Place  int // of the task among those that the change names
	Named  int // how many these are
	Max    int // how many are linked
}

// Beyond lists the tasks that a change names beyond Max.
func (l Links) Beyond(c *Change) []Beyond {
	named := l.Named(c.Inherited, c.message())
	var list []Beyond
	for i := len(l.first(named)); i < len(named); i++ {
		list = append(list, Beyond{Change: c.Number, Task: named[i], Place: i + 1, Named: len(named), Max: l.Max})
	}
	return list
}

// message is the newest commit message; empty: it is not known.
func (c *Change) message() string {
	number, text := 0, ""
	for _, p := range c.PatchSets {
		if p.Number > number {
			number, text = p.Number, p.Message
		}
	}
	return text
}

// Misplaced lists the lines of a commit message that begin with the name of a footer and
// name tasks, but are no footers for Gerrit, or have the address of another server.
func (l Links) Misplaced(message string) []Misplaced {
	named := l.Named(nil, message)
	var found []Misplaced
	add := func(m Misplaced) {
		if m.Tasks = slices.DeleteFunc(m.Tasks, func(n int) bool { return slices.Contains(named, n) }); len(m.Tasks) > 0 {
			m.Footer = l.Footers[0]
			found = append(found, m)
		}
	}
	end := strings.TrimRight(lastParagraph(message), "\n ")
	above := strings.TrimSuffix(strings.TrimRight(message, "\n "), end)
	for line, value := range l.looksLikeFooter(above) {
		add(Misplaced{Line: line, Tasks: l.names(value), Fault: FooterAbove})
	}
	for line, value := range l.looksLikeFooter(end) {
		add(Misplaced{Line: line, Tasks: l.names(value), Fault: FooterOdd})
	}
	for _, t := range Trailers(message) {
		if !l.has(t.Key) {
			continue
		}
		for _, m := range mentions(t.Value) {
			if m.host != "" {
				add(Misplaced{Line: t.Key + ": " + strings.TrimSpace(t.Value), Tasks: m.tasks, Fault: FooterElsewhere, Host: m.host})
			}
		}
	}
	return found
}

// looksLikeFooter gives the lines of a text that begin with the name of a footer, and their values.
func (l Links) looksLikeFooter(text string) iter.Seq2[string, string] {
	return func(yield func(line, value string) bool) {
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			key, value, _ := strings.Cut(line, ":")
			if l.has(strings.TrimSpace(key)) && !yield(line, value) {
				return
			}
		}
	}
}
