package ask

import (
	"cmp"
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// Verdict is what a decision on asking comes to.
type Verdict string

// The verdicts. FilesUnread asks for Question.Files and another try.
const (
	Nobody      Verdict = "nobody"
	Somebody    Verdict = "somebody"     // ask Decision.Who
	Another     Verdict = "another"      // likewise, since who was asked before does not review it
	Remind      Verdict = "remind"       // Decision.Who
	Later       Verdict = "later"        // ask Decision.Who at Decision.Next: the board has asked enough for now
	Stuck       Verdict = "stuck"        // a review is wanted, and nobody is left to ask
	FilesUnread Verdict = "files-unread" // somebody is to be asked; whom depends on the files
)

// Question is everything that an ask depends on. The order of its lists does not
// matter, but for that of Policy.Team and of Pool.People.
type Question struct {
	Board  string // its tag
	Policy *review.Policy
	Rules  *Rules          // nil: it asks nobody
	On     *review.History // a change that the board counts
	Now    time.Time       // Gerrit's clock
	Hours  Hours           // nil: all time is working time
	Start  time.Time       // nobody is asked for what was said up to then; Gerrit's clock

	Duty   []string             // who is on duty, if there is a rotation; Gerrit user names, as all below
	Away   map[string]time.Time // who is away, and until when; zero: for good
	Cannot map[string]Barred    // who cannot be asked, as is known of their accounts
	Past   []Past               // of all changes; whether those of On are among them does not matter
	Chain  []review.Key         // changes that depend on this one, or that it depends on
	Zone   *time.Location       // whose days Rules.Cap counts; nil: UTC
	Total  int                  // asks of the board in Window, at most; 0: any number
	Lately []time.Time          // when it asked in the last Window, but for requests; Gerrit's clock, ascending

	Files     []string // paths that the change touches, if FilesRead
	FilesRead bool
}

// Decision is what becomes of asking for a review of one change.
type Decision struct {
	Board   string        `json:"board"` // its tag
	Change  review.Key    `json:"change"`
	Verdict Verdict       `json:"verdict"`
	Why     Why           `json:"why"`
	Who     string        `json:"who,omitempty"`     // who is asked or reminded, now or later
	Turn    Turn          `json:"turn,omitempty"`    // why they are asked
	Key     review.AskKey `json:"key,omitzero"`      // of the ask that is made, or reminded of; what is posted once is never posted again
	Decline bool          `json:"decline,omitempty"` // whoever is asked may reply "not me"
	Next    time.Time     `json:"next,omitzero"`     // when time alone changes this decision; zero: never
	People  []Person      `json:"people,omitempty"`  // everybody who was thought of
}

// Writes says whether somebody is asked or reminded now.
func (d Decision) Writes() bool { return d.Key != review.AskKey{} }

// asking is one decision under way.
type asking struct {
	*Question
	v     *review.View
	began int64 // since when a review is needed
	asks  []ownAsk
	d     Decision
	back  Soonest // whom time alone brings back first
}

// Decide says whether somebody is asked for a review of a change now, and whom. See
// docs/rules.md, "I want reviewers to be asked". The asks that were made are read from the change itself.
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

// outOfQuestion says why nobody is asked, whatever was asked before.
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

// undone is an ask that a person took back; nil: none.
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

// waiting decides while somebody who was asked has not answered. Time counts from the
// ask, or from when the change needs a review again.
func (x *asking) waiting(a *ownAsk) Decision {
	why := Why{Code: WhyWaits, Asked: x.made(a)}
	if x.Rules.RemindAfter <= 0 {
		why.Asked.Reminded = time.Time{} // which was by other rules
		return x.end(Nobody, why)
	}
	// Somebody else was asked already, since one who was asked before gave no answer.
	before := slices.IndexFunc(x.asks, func(b ownAsk) bool { return b.fate == FatePassed && b.at >= x.began })
	patience := x.patience(max(a.at, x.began, a.reminded))
	if x.Now.Before(patience) {
		x.d.Next = patience
		return x.end(Nobody, why)
	}
	until, away := x.away(a.key.Who)
	if away && a.reminded == 0 {
		x.d.Next = until // the reminder makes sense then
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

// patience is until when an answer is waited for.
func (x *asking) patience(since int64) time.Time {
	return x.Hours.After(time.Unix(since, 0).UTC(), x.Rules.RemindAfter)
}

// after says what became of the ask before.
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

// first decides while nobody is waited for who was asked by us.
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
		since, why.Due, why.Asked = x.began, review.Due{}, Made{}
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

// heard is when somebody was asked last whose review is expected, or when the one whom
// we asked answered; 0: there was neither.
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

// anybody says whether somebody of the team takes part in the change, but as its author.
func (x *asking) anybody() bool {
	return slices.ContainsFunc(x.parts(), func(p part) bool {
		return p.person != review.Nobody && x.v.OfTeam(p.person) && !x.v.OfAuthors(p.person) && p.takesPart()
	})
}

func (x *asking) end(v Verdict, why Why) Decision {
	x.d.Verdict, x.d.Why = v, why
	return x.d
}

// ask makes the decision an ask, if there is somebody to ask.
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

// mayDecline says whether the line of the message declines that every team has by default.
func (x *asking) mayDecline() bool {
	return x.Rules.Decline != nil && x.Rules.Decline.MatchString("not me")
}

// Window is the time in which a board makes no more asks than its total.
const Window = 10 * time.Minute

// enough is until when the board has asked enough; zero: it has not. What somebody asks for waits for nothing.
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

// made is what is told of an ask.
func (x *asking) made(a *ownAsk) Made {
	return Made{Who: a.key.Who, At: utc(a.at), Reminded: utc(a.reminded), Fate: a.fate, Ended: utc(a.ended), By: x.name(a.by)}
}

// name is somebody's; empty: nobody.
func (x *asking) name(who int16) string {
	if who == review.Nobody {
		return ""
	}
	return x.On.People[who].String()
}

// utc is a time of a fact; zero if there is none.
func utc(at int64) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return time.Unix(at, 0).UTC()
}

// least is the earlier of two times of which zero is none.
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
