package tell

import (
	"fmt"
	"strings"

	"reviewsync/mapping"
	"reviewsync/mapping/ask"
)

// aim is where a rule would bring a card, with a word before it if that is a column. Empty: nowhere.
func (t Teller) aim(a mapping.Aim, word string) string {
	switch a.Target.Kind {
	case mapping.ToColumn:
		return word + a.Column.Name
	case mapping.Untag:
		return "off " + t.Board
	case mapping.Stay:
	}
	return ""
}

// Effect says what is written, and why.
func Effect(e mapping.Effect, names Names) string {
	text := written(&e)
	if because := EffectBecause(e, names); because != "" {
		text += ": " + because
	}
	return text
}

// written says what is written, and to what.
func written(e *mapping.Effect) string {
	switch e.Kind {
	case mapping.EffectMove:
		return fmt.Sprintf("%s: %s", e.Object, moved(e.Card.Place(), e.Board.Name, e.Card.To.Name))
	case mapping.EffectTakeOff:
		return fmt.Sprintf("%s: %s", e.Object, moved(e.Card.Place(), e.Board.Name, "off "+e.Board.Name))
	case mapping.EffectRepair:
		return fmt.Sprintf("%s: put back in %s alone: the server had it in two columns at once, after two edits of %s in the same instant", e.Object, e.Card.To.Name, e.Board.Name)
	case mapping.EffectTag:
		return fmt.Sprintf("%s: tagged %s", e.Object, e.Tag.Name)
	case mapping.EffectUntag:
		return fmt.Sprintf("%s: no longer %s", e.Object, e.Tag.Name)
	case mapping.EffectComment:
		return fmt.Sprintf("%s: commented that %s", e.Object, comment(&e.Comment))
	case mapping.EffectAsk:
		return fmt.Sprintf("change %d: %s", e.Object.Change.Number, asked(e.Ask.Who, e.Ask.Turn))
	case mapping.EffectRemind:
		return fmt.Sprintf("change %d: %s", e.Object.Change.Number, reminded(e.Ask.Who))
	case mapping.EffectMembers:
		return fmt.Sprintf("%s: %s", e.Object, members(&e.Members))
	}
	return ""
}

// EffectBecause says only why a write is made. Empty: what is written says it, or an older version
// made it and did not keep why.
func EffectBecause(e mapping.Effect, names Names) string {
	switch e.Kind {
	case mapping.EffectMove, mapping.EffectTakeOff:
		return Because(mapping.Decision{Board: e.Board, Why: e.Why}, names)
	case mapping.EffectTag:
		if e.Tag.Open.Number != 0 {
			return fmt.Sprintf("change %d is open", e.Tag.Open.Number)
		}
	case mapping.EffectUntag:
		return "none of its changes is open"
	case mapping.EffectAsk:
		return AskedBecause(ask.Decision{Board: e.Board.Name, Why: e.Ask.Because})
	case mapping.EffectRemind:
		if e.Ask.Because.Code != "" {
			return remindedBecause(&e.Ask.Because)
		}
	case mapping.EffectRepair, mapping.EffectComment, mapping.EffectMembers:
	}
	return ""
}

// moved says from where to where a card moves, or that it comes onto the board.
func moved(place, board, to string) string {
	if place == "" {
		place = "put on " + board
	}
	return place + " -> " + to
}

// comment says what a comment says.
func comment(c *mapping.Remark) string {
	switch c.Kind {
	case mapping.CommentAsked:
		return fmt.Sprintf("%s was asked for a review of change %d", c.Asked, c.Change.Number)
	case mapping.CommentReverted:
		return fmt.Sprintf("change %d was %s by change %d", c.Change.Number, c.Kind, c.Revert)
	case mapping.CommentLinked, mapping.CommentMerged:
		return fmt.Sprintf("change %d was %s", c.Change.Number, c.Kind)
	}
	return ""
}

// members says who is on duty, and who is new among them or no longer.
func members(m *mapping.Membership) string {
	text := "nobody is on duty"
	if on := m.OnDuty.All(); len(on) > 0 {
		var names []string
		for _, n := range on {
			names = append(names, n.Name)
		}
		text = strings.Join(names, ", ") + " on duty"
	}
	if names := m.Add.Names(); len(names) > 0 {
		text += "; new: " + strings.Join(names, ", ")
	}
	if names := m.Remove.Names(); len(names) > 0 {
		text += "; no longer: " + strings.Join(names, ", ")
	}
	return text
}
