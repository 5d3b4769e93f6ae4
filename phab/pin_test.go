package phab_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"reviewsync/phab/phabtest"
)

// TestStandInAnswersAsRecorded plays the story of the recordings on the stand-in and
// compares each answer with the recorded one: the same keys, lists, words and errors.
// PHIDs may differ, but the same recorded one must always stand for the same of ours.
func TestStandInAnswersAsRecorded(t *testing.T) {
	for _, v := range versions {
		t.Run(v, func(t *testing.T) { newPin(t, v).play() })
	}
}

type pin struct {
	t       *testing.T
	version string
	s       *phabtest.Server
	url     string
	token   string
	ours    map[string]string // by the recorded PHID
	theirs  map[string]string
}

func newPin(t *testing.T, version string) *pin {
	p := &pin{t: t, version: version, s: phabtest.New(phabtest.Options{}), ours: map[string]string{}, theirs: map[string]string{}}
	p.s.AddUser("admin", false)
	_, p.token = p.s.AddUser("reviewsync", true)
	p.s.AddUser("alice", false)
	p.s.AddUser("bob", false)
	h := httptest.NewServer(p.s)
	t.Cleanup(h.Close)
	p.url = h.URL
	return p
}

func (p *pin) play() {
	var slugs struct {
		Constraints struct{ Slugs []string }
	}
	p.read(load(p.t, p.version, "09").Params, &slugs)
	slug := slugs.Constraints.Slugs[0]
	number := slug[strings.LastIndexByte(slug, '-')+1:]
	clinic := "clinic-duty-" + number
	p.s.AddProject("External Reviews "+number, slug, "Review Needed", "In Progress", "Review Completed")
	ours := p.s.AddProject("Clinic Duty "+number, clinic, "Inbox", "Discussing", "Ready", "Doing", "Waiting for Review", "Waiting for Deployment", "Blocked Externally", "Done")
	p.pair("33", "", phidPattern.FindString(string(load(p.t, p.version, "33").Params)), ours) // no answer names it before it is asked for
	p.pin("02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13")

	var asked struct{ Constraints struct{ IDs []int } }
	p.read(load(p.t, p.version, "15").Params, &asked)
	first := asked.Constraints.IDs[0]
	for range first - 1 {
		p.s.NewTask("admin", "made before")
	}
	p.s.NewTask("admin", "Fix the job queue")
	p.pin("15", "16", "17", "18", "19")
	p.s.Drag("alice", first, slug, "Review Completed")
	p.pin("22")

	p.s.NewTask("admin", "default only")
	p.s.NewTask("admin", "nondefault only")
	stale := p.s.NewTask("admin", "stale", phabtest.On(slug, "Review Completed"))
	p.pin("24", "25", "26", "27")
	p.s.AddToBoard("admin", stale, slug, "Review Completed")

	p.s.AddMilestone(slug, "Sprint "+number)
	p.s.NewTask("admin", "in milestone", phabtest.On(slug+"/Sprint "+number, ""))
	p.pin("29", "30", "31")

	p.s.NewTask("admin", "not in the recordings")
	p.s.NewTask("admin", "to be closed", phabtest.On(clinic, "Inbox"))
	p.s.HideColumn(clinic, "Ready", true)
	p.pin("33", "32", "34", "35")
	p.s.SetInvisible(p.s.NewTask("admin", "secret"))
	p.s.SetNotEditable(p.s.NewTask("alice", "viewonly", phabtest.On(clinic, "Inbox")))
	p.pin("36", "37", "38", "39", "40", "41", "42", "43", "44", "45", "46", "47", "48", "51", "52")
	p.milestones()
}

// milestones plays the last recording: three of them, the last one archived, and a subproject.
func (p *pin) milestones() {
	p.t.Helper()
	var asked struct{ Constraints struct{ Parents []string } }
	var answer struct {
		Result struct {
			Data []struct {
				Fields struct {
					Name   string
					Slug   string
					Parent struct{ Name string }
				}
			}
		}
	}
	r := load(p.t, p.version, "53")
	p.read(r.Params, &asked)
	p.read(r.Response, &answer)
	parent, subproject := answer.Result.Data[0].Fields.Parent.Name, answer.Result.Data[3].Fields
	ours := p.s.AddProject(parent, "recorded")
	for _, name := range []string{"Sprint 1", "Sprint 2", "Sprint 3"} {
		p.s.AddMilestone("recorded", name)
	}
	p.s.AddSubproject("recorded", subproject.Name, subproject.Slug)
	p.s.ArchiveProject("recorded/Sprint 3", true)
	p.pair("53", "", asked.Constraints.Parents[0], ours)
	p.pin("53")
}

func (p *pin) read(b []byte, into any) {
	p.t.Helper()
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		p.t.Fatal(err)
	}
}

// pin sends recorded requests, with our PHIDs, and compares the answers.
func (p *pin) pin(numbers ...string) {
	p.t.Helper()
	for _, n := range numbers {
		r := load(p.t, p.version, n)
		var want, got, params any
		p.read(r.Response, &want)
		p.read(phidPattern.ReplaceAllFunc(r.Params, func(phid []byte) []byte {
			if ours := p.ours[string(phid)]; ours != "" {
				return []byte(ours)
			}
			return phid
		}), &params)
		p.read(p.send(r, params), &got)
		p.compare(r.file, "", leaveOut(want), leaveOut(got))
	}
}

var (
	phidPattern  = regexp.MustCompile(`PHID-[A-Z]+(-TASK)?-[a-z0-9]+`)
	tokenPattern = regexp.MustCompile(`API token "([^"]*)"`)
)

func (p *pin) send(r recording, params any) []byte {
	p.t.Helper()
	token := p.token
	switch r.As {
	case "(no token)":
		token = ""
	case "(bad token)":
		var a struct {
			Info string `json:"error_info"`
		}
		p.read(r.Response, &a)
		token = tokenPattern.FindStringSubmatch(a.Info)[1]
	}
	all := params.(map[string]any)
	if token != "" {
		all["__conduit__"] = map[string]any{"token": token}
	}
	body, err := json.Marshal(all)
	if err != nil {
		p.t.Fatal(err)
	}
	resp, err := http.PostForm(p.url+"/api/"+r.Method, url.Values{"params": {string(body)}, "output": {"json"}})
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil {
		p.t.Fatal(err)
	}
	return b.Bytes()
}

// leaveOut takes away what the stand-in does not simulate, and makes alike what differs on each run.
func leaveOut(v any) any {
	switch v := v.(type) {
	case []any:
		v = slices.DeleteFunc(v, func(e any) bool {
			m, _ := e.(map[string]any)
			return m["transactionType"] == "description" || m["transactionType"] == "priority"
		})
		for i := range v {
			v[i] = leaveOut(v[i])
		}
		return v
	case map[string]any:
		for k := range v {
			switch k {
			case "dateCreated", "dateModified", "dateClosed", "id", "transactionID", "core.groupID", "image", "raw":
				if v[k] != nil {
					v[k] = fmt.Sprintf("a %T", v[k])
				}
			case "after":
				v[k] = v[k] != nil
			case "priority":
				v[k] = len(v[k].(map[string]any))
			default:
				v[k] = leaveOut(v[k])
			}
		}
		return v
	default:
		return v
	}
}

func (p *pin) compare(file, path string, want, got any) {
	p.t.Helper()
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		if !ok || len(want) != len(got) {
			p.t.Errorf("%s%s: got %v, recorded %v", file, path, got, want)
			return
		}
		for k, v := range want {
			mine := k
			if phidPattern.MatchString(k) {
				mine = p.key(k, got)
			}
			if _, ok := got[mine]; !ok {
				p.t.Errorf("%s%s: no %s", file, path, k)
				continue
			}
			p.compare(file, path+"."+k, v, got[mine])
		}
	case []any:
		got, ok := got.([]any)
		if !ok || len(want) != len(got) {
			p.t.Errorf("%s%s: got %v, recorded %v", file, path, got, want)
			return
		}
		for i := range want {
			p.compare(file, fmt.Sprintf("%s[%d]", path, i), want[i], got[i])
		}
	case string:
		mine, ok := got.(string)
		if ok && phidPattern.FindString(want) == want && phidPattern.FindString(mine) == mine && want != "" {
			p.pair(file, path, want, mine)
		} else if want != mine {
			p.t.Errorf("%s%s: got %v, recorded %v", file, path, got, want)
		}
	default:
		if want != got {
			p.t.Errorf("%s%s: got %v, recorded %v", file, path, got, want)
		}
	}
}

// key is our PHID for one that is a key; one that was not seen yet must be the only one.
func (p *pin) key(recorded string, got map[string]any) string {
	if ours := p.ours[recorded]; ours != "" || len(got) != 1 {
		return ours
	}
	mine := slices.Collect(maps.Keys(got))[0]
	p.pair("", recorded, recorded, mine)
	return mine
}

// pair holds two PHIDs to be of one kind and to stand for each other from now on.
func (p *pin) pair(file, path, recorded, mine string) {
	p.t.Helper()
	kind := func(phid string) string { return phid[:strings.LastIndexByte(phid, '-')] }
	if p.ours[recorded] == "" && p.theirs[mine] == "" {
		p.ours[recorded], p.theirs[mine] = mine, recorded
	}
	if p.ours[recorded] != mine || kind(recorded) != kind(mine) || len(recorded) != len(mine) {
		p.t.Errorf("%s%s: got %s, which stands for %s; recorded %s, which is our %s", file, path, mine, p.theirs[mine], recorded, p.ours[recorded])
	}
}
