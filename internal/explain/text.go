package explain

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"reviewsync/internal/config"
	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

// width is that of the text.
const width = 96

// Text writes a report for people. Facts from before the decisive ones are folded to a
// count unless all is set.
func (r *Report) Text(w io.Writer, cfg *config.Config, all bool) error {
	p := &printer{cfg: cfg, all: all, now: r.Read}
	for i := range r.Tasks {
		if i > 0 {
			p.line("")
		}
		p.task(&r.Tasks[i])
	}
	if len(r.Tasks) > 0 {
		p.line("")
	}
	for _, n := range r.Notes {
		p.wrap("note: ", n)
	}
	store := "the servers, and a copy of the store"
	if !r.Store {
		store = "the servers alone, without a store"
	}
	p.line("Read from " + store + ", at " + r.Read.Format("2006-01-02 15:04") + ". Times are UTC.")
	_, err := io.WriteString(w, p.b.String())
	return err
}

type printer struct {
	b   strings.Builder
	cfg *config.Config
	all bool
	now time.Time
}

func (p *printer) line(text string) {
	p.b.WriteString(strings.TrimRight(text, " "))
	p.b.WriteByte('\n')
}

// ends writes a text at each end of a line, or on two lines if it is too short.
func (p *printer) ends(left, right string) {
	space := width - length(left) - length(right)
	if space < 2 {
		p.line(left)
		p.line("  " + right)
		return
	}
	p.line(left + strings.Repeat(" ", space) + right)
}

// wrap writes a text behind a head, and its further lines below its beginning.
func (p *printer) wrap(head, text string) {
	indent, line := strings.Repeat(" ", length(head)), head
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
			line += word
		case length(line)+1+length(word) > width:
			p.line(line)
			line = indent + word
		default:
			line += " " + word
		}
	}
	p.line(line)
}

func length(s string) int { return len([]rune(s)) }

func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-length(s))) }

func (p *printer) task(t *Task) {
	p.ends(fmt.Sprintf("T%d is %s", t.Number, t.Status), t.URL)
	var without []string
	for i := range t.Boards {
		if b := &t.Boards[i]; b.Column == "" && b.Verdict == "no-change" {
			without = append(without, b.Board)
			continue
		}
		p.board(&t.Boards[i], t.Asks)
	}
	if len(without) > 0 {
		p.line("")
		p.wrap("", fmt.Sprintf("It is not on %s, and no change of it is counted there.", strings.Join(without, ", ")))
	}
	p.changes(t)
}

func (p *printer) board(b *tell.Explanation, asks []Ask) {
	p.line("")
	column := b.Column
	if column == "" {
		column = "not on the board"
	}
	p.line(b.Board + ": " + column)
	p.wrap("  ", b.Sentence)
	p.line("")
	if b.Column != "" {
		p.wrap("  placed   ", b.Placed.Sentence)
	}
	if b.LastWord != "" {
		p.wrap("  said     ", b.LastWord)
	}
	head := "  next     "
	if len(b.Next) == 0 {
		p.wrap(head, "nothing in Gerrit moves it on this board")
	}
	for _, n := range b.Next {
		text := n.If
		if n.To != "" {
			text = "-> " + n.To + ": " + text
		}
		p.wrap(head, text)
		head = "           "
	}
	p.rules(b.Rules)
	p.line("")
	for _, c := range b.Changes {
		p.changeOnBoard(&c)
		for _, a := range asks {
			if a.Board == b.Board && a.Change == c.Number && c.State == review.ReviewNeeded { // else nobody is
				p.ask(&a)
			}
		}
	}
}

func (p *printer) rules(rules []tell.RuleExplained) {
	name := 0
	for _, r := range rules {
		name = max(name, length(r.To))
	}
	same := func(r tell.RuleExplained) bool { return !r.Matches && r.Because == rules[0].Because }
	if len(rules) > 1 && !slices.ContainsFunc(rules, func(r tell.RuleExplained) bool { return !same(r) }) {
		p.wrap("  rules    ", "none applies: "+rules[0].Because)
		return
	}
	head := "  rules  "
	for _, r := range rules {
		mark, answer := "  ", "no"
		if r.Matches {
			mark, answer = "> ", "yes"
		}
		p.wrap(head+mark+pad(r.To, name)+"  ", fmt.Sprintf("if %s: %s, %s", r.When, answer, r.Because))
		head = "         "
	}
}

// changeOnBoard is what a change is to one board. Its own sentence is left out if it stands above already.
func (p *printer) changeOnBoard(c *tell.ChangeExplained) {
	if c.Ignored != "" {
		p.wrap(fmt.Sprintf("  change %d  ", c.Number), "not counted: "+c.Ignored)
		return
	}
	since := ""
	if c.Since.Unix() > 0 {
		since = " since " + p.date(c.Since)
	}
	p.line(fmt.Sprintf("  change %d  %s%s", c.Number, c.State, since))
	standing := c.Standing
	if len(standing) == 0 && !c.Repeats {
		standing = []string{c.Sentence}
	}
	for _, s := range standing {
		p.wrap("    - ", s)
	}
}

// ask says whether somebody is asked for a review.
func (p *printer) ask(a *Ask) {
	p.wrap("    asks: ", tell.Asking(a.decision))
	for _, person := range a.People {
		p.wrap("      - ", person)
	}
}

// changes lists what was said in each change, as the board that counts it sees it.
func (p *printer) changes(t *Task) {
	if len(t.Boards) == 0 {
		return
	}
	for i := range t.Boards[0].Changes {
		best := &t.Boards[0].Changes[i]
		for _, b := range t.Boards[1:] {
			if !best.Counted && b.Changes[i].Counted {
				best = &b.Changes[i]
			}
		}
		p.line("")
		status := strings.ToLower(string(best.Status))
		if best.Status == review.StatusNew {
			status = "open"
		}
		p.ends(fmt.Sprintf("Change %d of %s in %s (%s), %s", best.Number, best.Owner, best.Project, best.Branch, status),
			changeAddress(p.cfg.Gerrit.URL, best.Key))
		p.facts(best.Facts)
	}
}

func (p *printer) facts(facts []tell.DatedFact) {
	show := facts
	if first := slices.IndexFunc(facts, func(f tell.DatedFact) bool { return f.Decides }); !p.all && first > 1 {
		show = facts[first:]
		p.line(fmt.Sprintf("  ...               %s (--all shows them)", tell.Counted(first, "older fact")))
	}
	for _, f := range show {
		p.wrap("  "+pad(p.date(f.At), 16)+"  ", f.Text)
	}
}

// date is a moment, with the year if that is another one.
func (p *printer) date(t time.Time) string {
	if t.Year() != p.now.Year() {
		return t.UTC().Format("2006-01-02 15:04")
	}
	return t.UTC().Format("Mon Jan _2 15:04")
}
