// Package review is about one change: what was said about it, and in which review state it
// is, as a board sees it.
//
// It is pure. There is no input or output, no clock and no context in it.
//
//	Change    what Gerrit says of a change       change.go
//	Read      -> History, its dated facts        facts.go, messages.go, copied.go, wip.go, threads.go, trailers.go
//	AsOf      the history as it was at a time    asof.go
//	Policy    how a board sees changes           policy.go
//	Replay    the facts, second by second        replay.go, see.go, view.go, votes.go, request.go
//	  State   the review state of a change       state.go
//	Timeline  each step of the replay            timeline.go, event.go
//	Why       what makes the state               why.go
//	Standing  what each vote amounts to          standing.go
//	Acts      what would make it another state   acts.go
//
// Package tell makes sentences of the last four.
//
// Besides, there are: who reverts whom (revert.go), changes that depend on each other (chain.go), our own asks
// (asked.go), and the digest that shows whether anything was said (digest.go).
package review
