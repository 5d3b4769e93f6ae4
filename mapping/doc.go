// Package mapping holds the rules of reviewsync: which tasks a change is linked to,
// in which review state a change is, which column a card belongs in, and the
// sentence that says why.
//
// It is pure. There is no input or output, no clock and no context in it: the same
// arguments always give the same decision, whatever the order of what they list.
//
// The way through it, in the order in which it is called:
//
//	Change   what Gerrit says of a change          change.go
//	Read     -> its dated facts                    facts.go, messages.go, marks.go, trailers.go
//	Decide   -> for one card: move or stay         decide.go
//	  replay      the facts, second by second      replay.go, view.go
//	  reviewState the review state of a change     state.go
//	  teller      the sentence                     reason.go, why.go
//
// Beside it: DecideTag for a tag of a task (tag.go), TaskComments for what is told on it (comment.go), Align (decide.go), and Explain,
// which tells what led to a decision and what would change it (explain.go).
//
// DecideAsk says whether somebody is asked for a review, and whom (askdecide.go, askwho.go). What was asked before is
// read from the change (ask.go), and so is who wants one more review (request.go).
package mapping
