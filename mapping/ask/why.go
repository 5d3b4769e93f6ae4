package ask

import (
	"time"

	"reviewsync/mapping/review"
)

// Why is why somebody is asked, or nobody: a code, and what it names. Two can be compared
// with ==. What does not matter to the code is zero.
type Why struct {
	Code    Code           `json:"code"`
	State   review.State   `json:"state,omitempty"`  // that the change is in
	Votes   review.Tally   `json:"votes,omitzero"`   // of the team
	Since   time.Time      `json:"since,omitzero"`   // since when it waits; of WhyEarly, when the rules of the board began
	Request review.Request `json:"request,omitzero"` // for one more review
	Due     review.Due     `json:"due,omitzero"`     // a review that was expected when the wait began
	Objects review.Cast    `json:"objects,omitzero"` // the vote of a bot
	At      time.Time      `json:"at,omitzero"`      // when it was given
	Asked   Made           `json:"asked,omitzero"`   // the ask that it is about, or by whose answer the wait began
	Before  Made           `json:"before,omitzero"`  // the one before, that was not answered either
	Barred  Barred         `json:"barred,omitzero"`  // what keeps who was asked from reviewing it
	Soonest Soonest        `json:"soonest,omitzero"` // of Stuck, where nobody can be asked now
	Lately  int            `json:"lately,omitempty"` // of Later: so many asks the board made in Window
}

// Code is why.
type Code string

// Why nobody is asked.
const (
	WhyNoRules    Code = "no-rules"     // the board asks nobody
	WhyNotCounted Code = "not-counted"  // nor does it count the change
	WhyGone       Code = "gone"         // nobody sees the change any more
	WhyState      Code = "state"        // the change needs no review
	WhyBotObjects Code = "bot-objects"  //
	WhyUndone     Code = "undone"       // a person took off whom we had asked
	WhyWaits      Code = "waits"        // for whom we asked
	WhyEnough     Code = "votes-enough" //
	WhyEarly      Code = "too-early"    // the change has needed a review since before the rules of the board began
)

// Why somebody is asked; some of them also are why nobody is yet, or can be.
const (
	WhyRequest  Code = "request"           // for one more review
	WhyNobody   Code = "nobody-takes-part" // of the team has taken part
	WhyFew      Code = "few-votes"         //
	WhySilent   Code = "no-answer"         // of whom we asked
	WhyDeclined Code = "declined"          //
	WhyLost     Code = "taken-off"         // a bot took off whom we had asked
	WhyCannot   Code = "cannot-now"        // who was asked cannot review it any more
)

// Why it is stuck, though somebody could be asked.
const (
	WhyNeither  Code = "neither-answers"   // of two
	WhyNeedless Code = "answer-not-needed" // there are votes enough without it
)

// Made is an ask of ours on the change, and what became of it.
type Made struct {
	Who      string    `json:"who"`
	At       time.Time `json:"at"`
	Reminded time.Time `json:"reminded,omitzero"`
	Fate     Fate      `json:"fate"`
	Ended    time.Time `json:"ended,omitzero"` // when it came to its fate
	By       string    `json:"by,omitempty"`   // who brought it to that
}

// Fate is what became of an ask.
type Fate string

// The fates.
const (
	FateOpen     Fate = "open"     // it is waited for
	FatePassed   Fate = "passed"   // it was not answered, and somebody else was asked
	FateAnswered Fate = "answered" // by a vote or a word
	FateDeclined Fate = "declined" // by a line, or by leaving the change or the attention set
	FateUndone   Fate = "undone"   // a person took the reviewer off
	FateLost     Fate = "lost"     // a bot did
)

// Person is somebody who was thought of.
type Person struct {
	Name   string `json:"name"`
	Turn   Turn   `json:"turn,omitempty"`  // why they are asked
	Barred Barred `json:"barred,omitzero"` // or why not
}

// Turn is why somebody is asked and nobody else.
type Turn string

// The turns, the first that anybody has.
const (
	TurnChain Turn = "chain"   // was asked for another change of the chain
	TurnDuty  Turn = "on-duty" //
	TurnNext  Turn = "in-turn" // was asked the longest ago
)

// Barred is what keeps somebody from being asked.
type Barred struct {
	By    Bar       `json:"by"`
	At    time.Time `json:"at,omitzero"`     // when that happened; of BarAway, until when, if that is known
	Asks  int       `json:"asks,omitempty"`  // of BarOpenAsks and BarAsksToday
	Said  string    `json:"said,omitempty"`  // of BarRefused
	First string    `json:"first,omitempty"` // of BarBehind and BarTurn: who is asked
	Turn  Turn      `json:"turn,omitempty"`  // of BarTurn: whose it is
}

// Bar is a kind of that.
type Bar string

// For good.
const (
	BarNoAccount Bar = "no-account" // on Gerrit
	BarRefused   Bar = "refused"    // by Gerrit, which says why
	BarOutsider  Bar = "outsider"   //
	BarBot       Bar = "bot"        //
	BarInactive  Bar = "inactive"   //
	BarAuthors   Bar = "author-side"
	BarDeclined  Bar = "declined"
	BarAsked     Bar = "asked-before"
	BarTakenOff  Bar = "taken-off" // the change
	BarLeft      Bar = "left"      // the change
	BarVoted     Bar = "voted"
	BarSpoke     Bar = "spoke"
	BarReviewer  Bar = "reviewer"
	BarRequester Bar = "requester" // of one more review
)

// For now.
const (
	BarAway      Bar = "away"
	BarOpenAsks  Bar = "open-asks"  // so many that there are no more
	BarAsksToday Bar = "asks-today" // likewise
	BarBehind    Bar = "behind"     // somebody else comes first
	BarTurn      Bar = "turn"       // it is somebody else's
)

// Soonest is who can be asked first when time has passed.
type Soonest struct {
	Who  string    `json:"who"`
	From time.Time `json:"from"`
	Asks int       `json:"asks,omitempty"` // for as many today; 0: they are away until then
}
