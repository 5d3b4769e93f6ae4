// Package ask decides when somebody is asked for a review of a change, and who.
//
//	Rules     when a board asks, and how often         ask.go
//	  Asks    our asks on a change                     ask.go
//	Decide    whether somebody is asked now            decide.go
//	  choose  who, and why the others are not          who.go
//	  Why     the reason, as a value                   why.go
//
// Like package mapping it is pure: no input or output, no clock, no context. It knows
// nothing of cards. Its sentences and messages are in package tell.
package ask

import (
	"regexp"
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// Rules say when a board asks a team member for a review, and who. Durations are working
// time. A zero value means off.
type Rules struct {
	After  time.Duration // ask if a change has too few team votes for this long
	Nobody time.Duration // ask if no team member takes part for this long

	RemindAfter time.Duration  // after this long without an answer comes one reminder, then another person is asked
	Decline     *regexp.Regexp // matches a line that declines
	Cap         int            // the most asks of one person per day
	MaxOpen     int            // the most unanswered asks of one person
	Pools       []Pool         // the first that matches a change replaces the team
}

// Pool is a group of team members who are asked about certain changes.
type Pool struct {
	Repositories []string // patterns, see review.Match; none: all
	Paths        []string // patterns, of which a file of the change must match one; none: all
	People       []string // Gerrit user names
}

// Lines returns the expressions that review.Reader.Lines needs to find requests and declines.
// The rules may be nil.
func (r *Rules) Lines(requests review.Requests) []*regexp.Regexp {
	if r == nil {
		return nil
	}
	return slices.DeleteFunc([]*regexp.Regexp{requests.Line, r.Decline}, func(r *regexp.Regexp) bool { return r == nil })
}

// Hours computes with working time.
type Hours interface {
	// After returns the first instant that is d of working time after t.
	After(t time.Time, d time.Duration) time.Time
}

// allHours counts all time as working time.
type allHours struct{}

func (allHours) After(t time.Time, d time.Duration) time.Time { return t.Add(d) }

// Past is an ask of ours on any change.
type Past struct {
	review.AskKey
	At   time.Time // Gerrit's clock
	Open bool      // it has no answer yet
}

// Asks returns our asks on a change, the oldest first.
func (r *Rules) Asks(h *review.History) []Past {
	var past []Past
	for _, a := range ownAsks(r, h) {
		past = append(past, Past{AskKey: a.key, At: time.Unix(a.at, 0).UTC(), Open: a.fate == FateOpen && h.Status == review.StatusNew})
	}
	return past
}

// ownAsk is an ask of ours on the change, and what became of it.
type ownAsk struct {
	key      review.AskKey
	index    int // of the fact
	who      int16
	at       int64
	reminded int64 // 0: not
	fate     Fate
	ended    int64 // when its fate was decided; 0: it is open
	by       int16 // who undid it
}

// unmet reports whether the ask has not led to a review.
func (a *ownAsk) unmet() bool {
	return a.fate == FateDeclined || a.fate == FateLost || a.fate == FateOpen
}

// ownAsks returns our asks on a change, the oldest first.
func ownAsks(rules *Rules, h *review.History) []ownAsk {
	var asks []ownAsk
	for i := range h.Facts {
		f := &h.Facts[i]
		switch f.Kind {
		case review.AskPosted:
			asks = append(asks, ownAsk{key: h.Asked(f), index: i, who: f.Who, at: f.At, fate: FateOpen, by: review.Nobody})
		case review.ReminderPosted:
			for n := range asks {
				if asks[n].key == h.Asked(f) {
					asks[n].reminded = f.At
				}
			}
		}
	}
	for n := range asks {
		asks[n].follow(rules, h)
		if a := &asks[n]; a.fate == FateOpen && n+1 < len(asks) {
			a.fate, a.ended = FatePassed, asks[n+1].at
		}
	}
	return asks
}

// follow finds what ended an ask. A line that declines does, even after other words, but not after a vote.
func (a *ownAsk) follow(rules *Rules, h *review.History) {
	end := func(f *review.Fact, as Fate) {
		if a.fate == FateOpen {
			a.fate, a.ended, a.by = as, f.At, f.By
		}
	}
	if a.who == review.Nobody {
		return
	}
	for i := range h.Facts {
		f := &h.Facts[i]
		switch {
		case f.At < a.at:
		case f.By == a.who && f.Kind == review.Wrote && rules != nil && rules.Decline != nil && rules.Decline.MatchString(h.Line(f)):
			if a.fate == FateOpen || a.fate == FateAnswered && !votedSince(h, a.who, a.at) {
				a.fate, a.ended, a.by = FateDeclined, f.At, f.By
			}
		case f.By == a.who && (f.Kind == review.Voted || f.Kind == review.Said):
			end(f, FateAnswered)
		case f.Who != a.who || i < a.index:
		case f.Kind == review.ReviewerOut && f.By == a.who:
			end(f, FateDeclined)
		case f.Kind == review.ReviewerOut && f.By != review.Nobody && !f.Bot:
			end(f, FateUndone)
		case f.Kind == review.ReviewerOut:
			end(f, FateLost)
		case f.Kind == review.TurnOff && f.At > a.at && leftTurn(h, a.who, f.At):
			end(f, FateDeclined)
		}
	}
}

func votedSince(h *review.History, who int16, at int64) bool {
	return slices.ContainsFunc(h.Facts, func(f review.Fact) bool { return f.Kind == review.Voted && f.By == who && f.At >= at })
}

// leftTurn reports whether a person left the attention set by choice. Gerrit itself removes
// people who reply, and everybody from a change that is closed or a work in progress.
func leftTurn(h *review.History, who int16, at int64) bool {
	return !slices.ContainsFunc(h.Facts, func(f review.Fact) bool {
		switch f.Kind {
		case review.Voted, review.Said, review.Commented:
			return f.At == at && f.By == who
		case review.BecameDraft, review.WasAbandoned, review.WasSubmitted:
			return f.At == at
		case review.ReviewerOut:
			return f.At == at && f.Who == who
		default:
			return false
		}
	})
}
