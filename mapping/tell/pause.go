package tell

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"reviewsync/mapping"
)

// Pause says what is paused, since when and why, and how to end that.
func Pause(p mapping.Pause) string {
	nothing := "nothing is written to that board"
	if p.Board == "" {
		nothing = "nothing is written"
	}
	return fmt.Sprintf("%s is paused since %s UTC (%s): %s until 'reviewsync %s'", paused(p), p.Since.UTC().Format("2006-01-02 15:04"), p.Why, nothing,
		strings.TrimSpace("resume "+strings.TrimPrefix(p.Board, "#"))) // without the #, which begins a comment in a shell
}

// PauseResult says what came of asking for a pause or its end.
func PauseResult(r mapping.PauseResult) string {
	switch r.Outcome {
	case mapping.PauseBegun:
		return Pause(r.Pause)
	case mapping.PauseKept:
		return "it is paused already, and that stays as it was: " + Pause(r.Pause)
	case mapping.PauseEnded:
		return fmt.Sprintf("%s goes on after a pause of %s (%s); what it has stopped is decided anew", paused(r.Pause), r.At.Sub(r.Pause.Since).Round(time.Second), r.Pause.Why)
	case mapping.PauseUnknown:
		return notPaused(r)
	}
	return ""
}

// notPaused says that something is not paused, and what is.
func notPaused(r mapping.PauseResult) string {
	if len(r.Others) == 0 {
		return "nothing is paused"
	}
	var others []string
	for _, p := range r.Others {
		others = append(others, Pause(p))
	}
	what := "not everything is paused"
	if r.Pause.Board != "" {
		what = r.Pause.Board + " is not paused by itself"
	}
	return what + ": " + strings.Join(others, "; ")
}

func paused(p mapping.Pause) string { return cmp.Or(p.Board, "everything") }
