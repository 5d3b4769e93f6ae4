package review

import (
	"fmt"
	"time"

	"reviewsync/mapping/tell"
)

// changeTeller writes sentences about one change. They name the change, the patch set,
// the person, the vote and the time.
type Teller struct {
	Board  string                // its tag
	Date   func(at int64) string // for people
	From   *View                 // the change that the newest word is about
	Fact   Fact                  // that word
	Looked int64                 // since when where a merged change is must have been looked at
	Awaits func() bool           // whether the deployment of merged changes would move the card
}

// why says what makes the state of a change.
func (t Teller) Why(v *View) string {
	owner := "its owner"
	if v.Change.Owner != Nobody {
		owner = v.Change.People[v.Change.Owner].String()
	}
	switch v.State {
	case NeedsWork:
		return t.needsWork(v, owner)
	case ReviewNeeded:
		return t.reviewNeeded(v, owner)
	case Draft:
		for i := range v.votes {
			if w := &v.votes[i]; !v.wip && w.by == v.Change.Owner && w.value < 0 && w.gone == 0 && w.counts && v.stands(w) {
				return fmt.Sprintf("%s voted %s on their own change %d, patch set %d (%s)", owner, v.points(w.label, w.value), v.Change.Number, w.patchSet, t.Date(w.at))
			}
		}
		return fmt.Sprintf("change %d of %s is work in progress (since %s)", v.Change.Number, owner, t.Date(v.Since))
	case Approved:
		w := &v.votes[v.tally().approvedBy]
		return t.vote(v, w)
	case Reverted:
		r := v.UndoneBy
		return fmt.Sprintf("change %d of %s was reverted by change %d of %s (merged %s)", v.Change.Number, owner, r.Change.Number, r.Name(r.Change.Owner, "somebody"), t.Date(r.Since))
	case Reviewed:
		return t.reviewed(v)
	case Deployed:
		return t.deployedSince(v, owner)
	case Merged:
		return fmt.Sprintf("change %d of %s is merged (%s)%s", v.Change.Number, owner, t.Date(v.Since), t.undeployed(v))
	default:
		return fmt.Sprintf("change %d of %s is %s (%s)", v.Change.Number, owner, v.State, t.Date(v.Since))
	}
}

func (t Teller) vote(v *View, w *vote) string {
	return fmt.Sprintf("%s voted %s on patch set %d of change %d (%s)", v.Change.People[w.by], v.points(w.label, w.value), w.patchSet, v.Change.Number, t.Date(w.at))
}

func (t Teller) needsWork(v *View, owner string) string {
	who := v.tally().objector
	p := &v.people[who]
	answer := owner + " has not answered yet"
	if v.repliedTo(p) {
		answer = fmt.Sprintf("%s answered, but not in %s's open thread", v.Change.People[v.authorBy], v.Change.People[who])
	}
	for i := range v.votes {
		w := &v.votes[i]
		if w.by != who || w.value >= 0 || !w.counts || !v.stands(w) || w.gone != 0 {
			continue
		}
		text := t.vote(v, w)
		if p.word > w.at {
			text += fmt.Sprintf(" and spoke again (%s)", t.Date(p.word))
		}
		return text + "; " + answer
	}
	for i := range v.threads {
		th := &v.threads[i]
		if th.by != who || !th.unresolved {
			continue
		}
		text := fmt.Sprintf("%s began a thread on patch set %d of change %d (%s) that is not resolved", v.Change.People[who], th.patchSet, v.Change.Number, t.Date(th.begun))
		if p.word > th.begun {
			text = fmt.Sprintf("%s spoke again (%s), whose thread on patch set %d of change %d is not resolved", v.Change.People[who], t.Date(p.word), th.patchSet, v.Change.Number)
		}
		return text + "; " + answer
	}
	return fmt.Sprintf("%s objects to change %d; %s", v.Change.People[who], v.Change.Number, answer)
}

func (t Teller) reviewNeeded(v *View, owner string) string {
	sum := v.tally()
	text := t.answer(v, owner)
	if text == "" {
		text = t.needed(v, owner)
	}
	text += "; " + tell.VotesOf(sum.positive, v.Required()) + t.raised(v)
	if sum.due != Nobody {
		p := &v.people[sum.due]
		text += fmt.Sprintf("; %s was asked by %s (%s)", v.Change.People[sum.due], v.Name(p.askBy, "the team"), t.Date(p.due))
	}
	if sum.blockedBy >= 0 && sum.approvedBy >= 0 {
		w := &v.votes[sum.blockedBy]
		text += fmt.Sprintf("; %s's %s still blocks", v.Change.People[w.by], v.points(w.label, w.value))
	} else if sum.teamObjects != Nobody {
		text += fmt.Sprintf("; a second look of %s is expected", v.Change.People[sum.teamObjects])
	}
	return text + t.idleVotes(v) + t.unknownLabels(v)
}

// answer says how the newest objection was answered, if one was.
func (t Teller) answer(v *View, owner string) string {
	objection, what := Nobody, ""
	if w := v.newestNegative(); w != nil {
		objection, what = int(w.by), v.points(w.label, w.value)
		if w.gone != 0 && !w.lost {
			return fmt.Sprintf("Gerrit dropped %s's %s with patch set %d of change %d (%s), which changed no code", v.Change.People[w.by], what, w.gone, v.Change.Number, t.Date(w.goneAt))
		}
	} else {
		for i := range v.threads {
			if th := &v.threads[i]; th.unresolved && v.objectsByThread(th.by) {
				objection, what = int(th.by), "thread"
			}
		}
	}
	switch {
	case objection == Nobody:
		return ""
	case v.Rework > v.authorAt:
		return fmt.Sprintf("%s answered %s's %s with patch set %d of change %d (%s)", v.Name(v.reworkBy, owner), v.Change.People[objection], what, v.reworkPS, v.Change.Number, t.Date(v.Rework))
	case v.repliedTo(&v.people[objection]):
		return fmt.Sprintf("%s answered %s's %s on change %d (%s)", v.Change.People[v.authorBy], v.Change.People[objection], what, v.Change.Number, t.Date(v.authorAt))
	default:
		return ""
	}
}

// needed says what made a review needed, where it was no answer.
func (t Teller) needed(v *View, owner string) string {
	if t.From == v {
		f := &t.Fact
		who, date := v.Name(f.By, owner), t.Date(f.At)
		switch f.Kind {
		case Unvoted:
			return fmt.Sprintf("%s's vote on change %d was withdrawn (%s)", who, v.Change.Number, date)
		case BecameReady:
			return fmt.Sprintf("%s made change %d ready for review (%s)", who, v.Change.Number, date)
		case WasRestored:
			return fmt.Sprintf("%s restored change %d (%s)", who, v.Change.Number, date)
		case HashtagOff:
			return fmt.Sprintf("%s took the hashtag %s off change %d (%s)", who, v.Change.hashtags[f.Thread], v.Change.Number, date)
		case Commented:
			return fmt.Sprintf("%s ended the last open thread on change %d (%s)", who, v.Change.Number, date)
		}
	}
	if v.reworkPS > 1 && v.Rework >= v.Since {
		return fmt.Sprintf("%s uploaded patch set %d of change %d (%s)", v.Name(v.reworkBy, owner), v.reworkPS, v.Change.Number, t.Date(v.Rework))
	}
	return fmt.Sprintf("change %d of %s waits for review (since %s)", v.Change.Number, owner, t.Date(v.Since))
}

func (t Teller) reviewed(v *View) string {
	var last *vote
	for i := range v.votes {
		if w := &v.votes[i]; v.supports(w) && v.stands(w) && v.people[w.by].team && v.mayReview(w.by) && w.counts && (last == nil || w.at > last.at) {
			last = w
		}
	}
	if last == nil {
		return fmt.Sprintf("the rules want no team votes on change %d", v.Change.Number)
	}
	others := "nobody else was asked"
	for i := range v.people {
		if v.people[i].asked && int16(i) != last.by {
			others = "nobody who was asked is waited for any more"
		}
	}
	return fmt.Sprintf("%s; %s, %s", t.vote(v, last), tell.VotesOf(v.tally().positive, v.Required()), others) + t.raised(v)
}

// newestNegative is the newest negative vote of somebody else than the owner that stands, or was lost to the newest code.
func (v *View) newestNegative() *vote {
	var last *vote
	for i := range v.votes {
		if w := &v.votes[i]; w.value < 0 && w.by != v.Change.Owner && w.counts && (v.stands(w) || w.gone == v.reworkPS) && (last == nil || w.at > last.at) {
			last = w
		}
	}
	return last
}

// idleVotes names a positive vote that does not count, and why.
func (t Teller) idleVotes(v *View) string {
	for i := range v.votes {
		w := &v.votes[i]
		if w.value <= 0 || !v.stands(w) || v.voters[w.label] != ByPeople {
			continue
		}
		if not := v.idle(w); not != "" {
			return fmt.Sprintf("; %s's %s does not count: %s", v.Change.People[w.by], v.points(w.label, w.value), not)
		}
	}
	return ""
}

// idle says why a positive vote does not count; empty: it does.
func (v *View) idle(w *vote) string {
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
func (t Teller) unknownLabels(v *View) string {
	for i := range v.voters {
		if v.voters[i] != "" {
			return ""
		}
	}
	return fmt.Sprintf("; %s has none of the labels in review.labels of %s, so no vote can count", v.Change.Project, t.Board)
}

func (v *View) Name(who int16, otherwise string) string {
	if who == Nobody {
		return otherwise
	}
	return v.Change.People[who].String()
}

// points writes a vote: "-1", or "Verified-1" on another label than Code-Review.
func (v *View) points(label int16, value int8) string {
	if name := v.Change.Labels[label].Name; name != "Code-Review" {
		return fmt.Sprintf("%s%+d", name, value)
	}
	return fmt.Sprintf("%+d", value)
}

// lastWord names the fact that dated the card, at that time.
func (t Teller) LastWord(since int64) string {
	at := t.Date(since)
	if t.From == nil {
		return at
	}
	h, f := t.From.Change, &t.Fact
	who := "somebody"
	if f.By != Nobody {
		who = h.People[f.By].String()
	}
	switch f.Kind {
	case Voted:
		return fmt.Sprintf("%s's %s, %s", who, t.From.points(f.Label, f.Value), at)
	case Unvoted:
		return fmt.Sprintf("%s's vote on change %d taken back, %s", who, h.Number, at)
	case Uploaded:
		return fmt.Sprintf("%s's patch set %d, %s", who, f.PatchSet, at)
	case Said, Commented:
		return fmt.Sprintf("what %s wrote, %s", who, at)
	case WasSubmitted:
		return fmt.Sprintf("the merge of change %d, %s", h.Number, at)
	case CameInto:
		return fmt.Sprintf("the deployment of change %d, %s", h.Number, at)
	case WasAbandoned:
		return fmt.Sprintf("change %d abandoned, %s", h.Number, at)
	case WasRestored:
		return fmt.Sprintf("change %d restored, %s", h.Number, at)
	case BecameDraft:
		return fmt.Sprintf("change %d set to work in progress, %s", h.Number, at)
	case BecameReady:
		return fmt.Sprintf("change %d ready, %s", h.Number, at)
	case Linked:
		return fmt.Sprintf("change %d linked, %s", h.Number, at)
	case ReviewerIn, TurnOn:
		return fmt.Sprintf("a review of change %d asked for, %s", h.Number, at)
	case HashtagOn, Wrote:
		return fmt.Sprintf("%s's request for one more review, %s", who, at)
	default:
		return fmt.Sprintf("change %d, %s", h.Number, at)
	}
}

// deployedSince says since when a change is deployed, and by what.
func (t Teller) deployedSince(v *View, owner string) string {
	text := fmt.Sprintf("change %d of %s is deployed", v.Change.Number, owner)
	switch after := v.Deployment.After; {
	case v.ripeBy == "":
		return fmt.Sprintf("%s: it was merged %s, and %s", text, t.Date(v.Since), t.allowed(v))
	case after > 0:
		return fmt.Sprintf("%s: %s has it since %s, and %s", text, shortRef(v.ripeBy), t.Date(v.Ripe-int64(after/time.Second)), t.allowed(v))
	default:
		return fmt.Sprintf("%s: %s has it (%s)", text, shortRef(v.ripeBy), t.Date(v.Ripe))
	}
}

// allowed tells of the delay that the board allows for.
func (t Teller) allowed(v *View) string {
	if v.Deployment.After == 0 {
		return fmt.Sprintf("%s counts that as deployed", t.Board)
	}
	return fmt.Sprintf("%s counts that as deployed after %s (%s)", t.Board, span(v.Deployment.After), t.Date(v.Ripe))
}

// undeployed says what a merged change waits for; empty: the board says nothing of its
// repository, or its rules want the card in the same place then.
func (t Teller) undeployed(v *View) string {
	switch {
	case v.Deployment == nil || !t.Awaits():
		return ""
	case v.Ripe == Never && v.Change.Looked < t.Looked:
		return ", and where it is was not looked at lately"
	case v.Ripe == Never:
		return fmt.Sprintf(", not deployed yet: no branch or tag that fits %s has it", tell.OneOf(shortRefs(v.Deployment.Refs)))
	default:
		return ", deployed from " + t.Date(v.Ripe)
	}
}

// raised says who wants more votes than the rules do; empty: nobody.
func (t Teller) raised(v *View) string {
	r := v.Request()
	if r.By == Nobody {
		return ""
	}
	return fmt.Sprintf("; %d votes wanted: %s asked for %s (%s)", v.Required(), v.Change.People[r.By], v.OneMore(), r.How(t.Date(r.At)))
}

// oneMore is the review that a request is for.
func (v *View) OneMore() string {
	if v.Required() == 2 {
		return "a second review"
	}
	return "one more review"
}

// how somebody asked for one more review, and when.
func (r request) How(date string) string {
	if r.hashtag != "" {
		return "hashtag " + r.hashtag + ", " + date
	}
	return date
}

// moreWanted is what else makes a change that is reviewed need another review.
func (v *View) moreWanted(change string) string {
	if v.policy.Requests.Hashtag == "" || v.Request().By != Nobody {
		return ""
	}
	return fmt.Sprintf(", or the hashtag %s on %s by the team or its owner", v.policy.Requests.Hashtag, change)
}
