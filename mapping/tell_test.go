package mapping_test

import (
	. "reviewsync/mapping"
	"reviewsync/mapping/tell"
)

// called is what an account is called: in tests, by its ID.
func called(account string) string {
	if account == "" {
		return "reviewsync"
	}
	return account
}

// inWords is the sentence on a decision.
func inWords(d Decision) string { return tell.Decision(d, called) }

// explain returns everything that is said about a card.
func explain(q Question) tell.Explanation { return tell.Explain(Explain(q), called) }

// leavesBoard is the replaced board that a card leaves with a decision; empty: none.
func leavesBoard(d Decision) string {
	if len(d.Effects) == 0 {
		return ""
	}
	return d.Effects[0].Card.Leave.ID
}

// asked says whether somebody's act on the task is what moves a card.
func asked(d Decision) bool { return d.Verdict == Move && d.Why.Did.Kind != "" }
