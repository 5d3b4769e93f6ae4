package mapping

import (
	"fmt"
	"strings"
	"time"
)

// teller writes the sentences. They name the change, the patch set, the person, the
// vote and the time; times are UTC, by weekday where that is plain enough.
type teller struct {
	q *Question
	c *course
}

func (t teller) moves(to Column) string {
	return fmt.Sprintf("T%d: %s -> %s: %s", t.q.Card.Task, t.q.Card.Column.Name, to.Name, t.why())
}

func (t teller) stays(why string) string {
	if t.q.Card.OnBoard {
		return fmt.Sprintf("T%d stays in %s: %s", t.q.Card.Task, t.q.Card.Column.Name, why)
	}
	return fmt.Sprintf("T%d stays as it is: %s", t.q.Card.Task, why)
}

const nextMoves = "the next vote, new code or answer moves it"

func (t teller) heldBy(e *Event, to Column) string {
	who, moved := e.By, "moved it here"
	if e.Own {
		who, moved = "reviewsync", "put it here before its store was lost"
	}
	at := e.At.Unix()
	return t.stays(fmt.Sprintf("%s %s %s, after the last review word (%s); %s", who, moved, t.date(at), t.lastWord(), nextMoves))
}

func (t teller) heldByStart(to Column) string {
	return t.stays(fmt.Sprintf("nothing has been said since the rules of this board began (%s); by the rules it would be in %s: %s; %s",
		t.date(t.q.Start.Unix()), to.Name, t.why(), nextMoves))
}

func (t teller) known(to Column) string {
	return t.stays(fmt.Sprintf("nothing has been said since it was settled here; by the rules of today it would be in %s: %s; %s", to.Name, t.why(), nextMoves))
}

// lastWord names the fact that dated the card.
func (t teller) lastWord() string {
	at := t.date(t.c.since)
	if t.c.from == nil {
		return at
	}
	h, f := t.c.from.h, &t.c.fact
	who := "somebody"
	if f.By != nobody {
		who = h.People[f.By].String()
	}
	switch f.Kind {
	case Voted:
		return fmt.Sprintf("%s's %+d, %s", who, f.Value, at)
	case Uploaded:
		return fmt.Sprintf("%s's patch set %d, %s", who, f.PatchSet, at)
	case Said, Commented:
		return fmt.Sprintf("%s's words, %s", who, at)
	case WasSubmitted:
		return fmt.Sprintf("the merge of change %d, %s", h.Number, at)
	default:
		return fmt.Sprintf("change %d, %s", h.Number, at)
	}
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
			also = append(also, fmt.Sprintf("%d %s", w.h.Number, w.state))
		}
	}
	text := t.whyChange(v)
	if n := len(also); n > 4 {
		also = append(also[:3], fmt.Sprintf("and %d more", n-3))
	}
	if len(also) > 0 {
		text += "; also: " + strings.Join(also, ", ")
	}
	return text
}

// leading is the change that the card's state is from: the one that was last heard of, else the first.
func (t teller) leading() *view {
	var first *view
	for _, v := range t.c.views {
		if v.state != t.c.state {
			continue
		}
		if v == t.c.from {
			return v
		}
		if first == nil || v.h.Number < first.h.Number || v.h.Number == first.h.Number && v.h.Project < first.h.Project {
			first = v
		}
	}
	return first
}

func (t teller) whyChange(v *view) string {
	owner := "its owner"
	if v.h.Owner != nobody {
		owner = v.h.People[v.h.Owner].String()
	}
	switch v.state {
	case NeedsWork:
		return t.needsWork(v, owner)
	case ReviewNeeded:
		return t.reviewNeeded(v, owner)
	case Draft:
		for i := range v.votes {
			if w := &v.votes[i]; !v.wip && w.by == v.h.Owner && w.value < 0 {
				return fmt.Sprintf("%s voted %+d on patch set %d of change %d, which is %s's own (%s)", owner, w.value, w.patchSet, v.h.Number, owner, t.date(w.at))
			}
		}
		return fmt.Sprintf("change %d of %s is work in progress (since %s)", v.h.Number, owner, t.date(v.since))
	case Approved:
		w := &v.votes[v.tally().approvedBy]
		return t.vote(v, w)
	case Reviewed:
		return t.reviewed(v)
	default:
		return fmt.Sprintf("change %d of %s is %s (%s)", v.h.Number, owner, v.state, t.date(v.since))
	}
}

func (t teller) vote(v *view, w *vote) string {
	return fmt.Sprintf("%s voted %+d on patch set %d of change %d (%s)", v.h.People[w.by], w.value, w.patchSet, v.h.Number, t.date(w.at))
}

func (t teller) needsWork(v *view, owner string) string {
	who := v.tally().objector
	answer := owner + " has not answered yet"
	if v.authorAt > v.people[who].word {
		answer = fmt.Sprintf("%s answered, but not in %s's open thread", v.h.People[v.authorBy], v.h.People[who])
	}
	for i := range v.votes {
		w := &v.votes[i]
		if w.by != who || w.value >= 0 || !v.stands(w) {
			continue
		}
		text := t.vote(v, w)
		if last := v.people[who].word; last > w.at {
			text += fmt.Sprintf(" and spoke again (%s)", t.date(last))
		}
		return text + "; " + answer
	}
	for i := range v.threads {
		if th := &v.threads[i]; th.by == who && th.unresolved {
			return fmt.Sprintf("%s began a thread on patch set %d of change %d (%s) that is not resolved; %s", v.h.People[who], th.patchSet, v.h.Number, t.date(th.begun), answer)
		}
	}
	return fmt.Sprintf("%s objects to change %d; %s", v.h.People[who], v.h.Number, answer)
}

func (t teller) reviewNeeded(v *view, owner string) string {
	sum := v.tally()
	var text string
	objection := v.newestNegative()
	switch {
	case objection != nil && v.rework > v.authorAt:
		text = fmt.Sprintf("%s answered %s's %+d with patch set %d of change %d (%s)", v.name(v.reworkBy, owner), v.h.People[objection.by], objection.value, v.reworkPS, v.h.Number, t.date(v.rework))
	case objection != nil && v.authorAt > 0:
		text = fmt.Sprintf("%s answered %s's %+d on change %d (%s)", v.h.People[v.authorBy], v.h.People[objection.by], objection.value, v.h.Number, t.date(v.authorAt))
	case v.reworkPS > 1 && v.rework >= v.since:
		text = fmt.Sprintf("%s uploaded patch set %d of change %d (%s)", v.name(v.reworkBy, owner), v.reworkPS, v.h.Number, t.date(v.rework))
	default:
		text = fmt.Sprintf("change %d of %s waits for review (since %s)", v.h.Number, owner, t.date(v.since))
	}
	text += fmt.Sprintf("; %d of %d team votes", sum.positive, v.board.Review.Required)
	if sum.due != nobody {
		p := &v.people[sum.due]
		text += fmt.Sprintf("; %s was asked by %s (%s)", v.h.People[sum.due], v.name(p.askBy, "the team"), t.date(p.due))
	}
	if sum.teamObjects != nobody {
		text += fmt.Sprintf("; a second look of %s is expected", v.h.People[sum.teamObjects])
	}
	if sum.approvedBy >= 0 && sum.blocked {
		text += "; a blocking vote still stands"
	}
	return text + t.idleVotes(v) + t.unknownLabels(v)
}

func (t teller) reviewed(v *view) string {
	var last *vote
	for i := range v.votes {
		if w := &v.votes[i]; w.value > 0 && v.stands(w) && v.people[w.by].team && v.mayReview(w.by) && v.counts(w) && (last == nil || w.at > last.at) {
			last = w
		}
	}
	return fmt.Sprintf("%s; %d of %d team votes, nobody else was asked", t.vote(v, last), v.tally().positive, v.board.Review.Required)
}

// newestNegative is the newest negative vote of somebody else than the owner, lost or not.
func (v *view) newestNegative() *vote {
	var last *vote
	for i := range v.votes {
		if w := &v.votes[i]; w.value < 0 && w.by != v.h.Owner && v.counts(w) && (last == nil || w.at > last.at) {
			last = w
		}
	}
	return last
}

// idleVotes names a positive vote that does not count, and why.
func (t teller) idleVotes(v *view) string {
	for i := range v.votes {
		w := &v.votes[i]
		if w.value <= 0 || !v.stands(w) || v.voters[w.label] != ByPeople {
			continue
		}
		switch {
		case v.h.People[w.by].Bot:
			return fmt.Sprintf("; %s's %+d does not count: a bot", v.h.People[w.by], w.value)
		case !v.mayReview(w.by):
			return fmt.Sprintf("; %s's %+d does not count: on the author's side", v.h.People[w.by], w.value)
		case !v.people[w.by].team:
			return fmt.Sprintf("; %s's %+d does not count: not in the team", v.h.People[w.by], w.value)
		}
	}
	return ""
}

// unknownLabels says if the project has none of the labels that the board looks at.
func (t teller) unknownLabels(v *view) string {
	for i := range v.voters {
		if v.voters[i] != "" {
			return ""
		}
	}
	return fmt.Sprintf("; %s has none of the labels in review.labels of %s, so no vote can count", v.h.Project, v.board.Tag)
}

func (v *view) name(who int16, otherwise string) string {
	if who == nobody {
		return otherwise
	}
	return v.h.People[who].String()
}

// date writes a time: by weekday if it is less than six days before the newest that the decision knows.
func (t teller) date(at int64) string {
	if at == 0 {
		return "unknown"
	}
	newest := max(t.c.since, t.q.Card.Modified.Unix(), t.q.Card.Read.Unix())
	when := time.Unix(at, 0).UTC()
	switch age := time.Duration(newest-at) * time.Second; {
	case age < 6*24*time.Hour:
		return when.Format("Mon 15:04")
	case age < 300*24*time.Hour:
		return when.Format("Jan 2 15:04")
	default:
		return when.Format("2006-01-02")
	}
}
