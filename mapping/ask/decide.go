package ask

import (
	"cmp"
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// Verdict is the outcome of a decision on asking.
type Verdict string

// The verdicts. After FilesUnread, Decide needs Question.Files.
const (
	Nobody      Verdict = "nobody"
	Somebody    Verdict = "somebody"     // ask Decision.Who
	Another     Verdict = "another"      // likewise, because the person who was asked before does not review it
	Remind      Verdict = "remind"       // Decision.Who
	Later       Verdict = "later"        // ask Decision.Who at Decision.Next: the board has made too many asks lately
	Stuck       Verdict = "stuck"        // a review is wanted, and nobody is left to ask
	FilesUnread Verdict = "files-unread" // ask somebody; who depends on the files
)

// Question is everything that a decision depends on. The order of lists does not matter,
// except that of Policy.Team and Pool.People.
type Question struct {
	Board  string // its tag
	Policy *review.Policy
	Rules  *Rules          // nil: the board asks nobody
	On     *review.History // the change
	Now    time.Time       // Gerrit's clock
	Hours  Hours           // nil: all time is working time
	Start  time.Time       // what was said until then is no reason to ask; Gerrit's clock

	Duty   []string             // who is on duty, if there is a rotation. All names are Gerrit user names
	Away   map[string]time.Time // who is away, and until when; zero: unknown
	Cannot map[string]Barred    // who cannot be asked because of their account
	Past   []Past               // on all changes; those on this change may be missing
	Chain  []review.Key         // changes that depend on this one, or that it depends on
	Zone   *time.Location       // the time zone in which Rules.Cap counts days; nil: UTC
	Total  int                  // the most asks of the board in Window; 0: no limit
	Lately []time.Time          // when it asked in the last Window, except on request; Gerrit's clock, ascending

	Files     []string // paths that the change touches
	FilesRead bool     // Files is known
}

// Decision says whether somebody is asked for a review of a change.
type Decision struct {
	Board   string        `json:"board"` // its tag
	Change  review.Key    `json:"change"`
	Verdict Verdict       `json:"verdict"`
	Why     Why           `json:"why"`
	Who     string        `json:"who,omitempty"`     // who is asked or reminded, now or later
	Turn    Turn          `json:"turn,omitempty"`    // why it is their turn
	Key     review.AskKey `json:"key,omitzero"`      // of the ask or reminder to post, which happens once
	Decline bool          `json:"decline,omitempty"` // a reply "not me" declines
	Next    time.Time     `json:"next,omitzero"`     // when this decision changes by time alone; zero: never
	People  []Person      `json:"people,omitempty"`  // everybody who was considered
}

// Writes reports whether somebody is asked or reminded now.
func (d Decision) Writes() bool { return d.Key != review.AskKey{} }

// asking is a decision in progress.
type asking struct {
	*Question
	v     *review.View
	began int64 // since when a review is needed
	asks  []ownAsk
	d     Decision
	back  Soonest // who can be asked again first
}

// Decide decides whether somebody is asked for a review of a change now, and who. See
// docs/rules.md, "I want reviewers to be asked". Our earlier asks are read from the change itself.
func Decide(q Question) Decision {
	if q.Hours == nil {
		q.Hours = allHours{}
	}
	if q.Zone == nil {
		q.Zone = time.UTC
	}
	x := &asking{Question: &q, d: Decision{Board: q.Board, Change: q.On.Key}}
	if why := x.outOfQuestion(); why.Code != "" {
		return x.end(Nobody, why)
	}
	x.asks = ownAsks(x.Rules, q.On)
	if a := x.undone(); a != nil {
		return x.end(Nobody, Why{Code: WhyUndone, Asked: x.made(a)})
	}
	last := x.last()
	switch {
	case last == nil:
	case last.fate == FateOpen && x.cannot(last.key.Who).By == "":
		return x.waiting(last)
	case last.unmet() && last.at >= x.began && x.v.Positive() < x.v.Required():
		return x.ask(Another, last.key.Why, x.after(last))
	}
	return x.first()
}

// outOfQuestion returns why nobody is asked, whatever was asked before.
func (x *asking) outOfQuestion() Why {
	h := x.On
	switch {
	case x.Rules == nil:
		return Why{Code: WhyNoRules}
	case !x.Policy.Sees(h):
		return Why{Code: WhyNotCounted}
	case h.Status == review.StatusMerged:
		return Why{Code: WhyState, State: review.Merged}
	case h.Status == review.StatusAbandoned:
		return Why{Code: WhyState, State: review.Abandoned}
	}
	x.v = review.See(x.Policy, h, 0)
	x.began = x.v.Began
	if x.v.State != review.ReviewNeeded {
		return Why{Code: WhyState, State: x.v.State}
	}
	if c, at, objects := x.v.BotObjects(); objects {
		return Why{Code: WhyBotObjects, Objects: c, At: utc(at)}
	}
	return Why{}
}

// undone returns an ask that a person undid; nil: none.
func (x *asking) undone() *ownAsk {
	i := slices.IndexFunc(x.asks, func(a ownAsk) bool { return a.fate == FateUndone })
	if i < 0 {
		return nil
	}
	return &x.asks[i]
}

func (x *asking) last() *ownAsk {
	if len(x.asks) == 0 {
		return nil
	}
	return &x.asks[len(x.asks)-1]
}

// waiting decides while an ask has no answer. Time counts from the ask, or from when the
// change needs a review again.
func (x *asking) waiting(a *ownAsk) Decision {
	why := Why{Code: WhyWaits, Asked: x.made(a)}
	if x.Rules.RemindAfter <= 0 {
		why.Asked.Reminded = time.Time{} // that was by earlier rules
		return x.end(Nobody, why)
	}
	// This person was asked because another one had not answered.
	before := slices.IndexFunc(x.asks, func(b ownAsk) bool { return b.fate == FatePassed && b.at >= x.began })
	patience := x.patience(max(a.at, x.began, a.reminded))
	if x.Now.Before(patience) {
		x.d.Next = patience
		return x.end(Nobody, why)
	}
	until, away := x.away(a.key.Who)
	if away && a.reminded == 0 {
		x.d.Next = until // for the reminder
	}
	switch {
	case before >= 0:
		why.Code, why.Before = WhyNeither, x.made(&x.asks[before])
		return x.end(Stuck, why)
	case a.reminded == 0 && !away:
		why.Code = WhySilent
		x.d.Who, x.d.Key, x.d.Decline = a.key.Who, a.key, x.mayDecline()
		return x.end(Remind, why)
	case x.v.Positive() >= x.v.Required():
		why.Code = WhyNeedless
		return x.end(Stuck, why)
	}
	return x.ask(Another, a.key.Why, x.after(a))
}

// patience returns until when to wait for an answer.
func (x *asking) patience(since int64) time.Time {
	return x.Hours.After(time.Unix(since, 0).UTC(), x.Rules.RemindAfter)
}

// after returns what became of the ask before.
func (x *asking) after(a *ownAsk) Why {
	why := Why{Code: WhySilent, Asked: x.made(a)}
	switch barred := x.cannot(a.key.Who); {
	case a.fate == FateDeclined:
		why.Code = WhyDeclined
	case a.fate == FateLost:
		why.Code = WhyLost
	case barred.By != "":
		why.Code, why.Barred = WhyCannot, barred
	}
	return why
}

// first decides while no ask of ours is open.
func (x *asking) first() Decision {
	why := Why{Code: WhyFew, Votes: review.Tally{Votes: x.v.Positive(), Required: x.v.Required()}}
	if why.Votes.Votes >= why.Votes.Required {
		why.Code = WhyEnough
		return x.end(Nobody, why)
	}
	since := x.heard(&why)
	if r := x.v.Request(); r.By != "" && since < r.At.Unix() && r.At.Unix() > x.Start.Unix() {
		return x.ask(Somebody, review.AskRequest, Why{Code: WhyRequest, Request: r})
	}
	if x.began > since {
		since, why.Due, why.Asked = x.began, review.Due{}, Ask{}
	}
	if start := x.Start.Unix(); !x.Start.IsZero() && since <= start {
		if since = x.v.NewCodeAt(); since <= start {
			return x.end(Nobody, Why{Code: WhyEarly, Votes: why.Votes, Since: utc(start)})
		}
	}
	why.Since = utc(since)
	var next time.Time
	for _, limit := range []struct {
		code    Code
		key     string
		applies bool
		span    time.Duration
	}{
		{WhyNobody, review.AskNobody, !x.anybody(), x.Rules.Nobody},
		{WhyFew, review.AskFew, true, x.Rules.After},
	} {
		if !limit.applies || limit.span <= 0 {
			continue
		}
		at := x.Hours.After(why.Since, limit.span)
		if !x.Now.Before(at) {
			why.Code = limit.code
			return x.ask(Somebody, limit.key, why)
		}
		next = least(next, at)
	}
	x.d.Next = next
	return x.end(Nobody, why)
}

// heard returns when the newest expected review became due, or when our last ask ended if that
// is later; 0: neither happened.
func (x *asking) heard(why *Why) (at int64) {
	for i := range x.On.People {
		if due, by := x.v.Due(int16(i)); due > at {
			at, why.Due = due, review.Due{Who: x.name(int16(i)), By: by, At: utc(due)}
		}
	}
	if last := x.last(); last != nil && last.ended > at {
		at, why.Due, why.Asked = last.ended, review.Due{}, x.made(last)
	}
	return at
}

// anybody reports whether a team member other than the author side takes part in the change.
func (x *asking) anybody() bool {
	return slices.ContainsFunc(x.parts(), func(p part) bool {
		return p.person != review.Nobody && x.v.InTeam(p.person) && !x.v.OnAuthorSide(p.person) && p.takesPart()
	})
}

func (x *asking) end(v Verdict, why Why) Decision {
	x.d.Verdict, x.d.Why = v, why
	return x.d
}

// ask decides who is asked, if anybody can be.
func (x *asking) ask(v Verdict, key string, why Why) Decision {
	if !x.poolKnown() {
		return x.end(FilesUnread, why)
	}
	x.d.Who, x.d.Turn = x.choose()
	if x.d.Who == "" {
		why.Soonest = x.back
		return x.end(Stuck, why)
	}
	if x.d.Next = x.enough(key); !x.d.Next.IsZero() {
		why.Lately = len(x.Lately)
		return x.end(Later, why)
	}
	x.d.Key = review.AskKey{Change: x.On.Key, Why: key, Votes: x.v.Required(), Who: x.d.Who}
	x.d.Decline = x.mayDecline()
	return x.end(v, why)
}

// mayDecline reports whether "not me", the default line, declines.
func (x *asking) mayDecline() bool {
	return x.Rules.Decline != nil && x.Rules.Decline.MatchString("not me")
}

// Window is the time in which a board makes at most Question.Total asks.
const Window = 10 * time.Minute

// enough returns until when the board has to wait with further asks; zero: it need not. Requests never wait.
func (x *asking) enough(why string) time.Time {
	if x.Total <= 0 || len(x.Lately) < x.Total || why == review.AskRequest {
		return time.Time{}
	}
	until := x.Lately[len(x.Lately)-x.Total].Add(Window).UTC()
	if !x.Now.Before(until) {
		return time.Time{}
	}
	return until
}

// made converts an ask for a reason.
func (x *asking) made(a *ownAsk) Ask {
	return Ask{Who: a.key.Who, At: utc(a.at), Reminded: utc(a.reminded), Fate: a.fate, Ended: utc(a.ended), By: x.name(a.by)}
}

// name returns the name of a person; empty: nobody.
func (x *asking) name(who int16) string {
	if who == review.Nobody {
		return ""
	}
	return x.On.People[who].String()
}

// utc returns the time of a fact; zero if there is none.
func utc(at int64) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return time.Unix(at, 0).UTC()
}

// least returns the earlier of two times. A zero time does not count.
func least(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// compareAsked orders people by when they were asked last.
func compareAsked(x, y candidate) int {
	return cmp.Or(cmp.Compare(x.asked, y.asked), cmp.Compare(x.order, y.order))
}
