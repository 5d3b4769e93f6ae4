package review

import "time"

// Stand is a standing vote, an open thread, a request or an expected review, and what it amounts to.
type Stand struct {
	Kind     StandKind `json:"kind"`
	Who      string    `json:"who"`
	At       time.Time `json:"at"`
	PatchSet int       `json:"patch_set,omitempty"` // of a vote or thread
	Vote     Points    `json:"vote,omitzero"`
	Worth    Worth     `json:"worth,omitempty"`    // of a vote or thread
	Later    int       `json:"later,omitempty"`    // the patch set that answered it, dropped it, or brought new code
	Second   bool      `json:"second,omitempty"`   // a second look of the voter is expected
	Request  Request   `json:"request,omitzero"`   // that it is
	AskedBy  string    `json:"asked_by,omitempty"` // of an expected review; empty: the team
}

// StandKind is what stands.
type StandKind string

// What can stand.
const (
	StandVote    StandKind = "vote"
	StandThread  StandKind = "thread"
	StandRequest StandKind = "request"
	StandDue     StandKind = "due"
)

// Worth is what a vote or a thread amounts to.
type Worth string

// What a vote amounts to, and some of them a thread.
const (
	WorthCounts     Worth = "counts"
	WorthUnanswered Worth = "unanswered"
	WorthAnswered   Worth = "answered"
	WorthDropped    Worth = "dropped"  // by Gerrit, with a patch set without new code
	WorthOldCode    Worth = "old-code" // new code came since: an objection is answered by it, another vote is lost
	WorthOwn        Worth = "own"      // the owner's own objection makes a draft

	// These do not count.
	WorthBot        Worth = "bot"         // a bot's, where people's count
	WorthBotsOnly   Worth = "bots-only"   // a person's, where bots' count
	WorthNoLabel    Worth = "no-label"    // on a label that the board does not name
	WorthOtherLabel Worth = "other-label" // positive, but not on Code-Review
	WorthAuthors    Worth = "author-side" // of the author side
	WorthOutsider   Worth = "outsider"    // of a person who is not in the team
	WorthPositive   Worth = "positive"    // a thread of a person whose vote is positive
	WorthNoThreads  Worth = "no-threads"  // a thread, where threads are no objections
)

// Standing lists what each vote, open thread, request and expected review amounts to.
func (v *View) Standing() []Stand {
	if v.status != StatusNew {
		return nil
	}
	var list []Stand
	v.tally() // whose votes are positive
	for i := range v.votes {
		if w := &v.votes[i]; w.value != 0 && v.voters[w.label] != "" {
			s := Stand{Kind: StandVote, Who: v.name(w.by), At: utc(w.at), PatchSet: int(w.patchSet), Vote: v.points(w.label, w.value)}
			v.worth(w, &s)
			list = append(list, s)
		}
	}
	for i := range v.threads {
		if th := &v.threads[i]; th.unresolved {
			list = append(list, Stand{Kind: StandThread, Who: v.name(th.by), At: utc(th.begun), PatchSet: int(th.patchSet), Worth: v.threadWorth(th)})
		}
	}
	if r := v.Request(); r.By != "" {
		list = append(list, Stand{Kind: StandRequest, Who: r.By, At: r.At, Request: r})
	}
	for i := range v.people {
		if p := &v.people[i]; v.due(int16(i)) {
			list = append(list, Stand{Kind: StandDue, Who: v.name(int16(i)), At: utc(p.due), AskedBy: v.name(p.askBy)})
		}
	}
	return list
}

// worth notes what a vote amounts to.
func (v *View) worth(w *vote, s *Stand) {
	switch {
	case !w.counts && w.bot:
		s.Worth = WorthBot
	case !w.counts:
		s.Worth = WorthBotsOnly
	case !v.stands(w):
		s.Worth, s.Later = WorthOldCode, int(v.reworkPS)
	case w.value > 0:
		if s.Worth = v.idle(w); s.Worth == "" {
			s.Worth = WorthCounts
		}
	case w.by == v.Change.Owner:
		s.Worth = WorthOwn
	case !v.answeredVote(w):
		s.Worth = WorthUnanswered
	default:
		s.Worth, s.Second = WorthAnswered, v.people[w.by].team && w.label == v.review
		if w.gone != 0 {
			s.Worth, s.Later = WorthDropped, int(w.gone)
		}
	}
}

// idle says why a positive vote does not count; empty: it does.
func (v *View) idle(w *vote) Worth {
	switch {
	case w.bot:
		return WorthBot
	case w.label != v.review:
		return WorthOtherLabel
	case !v.mayReview(w.by):
		return WorthAuthors
	case !v.people[w.by].team:
		return WorthOutsider
	default:
		return ""
	}
}

// threadWorth says what an open thread amounts to.
func (v *View) threadWorth(th *thread) Worth {
	p := &v.people[th.by]
	switch {
	case p.author:
		return WorthAuthors
	case !p.team:
		return WorthOutsider
	case p.positive:
		return WorthPositive
	case !v.policy.Review.ThreadObjections:
		return WorthNoThreads
	case v.answered(p):
		return WorthAnswered
	default:
		return WorthUnanswered
	}
}
