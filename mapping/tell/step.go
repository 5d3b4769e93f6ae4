package tell

import (
	"cmp"
	"fmt"

	"reviewsync/mapping"
)

// Step says what became of a card.
func Step(s mapping.Step, names Names) string {
	text := fmt.Sprintf("T%d: ", s.Task)
	place := cmp.Or(s.To.Column.Name, "off the board")
	switch {
	case s.First():
		text += "first seen, " + cmp.Or(inColumn(s.To.Column.Name), "not on the board")
	case !s.Moved():
		text += "stays " + cmp.Or(inColumn(s.To.Column.Name), "off the board")
	case s.From.Column.ID == "":
		text += mover(s.By, names) + " put it on the board -> " + place
	default:
		text += mover(s.By, names) + " moved it " + s.From.Column.Name + " -> " + place
	}
	if s.To.State != "" {
		text += "; " + string(s.To.State)
	}
	return text + "; " + stands(s.To)
}

func inColumn(name string) string {
	if name == "" {
		return ""
	}
	return "in " + name
}

// mover names who moved a card.
func mover(m mapping.Mover, names Names) string {
	switch {
	case m.Us:
		return "reviewsync"
	case m.Name != "":
		return m.Name
	case m.ID != "":
		return names(m.ID)
	}
	return "somebody"
}

// stands says why a card is where it is, as far as history keeps it.
func stands(s mapping.Standing) string {
	switch s.Why {
	case mapping.WhyHeld:
		return "a person's newer move holds it"
	case mapping.WhyBeforeStart:
		return "nothing was said since the rules began"
	case mapping.WhyStayRule:
		return "a rule has it stay"
	case mapping.WhyNoRule:
		return "no rule speaks of it"
	case mapping.WhyNotOnBoard:
		return "it is not on the board"
	case mapping.WhyWithin:
		return "it is in a project that excludes the board"
	case mapping.WhyOffByRule:
		return "the rules want it off the board"
	case mapping.WhyTakenOff:
		return "a person took it off"
	case mapping.WhyTooOld:
		return "what was said is too old to put it on the board"
	case mapping.WhyNoWorkboard:
		return "the project has no workboard"
	case mapping.WhyNoColumn:
		return "the column that it belongs in is missing"
	case mapping.WhyNewcomer:
		return "a newcomer's change has put enough tasks on the board"
	default:
		return byVerdict(s.Verdict)
	}
}

// byVerdict is what a verdict says alone.
func byVerdict(v mapping.Verdict) string {
	switch v {
	case mapping.Move, mapping.Unread, mapping.Unlooked:
		return "it is to move"
	case mapping.There:
		return "where the rules want it"
	case mapping.Held:
		return "it is held"
	case mapping.Known:
		return "nothing new was said"
	case mapping.Stays:
		return "it stays by the rules"
	case mapping.Peoples:
		return "the column belongs to people"
	case mapping.Closed:
		return "the task is closed"
	case mapping.Off:
		return "it is not on the board"
	case mapping.NoChange:
		return "no change counts"
	case mapping.Fault:
		return "it cannot be moved"
	}
	return "nothing was decided yet"
}
