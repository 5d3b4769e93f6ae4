package gerrit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	gosync "sync"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
)

// realGerrit acts on a real server by REST and git push.
type realGerrit struct {
	url, adminUser, adminPassword string
	projects                      projectNames
	teamID                        string
	git                           *gitDir
	alone                         *gosync.Mutex // git and the set-up are not for two at once

	mu      gosync.Mutex
	changes map[int]*pushed
	last    time.Time
}

// pushed is what git must know of a change to amend it.
type pushed struct {
	project, branch, owner, sha, parent, message, content string
	patchSets                                             int
}

var shared = struct {
	once gosync.Once
	g    *realGerrit
	err  error
}{}

// realServer is the server of the environment, with people and projects made. Without
// one the test is skipped.
func realServer(t *testing.T) server {
	t.Helper()
	address := os.Getenv("REVIEWSYNC_TEST_GERRIT_URL")
	if address == "" {
		t.Skip("no real Gerrit: set REVIEWSYNC_TEST_GERRIT_URL to its address (and REVIEWSYNC_TEST_GERRIT_ADMIN to user:password, default admin:secret)")
	}
	shared.once.Do(func() { shared.g, shared.err = setUp(address) })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	g := shared.g // a copy with a clock of its own, so that stories do not wait for each other
	return &realGerrit{
		url: g.url, adminUser: g.adminUser, adminPassword: g.adminPassword, projects: g.projects, teamID: g.teamID,
		git: g.git, alone: g.alone, changes: map[int]*pushed{},
	}
}

func (g *realGerrit) URL() string                { return g.url }
func (g *realGerrit) ProjectNames() projectNames { return g.projects }

func (g *realGerrit) Password(user string) string {
	if user == g.adminUser {
		return g.adminPassword
	}
	return user + "-secret"
}

// refused is an answer that is not 2xx.
type refused struct {
	status int
	text   string
}

func (r refused) Error() string { return fmt.Sprintf("%d %s", r.status, strings.TrimSpace(r.text)) }

func (g *realGerrit) call(user, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, g.url+"/a"+path, body)
	if err != nil {
		return err
	}
	req.SetBasicAuth(user, g.Password(user))
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return refused{resp.StatusCode, method + " " + path + ": " + string(text)}
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(bytes.TrimPrefix(text, []byte(")]}'\n")), out)
}

// tick waits until the second of the last action is over: the server's times have one
// second, and the order of a story is read from them.
func (g *realGerrit) tick() {
	g.mu.Lock()
	defer g.mu.Unlock()
	time.Sleep(time.Until(g.last.Truncate(time.Second).Add(time.Second)))
	g.last = time.Now()
}

func (g *realGerrit) tock() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last = time.Now()
}

// post does something to a change in a second of its own.
func (g *realGerrit) post(user string, number int, what string, in any) error {
	g.tick()
	defer g.tock()
	if in == nil {
		in = map[string]any{}
	}
	return g.call(user, "POST", g.path(number)+what, in, nil)
}

func (g *realGerrit) path(number int) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return fmt.Sprintf("/changes/%s~%d", url.PathEscape(g.changes[number].project), number)
}

func text(message string) any {
	if message == "" {
		return nil
	}
	return map[string]string{"message": message}
}

func (g *realGerrit) Review(user string, number int, in gerrittest.ReviewInput) ([]string, error) {
	body := map[string]any{
		"labels": in.Labels, "message": in.Message, "tag": in.Tag, "ready": in.Ready,
		"ignore_automatic_attention_set_rules": in.QuietAttention,
	}
	comments := map[string][]map[string]any{}
	for _, c := range in.Comments {
		j := map[string]any{"message": c.Text, "unresolved": c.Unresolved}
		if c.Line != 0 {
			j["line"] = c.Line
		}
		if c.InReplyTo != "" {
			j["in_reply_to"] = c.InReplyTo
		}
		comments[c.Path] = append(comments[c.Path], j)
	}
	body["comments"] = comments
	var reviewers, attention []map[string]string
	for _, r := range in.Reviewers {
		reviewers = append(reviewers, map[string]string{"reviewer": r.Name, "state": r.State})
	}
	for _, a := range in.Attention {
		attention = append(attention, map[string]string{"user": a.Name, "reason": a.Reason})
	}
	body["reviewers"], body["add_to_attention_set"] = reviewers, attention
	revision := "current"
	if in.PatchSet != 0 {
		revision = fmt.Sprint(in.PatchSet)
	}
	if err := g.post(user, number, "/revisions/"+revision+"/review", body); err != nil {
		return nil, err
	}
	return g.commentIDs(user, number, in.Comments)
}

// commentIDs finds the comments that were just made by their texts.
func (g *realGerrit) commentIDs(user string, number int, made []gerrittest.CommentInput) ([]string, error) {
	if len(made) == 0 {
		return nil, nil
	}
	var all map[string][]struct{ ID, Message string }
	if err := g.call(user, "GET", g.path(number)+"/comments", nil, &all); err != nil {
		return nil, err
	}
	var ids []string
	for _, c := range made {
		for _, have := range all[c.Path] {
			if have.Message == c.Text {
				ids = append(ids, have.ID)
			}
		}
	}
	return ids, nil
}

func (g *realGerrit) AddReviewer(by string, number int, who, state string) error {
	return g.post(by, number, "/reviewers", map[string]string{"reviewer": who, "state": state})
}

func (g *realGerrit) RemoveReviewer(by string, number int, who string) error {
	return g.post(by, number, "/reviewers/"+who+"/delete", nil)
}

func (g *realGerrit) DeleteVote(by string, number int, who, label string) error {
	return g.post(by, number, "/reviewers/"+who+"/votes/"+label+"/delete", nil)
}

func (g *realGerrit) SetWIP(user string, number int, message string) error {
	return g.post(user, number, "/wip", text(message))
}

func (g *realGerrit) SetReady(user string, number int, message string) error {
	return g.post(user, number, "/ready", text(message))
}

func (g *realGerrit) SetPrivate(user string, number int, private bool) error {
	if private {
		return g.post(user, number, "/private", nil)
	}
	return g.post(user, number, "/private.delete", nil)
}

func (g *realGerrit) Abandon(user string, number int, message string) error {
	return g.post(user, number, "/abandon", text(message))
}

func (g *realGerrit) Restore(user string, number int, message string) error {
	return g.post(user, number, "/restore", text(message))
}

func (g *realGerrit) Submit(user string, number int) error {
	return g.post(user, number, "/submit", nil)
}

func (g *realGerrit) Revert(user string, number int, message string) (int, error) {
	g.tick()
	defer g.tock()
	var revert struct {
		Number int `json:"_number"`
	}
	if err := g.call(user, "POST", g.path(number)+"/revert", text(message), &revert); err != nil {
		return 0, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.changes[revert.Number] = &pushed{project: g.changes[number].project}
	return revert.Number, nil
}

func (g *realGerrit) Pick(user string, number int, branch string) (int, error) {
	g.tick()
	defer g.tock()
	var pick struct {
		Number int `json:"_number"`
	}
	if err := g.call(user, "POST", g.path(number)+"/revisions/current/cherrypick", map[string]string{"destination": branch}, &pick); err != nil {
		return 0, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.changes[pick.Number] = &pushed{project: g.changes[number].project}
	return pick.Number, nil
}

func (g *realGerrit) CreateBranch(user, project, branch, from string) error {
	return g.createRef(user, project, "branches", branch, from)
}

func (g *realGerrit) CreateTag(user, project, tag, from string) error {
	return g.createRef(user, project, "tags", tag, from)
}

func (g *realGerrit) createRef(user, project, kind, name, from string) error {
	path := "/projects/" + url.PathEscape(project) + "/" + kind + "/" + url.PathEscape(name)
	return g.call(user, "PUT", path, map[string]string{"revision": from}, nil)
}

func (g *realGerrit) Delete(user string, number int) error {
	return g.call(user, "DELETE", g.path(number), nil, nil)
}

func (g *realGerrit) Hashtags(user string, number int, add, remove []string) error {
	return g.post(user, number, "/hashtags", map[string][]string{"add": add, "remove": remove})
}

func (g *realGerrit) AddAttention(by string, number int, who, reason string) error {
	return g.post(by, number, "/attention", map[string]string{"user": who, "reason": reason})
}

func (g *realGerrit) RemoveAttention(by string, number int, who, reason string) error {
	return g.post(by, number, "/attention/"+who+"/delete", map[string]string{"reason": reason})
}
