package gerrit

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// DroppedOutput is the Type by which Gerrit tells that it left events out, because they
// were not read as fast as they came (Doc/cmd-stream-events.txt).
const DroppedOutput = "dropped-output"

// Event is what Gerrit tells of something that happened (Doc/cmd-stream-events.txt,
// Doc/json.txt). It only says where to look again: nothing that only those may know who
// see the change is kept, as Gerrit tells of private changes too.
type Event struct {
	Type      string    // "ref-updated", "comment-added" …; DroppedOutput: events were lost, look at everything
	Project   string    // empty: of none
	Number    int       // of the change; 0: of none
	MetaRevID string    // of the change after this write; only of ref-updated, for the change's own record, unless it was deleted
	By        string    // user name of who did it; empty if not told
	Kind      string    // of patchset-created: REWORK, TRIVIAL_REBASE …
	Created   time.Time // when Gerrit made the event, by its own clock, in seconds; zero if not told
}

// eventJSON is what is read of an event. The name of who did it stands under another key
// in each type.
type eventJSON struct {
	Type      string      `json:"type"`
	Created   int64       `json:"eventCreatedOn"`
	Project   projectName `json:"project"`
	RefUpdate struct {
		Ref     string      `json:"refName"`
		Project projectName `json:"project"`
		NewRev  string      `json:"newRev"`
	} `json:"refUpdate"`
	Change struct {
		Number  int         `json:"number"`
		Project projectName `json:"project"`
	} `json:"change"`
	PatchSet struct {
		Kind string `json:"kind"`
	} `json:"patchSet"`
	ProjectName projectName `json:"projectName"` // of project-created

	Author, Uploader, Submitter, Changer, Adder, Remover, Editor, Abandoner, Restorer, Deleter personJSON
}

type personJSON struct {
	Username string `json:"username"`
}

// projectName is a string in stream-events and an object in the bodies of the webhooks
// plugin.
type projectName string

func (p *projectName) UnmarshalJSON(b []byte) error {
	var object struct {
		Name string `json:"name"`
	}
	if json.Unmarshal(b, (*string)(p)) != nil && json.Unmarshal(b, &object) == nil {
		*p = projectName(object.Name)
	}
	return nil // a project of another shape is none
}

var (
	eventType = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
	eventKind = regexp.MustCompile(`^[A-Z_]{1,32}$`)
	changeRef = regexp.MustCompile(`^refs/changes/([0-9]{2})/([1-9][0-9]{0,8})/(meta|[1-9][0-9]{0,8})$`)
	revision  = regexp.MustCompile(`^[0-9a-f]{40}$`)
)

const noRevision = "0000000000000000000000000000000000000000" // of a ref that was deleted

// DecodeEvent reads a line of stream-events or a body of the webhooks plugin. What is
// missing or of another shape is left out; only what does not even tell its type is an
// error, and the error shows nothing of it.
func DecodeEvent(line []byte) (Event, error) {
	var j eventJSON
	if err := json.Unmarshal(line, &j); err != nil {
		if _, shape := errors.AsType[*json.UnmarshalTypeError](err); !shape {
			return Event{}, fmt.Errorf("an event of %d bytes that is not JSON", len(line))
		}
	}
	if !eventType.MatchString(j.Type) {
		return Event{}, errors.New("an event that does not tell its type")
	}
	e := Event{Type: j.Type, By: j.by()}
	if j.Created > 0 && j.Created < 1<<37 { // the year 6325
		e.Created = time.Unix(j.Created, 0).UTC()
	}
	if e.Type == "patchset-created" && eventKind.MatchString(j.PatchSet.Kind) {
		e.Kind = j.PatchSet.Kind
	}
	for _, p := range []projectName{j.Project, j.Change.Project, j.RefUpdate.Project, j.ProjectName} {
		if e.Project == "" && plain(string(p)) {
			e.Project = string(p)
		}
	}
	if e.Project == "" {
		return e, nil
	}
	e.Number = max(0, j.Change.Number)
	if e.Type == "ref-updated" {
		var meta bool
		e.Number, meta = changeOf(j.RefUpdate.Ref)
		if meta && j.RefUpdate.NewRev != noRevision && revision.MatchString(j.RefUpdate.NewRev) {
			e.MetaRevID = j.RefUpdate.NewRev
		}
	}
	return e, nil
}

// changeOf is the change that a ref is of, and whether the ref is its record: every write
// to a change moves refs/changes/NN/N/meta, NN being the last two digits of N
// (Doc/note-db.txt). 0: it is of none.
func changeOf(ref string) (number int, meta bool) {
	m := changeRef.FindStringSubmatch(ref)
	if m == nil {
		return 0, false
	}
	number, _ = strconv.Atoi(m[2]) // nine digits at most
	if m[1] != fmt.Sprintf("%02d", number%100) {
		return 0, false
	}
	return number, m[3] == "meta"
}

func (j *eventJSON) by() string {
	for _, who := range []personJSON{j.Author, j.Uploader, j.Submitter, j.Changer, j.Adder, j.Remover, j.Editor, j.Abandoner, j.Restorer, j.Deleter} {
		if plain(who.Username) {
			return who.Username
		}
	}
	return ""
}

// plain says whether a name is there and could be one.
func plain(name string) bool {
	return name != "" && len(name) <= 255 && !strings.ContainsFunc(name, unicode.IsControl)
}
