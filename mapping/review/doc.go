// Package review is about one change: what was said about it, and in which review state it
// is, as a board sees it.
//
// It is pure. There is no input or output, no clock and no context in it.
//
//	Change   what Gerrit says of a change       change.go
//	Read     -> History, its dated facts        facts.go, messages.go, marks.go, threads.go, trailers.go
//	Policy   how a board sees changes           policy.go
//	Replay   the facts, second by second        together.go, view.go, votes.go, request.go
//	  state  the review state of a change       state.go
//	  Teller sentences about it                 why.go, story.go, acts.go
//
// Beside it: who reverts whom (revert.go), changes that depend on each other (chain.go), the asks of ours that the
// messages tell of (asked.go), and the digest by which it is known that something was said (digest.go).
package review
