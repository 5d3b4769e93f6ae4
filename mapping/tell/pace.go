package tell

import (
	"fmt"
	"time"

	"reviewsync/mapping/pace"
)

// Braked says what most of the edits that wait have in common, and what can be done. board gives the
// name of a board by its ID.
func Braked(p pace.Plan, board func(id string) string) string {
	text := fmt.Sprintf("braked since %s: %s for a budget of pace", p.Braked("").UTC().Format(time.RFC3339), waitFor(len(p.Held)))
	const release = "they go on slowly; 'reviewsync release' lets them go at once"
	s := p.Shared
	switch {
	case s.Change.Number != 0:
		of := ""
		if s.Person != "" {
			of = " of " + s.Person
		}
		return fmt.Sprintf("%s; %d of %d waiting edits come from change %d%s; %s, 'reviewsync drop --change %s' gives them up", text, s.Edits, s.Of, s.Change.Number, of, release, s.Change)
	case s.Person != "":
		return fmt.Sprintf("%s; %d of %d waiting edits come from words of %s; %s", text, s.Edits, s.Of, s.Person, release)
	case s.Board != "":
		return fmt.Sprintf("%s; %d of %d waiting edits are on %s; %s", text, s.Edits, s.Of, board(s.Board), release)
	}
	return text + "; " + release
}

func waitFor(n int) string {
	return Counted(n, "edit") + Plural(n, " waits", " wait")
}

// Held says that an edit of a task waits for a budget, or that it was given up.
func Held(task int, since, until time.Time, dropped bool) string {
	if dropped {
		return fmt.Sprintf("an edit of T%d was given up (reviewsync drop), and is not made before something new is said", task)
	}
	return fmt.Sprintf("an edit of T%d waits for a budget of pace since %s, and has its turn at %s; 'reviewsync release' makes it at once",
		task, since.UTC().Format(time.RFC3339), until.UTC().Format(time.RFC3339))
}
