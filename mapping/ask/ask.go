// Package ask says when somebody is asked for a review of a change, and whom.
//
//	Rules     when a board asks, and how often              ask.go
//	  Asks    what became of those that we made             ask.go
//	Decide    whether somebody is asked now                 decide.go
//	  choose  whom, and what speaks against each other one  who.go
//	  Why     why, as a value                               why.go
//
// Like package mapping it is pure: no input or output, no clock, no context. It knows
// nothing of cards. Its sentences, and what is posted on a change, are in package tell.
package ask

import (
	"regexp"
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// Rules say when a board asks somebody of its team for a review, and whom. A span is one
// of working time. What is zero is off.
type Rules struct {
	After  time.Duration // ask if a change has had too few votes of the team for so long
	Nobody time.Duration // ask if nobody of the team has taken part for so long

	RemindAfter time.Duration  // who has not answered for so long is reminded once; then somebody else is asked
	Decline     *regexp.Regexp // a line by which somebody declines
	Cap         int            // asks of one person a day
	MaxOpen     int            // asks that one person has not answered yet
	Pools       []Pool         // the first that fits a change says who is asked instead of the team
}

// Pool is who is asked about some changes. Its people are of the team.
type Pool struct {
	Repositories []string // patterns, see Match; none: all
	Paths        []string // patterns; one file of the change fits one of them. None: all
	People       []string // Gerrit user names
}

// Lines are what review.Reader.Lines must know, so that requests and declines are read. The
// rules may be nil.
func (r *Rules) Lines(requests review.Requests) []*regexp.Regexp {
	if r == nil {
		return nil
	}
	return slices.DeleteFunc([]*regexp.Regexp{requests.Line, r.Decline}, func(r *regexp.Regexp) bool { return r == nil })
}

// Hours tell working time.
type Hours interface {
	// After is the first instant after t with so much working time in between.
	After(t time.Time, d time.Duration) time.Time
}

// allHours is working time that never rests.
type allHours struct{}

func (allHours) After(t time.Time, d time.Duration) time.Time { return t.Add(d) }

// Past is an ask of ours, on whichever change.
type Past struct {
	review.AskKey
	At   time.Time // Gerrit's clock
	Open bool      // it is still waited for
}

// Asks are those that we made on a change, the oldest first.
func (r *Rules) Asks(h *review.History) []Past {
	var past []Past
	for _, a := range ownAsks(r, h) {
		past = append(past, Past{AskKey: a.key, At: time.Unix(a.at, 0).UTC(), Open: a.fate == FateOpen && h.Status == review.StatusNew})
	}
	return past
}

// ownAsk is an ask of ours and what became of it.
type ownAsk struct {
	key      review.AskKey
	index    int // of the fact
	who      int16
	at       int64
	reminded int64 // 0: not
	fate     Fate
	ended    int64 // when it came to its fate; 0: it is open
	by       int16 // who undid it
}

// unmet says whether the review that was asked for does not come by itself.
func (a *ownAsk) unmet() bool {
	return a.fate == FateDeclined || a.fate == FateLost || a.fate == FateOpen
}

// ownAsks follows what became of each of our asks, the oldest first.
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

// follow finds what ended an ask. A line that declines does, whatever else was said without a vote.
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

// leftTurn says whether somebody left the attention set by no rule of Gerrit: it takes
// off who speaks, and everybody from a change that is closed or a work in progress.
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
