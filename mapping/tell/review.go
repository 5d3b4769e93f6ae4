package tell

import (
	"fmt"
	"strings"
	"time"

	"reviewsync/mapping/review"
)

// Teller writes sentences. They name the change, the patch set, the person, the vote and the time.
// Times are UTC, by weekday where that is clear enough.
type Teller struct {
	Board string    // its tag
	Now   time.Time // the newest date that was known
}

// Date writes a time: by weekday if it is less than six days before the newest.
func (t Teller) Date(at time.Time) string {
	if at.IsZero() {
		return "unknown"
	}
	age := t.Now.Truncate(time.Second).Sub(at.Truncate(time.Second))
	switch at = at.UTC(); {
	case age < 6*24*time.Hour:
		return at.Format("Mon 15:04")
	case age < 300*24*time.Hour:
		return at.Format("Jan 2 15:04")
	default:
		return at.Format("2006-01-02")
	}
}

// Why says what makes the state of a change.
func (t Teller) Why(w review.Why) string {
	owner := named(w.Owner, "its owner")
	switch w.State {
	case review.NeedsWork:
		return t.needsWork(&w, owner)
	case review.ReviewNeeded:
		return t.reviewNeeded(&w, owner)
	case review.Draft:
		if w.Code == review.WhyOwnVote {
			return fmt.Sprintf("%s voted %s on their own change %d, patch set %d (%s)", owner, Points(w.Vote), w.Change.Number, w.PatchSet, t.Date(w.At))
		}
		return fmt.Sprintf("change %d of %s is work in progress (since %s)", w.Change.Number, owner, t.Date(w.At))
	case review.Approved:
		return t.vote(&w)
	case review.Reverted:
		return fmt.Sprintf("change %d of %s was reverted by change %d of %s (merged %s)", w.Change.Number, owner, w.Revert.Number, named(w.By, "somebody"), t.Date(w.At))
	case review.Reviewed:
		return t.reviewed(&w)
	case review.Deployed:
		return t.deployed(&w, owner)
	case review.Merged:
		return fmt.Sprintf("change %d of %s is merged (%s)%s", w.Change.Number, owner, t.Date(w.At), t.undeployed(w.Deployed))
	case review.Abandoned:
		return fmt.Sprintf("change %d of %s is abandoned (%s)", w.Change.Number, owner, t.Date(w.At))
	}
	return ""
}

func (t Teller) vote(w *review.Why) string {
	return fmt.Sprintf("%s voted %s on patch set %d of change %d (%s)", w.By, Points(w.Vote), w.PatchSet, w.Change.Number, t.Date(w.At))
}

func (t Teller) needsWork(w *review.Why, owner string) string {
	answer := owner + " has not answered yet"
	if w.Replied != "" {
		answer = fmt.Sprintf("%s answered, but not in %s's open thread", w.Replied, w.By)
	}
	text := ""
	switch again := !w.Again.IsZero(); {
	case w.Code == review.WhyVoted && again:
		text = t.vote(w) + fmt.Sprintf(" and spoke again (%s)", t.Date(w.Again))
	case w.Code == review.WhyVoted:
		text = t.vote(w)
	case w.Code == review.WhyThread && again:
		text = fmt.Sprintf("%s spoke again (%s); their thread on patch set %d of change %d is not resolved", w.By, t.Date(w.Again), w.PatchSet, w.Change.Number)
	case w.Code == review.WhyThread:
		text = fmt.Sprintf("%s began a thread on patch set %d of change %d (%s) that is not resolved", w.By, w.PatchSet, w.Change.Number, t.Date(w.At))
	default:
		text = fmt.Sprintf("%s objects to change %d", w.By, w.Change.Number)
	}
	return text + "; " + answer
}

func (t Teller) reviewNeeded(w *review.Why, owner string) string {
	text := t.needed(w, owner) + "; " + VotesOf(w.Counted.Votes, w.Counted.Required) + t.raised(w.Request)
	if d := w.Waits; d.Who != "" {
		text += fmt.Sprintf("; %s was asked by %s (%s)", d.Who, named(d.By, "the team"), t.Date(d.At))
	}
	if w.Blocks.By != "" {
		text += fmt.Sprintf("; %s's %s still blocks", w.Blocks.By, Points(w.Blocks.Vote))
	}
	if w.Second != "" {
		text += fmt.Sprintf("; a second look of %s is expected", w.Second)
	}
	if w.Idle.By != "" {
		text += fmt.Sprintf("; %s's %s does not count: %s", w.Idle.By, Points(w.Idle.Vote), idle(w.Idle.Because))
	}
	if w.NoLabel {
		text += fmt.Sprintf("; %s has none of the labels in review.labels of %s, so no vote can count", w.Change.Project, t.Board)
	}
	return text
}

// needed says what made a review needed.
func (t Teller) needed(w *review.Why, owner string) string {
	who, number, date := named(w.By, owner), w.Change.Number, t.Date(w.At)
	objection := "thread"
	if w.Vote.Label != "" {
		objection = Points(w.Vote)
	}
	switch w.Code {
	case review.WhyDropped:
		return fmt.Sprintf("Gerrit dropped %s's %s with patch set %d of change %d (%s), which changed no code", w.Objector, objection, w.PatchSet, number, date)
	case review.WhyAnsweredByCode:
		return fmt.Sprintf("%s answered %s's %s with patch set %d of change %d (%s)", who, w.Objector, objection, w.PatchSet, number, date)
	case review.WhyAnswered:
		return fmt.Sprintf("%s answered %s's %s on change %d (%s)", who, w.Objector, objection, number, date)
	case review.WhyWithdrawn:
		return fmt.Sprintf("%s's vote on change %d was withdrawn (%s)", who, number, date)
	case review.WhyReady:
		return fmt.Sprintf("%s made change %d ready for review (%s)", who, number, date)
	case review.WhyRestored:
		return fmt.Sprintf("%s restored change %d (%s)", who, number, date)
	case review.WhyHashtagOff:
		return fmt.Sprintf("%s took the hashtag %s off change %d (%s)", who, w.Hashtag, number, date)
	case review.WhyThreadEnded:
		return fmt.Sprintf("%s ended the last open thread on change %d (%s)", who, number, date)
	case review.WhyNewCode:
		return fmt.Sprintf("%s uploaded patch set %d of change %d (%s)", who, w.PatchSet, number, date)
	default:
		return fmt.Sprintf("change %d of %s waits for review (since %s)", number, owner, date)
	}
}

func (t Teller) reviewed(w *review.Why) string {
	if w.Code == review.WhyNoVotes {
		return fmt.Sprintf("the rules want no team votes on change %d", w.Change.Number)
	}
	others := "nobody else was asked"
	if w.AnyAsked {
		others = "no other review is expected"
	}
	return fmt.Sprintf("%s; %s, %s", t.vote(w), VotesOf(w.Counted.Votes, w.Counted.Required), others) + t.raised(w.Request)
}

// raised says who asked for more votes than the rules require; empty: nobody.
func (t Teller) raised(r review.Request) string {
	if r.By == "" {
		return ""
	}
	return fmt.Sprintf("; %d votes wanted: %s", r.Votes, Requested(r, t.Date(r.At)))
}

// Requested says who asked for one more review, and when.
func Requested(r review.Request, date string) string {
	what, how := "one more review", date
	if r.Votes == 2 {
		what = "a second review"
	}
	if r.Hashtag != "" {
		how = "hashtag " + r.Hashtag + ", " + date
	}
	return fmt.Sprintf("%s asked for %s (%s)", r.By, what, how)
}

// deployed says since when a change is deployed, and by what.
func (t Teller) deployed(w *review.Why, owner string) string {
	d := w.Deployed
	text := fmt.Sprintf("change %d of %s is deployed", w.Change.Number, owner)
	allowed := t.Board + " counts that as deployed"
	after := d.From.Sub(d.Had)
	if after > 0 {
		allowed += fmt.Sprintf(" after %s (%s)", span(after), t.Date(d.From))
	}
	switch {
	case w.Code == review.WhyMergeDeploys:
		return fmt.Sprintf("%s: it was merged %s, and %s", text, t.Date(d.Had), allowed)
	case after > 0:
		return fmt.Sprintf("%s: %s has it since %s, and %s", text, shortRef(d.Ref), t.Date(d.Had), allowed)
	default:
		return fmt.Sprintf("%s: %s has it (%s)", text, shortRef(d.Ref), t.Date(d.From))
	}
}

// undeployed says what a merged change waits for; empty: nothing.
func (t Teller) undeployed(d review.Deployable) string {
	switch {
	case d.Unlooked:
		return ", and where it is was not looked at lately"
	case d.Refs != "":
		return fmt.Sprintf(", not deployed yet: no branch or tag that fits %s has it", OneOf(shortRefs(d.Refs)))
	case !d.From.IsZero():
		return ", deployed from " + t.Date(d.From)
	default:
		return ""
	}
}

// Word names the fact that dates a card.
func (t Teller) Word(w review.Word) string {
	at := t.Date(w.At)
	if w.Change == (review.Key{}) {
		return at
	}
	number, who := w.Change.Number, named(w.Event.By, "somebody")
	switch w.Event.Kind {
	case review.Voted:
		return fmt.Sprintf("%s's %s, %s", who, Points(w.Event.Vote), at)
	case review.Unvoted:
		return fmt.Sprintf("%s's vote on change %d taken back, %s", who, number, at)
	case review.Uploaded:
		return fmt.Sprintf("%s's patch set %d, %s", who, w.Event.PatchSet, at)
	case review.Said, review.Commented:
		return fmt.Sprintf("what %s wrote, %s", who, at)
	case review.WasSubmitted:
		return fmt.Sprintf("the merge of change %d, %s", number, at)
	case review.CameInto:
		return fmt.Sprintf("the deployment of change %d, %s", number, at)
	case review.WasAbandoned:
		return fmt.Sprintf("change %d abandoned, %s", number, at)
	case review.WasRestored:
		return fmt.Sprintf("change %d restored, %s", number, at)
	case review.BecameDraft:
		return fmt.Sprintf("change %d set to work in progress, %s", number, at)
	case review.BecameReady:
		return fmt.Sprintf("change %d ready, %s", number, at)
	case review.Linked:
		return fmt.Sprintf("change %d linked, %s", number, at)
	case review.ReviewerIn, review.TurnOn:
		return fmt.Sprintf("a review of change %d asked for, %s", number, at)
	case review.HashtagOn, review.Wrote:
		return fmt.Sprintf("%s's request for one more review, %s", who, at)
	default:
		return fmt.Sprintf("change %d, %s", number, at)
	}
}

// Points writes a vote: "-1", or "Verified-1" on a label other than Code-Review.
func Points(p review.Points) string {
	if p.Label != "Code-Review" {
		return fmt.Sprintf("%s%+d", p.Label, p.Value)
	}
	return fmt.Sprintf("%+d", p.Value)
}

func named(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}

// shortRef is a branch or tag for people.
func shortRef(name string) string {
	if branch, is := strings.CutPrefix(name, "refs/heads/"); is {
		return "branch " + branch
	}
	if tag, is := strings.CutPrefix(name, "refs/tags/"); is {
		return "tag " + tag
	}
	return name
}

func shortRefs(patterns review.Patterns) []string {
	short := patterns.List()
	for i, p := range short {
		short[i] = strings.TrimPrefix(strings.TrimPrefix(p, "refs/heads/"), "refs/tags/")
	}
	return short
}

// span writes a time span without its zeroes: "2h", not "2h0m0s".
func span(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}
