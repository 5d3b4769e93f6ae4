package tell

import (
	"fmt"
	"strings"

	"reviewsync/mapping"
)

// Names returns the user name of an account by its ID.
type Names func(account string) string

// Decision says what was decided on a card, and why. It begins with the task.
func Decision(d mapping.Decision, names Names) string {
	t := card{Teller{Board: d.Board.Name, Now: d.Why.Now}, &d, names}
	text := t.why()
	switch place := t.place(); {
	case d.Verdict == mapping.Move:
		return fmt.Sprintf("T%d: %s: %s", d.Task, moved(place, t.Board, t.target("")), text)
	case place == "":
		return fmt.Sprintf("T%d stays as it is: %s", d.Task, text)
	default:
		return fmt.Sprintf("T%d stays in %s: %s", d.Task, place, text)
	}
}

// Because says only why.
func Because(d mapping.Decision, names Names) string {
	t := card{Teller{Board: d.Board.Name, Now: d.Why.Now}, &d, names}
	return t.why()
}

// card writes the sentences about one decision.
type card struct {
	Teller
	d     *mapping.Decision
	names Names
}

// place is where the card is; empty if on no board.
func (t *card) place() string { return mapping.CardMove{From: t.d.From, Old: t.d.Old}.Place() }

// target is where the rule wants the card. A column has a word such as "to" before it.
func (t *card) target(word string) string {
	return t.aim(mapping.Aim{Target: t.d.Target, Column: t.d.To}, word)
}

// why says why, by the code.
func (t *card) why() string {
	switch w := &t.d.Why; w.Code {
	case mapping.WhySaid, mapping.WhyAligned, mapping.WhyThere:
		return t.because()
	case mapping.WhyAdded, mapping.WhyReopened:
		return t.asked() + ", and " + t.because()
	case mapping.WhyTagged, mapping.WhyStatus:
		if !w.Cause.OfReview() {
			return t.asked()
		}
		return t.asked() + ", and " + t.because()
	case mapping.WhyHeld:
		return t.held()
	case mapping.WhyBeforeStart:
		return fmt.Sprintf("%s since the rules of this board began (%s); by the rules it would be %s: %s; %s",
			t.nothing(), t.Date(w.Start), t.target("in "), t.because(), t.next())
	case mapping.WhyNothingNew:
		return fmt.Sprintf("%s; by the rules of today it would be %s: %s; %s", t.left(), t.target("in "), t.because(), t.next())
	case mapping.WhyStayRule:
		if !w.Cause.OfReview() {
			return fmt.Sprintf("by the rules of %s nothing moves it: %s", t.Board, t.because())
		}
		return fmt.Sprintf("by the rules of %s nothing moves a card that is %s", t.Board, t.condition())
	case mapping.WhyNoRule:
		return fmt.Sprintf("no rule of %s speaks of %s", t.Board, t.condition())
	case mapping.WhyPeoples:
		return fmt.Sprintf("this column belongs to people (no rule names it, nor 'from'); by the rules it would go %s: %s", t.target("to "), t.because())
	case mapping.WhyClosed:
		return fmt.Sprintf("the task is %s; only open tasks are moved", w.Cause.Status)
	case mapping.WhyNoChange:
		return fmt.Sprintf("no change that %s counts is linked to it; a '%s: T%d' footer in a commit message links one", t.Board, w.Footer, t.d.Task)
	case mapping.WhyUnread:
		return "what happened to the card was not read, so it is not known whether it moves"
	case mapping.WhyUnlooked:
		return "where its changes are was not read lately, so it is not known whether it moves"
	case mapping.WhyNotOnBoard, mapping.WhyWithin, mapping.WhyOffByRule, mapping.WhyTakenOff, mapping.WhyTooOld, mapping.WhyNewcomer, mapping.WhyNoWorkboard, mapping.WhyNoColumn:
		return t.off()
	}
	return ""
}

// off says why a card is on no board or cannot be where it belongs.
func (t *card) off() string {
	const add = "add the tag to have it moved"
	switch w := &t.d.Why; w.Code {
	case mapping.WhyNotOnBoard:
		return fmt.Sprintf("it is not on %s; %s", t.Board, add)
	case mapping.WhyWithin:
		return fmt.Sprintf("it is in %s, and a task cannot be there and on %s at once; only cards of the board itself are moved", w.Within, t.Board)
	case mapping.WhyOffByRule:
		return fmt.Sprintf("it is not on %s, whose rules would take it off: %s", t.Board, t.because())
	case mapping.WhyTakenOff:
		return fmt.Sprintf("%s took it off %s (%s); reviewsync does not put it back, %s", t.names(w.Did.By), t.Board, t.Date(w.Did.At), add)
	case mapping.WhyTooOld:
		return fmt.Sprintf("it is not on %s, and what was said last (%s) is too old to put it there; %s", t.Board, t.Word(w.Said), add)
	case mapping.WhyNewcomer:
		n := w.Newcomer
		return fmt.Sprintf("it is not on %s: %s has no merged change yet, so change %d puts %s there (adopt.newcomer); %s",
			t.Board, n.Owner, n.Change, onlyFirst(n.Most), add)
	case mapping.WhyNoWorkboard:
		return fmt.Sprintf("it has the tag %s, but the workboard of that project is off, so it has no column; turn the workboard on, on the page of the project", t.Board)
	case mapping.WhyNoColumn:
		return fmt.Sprintf("it belongs in %s, but %s has no such column that is visible; show the column, or name another in line %d of the config", t.d.Target.Column, t.Board, w.Rule)
	default:
		return ""
	}
}

// onlyFirst says that only the first tasks of a change count.
func onlyFirst(n int) string {
	switch n {
	case 0:
		return "none of its tasks"
	case 1:
		return "only its first task"
	default:
		return fmt.Sprintf("only its first %d tasks", n)
	}
}

// asked says what somebody did on the task so that the card moves.
func (t *card) asked() string {
	did := "put it on the board"
	switch t.d.Why.Code {
	case mapping.WhyReopened:
		did = "reopened the task"
	case mapping.WhyTagged:
		did = "tagged it " + t.d.Why.Did.Tag
	case mapping.WhyStatus:
		did = "made it " + t.d.Why.Cause.Status
	default:
	}
	return fmt.Sprintf("%s %s (%s)", t.names(t.d.Why.Did.By), did, t.Date(t.d.Why.Did.At))
}

// because says why the rule applies.
func (t *card) because() string {
	c := &t.d.Why.Cause
	var parts []string
	if c.OfReview() {
		parts = append(parts, t.review())
	}
	if c.Tags != "" {
		parts = append(parts, "it is tagged "+strings.Join(c.Tags.List(), ", "))
	}
	if c.Status != "" {
		parts = append(parts, "the task is "+c.Status)
	}
	return strings.Join(parts, "; ")
}

// review says in which state the card is, by the change that shows it best, and what else is linked.
func (t *card) review() string {
	text := t.Why(t.d.Why.Cause.Review)
	var also []string
	for _, o := range t.d.Why.Cause.Also.List() {
		also = append(also, fmt.Sprintf("%d %s", o.Change, o.State))
	}
	if more := t.d.Why.Cause.Also.More; more > 0 {
		also = append(also, fmt.Sprintf("and %d more", more))
	}
	if len(also) > 0 {
		text += "; also: " + strings.Join(also, ", ")
	}
	return text
}

// condition says what a card is that no rule moves.
func (t *card) condition() string {
	if c := &t.d.Why.Cause; !c.OfReview() {
		return "a card without changes that is " + c.Status
	}
	return fmt.Sprintf("%s: %s", t.d.State, t.review())
}

// nothing says that nothing new has happened.
func (t *card) nothing() string {
	if t.d.Why.Cause.OfReview() {
		return "nothing has been said"
	}
	return "nothing has happened that its rule speaks of"
}

// next says what would move the card.
func (t *card) next() string {
	if t.d.Why.Cause.OfReview() {
		return "the next vote, new code or answer moves it"
	}
	return "the next tag or status that a rule names moves it"
}

func (t *card) held() string {
	w := &t.d.Why
	did := t.placed(w.Did) + " " + t.Date(w.Did.At)
	if !w.Cause.OfReview() {
		return fmt.Sprintf("%s; %s, but was so before; %s", did, t.because(), t.next())
	}
	order := "after"
	if w.Tie {
		order = "in the same moment as"
	}
	return fmt.Sprintf("%s, %s the last review word (%s); %s", did, order, t.Word(w.Said), t.next())
}

// placed says how a person placed the card.
func (t *card) placed(d mapping.Deed) string {
	who, did := t.names(d.By), "moved it"
	switch {
	case d.Kind == mapping.CardAdded:
		did = "put it on the board"
	case d.Here:
		did = "moved it here"
	}
	if d.Ours {
		who = beforeLoss
	}
	return who + " " + did
}

// beforeLoss made a move of ours that counts as a person's since the store was lost.
const beforeLoss = "reviewsync, before its store was lost,"

// left says why a card is not where the rules want it, though nothing was said since it was settled.
func (t *card) left() string {
	if d := t.d.Why.Did; d.Kind != "" {
		return fmt.Sprintf("%s moved it here %s, and %s since", t.names(d.By), t.Date(d.At), t.nothing())
	}
	return t.nothing() + " since it was left here"
}
