package mapping

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

// teller writes the sentences. They name the change, the patch set, the person, the
// vote and the time; times are UTC, by weekday where that is plain enough.
type teller struct {
	q    *Question
	c    *course
	rule *Rule // nil if none matches
}

// moves tells why a card moves: by what was said, or because somebody asked for it on the task.
func (t teller) moves(asked *Event) string {
	why := t.because()
	if asked != nil {
		what := "put it on the board"
		switch asked.Kind {
		case TaskReopened:
			what = "reopened the task"
		case TaskTagged:
			what = "tagged it " + asked.Tag
		case StatusSet:
			what = "made it " + t.q.Card.Status
		case CardAdded, CardMoved, CardRemoved, TaskUntagged: // the first is told so already; the others ask for nothing
		}
		why = fmt.Sprintf("%s %s (%s), and %s", asked.By, what, t.date(asked.At.Unix()), why)
		if (asked.Kind == TaskTagged || asked.Kind == StatusSet) && !t.rule.When.ofReview() {
			why = fmt.Sprintf("%s %s (%s)", asked.By, what, t.date(asked.At.Unix()))
		}
	}
	from := t.place()
	if from == "" {
		from = "put on " + t.q.Board.Tag
	}
	return fmt.Sprintf("T%d: %s -> %s: %s", t.q.Card.Task, from, t.target(), why)
}

// target is where the rule wants the card, for people.
func (t teller) target() string {
	switch to := t.rule.Target; to.Kind {
	case ToColumn:
		return t.q.Columns[to.Column].Name
	case Untag:
		return "off " + t.q.Board.Tag
	case Stay:
	}
	return ""
}

// way is target as where the card would go.
func (t teller) way() string {
	if t.rule.Target.Kind != ToColumn {
		return t.target()
	}
	return "to " + t.target()
}

// would is target as where the card would be.
func (t teller) would() string {
	if t.rule.Target.Kind != ToColumn {
		return t.target()
	}
	return "in " + t.target()
}

// because says why the rule matches.
func (t teller) because() string {
	w := &t.rule.When
	var parts []string
	if w.ofReview() {
		parts = append(parts, t.why())
	}
	if len(w.Tags) > 0 {
		var has []string
		for _, tag := range w.Tags {
			if slices.Contains(t.q.Card.Tags, tag) {
				has = append(has, tag)
			}
		}
		parts = append(parts, "it is tagged "+strings.Join(has, ", "))
	}
	if len(w.Status) > 0 {
		parts = append(parts, "the task is "+t.q.Card.Status)
	}
	return strings.Join(parts, "; ")
}

// condition says in which condition a card is that no rule moves.
func (t teller) condition() string {
	switch {
	case t.rule != nil && !t.rule.When.ofReview():
		return t.because()
	case len(t.c.views) == 0:
		return "a card without changes that is " + t.q.Card.Status
	default:
		return fmt.Sprintf("%s: %s", t.c.state, t.why())
	}
}

// place is where the card is, for people; empty if on no board.
func (t teller) place() string {
	switch card := &t.q.Card; {
	case card.OnBoard:
		return card.Column.Name
	case card.Old != nil:
		return card.Old.Column.Name + " (" + card.Old.Legacy.Tag + ")"
	default:
		return ""
	}
}

func (t teller) stays(why string) string {
	if place := t.place(); place != "" {
		return fmt.Sprintf("T%d stays in %s: %s", t.q.Card.Task, place, why)
	}
	return fmt.Sprintf("T%d stays as it is: %s", t.q.Card.Task, why)
}

// nothing says that there was no news.
func (t teller) nothing() string {
	if t.rule.When.ofReview() {
		return "nothing has been said"
	}
	return "nothing has happened that its rule speaks of"
}

// next says what would move the card.
func (t teller) next() string {
	if t.rule.When.ofReview() {
		return "the next vote, new code or answer moves it"
	}
	return "the next tag or status that a rule names moves it"
}

func (t teller) heldBy(e *Event, said time.Time) string {
	who, moved := e.By, "moved it"
	switch {
	case e.Kind == CardAdded:
		moved = "put it on the board"
	case e.Column == "" || e.Column == t.q.Card.Column.ID:
		moved = "moved it here"
	}
	if e.Own {
		who = "reviewsync, before its store was lost,"
	}
	if !t.rule.When.ofReview() {
		return t.stays(fmt.Sprintf("%s %s %s; %s, but was so before; %s", who, moved, t.date(e.At.Unix()), t.because(), t.next()))
	}
	order := "after"
	if said.After(e.At) {
		order = "in the same moment as"
	}
	return t.stays(fmt.Sprintf("%s %s %s, %s the last review word (%s); %s", who, moved, t.date(e.At.Unix()), order, t.lastWord(), t.next()))
}

func (t teller) heldByStart() string {
	return t.stays(fmt.Sprintf("%s since the rules of this board began (%s); by the rules it would be %s: %s; %s",
		t.nothing(), t.date(t.q.Start.Unix()), t.would(), t.because(), t.next()))
}

// known tells of a card that is not where the rules want it, though nothing was said since it was settled.
func (t teller) known() string {
	since := t.nothing() + " since it was left here"
	last := newest(t.q.Card.Events, func(e Event) bool { return e.Kind == CardMoved })
	if last != nil && !last.Own && last.Column == t.q.Card.Column.ID {
		since = fmt.Sprintf("%s moved it here %s, and %s since", last.By, t.date(last.At.Unix()), t.nothing())
	}
	return t.stays(fmt.Sprintf("%s; by the rules of today it would be %s: %s; %s", since, t.would(), t.because(), t.next()))
}

// why says in which state the card is, by the change that shows it best, and what else is linked.
func (t teller) why() string {
	v := t.leading()
	if v == nil {
		return "no change is linked"
	}
	var also []string
	for _, w := range t.c.views {
		if w != v {
			also = append(also, fmt.Sprintf("%d %s", w.Change.Number, w.State))
		}
	}
	text := t.words().Why(t.whyOf(v))
	if n := len(also); n > 4 {
		also = append(also[:3], fmt.Sprintf("and %d more", n-3))
	}
	if len(also) > 0 {
		text += "; also: " + strings.Join(also, ", ")
	}
	return text
}

// leading is the change that the card's state is from: the one that was last heard of, else the first.
func (t teller) leading() *review.View {
	var first *review.View
	for _, v := range t.c.views {
		if v.State != t.c.state {
			continue
		}
		if t.c.from != nil && (v == t.c.from || v.UndoneBy == t.c.from) {
			return v
		}
		if first == nil || v.Change.Number < first.Change.Number || v.Change.Number == first.Change.Number && v.Change.Project < first.Change.Project {
			first = v
		}
	}
	return first
}

// whyOf says what makes the state of a change. Of a merged one, its deployment is told only
// where it would move the card.
func (t teller) whyOf(v *review.View) review.Why {
	var word *review.Fact
	if t.c.from == v {
		word = &t.c.fact
	}
	w := v.Why(word)
	if v.State == review.Merged && v.Deployment != nil {
		if then := t.q.Board.ruleOnceDeployed(t.c, &t.q.Card); then == nil || t.rule != nil && then.Target == t.rule.Target {
			w.Deployed = review.Deployable{}
		} else {
			w.Deployed.Unlooked = v.Ripe == review.Never && v.Change.Looked < t.q.Looked.Unix()
		}
	}
	return w
}

// words makes sentences of what is about one change.
func (t teller) words() tell.Teller {
	newest := max(t.c.since, t.q.Card.Modified.Unix(), t.q.Card.Read.Unix())
	return tell.Teller{Board: t.q.Board.Tag, Now: time.Unix(newest, 0)}
}

// word is the newest word about the card.
func (t teller) word() review.Word {
	if t.c.from == nil {
		return review.Word{At: time.Unix(t.c.since, 0).UTC()}
	}
	return t.c.from.Word(&t.c.fact, t.c.since)
}

// lastWord names the fact that dated the card.
func (t teller) lastWord() string { return t.words().Word(t.word()) }

// date writes a time: by weekday if it is less than six days before the newest that the decision knows.
func (t teller) date(at int64) string {
	if at == 0 {
		return "unknown"
	}
	return t.words().Date(time.Unix(at, 0))
}
