// Package mapping holds the rules of reviewsync: which column a card belongs in, and why.
// What is about one change is in package review; the sentences are in package tell.
//
// It is pure. There is no input or output, no clock and no context in it: the same
// arguments always give the same decision, and the order of lists in them does not matter.
//
// The way through it, in the order in which it is called:
//
//	Decide   for one card: move or stay           decide.go
//	  replay the facts of all its changes         course.go
//	  rule   the first that fits                  card.go
//	  aim    where the rule wants the card        target.go
//	  why    what makes the decision so           why.go, cause.go
//
// Besides, there are DecideTag for the tags of a task (tag.go), TaskComments for the comments on it
// (comment.go), Align (decide.go), Question.AsOf for the past (asof.go), WouldMove for what would
// change a decision (next.go), and Explain for all that led to it (explain.go).
//
// Package ask decides whether somebody is asked for a review.
package mapping
