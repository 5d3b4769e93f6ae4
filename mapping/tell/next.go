package tell

import (
	"fmt"
	"slices"
	"strings"

	"reviewsync/mapping"
)

// nexts says what would move a card, one sentence for each place.
func (t *card) nexts(all []mapping.Next) []Next {
	list := []Next{}
	for i := range all {
		n := Next{If: t.nextIf(&all[i]), State: all[i].State, To: t.aim(all[i].To, "")}
		same := slices.IndexFunc(list, func(o Next) bool { return o.To == n.To })
		if same < 0 {
			list = append(list, n)
		} else {
			list[same].If += "; or " + n.If
		}
	}
	return list
}

// nextIf says what has to happen so that a card moves.
func (t *card) nextIf(n *mapping.Next) string {
	switch n.Code {
	case mapping.NextLook:
		return "nothing more is needed: the service moves it when it next looks"
	case mapping.NextLink:
		return fmt.Sprintf("a change that %s counts names it in a footer '%s: T%d'", t.Board, n.Footer, t.d.Task)
	case mapping.NextReopen:
		return "somebody reopens the task"
	case mapping.NextTakeOut:
		return fmt.Sprintf("somebody takes it out of %s and puts it on %s itself", n.Within, t.Board)
	case mapping.NextTag:
		return "somebody adds the tag " + t.Board
	case mapping.NextMoveOut:
		return "somebody moves it out of this column; the next word then moves it on"
	case mapping.NextShow:
		return fmt.Sprintf("somebody shows the column %s, or names another in line %d of the config", n.To.Target.Column, n.Rule)
	case mapping.NextWorkboard:
		return "somebody turns the workboard on, on the page of the project"
	case mapping.NextAct:
		text := Act(n.Act, n.Footer, t.d.Task)
		if len(n.Each) > 0 {
			var numbers []string
			for _, change := range n.Each {
				numbers = append(numbers, fmt.Sprint(change))
			}
			text += " (on each of " + Listed(numbers, "and") + ")"
		}
		return text
	case mapping.NextTask:
		var what []string
		if n.Status != "" {
			what = append(what, "set its status to "+OneOf(n.Status.List()))
		}
		if n.Tags != "" {
			what = append(what, "tag it "+OneOf(n.Tags.List()))
		}
		return "people " + strings.Join(what, " and ")
	}
	return ""
}
