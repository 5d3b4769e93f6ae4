package mapping

import (
	"fmt"
	"strings"
)

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
		if t.c.from != nil && (v == t.c.from || v.undoneBy == t.c.from) {
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
			if w := &v.votes[i]; !v.wip && w.by == v.h.Owner && w.value < 0 && w.gone == 0 && w.counts && v.stands(w) {
				return fmt.Sprintf("%s voted %s on their own change %d, patch set %d (%s)", owner, v.points(w.label, w.value), v.h.Number, w.patchSet, t.date(w.at))
			}
		}
		return fmt.Sprintf("change %d of %s is work in progress (since %s)", v.h.Number, owner, t.date(v.since))
	case Approved:
		w := &v.votes[v.tally().approvedBy]
		return t.vote(v, w)
	case Reverted:
		r := v.undoneBy
		return fmt.Sprintf("change %d of %s was reverted by change %d of %s (merged %s)", v.h.Number, owner, r.h.Number, r.name(r.h.Owner, "somebody"), t.date(r.since))
	case Reviewed:
		return t.reviewed(v)
	case Deployed:
		return t.deployedSince(v, owner)
	case Merged:
		return fmt.Sprintf("change %d of %s is merged (%s)%s", v.h.Number, owner, t.date(v.since), t.undeployed(v))
	default:
		return fmt.Sprintf("change %d of %s is %s (%s)", v.h.Number, owner, v.state, t.date(v.since))
	}
}

func (t teller) vote(v *view, w *vote) string {
	return fmt.Sprintf("%s voted %s on patch set %d of change %d (%s)", v.h.People[w.by], v.points(w.label, w.value), w.patchSet, v.h.Number, t.date(w.at))
}

func (t teller) needsWork(v *view, owner string) string {
	who := v.tally().objector
	p := &v.people[who]
	answer := owner + " has not answered yet"
	if v.repliedTo(p) {
		answer = fmt.Sprintf("%s answered, but not in %s's open thread", v.h.People[v.authorBy], v.h.People[who])
	}
	for i := range v.votes {
		w := &v.votes[i]
		if w.by != who || w.value >= 0 || !w.counts || !v.stands(w) || w.gone != 0 {
			continue
		}
		text := t.vote(v, w)
		if p.word > w.at {
			text += fmt.Sprintf(" and spoke again (%s)", t.date(p.word))
		}
		return text + "; " + answer
	}
	for i := range v.threads {
		th := &v.threads[i]
		if th.by != who || !th.unresolved {
			continue
		}
		text := fmt.Sprintf("%s began a thread on patch set %d of change %d (%s) that is not resolved", v.h.People[who], th.patchSet, v.h.Number, t.date(th.begun))
		if p.word > th.begun {
			text = fmt.Sprintf("%s spoke again (%s), whose thread on patch set %d of change %d is not resolved", v.h.People[who], t.date(p.word), th.patchSet, v.h.Number)
		}
		return text + "; " + answer
	}
	return fmt.Sprintf("%s objects to change %d; %s", v.h.People[who], v.h.Number, answer)
}

func (t teller) reviewNeeded(v *view, owner string) string {
	sum := v.tally()
	text := t.answer(v, owner)
	if text == "" {
		text = t.needed(v, owner)
	}
	text += "; " + votesOf(sum.positive, v.required()) + t.raised(v)
	if sum.due != nobody {
		p := &v.people[sum.due]
		text += fmt.Sprintf("; %s was asked by %s (%s)", v.h.People[sum.due], v.name(p.askBy, "the team"), t.date(p.due))
	}
	if sum.blockedBy >= 0 && sum.approvedBy >= 0 {
		w := &v.votes[sum.blockedBy]
		text += fmt.Sprintf("; %s's %s still blocks", v.h.People[w.by], v.points(w.label, w.value))
	} else if sum.teamObjects != nobody {
		text += fmt.Sprintf("; a second look of %s is expected", v.h.People[sum.teamObjects])
	}
	return text + t.idleVotes(v) + t.unknownLabels(v)
}

// answer says how the newest objection was answered, if one was.
func (t teller) answer(v *view, owner string) string {
	objection, what := nobody, ""
	if w := v.newestNegative(); w != nil {
		objection, what = int(w.by), v.points(w.label, w.value)
		if w.gone != 0 && !w.lost {
			return fmt.Sprintf("Gerrit dropped %s's %s with patch set %d of change %d (%s), which changed no code", v.h.People[w.by], what, w.gone, v.h.Number, t.date(w.goneAt))
		}
	} else {
		for i := range v.threads {
			if th := &v.threads[i]; th.unresolved && v.objectsByThread(th.by) {
				objection, what = int(th.by), "thread"
			}
		}
	}
	switch {
	case objection == nobody:
		return ""
	case v.rework > v.authorAt:
		return fmt.Sprintf("%s answered %s's %s with patch set %d of change %d (%s)", v.name(v.reworkBy, owner), v.h.People[objection], what, v.reworkPS, v.h.Number, t.date(v.rework))
	case v.repliedTo(&v.people[objection]):
		return fmt.Sprintf("%s answered %s's %s on change %d (%s)", v.h.People[v.authorBy], v.h.People[objection], what, v.h.Number, t.date(v.authorAt))
	default:
		return ""
	}
}

// needed says what made a review needed, where it was no answer.
func (t teller) needed(v *view, owner string) string {
	if t.c.from == v {
		f := &t.c.fact
		who, date := v.name(f.By, owner), t.date(f.At)
		switch f.Kind {
		case Unvoted:
			return fmt.Sprintf("%s's vote on change %d was withdrawn (%s)", who, v.h.Number, date)
		case BecameReady:
			return fmt.Sprintf("%s made change %d ready for review (%s)", who, v.h.Number, date)
		case WasRestored:
			return fmt.Sprintf("%s restored change %d (%s)", who, v.h.Number, date)
		case HashtagOff:
			return fmt.Sprintf("%s took the hashtag %s off change %d (%s)", who, v.h.hashtags[f.Thread], v.h.Number, date)
		case Commented:
			return fmt.Sprintf("%s ended the last open thread on change %d (%s)", who, v.h.Number, date)
		}
	}
	if v.reworkPS > 1 && v.rework >= v.since {
		return fmt.Sprintf("%s uploaded patch set %d of change %d (%s)", v.name(v.reworkBy, owner), v.reworkPS, v.h.Number, t.date(v.rework))
	}
	return fmt.Sprintf("change %d of %s waits for review (since %s)", v.h.Number, owner, t.date(v.since))
}

func (t teller) reviewed(v *view) string {
	var last *vote
	for i := range v.votes {
		if w := &v.votes[i]; v.supports(w) && v.stands(w) && v.people[w.by].team && v.mayReview(w.by) && w.counts && (last == nil || w.at > last.at) {
			last = w
		}
	}
	if last == nil {
		return fmt.Sprintf("the rules want no team votes on change %d", v.h.Number)
	}
	others := "nobody else was asked"
	for i := range v.people {
		if v.people[i].asked && int16(i) != last.by {
			others = "nobody who was asked is waited for any more"
		}
	}
	return fmt.Sprintf("%s; %s, %s", t.vote(v, last), votesOf(v.tally().positive, v.required()), others) + t.raised(v)
}

// newestNegative is the newest negative vote of somebody else than the owner that stands, or was lost to the newest code.
func (v *view) newestNegative() *vote {
	var last *vote
	for i := range v.votes {
		if w := &v.votes[i]; w.value < 0 && w.by != v.h.Owner && w.counts && (v.stands(w) || w.gone == v.reworkPS) && (last == nil || w.at > last.at) {
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
		if not := v.idle(w); not != "" {
			return fmt.Sprintf("; %s's %s does not count: %s", v.h.People[w.by], v.points(w.label, w.value), not)
		}
	}
	return ""
}

// idle says why a positive vote does not count; empty: it does.
func (v *view) idle(w *vote) string {
	switch {
	case w.bot:
		return "a bot"
	case w.label != v.review:
		return "only " + reviewLabel + " approves"
	case !v.mayReview(w.by):
		return "on the author's side"
	case !v.people[w.by].team:
		return "not in the team"
	default:
		return ""
	}
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

// points writes a vote: "-1", or "Verified-1" on another label than Code-Review.
func (v *view) points(label int16, value int8) string {
	if name := v.h.Labels[label].Name; name != "Code-Review" {
		return fmt.Sprintf("%s%+d", name, value)
	}
	return fmt.Sprintf("%+d", value)
}
