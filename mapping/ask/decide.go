package ask

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

// Verdict is what a decision on asking comes to.
type Verdict int

// The verdicts. Somebody, Another and Remind ask for a write; FilesUnread asks for
// Question.Files and another try.
const (
	Nobody      Verdict = iota + 1
	Somebody            // ask Decision.Who
	Another             // likewise, since who was asked before does not review it
	Remind              // remind Decision.Who
	Later               // ask Decision.Who at Decision.Next: the board has asked enough for now
	Stuck               // a review is wanted, and nobody is left to ask
	FilesUnread         // somebody is to be asked; whom depends on the files
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
	Cannot map[string]string    // who cannot be asked, and why: "inactive", or what Gerrit said when it was tried
	Past   []Past               // of all changes; whether those of On are among them does not matter
	Chain  []review.Key         // changes that depend on this one, or that it depends on
	Zone   *time.Location       // whose days Ask.Cap counts; nil: UTC
	Total  int                  // asks of the board in Window, at most; 0: any number
	Lately []time.Time          // when it asked in the last Window, but for requests; Gerrit's clock, ascending

	Files     []string // paths that the change touches, if FilesRead
	FilesRead bool
}

// Decision is what becomes of asking for a review of one change.
type Decision struct {
	Verdict   Verdict
	Reason    string        // the sentence for people, beginning with the change
	Who       string        // of Somebody, Another and Remind
	Key       review.AskKey // of the ask; what is posted once is never posted again
	Message   string        // to be posted on the change. It carries Key at its end
	Attention string        // the reason for the attention set
	Next      time.Time     // when time alone changes this decision; zero: never
	People    []Person      // everybody who was thought of
}

// Person says why somebody is asked, or not.
type Person struct {
	Name  string
	Asked bool
	Text  string
}

// asking is one decision under way.
type asking struct {
	*Question
	v     *review.View
	began int64 // since when a review is needed
	asks  []ownAsk
	d     Decision
	back  string    // who can be asked soonest; empty: time alone brings nobody
	from  time.Time // and from when
}

// Decide says whether somebody is asked for a review of a change now, and whom. See
// design, "Asking". The asks that were made are read from the change itself.
func Decide(q Question) Decision {
	if q.Hours == nil {
		q.Hours = allHours{}
	}
	if q.Zone == nil {
		q.Zone = time.UTC
	}
	x := &asking{Question: &q}
	if no := x.outOfQuestion(); no != "" {
		return x.no("%s", no)
	}
	x.asks = ownAsks(x.Rules, q.On)
	if a := x.undone(); a != nil {
		return x.no("%s took %s off, whom reviewsync had asked (%s); nobody else is asked here", q.On.People[a.by], a.key.Who, x.date(a.ended))
	}
	if last := x.last(); last != nil && last.fate == askOpen && x.cannot(last.key.Who) == "" {
		return x.waiting(last)
	} else if last != nil && (last.fate == askDeclined || last.fate == askLost || last.fate == askOpen) && x.v.Positive() < x.v.Required() && last.at >= x.began {
		return x.ask(Another, last.key.Why, x.after(last))
	}
	return x.first()
}

// outOfQuestion says why nobody is asked, whatever was asked before.
func (x *asking) outOfQuestion() string {
	h := x.On
	switch {
	case x.Rules == nil:
		return x.Board + " asks nobody"
	case !x.Policy.Sees(h):
		return x.Board + " does not count it"
	case h.Status == review.StatusMerged:
		return "it is merged"
	case h.Status == review.StatusAbandoned:
		return "it is abandoned"
	}
	x.v = review.See(x.Policy, h, 0)
	x.began = x.v.Began
	if x.v.State != review.ReviewNeeded {
		return fmt.Sprintf("it is %s", x.v.State)
	}
	if c, at, objects := x.v.BotObjects(); objects {
		return fmt.Sprintf("%s voted %s (%s)", c.By, tell.Points(c.Vote), x.date(at))
	}
	return ""
}

// undone is an ask that a person took back; nil: none.
func (x *asking) undone() *ownAsk {
	i := slices.IndexFunc(x.asks, func(a ownAsk) bool { return a.fate == askUndone })
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
	asked := fmt.Sprintf("%s was asked (%s) and has not answered", a.key.Who, x.date(a.at))
	if x.Rules.RemindAfter <= 0 {
		return x.no("%s", asked)
	}
	// Somebody else was asked already, since one who was asked before gave no answer.
	passed := slices.IndexFunc(x.asks, func(b ownAsk) bool { return b.fate == askPassed && b.at >= x.began })
	patience := x.patience(max(a.at, x.began, a.reminded))
	if x.Now.Before(patience) {
		if a.reminded != 0 {
			asked += fmt.Sprintf(", nor since the reminder (%s)", x.date(a.reminded))
		}
		d := x.no("%s", asked)
		d.Next = patience
		return d
	}
	until, away := x.away(a.key.Who)
	if away && a.reminded == 0 {
		x.d.Next = until // the reminder makes sense then
	}
	switch {
	case passed >= 0:
		return x.stuck("neither %s (asked %s) nor %s (asked %s) has answered", x.asks[passed].key.Who, x.date(x.asks[passed].at), a.key.Who, x.date(a.at))
	case a.reminded == 0 && !away:
		return x.remind(a)
	case x.v.Positive() >= x.v.Required():
		return x.stuck("%s was asked (%s) and has not answered; there are votes enough, so nobody else is asked: remove %s as a reviewer to go on without", a.key.Who, x.date(a.at), a.key.Who)
	}
	return x.ask(Another, a.key.Why, x.after(a))
}

// patience is until when an answer is waited for.
func (x *asking) patience(since int64) time.Time {
	return x.Hours.After(time.Unix(since, 0).UTC(), x.Rules.RemindAfter)
}

// after says what became of the ask before.
func (x *asking) after(a *ownAsk) string {
	switch {
	case a.fate == askDeclined:
		return fmt.Sprintf("%s declined (%s)", a.key.Who, x.date(a.ended))
	case a.fate == askLost:
		return fmt.Sprintf("%s is no longer a reviewer (%s)", a.key.Who, x.date(a.ended))
	case x.cannot(a.key.Who) != "":
		return fmt.Sprintf("%s, who was asked (%s), is %s", a.key.Who, x.date(a.at), x.cannot(a.key.Who))
	default:
		return fmt.Sprintf("%s was asked (%s) and has not answered", a.key.Who, x.date(a.at))
	}
}

// first decides while nobody is waited for who was asked by us.
func (x *asking) first() Decision {
	v := x.v
	votes := tell.VotesOf(x.v.Positive(), v.Required())
	if x.v.Positive() >= v.Required() {
		return x.no("%s", votes)
	}
	since, waits := x.heard()
	if r := v.Request(); r.By != "" && since < r.At.Unix() && r.At.Unix() > x.Start.Unix() {
		return x.ask(Somebody, review.AskRequest, tell.Requested(r, x.date(r.At.Unix())))
	}
	if x.began > since {
		since, waits = x.began, ""
	}
	if start := x.Start.Unix(); !x.Start.IsZero() && since <= start {
		if v.NewCodeAt() <= start {
			return x.no("%s, but it has needed a review since before the rules of this board began (%s)", votes, x.date(start))
		}
		since = v.NewCodeAt()
	}
	var next time.Time
	for _, limit := range []struct {
		why     string
		applies bool
		span    time.Duration
		text    string
	}{
		{review.AskNobody, !x.anybody(), x.Rules.Nobody, "nobody of the team has taken part"},
		{review.AskFew, true, x.Rules.After, votes},
	} {
		if !limit.applies || limit.span <= 0 {
			continue
		}
		at := x.Hours.After(time.Unix(since, 0).UTC(), limit.span)
		if !x.Now.Before(at) {
			return x.ask(Somebody, limit.why, fmt.Sprintf("%s since %s%s", limit.text, x.date(since), waits))
		}
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	d := x.no("%s since %s%s", votes, x.date(since), waits)
	d.Next = next
	return d
}

// heard is when somebody was asked last whose review is expected, or when the one whom
// we asked answered; 0: there was neither.
func (x *asking) heard() (at int64, what string) {
	for i := range x.On.People {
		if due, by := x.v.Due(int16(i)); due > at {
			at, what = due, fmt.Sprintf("; %s was asked by %s (%s)", x.On.People[i], cmp.Or(by, "the team"), x.date(due))
		}
	}
	if last := x.last(); last != nil && last.ended > at {
		at, what = last.ended, fmt.Sprintf("; %s was asked and answered (%s)", last.key.Who, x.date(last.ended))
	}
	return at, what
}

// anybody says whether somebody of the team takes part in the change, but as its author.
func (x *asking) anybody() bool {
	return slices.ContainsFunc(x.parts(), func(p part) bool {
		return p.person != review.Nobody && x.v.OfTeam(p.person) && !x.v.OfAuthors(p.person) && p.takesPart()
	})
}

func (x *asking) no(format string, args ...any) Decision {
	return x.end(Nobody, "nobody is asked: "+fmt.Sprintf(format, args...))
}

func (x *asking) stuck(format string, args ...any) Decision {
	return x.end(Stuck, "stuck: "+fmt.Sprintf(format, args...))
}

func (x *asking) end(v Verdict, reason string) Decision {
	x.d.Verdict, x.d.Reason = v, fmt.Sprintf("change %d: %s", x.On.Number, reason)
	return x.d
}

// remind makes the decision a reminder.
func (x *asking) remind(a *ownAsk) Decision {
	x.d.Who, x.d.Key, x.d.Attention = a.key.Who, a.key, Attention
	x.d.Message = fmt.Sprintf("Still waiting for a review by %s, who was asked %s.\n%s\n%s",
		a.key.Who, x.date(a.at), x.wayOut(), a.key.ReminderLine())
	return x.end(Remind, fmt.Sprintf("%s is reminded: asked %s, no answer", a.key.Who, x.date(a.at)))
}

// ask makes the decision an ask, if there is somebody to ask.
func (x *asking) ask(v Verdict, why, because string) Decision {
	if !x.poolKnown() {
		return x.end(FilesUnread, "whom to ask depends on its files")
	}
	who, by := x.choose()
	if who == "" {
		return x.stuck("%s; nobody of the team can be asked%s", because, x.soonest())
	}
	if until := x.enough(why); !until.IsZero() {
		return x.later(until, who, because)
	}
	x.d.Next = time.Time{} // it is made now
	x.d.Who, x.d.Attention = who, Attention
	x.d.Key = review.AskKey{Change: x.On.Key, Why: why, Votes: x.v.Required(), Who: who}
	x.d.Message = fmt.Sprintf("A review by %s is wanted (%s): %s.\n%s\n%s", who, by, because, x.wayOut(), x.d.Key.Line())
	return x.end(v, fmt.Sprintf("%s is asked (%s): %s", who, by, because))
}

// soonest says who can be asked when time has passed.
func (x *asking) soonest() string {
	if x.back == "" {
		return ""
	}
	return " now; " + x.back
}

// Window is the time in which a board makes no more asks than its total.
const Window = 10 * time.Minute

// enough is until when the board has asked enough; zero: it has not. What somebody asks for waits for nothing.
func (x *asking) enough(why string) time.Time {
	if x.Total <= 0 || len(x.Lately) < x.Total || why == review.AskRequest {
		return time.Time{}
	}
	until := x.Lately[len(x.Lately)-x.Total].Add(Window)
	if !x.Now.Before(until) {
		return time.Time{}
	}
	return until
}

// later makes the decision an ask that is put off.
func (x *asking) later(until time.Time, who, because string) Decision {
	x.d.Next, x.d.Who = until, who
	at := until.Add(time.Minute - 1).UTC().Format("15:04")
	for i := range x.d.People {
		if p := &x.d.People[i]; p.Asked {
			p.Asked, p.Text = false, fmt.Sprintf("at %s, %s", at, strings.TrimPrefix(p.Text, "asked: "))
		}
	}
	return x.end(Later, fmt.Sprintf("%s, at %s (%s in ten minutes): %s", who, at, tell.Counted(len(x.Lately), "ask"), because))
}

// wayOut says how to decline.
func (x *asking) wayOut() string {
	how := "take yourself off the attention set"
	if x.Rules.Decline != nil && x.Rules.Decline.MatchString("not me") {
		how = "reply \"not me\" or " + how
	}
	return fmt.Sprintf("If you cannot, %s, and somebody else is asked.\n", how)
}

// date is a time for sentences. They stay on the change, where nothing else tells the day or the zone.
func (x *asking) date(at int64) string { return time.Unix(at, 0).UTC().Format("Jan 2 15:04 UTC") }

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
