package tell

import (
	"fmt"
	"strings"

	"reviewsync/mapping"
)

// aim is where a rule would bring a card, behind a word if it is a column; empty: nowhere.
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

// Effect tells of a write, without why it is made.
func Effect(e mapping.Effect) string {
	switch e.Kind {
	case mapping.EffectMove:
		if e.Card.From.Name == "" {
			return fmt.Sprintf("%s: put on %s -> %s", e.Object, e.Board.Name, e.Card.To.Name)
		}
		return fmt.Sprintf("%s: %s -> %s", e.Object, e.Card.From.Name, e.Card.To.Name)
	case mapping.EffectMend:
		return fmt.Sprintf("%s: put back in %s alone: the server had it in two columns at once, after two edits of %s in the same instant", e.Object, e.Card.To.Name, e.Board.Name)
	case mapping.EffectTakeOff:
		return fmt.Sprintf("%s: %s -> off %s", e.Object, e.Card.From.Name, e.Board.Name)
	case mapping.EffectTag:
		return fmt.Sprintf("%s: tagged %s", e.Object, e.Tag.Name)
	case mapping.EffectUntag:
		return fmt.Sprintf("%s: no longer %s", e.Object, e.Tag.Name)
	case mapping.EffectComment:
		return fmt.Sprintf("%s: commented that %s", e.Object, comment(&e.Comment))
	case mapping.EffectAsk:
		return fmt.Sprintf("change %d: asked %s for a review", e.Object.Change.Number, e.Ask.Who)
	case mapping.EffectRemind:
		return fmt.Sprintf("change %d: reminded %s of the review", e.Object.Change.Number, e.Ask.Who)
	case mapping.EffectMembers:
		return fmt.Sprintf("%s: %s", e.Object, members(&e.Members))
	}
	return ""
}

// comment says what a comment tells.
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
