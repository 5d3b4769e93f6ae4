package gerrittest

import (
	"cmp"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const noRevision = "0000000000000000000000000000000000000000"

// event is what is told of a write, but for what all events have. c is nil if it is of no
// change.
type event struct {
	kind    string
	project *project
	c       *change
	body    map[string]any
}

type personJSON struct {
	Name     string `json:"name"`
	Email    string `json:"email"`
	Username string `json:"username"`
}

func person(a *account) personJSON { return personJSON{a.name, a.email, a.username} }

// tell notes an event of the change, done by w.who in this role, with the patch set unless
// it is nil.
func (w *write) tell(kind, role string, p *patchSet, more map[string]any) {
	if len(w.s.listeners) == 0 {
		return
	}
	body := map[string]any{role: person(w.who)}
	maps.Copy(body, more)
	if p != nil {
		body["patchSet"] = w.c.patchSetJSON(p)
	}
	w.told = append(w.told, event{kind, w.c.project, w.c, body})
}

// tellWords is tell of what somebody says on a patch set. changed are the values that
// votes had before.
func (w *write) tellWords(ps int, words string) {
	if len(w.s.listeners) == 0 {
		return
	}
	more := map[string]any{}
	if words != "" {
		more["comment"] = words
	}
	if w.c.open() || len(w.voted) > 0 {
		more["approvals"] = w.approvals(w.who)
	}
	w.tell("comment-added", "author", &w.c.patchSets[ps-1], more)
}

// tellUpload tells of a patch set and of votes that were given with it, but neither of
// hashtags nor of the work in progress that began or ended with it.
func (w *write) tellUpload() {
	w.tell("patchset-created", "uploader", w.c.current(), nil)
	if len(w.voted) > 0 {
		w.tellWords(w.c.current().number, "")
	}
}

func (w *write) tellAdded(a *account) {
	w.tell("reviewer-added", "adder", w.c.current(), map[string]any{"reviewer": person(a)})
}

// tellRemoved tells of somebody, or their vote, who was taken off the change.
func (w *write) tellRemoved(kind string, a *account, text string) {
	if len(w.s.listeners) == 0 {
		return
	}
	approvals := w.approvals(a)
	if kind == "vote-deleted" { // which is of one vote
		approvals = slices.DeleteFunc(approvals, func(j map[string]string) bool { _, ok := j["oldValue"]; return !ok })
	}
	w.tell(kind, "remover", w.c.current(), map[string]any{
		"reviewer": person(a), "approvals": approvals, "comment": w.named(text),
	})
}

func (w *write) tellHashtags(added, removed []string) {
	more := map[string]any{}
	for key, tags := range map[string][]string{"added": added, "removed": removed, "hashtags": w.c.hashtags} {
		if len(tags) > 0 {
			more[key] = tags
		}
	}
	w.tell("hashtags-changed", "editor", nil, more)
}

// approvals are somebody's votes under all labels; those of this write with the value
// that was there before.
func (w *write) approvals(a *account) []map[string]string {
	var out []map[string]string
	for _, l := range w.c.project.labels {
		j := map[string]string{"type": l.Name, "description": l.Name, "value": "0"}
		if v := w.c.votes[voteKey{a.id, l.Name}]; v != nil {
			j["value"] = strconv.Itoa(v.value)
		}
		if v, ok := w.voted[l.Name]; ok {
			j["value"], j["oldValue"] = strconv.Itoa(v.now), strconv.Itoa(v.before)
		}
		out = append(out, j)
	}
	return out
}

// votedValue is what a write made of a vote.
type votedValue struct{ before, now int }

// setVoted notes a vote for what is told.
func (w *write) setVoted(label string, before *vote, now int) {
	if len(w.s.listeners) == 0 {
		return
	}
	if w.voted == nil {
		w.voted = map[string]votedValue{}
	}
	v := votedValue{now: now}
	if before != nil {
		v.before = before.value
	}
	w.voted[label] = v
}

var idInText = regexp.MustCompile(`<GERRIT_ACCOUNT_(\d+)>`)

// named writes people in a message as events do.
func (w *write) named(text string) string {
	return idInText.ReplaceAllStringFunc(text, func(id string) string {
		for _, a := range w.s.accounts {
			if strings.Contains(id, "_"+strconv.Itoa(a.id)+">") {
				return fmt.Sprintf("%s <%s>", a.name, a.email)
			}
		}
		return id
	})
}

func (c *change) ref(what string) string {
	return fmt.Sprintf("refs/changes/%02d/%d/%s", c.number%100, c.number, what)
}

func (c *change) patchSetJSON(p *patchSet) map[string]any {
	return map[string]any{
		"number": p.number, "revision": p.sha, "parents": []string{p.parent}, "ref": c.ref(strconv.Itoa(p.number)),
		"uploader": person(p.uploader), "author": person(p.uploader), "createdOn": p.created.Unix(), "kind": p.kind,
		"sizeInsertions": 1, "sizeDeletions": 0,
	}
}

func (c *change) eventJSON() map[string]any {
	j := map[string]any{
		"project": c.project.name, "branch": c.branch, "id": c.id, "number": c.number, "subject": c.subject,
		"owner": person(c.owner), "url": fmt.Sprintf("https://gerrit.example.org/c/%s/+/%d", c.project.name, c.number),
		"commitMessage": c.current().message, "createdOn": c.created.Unix(), "status": c.status,
	}
	if len(c.hashtags) > 0 {
		j["hashtags"] = c.hashtags
	}
	if c.wip {
		j["wip"] = true
	}
	if c.private {
		j["private"] = true
	}
	return j
}

// refUpdated is the event of a ref that moved. c is nil if it is a branch or a tag.
func refUpdated(by *account, p *project, c *change, ref, before, after string) event {
	return event{"ref-updated", p, c, map[string]any{
		"submitter": person(by),
		"refUpdate": map[string]any{"oldRev": before, "newRev": after, "refName": ref, "project": p.name},
	}}
}

// announce tells of a write: the refs that moved, then what happened.
func (s *Server) announce(w *write) {
	if len(s.listeners) == 0 {
		return
	}
	for _, e := range append(w.refs(), w.told...) {
		s.send(e, w.now)
	}
}

// refs are the events of the refs that a write moved.
func (w *write) refs() []event {
	var moved []event
	c, p := w.c, w.c.current()
	if w.merged {
		moved = append(moved, refUpdated(w.who, c.project, nil, "refs/heads/"+c.branch, p.parent, p.sha))
	}
	if w.uploaded {
		moved = append(moved, refUpdated(w.who, c.project, c, c.ref(strconv.Itoa(p.number)), noRevision, p.sha))
	}
	if w.any {
		moved = append(moved, refUpdated(w.who, c.project, c, c.ref("meta"), cmp.Or(w.before, noRevision), w.meta))
	}
	return moved
}

// refMoved tells of a branch or tag, whose commits the stand-in does not have.
func (s *Server) refMoved(by *account, p *project, ref, before string) {
	if len(s.listeners) > 0 {
		sum := sha1.Sum([]byte(p.name + " " + ref + " " + before))
		s.send(refUpdated(by, p, nil, ref, before, hex.EncodeToString(sum[:])), s.now())
	}
}

// send gives an event to those who may see it.
func (s *Server) send(e event, now time.Time) {
	e.body["type"], e.body["eventCreatedOn"] = e.kind, now.Unix()
	if e.c != nil && e.kind != "ref-updated" {
		e.body["change"], e.body["refName"] = e.c.eventJSON(), "refs/heads/"+e.c.branch
	}
	var line, body []byte
	for _, l := range s.listeners {
		switch {
		case l.webhooks:
			if body == nil {
				body = e.json(map[string]string{"name": e.project.name}, "key")
			}
			l.put(body)
		case e.visible(l.account):
			if line == nil {
				line = e.json(e.project.name, "id")
			}
			l.put(line)
		}
	}
}

func (e event) json(project any, changeKey string) []byte {
	if e.c != nil && e.kind != "ref-updated" {
		e.body["project"], e.body["changeKey"] = project, map[string]string{changeKey: e.c.id}
	}
	b, err := json.Marshal(e.body)
	if err != nil {
		panic(err) // strings and numbers
	}
	return b
}

// visible says whether an account is told. Whoever may read the project is told of those
// who are added to a private change, as with Gerrit 3.10 and 3.13.
func (e event) visible(a *account) bool {
	if e.c == nil || e.kind == "reviewer-added" {
		return e.project.visible(a)
	}
	return e.c.visible(a)
}
