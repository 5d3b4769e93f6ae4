package tell

import (
	"fmt"
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// DatedFact is a fact, or several of one moment, as a sentence.
type DatedFact struct {
	At      time.Time `json:"at"` // Gerrit's clock
	Text    string    `json:"text"`
	Decides bool      `json:"decides"` // a fact since the change came into its state, and one that counts on the board
}

// Story is the facts of a change in order, for a task. The facts of one moment are one sentence where
// possible. Facts since a time decide; zero: none does.
func Story(t review.Timeline, task int, since time.Time) []DatedFact {
	s := storyteller{task: task, began: map[int]string{}, asked: map[string]bool{}}
	for i := range t.Steps {
		step := &t.Steps[i]
		s.moment = step.Events
		var facts []DatedFact
		for n := range s.moment {
			e := &s.moment[n]
			text := s.fact(e)
			if text == "" || slices.ContainsFunc(facts, func(d DatedFact) bool { return d.Text == text }) {
				continue
			}
			facts = append(facts, DatedFact{At: step.At, Text: text, Decides: e.Heard && !since.IsZero() && !step.At.Before(since)})
		}
		s.list = append(s.list, facts...)
	}
	return s.list
}

// storyteller writes facts one by one.
type storyteller struct {
	task   int
	moment []review.Event  // of this second
	began  map[int]string  // threads: by whom
	asked  map[string]bool // who was made a reviewer by somebody else
	list   []DatedFact
}

// fact puts a fact into words. Empty: it has no sentence.
func (s *storyteller) fact(e *review.Event) string {
	who := named(e.By, "somebody")
	switch e.Kind {
	case review.Uploaded:
		return fmt.Sprintf("%s uploaded patch set %d%s", who, e.PatchSet, s.links(e.PatchSet))
	case review.Linked, review.Unlinked:
		switch {
		case e.Task != s.task:
		case e.PatchSet == 0: // from the change that it reverts
			return fmt.Sprintf("%s made it; it belongs to T%d, as what it reverts does", who, s.task)
		case !s.uploaded(e.PatchSet):
			return fmt.Sprintf("%s uploaded patch set %d without new code%s", who, e.PatchSet, s.links(e.PatchSet))
		}
	case review.Dropped:
		if !s.uploaded(e.PatchSet) { // otherwise that was the new code
			return fmt.Sprintf("Gerrit dropped votes of %s with patch set %d", Points(e.Vote), e.PatchSet)
		}
	case review.Voted:
		return fmt.Sprintf("%s voted %s on patch set %d%s", who, Points(e.Vote), e.PatchSet, unheard(e.Worth))
	case review.Unvoted:
		return fmt.Sprintf("the %s vote of %s was taken back", e.Vote.Label, who)
	case review.Said:
		if !s.also(func(o *review.Event) bool {
			return o.By == e.By && o.Kind != review.Said && o.Kind != review.TurnOn && o.Kind != review.TurnOff
		}) {
			return who + " wrote a message"
		}
	case review.Commented:
		return s.commented(e, who)
	case review.ReviewerIn:
		return s.added(e, who)
	case review.TurnOn, review.TurnOff, review.ReviewerOut:
		return s.turned(e)
	case review.BecameDraft:
		return who + " set it to work in progress"
	case review.BecameReady:
		return who + " made it ready for review"
	case review.WasAbandoned:
		return who + " abandoned it"
	case review.WasRestored:
		return who + " restored it"
	case review.WasSubmitted:
		return "it was merged"
	case review.CameInto:
		if e.Heard {
			return shortRef(e.Text) + " has it"
		}
	case review.HashtagOn, review.HashtagOff:
		return hashtagged(e, who)
	case review.ReminderPosted:
		return "reviewsync reminded " + e.Who
	case review.Wrote: // the message has it
	case review.AskPosted: // the reviewer has it
	case review.Created, review.Copied: // the first patch set or the rebase has it
	}
	return ""
}

// unheard says why a vote does not count on a board.
func unheard(w review.Worth) string {
	switch w {
	case review.WorthNoLabel:
		return ", a label that the board does not look at"
	case review.WorthBot:
		return ", which is a bot's"
	case review.WorthBotsOnly:
		return ", where only bots count"
	default:
		return ""
	}
}

// hashtagged writes a hashtag that the board looks at.
func hashtagged(e *review.Event, who string) string {
	switch {
	case !e.Heard:
		return ""
	case e.Kind == review.HashtagOff:
		return fmt.Sprintf("%s took the hashtag %s off", who, e.Text)
	default:
		return fmt.Sprintf("%s gave it the hashtag %s", who, e.Text)
	}
}

// added writes that somebody was made a reviewer by somebody else.
func (s *storyteller) added(e *review.Event, who string) string {
	if e.By == e.Who {
		return ""
	}
	s.asked[e.Who] = true
	if e.Ours {
		return fmt.Sprintf("reviewsync asked %s for a review", e.Who)
	}
	return fmt.Sprintf("%s added %s as a reviewer", who, e.Who)
}

// links says what a patch set did to the link.
func (s *storyteller) links(patchSet int) string {
	switch is := func(kind review.Kind) bool {
		return s.also(func(o *review.Event) bool { return o.Kind == kind && o.Task == s.task && o.PatchSet == patchSet })
	}; {
	case is(review.Linked):
		return fmt.Sprintf(", which names T%d", s.task)
	case is(review.Unlinked):
		return fmt.Sprintf(", which no longer names T%d", s.task)
	default:
		return ""
	}
}

func (s *storyteller) commented(e *review.Event, who string) string {
	by, known := s.began[e.Thread]
	if !known {
		s.began[e.Thread] = who
	}
	switch {
	case !known && e.Unresolved:
		return who + " began a thread"
	case !known:
		return who + " left a comment"
	case e.Unresolved:
		return fmt.Sprintf("%s spoke in a thread of %s, which stays open", who, by)
	default:
		return fmt.Sprintf("%s resolved a thread of %s", who, by)
	}
}

// turned writes turns and removals of people whose review was asked for.
func (s *storyteller) turned(e *review.Event) string {
	if e.Who == "" || !s.asked[e.Who] {
		return ""
	}
	switch e.Kind {
	case review.TurnOn:
		if s.also(func(o *review.Event) bool { return o.Kind == review.ReviewerIn && o.Who == e.Who }) {
			return ""
		}
		return e.Who + " is on turn"
	case review.TurnOff:
		if s.also(func(o *review.Event) bool {
			return o.By == e.Who || o.Kind == review.WasSubmitted || o.Kind == review.WasAbandoned
		}) {
			return "" // because of what they did themselves, or because the review is over
		}
		return e.Who + " is no longer on turn"
	default:
		delete(s.asked, e.Who)
		return e.Who + " is no longer a reviewer"
	}
}

// uploaded says whether new code came as that patch set in this second.
func (s *storyteller) uploaded(patchSet int) bool {
	return s.also(func(o *review.Event) bool { return o.Kind == review.Uploaded && o.PatchSet == patchSet })
}

// also says whether something else happened in this second.
func (s *storyteller) also(fits func(*review.Event) bool) bool {
	for i := range s.moment {
		if fits(&s.moment[i]) {
			return true
		}
	}
	return false
}
