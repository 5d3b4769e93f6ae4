package gerrit_test

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"reviewsync/gerrit/gerrittest"
)

// gitDir is a bare repository from which everything is pushed.
type gitDir struct{ path string }

func newGitDir() (*gitDir, error) {
	path, err := os.MkdirTemp("", "reviewsync-git-")
	if err != nil {
		return nil, err
	}
	g := &gitDir{path}
	_, err = g.run(nil, "", "init", "-q", "--bare")
	return g, err
}

func (g *gitDir) run(env []string, stdin string, args ...string) (string, error) {
	cmd := exec.Command("git", append([]string{"-C", g.path}, args...)...)
	cmd.Env = append(append(os.Environ(), "GIT_TERMINAL_PROMPT=0"), env...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, out)
	}
	return strings.TrimSpace(string(out)), nil
}

// commit puts one file on top of parent. nth makes commits of equal content differ in
// their times.
func (g *gitDir) commit(user, parent, path, content, message string, nth int) (string, error) {
	mail := user + "@example.org"
	env := []string{
		"GIT_INDEX_FILE=" + filepath.Join(g.path, "index"),
		"GIT_AUTHOR_NAME=" + user, "GIT_AUTHOR_EMAIL=" + mail, "GIT_COMMITTER_NAME=" + user, "GIT_COMMITTER_EMAIL=" + mail,
		fmt.Sprintf("GIT_AUTHOR_DATE=%d +0000", 1700000000), fmt.Sprintf("GIT_COMMITTER_DATE=%d +0000", 1700000000+nth),
	}
	if _, err := g.run(env, "", "read-tree", parent); err != nil {
		return "", err
	}
	blob, err := g.run(env, content, "hash-object", "-w", "--stdin")
	if err != nil {
		return "", err
	}
	if _, err := g.run(env, "", "update-index", "--add", "--cacheinfo", "100644,"+blob+","+path); err != nil {
		return "", err
	}
	tree, err := g.run(env, "", "write-tree")
	if err != nil {
		return "", err
	}
	return g.run(env, message, "commit-tree", tree, "-p", parent)
}

func (g *realGerrit) remote(user, project string) string {
	u, _ := url.Parse(g.url)
	u.User = url.UserPassword(user, g.Password(user))
	return u.JoinPath("a", project).String()
}

func (g *realGerrit) tip(project, branch string) (string, error) {
	if _, err := g.git.run(nil, "", "fetch", "-q", g.remote(alice, project), "+refs/heads/"+branch+":refs/tip"); err != nil {
		return "", err
	}
	return g.git.run(nil, "", "rev-parse", "refs/tip")
}

// send pushes a commit for review, or with a branch name as ref straight to it.
func (g *realGerrit) send(user, project, sha, ref string, options ...string) error {
	args := []string{"push", "-q", g.remote(user, project), sha + ":" + ref}
	for _, o := range options {
		args = append(args, "-o", o)
	}
	_, err := g.git.run(nil, "", args...)
	return err
}

func (g *realGerrit) Push(user, project, branch string, in gerrittest.PushInput) (int, error) {
	g.tick()
	defer g.tock()
	g.alone.Lock()
	defer g.alone.Unlock()
	id := in.ChangeID
	if id == "" {
		random := make([]byte, 20)
		_, _ = rand.Read(random)
		id = "I" + hex.EncodeToString(random)
	}
	message := in.Message
	if message == "" {
		footers := append(append([]string{}, in.Footers...), "Change-Id: "+id)
		message = in.Subject + "\n\n" + strings.Join(footers, "\n") + "\n"
	}
	parent, err := g.tip(project, branch)
	if err != nil {
		return 0, err
	}
	g.mu.Lock()
	if on := g.changes[in.On]; on != nil {
		parent = on.sha
	}
	g.mu.Unlock()
	content := "line of " + id + "\n"
	sha, err := g.git.commit(user, parent, filePath, content, message, 0)
	if err != nil {
		return 0, err
	}
	if err := g.send(user, project, sha, "refs/for/"+branch, pushOptions(in)...); err != nil {
		return 0, err
	}
	var info struct {
		Number int `json:"_number"`
	}
	if err := g.call(user, "GET", fmt.Sprintf("/changes/%s~%s~%s", url.PathEscape(project), branch, id), nil, &info); err != nil {
		return 0, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.changes[info.Number] = &pushed{project, branch, user, sha, parent, message, content, 1}
	return info.Number, nil
}

func pushOptions(in gerrittest.PushInput) []string {
	var o []string
	if in.WIP {
		o = append(o, "wip")
	}
	if in.Private {
		o = append(o, "private")
	}
	for name, v := range in.Labels {
		o = append(o, fmt.Sprintf("l=%s%+d", name, v))
	}
	for _, r := range in.Reviewers {
		o = append(o, "r="+r)
	}
	for _, r := range in.CC {
		o = append(o, "cc="+r)
	}
	for _, h := range in.Hashtags {
		o = append(o, "hashtag="+h)
	}
	return o
}

func (g *realGerrit) Amend(user string, number int, kind string, in gerrittest.AmendInput) error {
	g.tick()
	defer g.tock()
	g.alone.Lock()
	defer g.alone.Unlock()
	g.mu.Lock()
	c := *g.changes[number]
	g.mu.Unlock()
	switch {
	case in.Message != "":
		c.message = in.Message
	case kind == gerrittest.NoCodeChange:
		subject, rest, _ := strings.Cut(c.message, "\n")
		c.message = subject + " (reworded)\n" + rest
	}
	if kind == gerrittest.Rework {
		c.content += fmt.Sprintf("rework %d\n", c.patchSets)
	}
	if kind == gerrittest.TrivialRebase {
		tip, err := g.tip(c.project, c.branch)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("upstream/%d-%d.txt", number, c.patchSets)
		if c.parent, err = g.git.commit(alice, tip, name, name+"\n", "Upstream\n", 0); err != nil {
			return err
		}
		if err := g.send(alice, c.project, c.parent, "refs/heads/"+c.branch); err != nil {
			return err
		}
	}
	var err error
	if c.sha, err = g.git.commit(user, c.parent, filePath, c.content, c.message, c.patchSets); err != nil {
		return err
	}
	var options []string
	if in.WIP {
		options = append(options, "wip")
	}
	if in.Ready {
		options = append(options, "ready")
	}
	for _, h := range in.Hashtags {
		options = append(options, "hashtag="+h)
	}
	if err := g.send(user, c.project, c.sha, "refs/for/"+c.branch, options...); err != nil {
		return err
	}
	c.patchSets++
	g.mu.Lock()
	defer g.mu.Unlock()
	g.changes[number] = &c
	return nil
}
