package gerrit_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/gerrit"
)

func recordedLines(t testing.TB, version, name string) [][]byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "testdata", "gerrit", version, name+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var lines [][]byte
	for line := range strings.Lines(string(b)) {
		lines = append(lines, []byte(line))
	}
	return lines
}

func eventLine(e gerrit.Event) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %d by %s %s", e.Type, e.Project, e.Number, e.By, e.Kind))
}

// TestRecordedEvents decodes what real servers sent: events of every type, but for the
// records of changes, which are TestRecordedWrites'.
func TestRecordedEvents(t *testing.T) {
	stream := []string{
		"ref-updated mediawiki/core 1 by vol1",
		"patchset-created mediawiki/core 1 by vol1 REWORK",
		"comment-added mediawiki/core 1 by alice",
		"vote-deleted mediawiki/core 2 by admin",
		"ref-updated mediawiki/core 0 by alice", // a branch
		"reviewer-added mediawiki/core 9 by vol1",
		"comment-added mediawiki/core 9 by vol1",
		"reviewer-deleted mediawiki/core 10 by vol1",
		"wip-state-changed mediawiki/core 13 by vol1",
		"hashtags-changed mediawiki/core 13 by vol1",
		"topic-changed mediawiki/core 13 by vol1",
		"private-state-changed mediawiki/core 14 by vol1",
		"change-merged mediawiki/core 18 by alice",
		"ref-updated mediawiki/core 0 by admin", // a tag
		"comment-added mediawiki/core 18 by reviewsync",
		"change-abandoned mediawiki/core 21 by vol1",
		"change-restored mediawiki/core 21 by vol1",
		"change-deleted mediawiki/core 22 by admin",
		"project-created lab/allrefs 0 by",
	}
	webhooks := []string{
		"ref-updated mediawiki/core 28 by vol1",
		"patchset-created mediawiki/core 28 by vol1 REWORK",
		"comment-added mediawiki/core 28 by alice",
		"reviewer-added mediawiki/core 28 by alice",
		"reviewer-deleted mediawiki/core 28 by alice",
		"hashtags-changed mediawiki/core 28 by alice",
		"topic-changed mediawiki/core 28 by alice",
		"wip-state-changed mediawiki/core 28 by vol1",
		"private-state-changed mediawiki/core 28 by vol1",
		"change-abandoned mediawiki/core 28 by vol1",
		"change-restored mediawiki/core 28 by vol1",
		"vote-deleted mediawiki/core 28 by alice",
		"change-merged mediawiki/core 28 by alice",
		"change-deleted mediawiki/core 29 by admin",
	}
	for _, tt := range []struct {
		version, name string
		want          []string
	}{{"3.10.2", "stream-events", stream}, {"3.13.5", "stream-events", stream}, {"3.10.2", "webhooks", webhooks}} {
		var got []string
		for _, line := range recordedLines(t, tt.version, tt.name) {
			e, err := gerrit.DecodeEvent(line)
			ok(t, err)
			if e.Created.Year() != 2026 || e.Created.Location() != time.UTC {
				t.Errorf("%s %s: %s was created %s", tt.version, tt.name, e.Type, e.Created)
			}
			if e.MetaRevID == "" {
				got = append(got, eventLine(e))
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s %s (-want +got)\n%s", tt.version, tt.name, diff)
		}
	}
}

// TestRecordedWrites: there was an event for each state in which a change was read, by its number
// and by the id that the change itself names.
func TestRecordedWrites(t *testing.T) {
	for _, v := range versions {
		reported := map[string]int{}
		for _, line := range recordedLines(t, v, "stream-events") {
			e, err := gerrit.DecodeEvent(line)
			ok(t, err)
			if e.MetaRevID != "" {
				reported[e.MetaRevID] = e.Number
			}
		}
		changes, err := filepath.Glob(filepath.Join("..", "testdata", "gerrit", v, "[0-9]*-change-*.json"))
		ok(t, err)
		seen := map[string]bool{}
		for _, path := range changes {
			name := filepath.Base(path)[4:]
			var c struct {
				Number    int    `json:"_number"`
				MetaRevID string `json:"meta_rev_id"`
			}
			r := record(t, v, strings.TrimSuffix(name, ".json"))
			if r.Status != 200 || json.Unmarshal(r.Response, &c) != nil || name == "change-private-seen-by-owner.json" { // the bot gets no event
				continue
			}
			seen[c.MetaRevID] = true
			if reported[c.MetaRevID] != c.Number {
				t.Errorf("%s %s: change %d at %s, event of %d", v, name, c.Number, c.MetaRevID, reported[c.MetaRevID])
			}
		}
		if len(seen) < 35 || len(seen) != len(reported) {
			t.Errorf("%s: %d states were read, %d had an event", v, len(seen), len(reported))
		}
	}
}

func TestEventsOfOtherShapes(t *testing.T) {
	const sha = "7a6a0ca28456bd542aa4eb5faca6aae8b7237f69"
	ref := func(name, rev string) string {
		return `{"type":"ref-updated","refUpdate":{"project":"p","refName":"` + name + `","newRev":"` + rev + `"}}`
	}
	meta := gerrit.Event{Type: "ref-updated", Project: "p", Number: 7, MetaRevID: sha}
	noMeta, noNumber := meta, gerrit.Event{Type: "ref-updated", Project: "p"}
	noMeta.MetaRevID = ""
	merged := gerrit.Event{Type: "change-merged", Project: "p"}
	for line, want := range map[string]gerrit.Event{
		`{"type":"dropped-output","eventCreatedOn":60}`:                           {Type: gerrit.DroppedOutput, Created: time.Unix(60, 0).UTC()},
		`{"type":"made-up-by-a-plugin","a":[{}]}`:                                 {Type: "made-up-by-a-plugin"},
		`{"type":"change-merged"}`:                                                {Type: "change-merged"},
		ref("refs/changes/07/7/meta", sha):                                        meta,
		ref("refs/changes/07/7/2", sha):                                           noMeta,
		ref("refs/changes/07/7/meta", "0000000000000000000000000000000000000000"): noMeta, // deleted
		ref("refs/changes/07/7/meta", "<script>"):                                 noMeta,
		ref("refs/changes/08/7/meta", sha):                                        noNumber, // no such ref
		ref("refs/changes/07/07/meta", sha):                                       noNumber,
		ref("refs/changes/7/7/meta", sha):                                         noNumber,
		ref("refs/changes/07/99999999999999999907/meta", sha):                     noNumber,
		ref("refs/changes/07/7/robot-comments", sha):                              noNumber,
		ref("refs/heads/refs/changes/07/7/meta", sha):                             noNumber,
		ref("refs/meta/config", sha):                                              noNumber,
		`{"type":"change-merged","project":"p","change":{"number":"7"}}`:          merged,
		`{"type":"change-merged","project":"p","change":{"number":-7}}`:           merged,
		`{"type":"change-merged","project":"p","change":{"number":1e99}}`:         merged,
		`{"type":"change-merged","project":"p","change":"7"}`:                     merged,
		`{"type":"change-merged","project":"p","submitter":[]}`:                   merged,
		`{"type":"change-merged","project":"p","eventCreatedOn":1e18}`:            merged,
		`{"type":"change-merged","project":"p","eventCreatedOn":"now"}`:           merged,
		`{"type":"change-merged","change":{"project":"p"}}`:                       merged,
		`{"type":"change-merged","project":["p"],"change":{"number":7}}`:          {Type: "change-merged"},
		`{"type":"change-merged","project":"a\u0000b","change":{"number":7}}`:     {Type: "change-merged"},
		`{"type":"change-merged","project":{"name":"p"},"change":{"number":7}}`:   {Type: "change-merged", Project: "p", Number: 7},
		`{"type":"patchset-created","project":"p","patchSet":{"kind":"a b"}}`:     {Type: "patchset-created", Project: "p"},
	} {
		got, err := gerrit.DecodeEvent([]byte(line))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", line, err, diff)
		}
	}
}

// TestGarbageIsNotShown: what cannot be read may be a private change all the same.
func TestGarbageIsNotShown(t *testing.T) {
	const secret = "Embargoed"
	for _, line := range []string{
		"", secret, `{"type":"comment-added","subject":"` + secret, `{"subject":"` + secret + `"}`, `["` + secret + `"]`, `"` + secret + `"`, "null", "7",
		`{"type":"` + secret + `"}`, `{"type":7,"subject":"` + secret + `"}`, `{"type":{"` + secret + `":1}}`, `{"` + secret + `":}`, "\xff\xfe" + secret,
		`{"type":"change-merged"} ` + secret, strings.Repeat(`{"change":`, 20000) + secret,
	} {
		e, err := gerrit.DecodeEvent([]byte(line))
		if err == nil || e != (gerrit.Event{}) || strings.Contains(strings.ToLower(err.Error()), "embargoed") {
			t.Errorf("%.80s: %+v, %v", line, e, err)
		}
	}
}

func FuzzEvent(f *testing.F) {
	for _, v := range versions {
		for _, line := range recordedLines(f, v, "stream-events") {
			f.Add(line)
		}
	}
	for _, line := range recordedLines(f, "3.10.2", "webhooks") {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		e, err := gerrit.DecodeEvent(line)
		if err != nil {
			if e != (gerrit.Event{}) || len(err.Error()) > 60 {
				t.Errorf("%+v, %v", e, err)
			}
			return
		}
		if e.Type == "" || e.Number < 0 || e.Number > 0 && e.Project == "" || e.MetaRevID != "" && (len(e.MetaRevID) != 40 || e.Number == 0 || e.Type != "ref-updated") {
			t.Errorf("%+v", e)
		}
		if e.Kind != "" && e.Type != "patchset-created" || len(e.Type)+len(e.Project)+len(e.By)+len(e.Kind) > 700 {
			t.Errorf("%+v", e)
		}
		if _, err := json.Marshal(e); err != nil { // as a log does with its time
			t.Error(err)
		}
	})
}
