package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reviewsync/internal/config"
)

// root is the top of the repository.
const root = "../.."

// documents reads what people read, by name from the top of the repository.
func documents(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(names) == 0 {
		t.Fatalf("docs: %v, %v", names, err)
	}
	names = append(names, filepath.Join(root, "README.md"), filepath.Join(root, "deploy", "reviewsync.service"))
	texts := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.ToSlash(strings.TrimPrefix(name, filepath.FromSlash(root+"/")))] = string(text)
	}
	return texts
}

// block is the first fenced block of a language in a document.
func block(t *testing.T, text, language string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, "\n```"+language+"\n")
	code, _, closed := strings.Cut(rest, "\n```\n")
	if !found || !closed {
		t.Fatalf("no block of %s", language)
	}
	return code + "\n"
}

func TestReadmeConfig(t *testing.T) {
	texts := documents(t)
	first := block(t, texts["README.md"], "yaml")
	if diff := cmp.Diff(first, block(t, texts["docs/config.md"], "yaml")); diff != "" {
		t.Errorf("the first config of README.md is not that of docs/config.md:\n%s", diff)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"reviewsync.yaml": first, "gerrit.password": "p\n", "phab.token": "t\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.Load(filepath.Join(dir, "reviewsync.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range c.Warnings {
		if !strings.Contains(w, "abandoned") { // of which docs/config.md speaks
			t.Error("the first config of README.md gives a warning:", w)
		}
	}
	if lines := strings.Count(first, "\n"); lines != 10 {
		t.Errorf("the first config of README.md, in ten lines, has %d", lines)
	}
}

func TestReadmeHasTheTwoCommands(t *testing.T) {
	lines := strings.Split(documents(t)["README.md"], "\n")
	for _, command := range []string{"go run ./cmd/reviewsync demo", "go test ./..."} {
		if !slices.Contains(lines, command) {
			t.Errorf("README.md has no line %q", command)
		}
	}
}

var (
	called = regexp.MustCompile("(?m)(?:^|`|/)reviewsync ((?:--?[a-z-]+ )*)([a-z]+)([^`#\n]*)")
	flag   = regexp.MustCompile(`--[a-z-]+`)
)

// TestCommandsOfTheDocs: each command that the documents call is one, with the flags that they give it.
func TestCommandsOfTheDocs(t *testing.T) {
	seen := map[string]bool{}
	for name, text := range documents(t) {
		for _, call := range called.FindAllStringSubmatch(text, -1) {
			command := call[2]
			seen[command] = true
			var help, told bytes.Buffer
			if status := run(t.Context(), []string{command, "--help"}, &help, &told); status != 0 {
				t.Errorf("%s: %q is no command: %s", name, strings.TrimSpace(call[0]), &told)
				continue
			}
			for _, f := range flag.FindAllString(call[1]+call[3], -1) {
				if !strings.Contains(help.String(), f) {
					t.Errorf("%s: %q has no %s", name, strings.TrimSpace(call[0]), f)
				}
			}
		}
	}
	for _, command := range []string{"run", "sync", "check", "demo", "explain"} {
		if !seen[command] {
			t.Errorf("no document tells how to call %q", command)
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)#:]+)\)`)

func TestLinksOfTheDocs(t *testing.T) {
	for name, text := range documents(t) {
		for _, to := range link.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(name), to[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", name, to[1])
			}
		}
	}
}
