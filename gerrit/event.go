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

// DroppedOutput is the Type of the event by which Gerrit says that it dropped events, because
// they were not read fast enough (Doc/cmd-stream-events.txt).
const DroppedOutput = "dropped-output"

// Event is an event of Gerrit (Doc/cmd-stream-events.txt, Doc/json.txt). It only says which
// change to read again. Everything confidential is left out, because there are events about
// private changes, too.
type Event struct {
	Type      string    // "ref-updated", "comment-added" …; DroppedOutput: events were lost
	Project   string    // empty: none
	Number    int       // of the change; 0: none
	MetaRevID string    // of the change after this write; only with ref-updated of the change's meta ref
	By        string    // user name of the person who did it; empty: unknown
	Kind      string    // only with patchset-created: REWORK, TRIVIAL_REBASE …
	Created   time.Time // when Gerrit made the event, by its own clock, in seconds; zero: unknown
}

// eventJSON is the part of an event that is used. Each type has another key for the person who
// did it.
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
	return nil // anything else is no project
}

var (
	eventType = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
	eventKind = regexp.MustCompile(`^[A-Z_]{1,32}$`)
	changeRef = regexp.MustCompile(`^refs/changes/([0-9]{2})/([1-9][0-9]{0,8})/(meta|[1-9][0-9]{0,8})$`)
	revision  = regexp.MustCompile(`^[0-9a-f]{40}$`)
)

const noRevision = "0000000000000000000000000000000000000000" // of a ref that was deleted

// DecodeEvent decodes a line of stream-events or a body of the webhooks plugin. Fields that are
// missing or have another shape stay empty. Only a missing type is an error, which shows nothing
// of the event.
func DecodeEvent(line []byte) (Event, error) {
	var j eventJSON
	if err := json.Unmarshal(line, &j); err != nil {
		if _, shape := errors.AsType[*json.UnmarshalTypeError](err); !shape {
			return Event{}, fmt.Errorf("an event of %d bytes that is not JSON", len(line))
		}
	}
	if !eventType.MatchString(j.Type) {
		return Event{}, errors.New("an event without a type")
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

// changeOf returns the change that a ref belongs to, or 0, and whether it is the meta ref: every
// write to a change moves refs/changes/NN/N/meta, where NN are the last two digits of N
// (Doc/note-db.txt).
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

// plain reports whether a text can be a name.
func plain(name string) bool {
	return name != "" && len(name) <= 255 && !strings.ContainsFunc(name, unicode.IsControl)
}
