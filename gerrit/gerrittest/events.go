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

// event is an event, without the fields that all events have. c is nil if it belongs to no
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

// emit adds an event of the change, caused by w.who in this role. p may be nil.
func (w *write) emit(kind, role string, p *patchSet, more map[string]any) {
	if len(w.s.listeners) == 0 {
		return
	}
	body := map[string]any{role: person(w.who)}
	maps.Copy(body, more)
	if p != nil {
		body["patchSet"] = w.c.patchSetJSON(p)
	}
	w.events = append(w.events, event{kind, w.c.project, w.c, body})
}

// emitWords adds the event of a comment on a patch set.
func (w *write) emitWords(ps int, words string) {
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
	w.emit("comment-added", "author", &w.c.patchSets[ps-1], more)
}

// emitUpload adds the events of a patch set and of votes with it. There are none of its hashtags,
// nor of a work in progress that began or ended with it.
func (w *write) emitUpload() {
	w.emit("patchset-created", "uploader", w.c.current(), nil)
	if len(w.voted) > 0 {
		w.emitWords(w.c.current().number, "")
	}
}

func (w *write) emitAdded(a *account) {
	w.emit("reviewer-added", "adder", w.c.current(), map[string]any{"reviewer": person(a)})
}

// emitRemoved adds the event of a removed reviewer or vote.
func (w *write) emitRemoved(kind string, a *account, text string) {
	if len(w.s.listeners) == 0 {
		return
	}
	approvals := w.approvals(a)
	if kind == "vote-deleted" { // it has that vote only
		approvals = slices.DeleteFunc(approvals, func(j map[string]string) bool { _, ok := j["oldValue"]; return !ok })
	}
	w.emit(kind, "remover", w.c.current(), map[string]any{
		"reviewer": person(a), "approvals": approvals, "comment": w.named(text),
	})
}

func (w *write) emitHashtags(added, removed []string) {
	more := map[string]any{}
	for key, tags := range map[string][]string{"added": added, "removed": removed, "hashtags": w.c.hashtags} {
		if len(tags) > 0 {
			more[key] = tags
		}
	}
	w.emit("hashtags-changed", "editor", nil, more)
}

// approvals returns the votes of an account on all labels. Those of this write have their old
// value, too.
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

// votedValue is the value of a vote before and after a write.
type votedValue struct{ before, now int }

// setVoted notes a vote for the events.
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

// named replaces people in a message by names, as events do.
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

// announce sends the events of a write: first those of the refs that moved.
func (s *Server) announce(w *write) {
	if len(s.listeners) == 0 {
		return
	}
	for _, e := range append(w.refs(), w.events...) {
		s.send(e, w.now)
	}
}

// refs returns the events of the refs that a write moved.
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

// refMoved sends the event of a branch or tag with an invented commit.
func (s *Server) refMoved(by *account, p *project, ref, before string) {
	if len(s.listeners) > 0 {
		sum := sha1.Sum([]byte(p.name + " " + ref + " " + before))
		s.send(refUpdated(by, p, nil, ref, before, hex.EncodeToString(sum[:])), s.now())
	}
}

// send sends an event to the listeners that may see it.
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

// visible reports whether an account may see an event. Everybody who may read the project sees
// who is added to a private change, as on Gerrit 3.10 and 3.13.
func (e event) visible(a *account) bool {
	if e.c == nil || e.kind == "reviewer-added" {
		return e.project.visible(a)
	}
	return e.c.visible(a)
}
