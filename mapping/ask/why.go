package ask

import (
	"time"

	"reviewsync/mapping/review"
)

// Why is the reason why somebody is asked, or nobody: a code, and what it names. Values can be
// compared with ==. Fields that do not belong to the code are zero.
type Why struct {
	Code    Code           `json:"code"`
	State   review.State   `json:"state,omitempty"`  // of the change
	Votes   review.Tally   `json:"votes,omitzero"`   // of the team
	Since   time.Time      `json:"since,omitzero"`   // since when the change waits; of WhyEarly, the start of the board
	Request review.Request `json:"request,omitzero"` // a person's, for one more review
	Due     review.Due     `json:"due,omitzero"`     // a review that was expected when the wait began
	Objects review.Cast    `json:"objects,omitzero"` // the vote of a bot
	At      time.Time      `json:"at,omitzero"`      // when it was given
	Asked   Ask            `json:"asked,omitzero"`   // the ask that it is about, or whose answer began the wait
	Before  Ask            `json:"before,omitzero"`  // the ask before, which was not answered either
	Barred  Barred         `json:"barred,omitzero"`  // what bars the person who was asked
	Soonest Soonest        `json:"soonest,omitzero"` // of Stuck, if somebody can be asked later
	Lately  int            `json:"lately,omitempty"` // of Later: how many asks the board made in Window
}

// Code is the kind of a reason.
type Code string

// Why nobody is asked.
const (
	WhyNoRules    Code = "no-rules"     // the board asks nobody
	WhyNotCounted Code = "not-counted"  // the board does not count the change
	WhyGone       Code = "gone"         // the change is gone or private
	WhyState      Code = "state"        // the change needs no review
	WhyBotObjects Code = "bot-objects"  // a bot voted against the change
	WhyUndone     Code = "undone"       // a person took the reviewer off whom we had asked
	WhyWaits      Code = "waits"        // for the answer to an ask
	WhyEnough     Code = "votes-enough" // the change has the required votes
	WhyEarly      Code = "too-early"    // nothing has happened since the start of the board
)

// Why somebody is asked. Some are also the reason why nobody is yet, or can be.
const (
	WhyRequest  Code = "request"           // a person requested one more review
	WhyNobody   Code = "nobody-takes-part" // no team member takes part
	WhyFew      Code = "few-votes"         // fewer than required
	WhySilent   Code = "no-answer"         // to an ask
	WhyDeclined Code = "declined"          // the person who was asked declined
	WhyLost     Code = "taken-off"         // a bot took the reviewer off whom we had asked
	WhyCannot   Code = "cannot-now"        // the person who was asked cannot review the change any more
)

// Why it is stuck, although others could be asked.
const (
	WhyNeither  Code = "neither-answers"   // two people were asked
	WhyNeedless Code = "answer-not-needed" // the change has the required votes without it
)

// Ask is an ask of ours on the change, and what became of it.
type Ask struct {
	Who      string    `json:"who"`
	At       time.Time `json:"at"`
	Reminded time.Time `json:"reminded,omitzero"`
	Fate     Fate      `json:"fate"`
	Ended    time.Time `json:"ended,omitzero"` // when its fate was decided
	By       string    `json:"by,omitempty"`   // who decided its fate
}

// Fate is what became of an ask.
type Fate string

// What can become of an ask.
const (
	FateOpen     Fate = "open"     // it has no answer yet
	FatePassed   Fate = "passed"   // it was not answered, and somebody else was asked
	FateAnswered Fate = "answered" // by a vote or a word
	FateDeclined Fate = "declined" // by a line, or by leaving the change or the attention set
	FateUndone   Fate = "undone"   // a person took the reviewer off
	FateLost     Fate = "lost"     // a bot did
)

// Person is somebody who was considered.
type Person struct {
	Name   string `json:"name"`
	Turn   Turn   `json:"turn,omitempty"`  // why it is their turn
	Barred Barred `json:"barred,omitzero"` // why they are not asked
}

// Turn is why this person is asked before others.
type Turn string

// The turns. An earlier one goes before a later one.
const (
	TurnChain Turn = "chain"   // was asked for another change of the chain
	TurnDuty  Turn = "on-duty" // is on duty
	TurnNext  Turn = "in-turn" // was asked the longest ago
)

// Barred is why a person is not asked.
type Barred struct {
	By    Bar       `json:"by"`
	At    time.Time `json:"at,omitzero"`     // when that happened; of BarAway, until when, if known
	Asks  int       `json:"asks,omitempty"`  // of BarOpenAsks and BarAsksToday
	Said  string    `json:"said,omitempty"`  // of BarRefused
	First string    `json:"first,omitempty"` // of BarBehind and BarTurn: who is asked
	Turn  Turn      `json:"turn,omitempty"`  // of BarTurn: whose it is
}

// Bar is a reason why a person is not asked.
type Bar string

// Bars that last.
const (
	BarNoAccount Bar = "no-account" // on Gerrit
	BarRefused   Bar = "refused"    // by Gerrit, with its words
	BarOutsider  Bar = "outsider"   // not in the team
	BarBot       Bar = "bot"
	BarInactive  Bar = "inactive" // account on Gerrit
	BarAuthors   Bar = "author-side"
	BarDeclined  Bar = "declined"
	BarAsked     Bar = "asked-before"
	BarTakenOff  Bar = "taken-off" // the change
	BarLeft      Bar = "left"      // the change
	BarVoted     Bar = "voted"
	BarSpoke     Bar = "spoke"
	BarReviewer  Bar = "reviewer"
	BarRequester Bar = "requester" // requested one more review
)

// Bars that end by time, or because of others.
const (
	BarAway      Bar = "away"
	BarOpenAsks  Bar = "open-asks"  // too many
	BarAsksToday Bar = "asks-today" // too many
	BarBehind    Bar = "behind"     // somebody else comes first
	BarTurn      Bar = "turn"       // it is somebody else's turn
)

// Soonest is who can be asked first, and from when.
type Soonest struct {
	Who  string    `json:"who"`
	From time.Time `json:"from"`
	Asks int       `json:"asks,omitempty"` // how many they had today; 0: they are away until then
}
