package mapping

import (
	"strings"
	"time"
)

// Pause is a board, or everything, to which nothing is written for a while.
type Pause struct {
	Board string    `json:"board"` // its hashtag, of a current milestone that of its project; empty: everything
	Since time.Time `json:"since"`
	Why   string    `json:"why"`
}

// Stops says whether an effect must not be carried out. Of a board only what its rules want is
// stopped: tags, and comments on tasks, are of no board.
func (p Pause) Stops(e Effect) bool {
	return p.Board == "" || Called(e.Board.Name, p.Board)
}

// Called says whether a board with a name such as "#clinic-duty-team" or "#sprints (Sprint 7)" is
// meant by a hashtag, which for a current milestone is that of its project.
func Called(board, tag string) bool {
	return strings.EqualFold(board, tag) || len(board) > len(tag)+2 && strings.EqualFold(board[:len(tag)+2], tag+" (")
}

// PauseRequest asks for a pause, or for its end.
type PauseRequest struct {
	Board  string `json:"board"` // by its hashtag, with or without #; empty: everything
	Why    string `json:"why,omitempty"`
	Resume bool   `json:"resume,omitempty"`
}

// PauseOutcome is what came of a PauseRequest.
type PauseOutcome string

// The outcomes.
const (
	PauseBegun   PauseOutcome = "begun"
	PauseKept    PauseOutcome = "kept" // it was paused already: the first time and reason stay
	PauseEnded   PauseOutcome = "ended"
	PauseUnknown PauseOutcome = "unknown" // it was not paused
)

// PauseResult is the answer to a PauseRequest.
type PauseResult struct {
	Outcome PauseOutcome `json:"outcome"`
	Pause   Pause        `json:"pause"`            // of PauseUnknown only its Board is set
	At      time.Time    `json:"at"`               // when it came to that
	Others  []Pause      `json:"others,omitempty"` // of PauseUnknown: what is paused
}
