package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"reviewsync/mapping"
	"reviewsync/mapping/tell"
)

// How wide texts and boards are, in characters.
const (
	width = 100
	drawn = 1 + 96 // 96 can be had by three and four columns
)

// Where the texts of an event and of what came of it begin.
const (
	margin = 22
	inner  = 11
)

// Styles of a terminal (ECMA-48, SGR).
const (
	bold   = "1"
	dim    = "2"
	red    = "1;31"
	green  = "1;32"
	yellow = "33"
)

func (p *Player) style(style, text string) string {
	if !p.Colour || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

func (p *Player) line(parts ...string) {
	_, _ = fmt.Fprintln(p.Out, strings.TrimRight(strings.Join(parts, ""), " "))
}

// result prints what came of an event: a card, what it does, and why.
func (p *Player) result(style, label, what, why string) {
	p.line("         ", p.style(style, "↳ "+pad(label, margin-inner)+what))
	for _, l := range wrap(why, width-inner) {
		p.line(strings.Repeat(" ", inner), p.style(dim, l))
	}
}

func (p *Player) printOpening() {
	p.line(p.style(bold, "A week with reviewsync"), ", played on a Gerrit and a Phorge that live in this process.")
	p.line()
	p.line("A team reviews patches in Gerrit, and follows its tasks on two workboards: External Code Reviews")
	p.line("(patches from volunteers) and Clinic Duty (its own work). People push, vote and answer; reviewsync")
	p.line("moves the cards and says why. A card that a person dragged stays until the next word in Gerrit.")
	p.line("Anyone who wants a second review sets a hashtag, and reviewsync asks one more team member.")
	p.line()
	p.line("  team  ", strings.Join(team, ", "), "    volunteers  ", strings.Join(volunteers, ", "), "    bot  ", bot)
	p.line("  ↳ is what reviewsync does, and the sentence in which it says why")
}

func (p *Player) printDay(day string) {
	p.line()
	p.line(p.style(bold, at(day+" 00:00").Format("Monday")))
}

func (p *Player) printEvent(e event) {
	lines := wrap(e.what, width-margin)
	p.line("  ", p.style(dim, e.at[4:]), "  ", pad(e.who, margin-9), lines[0])
	for _, l := range lines[1:] {
		p.line(strings.Repeat(" ", margin), l)
	}
}

// printWrite prints a card that moved, or a person who was asked.
func (p *Player) printWrite(ctx context.Context, e mapping.Effect) {
	why := tell.EffectBecause(e, p.Names(ctx, e.Accounts()))
	switch {
	case e.Kind == mapping.EffectAsk:
		p.result(green, "asks", fmt.Sprintf("%s to review %d (%s)", e.Ask.Who, e.Object.Change.Number, tell.Turn(e.Ask.Turn)), why)
	case moves(e):
		from, to := cmp.Or(e.Card.Place(), "put on "+e.Board.Name), cmp.Or(e.Card.To.Name, "off "+e.Board.Name)
		p.result(green, fmt.Sprintf("T%d moves", e.Object.Task), from+" → "+to, why)
	}
}

// printStays prints why a card stays in its column, or on no board.
func (p *Player) printStays(ctx context.Context, column string, d mapping.Decision) {
	where := "as it is"
	if column != "" {
		where = place(column)
	}
	p.result(yellow, fmt.Sprintf("T%d stays", d.Task), where, tell.Because(d, p.Names(ctx, d.Why.Accounts())))
}

func (p *Player) printMishap(m mishap) {
	p.line("         ", p.style(red, fmt.Sprintf("✗ %s%s", pad(fmt.Sprintf("T%d is wrong", m.task), margin-inner+2), m)))
}

func (m mishap) String() string {
	if m.ask {
		return fmt.Sprintf("a review is asked of %s; the process wants it asked of %s", cmp.Or(m.is, "nobody"), cmp.Or(m.want, "nobody"))
	}
	return fmt.Sprintf("it is %s; the process wants it %s", place(m.is), place(m.want))
}

func place(column string) string {
	if column == "" {
		return "on no board"
	}
	return "in " + column
}

func (p *Player) printEnd(c *course, cards map[int]string, took time.Duration) {
	p.line()
	sum := fmt.Sprintf("%s, %s and %s by reviewsync, in %.1f s.", tell.Counted(c.events, "event"), tell.Counted(c.moves, "move"), tell.Counted(c.asks, "ask"), took.Seconds())
	if len(c.mishaps) == 0 {
		p.line(p.style(green, "Every card is where the process wants it. "), sum)
		return
	}
	p.line(p.style(red, fmt.Sprintf("%s a card or an ask was not what the process wants. ", tell.Counted(len(c.mishaps), "time"))), sum)
	for task := range p.World.tasks {
		if m := (mishap{task: task + 1, is: cards[task+1], want: c.want[task+1]}); m.is != m.want {
			p.line(p.style(red, fmt.Sprintf("  T%d: %s", m.task, m)))
		}
	}
}

// printBoards draws both boards with their cards.
func (p *Player) printBoards(when string, cards map[int]string) {
	for _, b := range boards {
		p.line()
		p.line(p.style(bold, b.name), ", ", when)
		per := 3
		if len(b.columns) > 4 {
			per = 4
		}
		cell := (drawn - 1) / per // with the line on its left
		for row := range slices.Chunk(b.columns, per) {
			p.printRow(b, row, cell-1, cards)
		}
	}
}

// printRow draws some columns side by side.
func (p *Player) printRow(b board, columns []string, cell int, cards map[int]string) {
	rule := func(left, mid, right string) {
		p.line(left + strings.Repeat(strings.Repeat("─", cell)+mid, len(columns)-1) + strings.Repeat("─", cell) + right)
	}
	var stacks [][]string
	height := 1
	for _, c := range columns {
		s := p.World.stack(b, c, cell-2, cards)
		stacks, height = append(stacks, s), max(height, len(s))
	}
	line := func(cells []string) { p.line("│ " + strings.Join(cells, "│ ") + "│") }
	cells := make([]string, len(columns))
	rule("┌", "┬", "┐")
	for i, c := range columns {
		cells[i] = p.style(bold, pad(c, cell-1))
	}
	line(cells)
	rule("├", "┼", "┤")
	for i := range height {
		for j, s := range stacks {
			text := ""
			if i < len(s) {
				text = s[i]
			}
			cells[j] = pad(text, cell-1)
		}
		line(cells)
	}
	rule("└", "┴", "┘")
}

// stack are the cards of a column as lines.
func (w *World) stack(b board, column string, width int, cards map[int]string) []string {
	var lines []string
	for i, t := range w.tasks {
		here := t.board == b.tag && cards[i+1] == column
		before := b.tag == duty && t.old == column && cards[i+1] == "" // not yet on its own board
		if !here && !before {
			continue
		}
		for n, l := range wrap(t.title, width-3) {
			head := "   "
			if n == 0 {
				head = fmt.Sprintf("T%d ", i+1)
			}
			lines = append(lines, head+l)
		}
	}
	return lines
}

// pad fills a text up with spaces; what is too long is left as it is.
func pad(text string, to int) string {
	return text + strings.Repeat(" ", max(0, to-utf8.RuneCountInString(text)))
}

// wrap breaks a text between words. It gives at least one line.
func wrap(text string, to int) []string {
	lines := []string{""}
	for word := range strings.FieldsSeq(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) <= to:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}
