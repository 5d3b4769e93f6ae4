package review

import (
	"strings"
	"time"
)

// Why is what makes the state of a change, as a board sees it: a code, and what it names.
// Two can be compared with ==. What does not matter to the code is zero.
type Why struct {
	Change   Key       `json:"change"`
	Owner    string    `json:"owner,omitempty"` // empty: not known
	State    State     `json:"state"`
	Code     Code      `json:"code"`
	At       time.Time `json:"at,omitzero"`         // Gerrit's clock; when what the code says happened
	By       string    `json:"by,omitempty"`        // who did it
	PatchSet int       `json:"patch_set,omitempty"` // on which, or by which
	Vote     Points    `json:"vote,omitzero"`       // that was given, or answered
	Objector string    `json:"objector,omitempty"`  // whose objection was answered, or dropped
	Again    time.Time `json:"again,omitzero"`      // when an objector spoke again
	Replied  string    `json:"replied,omitempty"`   // who of the author side did, but not in the objector's open thread
	Hashtag  string    `json:"hashtag,omitempty"`

	Revert   Key        `json:"revert,omitzero"` // the change that reverts it, which By owns
	Deployed Deployable `json:"deployed,omitzero"`

	Counted  Tally   `json:"counted,omitzero"`
	Request  Request `json:"request,omitzero"`    // for one more review
	Waits    Due     `json:"waits,omitzero"`      // whose review is expected
	AnyAsked bool    `json:"any_asked,omitempty"` // somebody else was asked, and is no longer waited for
	Blocks   Cast    `json:"blocks,omitzero"`     // what keeps a change from being approved
	Second   string  `json:"second,omitempty"`    // whose second look is expected
	Idle     Idle    `json:"idle,omitzero"`       // a positive vote that does not count
	NoLabel  bool    `json:"no_label,omitempty"`  // the project has none of the labels that the board names
}

// Code is what makes a state.
type Code string

// The codes, by the states that they make.
const (
	WhyVoted   Code = "voted"   // needs-work, reviewed, approved: By gave Vote
	WhyThread  Code = "thread"  // needs-work: By began a thread that is not resolved
	WhyObjects Code = "objects" // needs-work: By does, in some other way

	WhyAnsweredByCode Code = "answered-by-new-code" // review-needed: an objection was
	WhyAnswered       Code = "answered"             // review-needed: an objection was, by words
	WhyDropped        Code = "vote-dropped"         // review-needed: Gerrit dropped an objection
	WhyWithdrawn      Code = "vote-withdrawn"       // review-needed
	WhyReady          Code = "made-ready"           // review-needed
	WhyRestored       Code = "restored"             // review-needed
	WhyHashtagOff     Code = "hashtag-taken-off"    // review-needed
	WhyThreadEnded    Code = "thread-ended"         // review-needed: it was the last that was open
	WhyNewCode        Code = "new-code"             // review-needed
	WhyWaits          Code = "waits"                // review-needed: nothing else

	WhyNoVotes Code = "no-votes-wanted" // reviewed: the rules want none of the team

	WhyOwnVote Code = "own-vote"         // draft: the owner's own is negative
	WhyDraft   Code = "work-in-progress" // draft

	WhyMerged       Code = "merged"        // merged
	WhyReverted     Code = "reverted"      // reverted
	WhyCameInto     Code = "came-into"     // deployed: by a branch or tag
	WhyMergeDeploys Code = "merge-deploys" // deployed: the merge itself does
	WhyAbandoned    Code = "abandoned"     // abandoned
)

// Points are a vote on a label.
type Points struct {
	Label string `json:"label"`
	Value int    `json:"value"`
}

// Cast is a vote of somebody.
type Cast struct {
	By   string `json:"by"`
	Vote Points `json:"vote"`
}

// Idle is a vote that does not count.
type Idle struct {
	Cast
	Because Worth `json:"because"`
}

// Tally says how many team members voted positively, of how many that are required.
type Tally struct {
	Votes    int `json:"votes"`
	Required int `json:"required"`
}

// Request is somebody's request for one more review.
type Request struct {
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Hashtag string    `json:"hashtag,omitempty"` // empty: by a line
	Votes   int       `json:"votes"`             // that are required with it
}

// Due is a review that is expected.
type Due struct {
	Who string    `json:"who"`
	By  string    `json:"by,omitempty"` // who asked for it; empty: the team
	At  time.Time `json:"at"`
}

// Deployable says how a merged change is, or comes to be, deployed.
type Deployable struct {
	Refs     Patterns  `json:"refs,omitempty"`     // the branches and tags that deploy it, if it is in none of them; empty: it is known when it is deployed
	Ref      string    `json:"ref,omitempty"`      // the one that has it; empty: the merge itself deploys
	Had      time.Time `json:"had,omitzero"`       // since when
	From     time.Time `json:"from,omitzero"`      // from when it is deployed
	Unlooked bool      `json:"unlooked,omitempty"` // its branches and tags were not read lately
}

// Patterns are joined by spaces, so that they can be compared.
type Patterns string

// List is the patterns one by one.
func (p Patterns) List() []string { return strings.Fields(string(p)) }

// cast names a vote.
func (w *Why) cast(v *View, c *vote) {
	w.By, w.Vote, w.PatchSet, w.At = v.name(c.by), v.points(c.label, c.value), int(c.patchSet), utc(c.at)
}

func (v *View) whyNeedsWork(w *Why) {
	who := v.tally().objector
	p := &v.people[who]
	w.Code, w.By, w.At = WhyObjects, v.name(who), time.Time{}
	if v.repliedTo(p) {
		w.Replied = v.name(v.authorBy)
	}
	for i := range v.votes {
		if c := &v.votes[i]; c.by == who && c.value < 0 && c.counts && v.stands(c) && c.gone == 0 {
			w.Code = WhyVoted
			w.cast(v, c)
			w.again(p, c.at)
			return
		}
	}
	for i := range v.threads {
		if th := &v.threads[i]; th.by == who && th.unresolved {
			w.Code, w.PatchSet, w.At = WhyThread, int(th.patchSet), utc(th.begun)
			w.again(p, th.begun)
			return
		}
	}
}

// again notes that an objector spoke since.
func (w *Why) again(p *role, since int64) {
	if p.word > since {
		w.Again = utc(p.word)
	}
}

func (v *View) whyReviewNeeded(w *Why, word *Fact) {
	if !v.whyAnswered(w) && !v.whyByWord(w, word) {
		w.Code = WhyWaits
		if v.reworkPS > 1 && v.rework >= v.since {
			w.Code, w.By, w.PatchSet, w.At = WhyNewCode, v.name(v.reworkBy), int(v.reworkPS), utc(v.rework)
		}
	}
	sum := v.tally()
	w.Counted, w.Request = Tally{sum.positive, v.Required()}, v.Request()
	if sum.due != Nobody {
		p := &v.people[sum.due]
		w.Waits = Due{Who: v.name(sum.due), By: v.name(p.askBy), At: utc(p.due)}
	}
	if sum.blockedBy >= 0 && sum.approvedBy >= 0 {
		c := &v.votes[sum.blockedBy]
		w.Blocks = Cast{v.name(c.by), v.points(c.label, c.value)}
	} else if sum.teamObjects != Nobody {
		w.Second = v.name(sum.teamObjects)
	}
	w.Idle, w.NoLabel = v.idleVote(), v.noLabel()
}

// whyAnswered says how the newest objection was answered, if one was.
func (v *View) whyAnswered(w *Why) bool {
	objector, points := int16(Nobody), Points{}
	if c := v.newestNegative(); c != nil {
		objector, points = c.by, v.points(c.label, c.value)
		if c.gone != 0 && !c.lost {
			w.Code, w.Objector, w.Vote, w.PatchSet, w.At = WhyDropped, v.name(objector), points, int(c.gone), utc(v.Change.arrived(c.gone))
			return true
		}
	} else {
		for i := range v.threads {
			if th := &v.threads[i]; th.unresolved && v.objectsByThread(&v.people[th.by]) {
				objector = th.by
			}
		}
	}
	switch {
	case objector == Nobody:
		return false
	case v.rework > v.authorAt:
		w.Code, w.By, w.PatchSet, w.At = WhyAnsweredByCode, v.name(v.reworkBy), int(v.reworkPS), utc(v.rework)
	case v.repliedTo(&v.people[objector]):
		w.Code, w.By, w.At = WhyAnswered, v.name(v.authorBy), utc(v.authorAt)
	default:
		return false
	}
	w.Objector, w.Vote = v.name(objector), points
	return true
}

// whyByWord says what made a review needed, where it was no answer but the newest word.
func (v *View) whyByWord(w *Why, word *Fact) bool {
	if word == nil {
		return false
	}
	switch word.Kind {
	case Unvoted:
		w.Code = WhyWithdrawn
	case BecameReady:
		w.Code = WhyReady
	case WasRestored:
		w.Code = WhyRestored
	case HashtagOff:
		w.Code, w.Hashtag = WhyHashtagOff, v.Change.Hashtag(word)
	case Commented:
		w.Code = WhyThreadEnded
	default:
		return false
	}
	w.By, w.At = v.name(word.By), utc(word.At)
	return true
}

func (v *View) whyDraft(w *Why) {
	w.Code = WhyDraft
	for i := range v.votes {
		if c := &v.votes[i]; !v.wip && c.by == v.Change.Owner && c.value < 0 && c.gone == 0 && c.counts && v.stands(c) {
			w.Code = WhyOwnVote
			w.cast(v, c)
			return
		}
	}
}

func (v *View) whyReviewed(w *Why) {
	var last *vote
	for i := range v.votes {
		if c := &v.votes[i]; v.supports(c) && v.stands(c) && v.people[c.by].team && v.mayReview(c.by) && c.counts && (last == nil || c.at > last.at) {
			last = c
		}
	}
	if last == nil {
		w.Code, w.At = WhyNoVotes, time.Time{}
		return
	}
	w.Code = WhyVoted
	w.cast(v, last)
	for i := range v.people {
		w.AnyAsked = w.AnyAsked || v.people[i].askBy != Nobody && int16(i) != last.by
	}
	w.Counted, w.Request = Tally{v.tally().positive, v.Required()}, v.Request()
}

// newestNegative is the newest negative vote of anybody but the owner that stands, or that the newest code answered.
func (v *View) newestNegative() *vote {
	var last *vote
	for i := range v.votes {
		if w := &v.votes[i]; w.value < 0 && w.by != v.Change.Owner && w.counts && (v.stands(w) || w.gone == v.reworkPS) && (last == nil || w.at > last.at) {
			last = w
		}
	}
	return last
}

// idleVote is a positive vote that does not count.
func (v *View) idleVote() Idle {
	for i := range v.votes {
		w := &v.votes[i]
		if w.value <= 0 || !v.stands(w) || v.voters[w.label] != ByPeople {
			continue
		}
		if not := v.idle(w); not != "" {
			return Idle{Cast{v.name(w.by), v.points(w.label, w.value)}, not}
		}
	}
	return Idle{}
}

// noLabel says whether the project has none of the labels that the board names.
func (v *View) noLabel() bool {
	for i := range v.voters {
		if v.voters[i] != "" {
			return false
		}
	}
	return true
}

// deployable says how the merged change is, or comes to be, deployed.
func (v *View) deployable() Deployable {
	switch d := v.Deployment; {
	case d == nil:
		return Deployable{}
	case v.Ripe == Never:
		return Deployable{Refs: Patterns(strings.Join(d.Refs, " "))}
	default:
		return Deployable{Ref: v.ripeBy, Had: utc(v.Ripe - int64(d.After/time.Second)), From: utc(v.Ripe)}
	}
}

// name is a person's, as sentences give it; empty: nobody.
func (v *View) name(who int16) string { return v.Change.name(who) }

func (h *History) name(who int16) string {
	if who == Nobody {
		return ""
	}
	return h.People[who].String()
}

func (v *View) points(label int16, value int8) Points { return v.Change.points(label, value) }

func (h *History) points(label int16, value int8) Points {
	return Points{Label: h.Labels[label].Name, Value: int(value)}
}

// utc is a time of a fact; zero if it is not known.
func utc(at int64) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return time.Unix(at, 0).UTC()
}
