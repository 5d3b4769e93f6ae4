package tell

import (
	"fmt"
	"time"

	"reviewsync/mapping/ask"
)

// Attention is the reason in the attention set for everybody whom we ask. It never changes: another
// reason would be another write, and another mail.
const Attention = "reviewsync: a review is wanted"

// Ask says what was decided on asking for a review of a change.
func Ask(d ask.Decision) string { return fmt.Sprintf("change %d: %s", d.Change.Number, Asking(d)) }

// Asking is Ask without the change.
func Asking(d ask.Decision) string {
	because := AskedBecause(d)
	switch d.Verdict {
	case ask.Nobody:
		return "nobody is asked: " + because
	case ask.Somebody, ask.Another:
		return asked(d.Who, d.Turn) + ": " + because
	case ask.Remind:
		return reminded(d.Who) + ": " + remindedBecause(&d.Why)
	case ask.Later:
		return fmt.Sprintf("%s, at %s (%s in ten minutes): %s", d.Who, minute(d.Next), Counted(d.Why.Lately, "ask"), because)
	case ask.FilesUnread:
		return "whom to ask depends on its files"
	case ask.Stuck:
		switch d.Why.Code {
		case ask.WhyNeither, ask.WhyNeedless:
			return "stuck: " + because
		default:
			return fmt.Sprintf("stuck: %s; nobody of the team can be asked%s", because, soonest(d.Why.Soonest))
		}
	}
	return ""
}

func asked(who string, turn ask.Turn) string { return fmt.Sprintf("%s is asked (%s)", who, Turn(turn)) }

func reminded(who string) string { return who + " is reminded" }

func remindedBecause(w *ask.Why) string {
	return fmt.Sprintf("asked %s, no answer", askDate(w.Asked.At))
}

// soonest says who can be asked first, and when.
func soonest(s ask.Soonest) string {
	if s.Who == "" {
		return ""
	}
	text := fmt.Sprintf(" now; %s can be from %s", s.Who, askDate(s.From))
	if s.Asks > 0 {
		text += " (" + asksToday(s.Asks) + ")"
	}
	return text
}

// AskedBecause says why somebody is asked, or nobody.
func AskedBecause(d ask.Decision) string {
	w := &d.Why
	votes, earlier := VotesOf(w.Votes.Votes, w.Votes.Required), fmt.Sprintf("%s was asked (%s)", w.Asked.Who, askDate(w.Asked.At))
	switch w.Code {
	case ask.WhyNoRules:
		return d.Board + " asks nobody"
	case ask.WhyNotCounted:
		return d.Board + " does not count it"
	case ask.WhyGone:
		return "it is gone"
	case ask.WhyState:
		return fmt.Sprintf("it is %s", w.State)
	case ask.WhyBotObjects:
		return fmt.Sprintf("%s voted %s (%s)", w.Objects.By, Points(w.Objects.Vote), askDate(w.At))
	case ask.WhyUndone:
		return fmt.Sprintf("%s took %s, whom reviewsync had asked, off the reviewers (%s); nobody else is asked here", w.Asked.By, w.Asked.Who, askDate(w.Asked.Ended))
	case ask.WhyWaits:
		text := earlier + " and has not answered"
		if !w.Asked.Reminded.IsZero() {
			text += fmt.Sprintf(", nor since the reminder (%s)", askDate(w.Asked.Reminded))
		}
		return text
	case ask.WhyEnough:
		return votes
	case ask.WhyEarly:
		return fmt.Sprintf("%s, but it has needed a review since before the rules of this board began (%s)", votes, askDate(w.Since))
	case ask.WhyRequest:
		return Requested(w.Request, askDate(w.Request.At))
	case ask.WhyNobody:
		return "nobody of the team has taken part" + waiting(w)
	case ask.WhyFew:
		return votes + waiting(w)
	case ask.WhySilent:
		return earlier + " and has not answered"
	case ask.WhyDeclined:
		return fmt.Sprintf("%s declined (%s)", w.Asked.Who, askDate(w.Asked.Ended))
	case ask.WhyLost:
		return fmt.Sprintf("%s is no longer a reviewer (%s)", w.Asked.Who, askDate(w.Asked.Ended))
	case ask.WhyCannot:
		return fmt.Sprintf("%s, who was asked (%s), is %s", w.Asked.Who, askDate(w.Asked.At), barred(w.Barred))
	case ask.WhyNeither:
		return fmt.Sprintf("neither %s (asked %s) nor %s (asked %s) has answered", w.Before.Who, askDate(w.Before.At), w.Asked.Who, askDate(w.Asked.At))
	case ask.WhyNeedless:
		return fmt.Sprintf("%s and has not answered; there are votes enough, so nobody else is asked: remove %s as a reviewer to go on without", earlier, w.Asked.Who)
	}
	return ""
}

// waiting says since when a change waits, and for whom it waited before.
func waiting(w *ask.Why) string {
	text := " since " + askDate(w.Since)
	switch {
	case w.Due.Who != "":
		text += fmt.Sprintf("; %s was asked by %s (%s)", w.Due.Who, named(w.Due.By, "the team"), askDate(w.Due.At))
	case w.Asked.Who != "":
		text += fmt.Sprintf("; %s was asked and answered (%s)", w.Asked.Who, askDate(w.Asked.Ended))
	}
	return text
}

// AskPerson says why somebody is asked, or not.
func AskPerson(d ask.Decision, p ask.Person) string {
	switch {
	case p.Barred.By != "":
		return fmt.Sprintf("%s: not asked, %s", p.Name, barred(p.Barred))
	case d.Verdict == ask.Later:
		return fmt.Sprintf("%s: at %s, %s", p.Name, minute(d.Next), Turn(p.Turn))
	default:
		return fmt.Sprintf("%s: asked: %s", p.Name, Turn(p.Turn))
	}
}

// Turn says why this person is asked and nobody else.
func Turn(t ask.Turn) string {
	switch t {
	case ask.TurnChain:
		return "asked for the chain of changes too"
	case ask.TurnDuty:
		return "on duty"
	case ask.TurnNext:
		return "in turn"
	}
	return ""
}

// barred says what keeps somebody from being asked.
func barred(b ask.Barred) string {
	at := fmt.Sprintf(" (%s)", askDate(b.At))
	switch b.By {
	case ask.BarNoAccount:
		return "has no account on Gerrit"
	case ask.BarRefused:
		return b.Said
	case ask.BarOutsider:
		return "not in the team"
	case ask.BarBot:
		return "a bot"
	case ask.BarInactive:
		return "inactive"
	case ask.BarAuthors:
		return "on the author's side"
	case ask.BarDeclined:
		return "declined" + at
	case ask.BarAsked:
		return "was asked before" + at
	case ask.BarTakenOff:
		return "taken off the change" + at
	case ask.BarLeft:
		return "left the change" + at
	case ask.BarVoted:
		return "has voted" + at
	case ask.BarSpoke:
		return "has spoken" + at
	case ask.BarReviewer:
		return "is a reviewer" + at
	case ask.BarRequester:
		return "asked for the review" + at
	case ask.BarAway:
		if b.At.IsZero() {
			return "away"
		}
		return "away until " + askDate(b.At)
	case ask.BarOpenAsks:
		return Counted(b.Asks, "unanswered ask")
	case ask.BarAsksToday:
		return asksToday(b.Asks)
	case ask.BarBehind:
		return b.First + " comes first"
	case ask.BarTurn:
		return fmt.Sprintf("%s is %s", b.First, Turn(b.Turn))
	}
	return ""
}

func asksToday(n int) string { return Counted(n, "ask") + " today" }

// AskMessage is what is posted on a change to ask or remind somebody. It ends with the key of the
// ask. Empty: nothing is posted.
func AskMessage(d ask.Decision) string {
	if !d.Writes() {
		return ""
	}
	how := "take yourself off the attention set"
	if d.Decline {
		how = "reply \"not me\" or " + how
	}
	how = fmt.Sprintf("If you cannot, %s, and somebody else is asked.\n", how)
	if d.Verdict == ask.Remind {
		return fmt.Sprintf("Still waiting for a review by %s, who was asked %s.\n%s\n%s", d.Who, askDate(d.Why.Asked.At), how, d.Key.ReminderLine())
	}
	return fmt.Sprintf("A review by %s is wanted (%s): %s.\n%s\n%s", d.Who, Turn(d.Turn), AskedBecause(d), how, d.Key.Line())
}

// askDate writes a time with its day and zone, since sentences about asks stay on the change.
func askDate(at time.Time) string { return at.UTC().Format("Jan 2 15:04 UTC") }

// minute writes a time, rounded up.
func minute(at time.Time) string { return at.Add(time.Minute - 1).UTC().Format("15:04") }
