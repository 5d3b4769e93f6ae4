// Package mapping holds the rules of reviewsync: which column a card belongs in, and the
// sentence that says why. What is about one change is in package review.
//
// It is pure. There is no input or output, no clock and no context in it: the same
// arguments always give the same decision, whatever the order of what they list.
//
// The way through it, in the order in which it is called:
//
//	Decide   for one card: move or stay           decide.go
//	  replay the facts of all its changes         course.go
//	  rule   the first that fits                  card.go
//	  teller the sentence                         reason.go
//
// Beside it: DecideTag for a tag of a task (tag.go), TaskComments for what is told on it (comment.go), Align (decide.go), and Explain,
// which tells what led to a decision and what would change it (explain.go).
//
// Whether somebody is asked for a review is said by package ask.
package mapping
