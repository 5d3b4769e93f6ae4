package main

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

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
	first := block(t, documents(t)["README.md"], "yaml")
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
		if !strings.Contains(w, "abandoned") { // such cards stay, as docs/config.md says
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

// shell gives the lines of the shell blocks of a document, with what is continued in one.
func shell(text string) (lines []string) {
	for _, b := range regexp.MustCompile("(?ms)^ *```sh\n(.*?)^ *```$").FindAllStringSubmatch(text, -1) {
		code := strings.ReplaceAll(b[1], "\\\n", " ")
		for line := range strings.Lines(code) {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// calls gives the calls of reviewsync in a document, from its shell blocks and from its sentences.
func calls(text string) (all [][]string) {
	var lines []string
	for _, line := range shell(text) {
		line, _, _ = strings.Cut(line, " #")
		lines = append(lines, line)
	}
	for _, m := range regexp.MustCompile("`(reviewsync [^`]*)`").FindAllStringSubmatch(text, -1) {
		lines = append(lines, m[1])
	}
	for _, line := range lines {
		words := regexp.MustCompile(`"[^"]*"|'[^']*'|\S+`).FindAllString(line, -1)
		if len(words) > 2 && words[0] == "go" && words[1] == "run" {
			words = words[2:]
		}
		if len(words) > 1 && path.Base(words[0]) == "reviewsync" {
			all = append(all, words[1:])
		}
	}
	return all
}

// TestCommandsOfTheDocs: each call of reviewsync in the documents is understood as it is typed.
func TestCommandsOfTheDocs(t *testing.T) {
	seen := map[string]bool{}
	for name, text := range documents(t) {
		for _, words := range calls(text) {
			for i, w := range words {
				words[i] = strings.Trim(w, `'"`)
			}
			if slices.Contains(words, "--help") || slices.Contains(words, "--version") {
				var stderr bytes.Buffer
				if status := run(t.Context(), words, &stderr, &stderr); status != 0 {
					t.Errorf("%s: reviewsync %q: %s", name, words, &stderr)
				}
				continue
			}
			if len(words) == 1 && slices.Contains([]string{"explain", "poke", "align", "undo"}, words[0]) {
				words = append(words, "T1") // a sentence names the command without its arguments
			}
			parser, err := kong.New(&commandLine{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parser.Parse(words); err != nil {
				t.Errorf("%s: reviewsync %q: %v", name, words, err)
				continue
			}
			seen[words[0]] = true
		}
	}
	parser, err := kong.New(&commandLine{})
	if err != nil {
		t.Fatal(err)
	}
	everything := strings.Join(slices.Collect(maps.Values(documents(t))), "\n")
	flags := map[string]bool{"--help": true, "--log-level": true, "--version": true}
	for _, command := range parser.Model.Leaves(false) {
		if !seen[command.Name] {
			t.Errorf("no document shows how to call %q", command.Name)
		}
		if !strings.Contains(documents(t)["docs/commands.md"], "`"+command.Name+"`") {
			t.Errorf("docs/commands.md does not name %q", command.Name)
		}
		for _, f := range command.Flags {
			if f.Name != "help" && !regexp.MustCompile("--"+f.Name+`\b`).MatchString(everything) {
				t.Errorf("no document names --%s of %q", f.Name, command.Name)
			}
			flags["--"+f.Name] = true
		}
	}
	for _, f := range regexp.MustCompile("`(--[a-z-]+)").FindAllStringSubmatch(everything, -1) {
		if !flags[f[1]] {
			t.Errorf("a document names %s, which no command has", f[1])
		}
	}
}

// TestShellOfTheDocs: what else the documents say to type is there: programs, packages, tests, files.
func TestShellOfTheDocs(t *testing.T) {
	elsewhere := []string{"curl", "install", "journalctl", "openssl", "reviewsync", "sqlite3", "ssh", "ssh-keygen", "ssh-keyscan", "systemctl", "useradd"}
	for name, text := range documents(t) {
		for _, line := range shell(text) {
			if shell, err := exec.LookPath("bash"); err == nil {
				if out, err := exec.CommandContext(t.Context(), shell, "-n", "-c", line).CombinedOutput(); err != nil {
					t.Errorf("%s: %s: %s", name, line, out)
				}
			}
			line = regexp.MustCompile(`^([A-Z_]+=\S+ )+`).ReplaceAllString(line, "")
			words := strings.Fields(line)
			switch {
			case words[0] == "go" || strings.HasPrefix(words[0], "./") || slices.Contains(elsewhere, words[0]):
			case words[0] == "cp":
				words = words[:2]
			case strings.HasPrefix(words[0], ".cache/"): // made by the line before
				continue
			case exists(words[0]):
			default:
				t.Errorf("%s: %s: there is no %s", name, line, words[0])
			}
			for _, w := range words[1:] {
				switch w, all := strings.CutSuffix(w, "/..."); {
				case strings.HasPrefix(w, "deploy/"), strings.HasPrefix(w, "./") && !strings.HasSuffix(w, ".yaml"), all && w == ".":
					if !exists(w) {
						t.Errorf("%s: %s: there is no %s", name, line, w)
					}
				}
			}
		}
	}
}

func exists(name string) bool {
	_, err := os.Stat(filepath.Join(root, name))
	return err == nil
}
