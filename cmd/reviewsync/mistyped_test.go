package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"reviewsync/internal/service"
)

// typed gives a command, and returns its status and what it printed.
func typed(t *testing.T, words ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), words, &out, &errs)
	return status, out.String(), errs.String()
}

// TestMistyped: what is typed wrongly costs two lines, what was wrong and what to type.
func TestMistyped(t *testing.T) {
	const commands = "commands: run, sync, check, explain, "
	for _, c := range []struct{ typed, wrong, instead string }{
		{"", "no command was given", commands},
		{"rnu", `unexpected argument rnu, did you mean "run"?`, commands},
		{"run --frob", "unknown flag --frob", "usage: reviewsync run [flags]; 'reviewsync run --help' says more"},
		{"explain --conifg x T1", `unknown flag --conifg, did you mean "--config"?`, "usage: reviewsync explain <task-or-change> ..."},
		{"poke", `expected "<task-or-change> ..."`, "usage: reviewsync poke <task-or-change> ... [flags]"},
		{"duty --weeks many", `--weeks: expected a valid 64 bit int but got "many"`, "usage: reviewsync duty [flags]"},
		{"duty --why --json", "--why and --json can't be used together", "usage: reviewsync duty [flags]"},
	} {
		status, stdout, stderr := typed(t, strings.Fields(c.typed)...)
		if lines := strings.Split(stderr, "\n"); status != 2 || stdout != "" || len(lines) != 3 || lines[2] != "" ||
			lines[0] != "reviewsync: "+c.wrong || !strings.HasPrefix(lines[1], c.instead) {
			t.Errorf("reviewsync %s: status %d, %q, want\n%s\n%s…\ngot\n%s", c.typed, status, stdout, c.wrong, c.instead, stderr)
		}
	}
}

func TestConfigIsFound(t *testing.T) {
	dir := t.TempDir()
	named, here, system := filepath.Join(dir, "named.yaml"), filepath.Join(dir, "here.yaml"), filepath.Join(dir, "etc", "system.yaml")
	if got, err := findConfig("", here, system); err == nil || !strings.Contains(err.Error(), "$REVIEWSYNC_CONFIG is not set, and there is neither") ||
		!strings.Contains(err.Error(), here) || !strings.Contains(err.Error(), system) {
		t.Errorf("where there is none: %q, %v", got, err)
	}
	if got, err := findConfig(named, here, system); err == nil || !strings.Contains(err.Error(), "named.yaml: there is no such file, but $REVIEWSYNC_CONFIG names it") {
		t.Errorf("a variable with the name of no file: %q, %v", got, err)
	}
	for _, c := range []struct{ file, variable, want string }{
		{system, "", system},
		{here, "", here},
		{named, named, named},
	} {
		if err := os.MkdirAll(filepath.Dir(c.file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(c.file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := findConfig(c.variable, here, system); got != c.want || err != nil {
			t.Errorf("with %s besides: %q, %v", c.file, got, err)
		}
	}
}

// TestCommandsFindTheirConfig: each command that reads one looks for it.
func TestCommandsFindTheirConfig(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv(configVariable, "")
	if err := os.WriteFile(configHere, []byte("boards: 7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"run", "sync", "check", "explain T1", "poke T1", "align b", "duty"} {
		status, _, stderr := typed(t, strings.Fields(command)...)
		if status != 1 || !strings.Contains(stderr, "reviewsync.yaml:1: boards") {
			t.Errorf("%s: status %d, %s", command, status, stderr)
		}
	}
}

func TestVersion(t *testing.T) {
	if status, stdout, _ := typed(t, "--version"); status != 0 || !strings.HasPrefix(stdout, "reviewsync ") || strings.Count(stdout, "\n") != 1 {
		t.Errorf("status %d: %q", status, stdout)
	}
	checkout := &debug.BuildInfo{
		Main:     debug.Module{Version: "v0.0.0-20261127210000-0a1b2c3d4e5f"},
		Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "0a1b2c3d4e5f"}},
	}
	for _, c := range []struct {
		name            string
		version, commit string
		info            *debug.BuildInfo
		want            service.Build
	}{
		{"a checkout", "", "", checkout, service.Build{Version: "v0.0.0-20261127210000-0a1b2c3d4e5f", Commit: "0a1b2c3d4e5f"}},
		{"without version control", "", "", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, service.Build{Version: "unknown", Commit: "unknown"}},
		{"nothing is known", "", "", nil, service.Build{Version: "unknown", Commit: "unknown"}},
		{"set when it was linked", "1.4", "f00", checkout, service.Build{Version: "1.4", Commit: "f00"}},
	} {
		if got := build(c.version, c.commit, c.info); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// TestWarningsComeFromTwoCommands: check and run speak of what is probably not meant in the config, no other command does.
func TestWarningsComeFromTwoCommands(t *testing.T) {
	c := newChecked(t)
	c.replace("[reviewed, approved, merged", "[reviewed, merged")
	const warning = "no rule for review state approved"
	if lines, _ := c.run(); strings.Count(strings.Join(lines, "\n"), warning) != 1 {
		t.Errorf("check: want it once:\n%s", strings.Join(lines, "\n"))
	}
	for _, command := range []string{"sync --dry-run", "sync", "explain T1", "poke T1", "align code-reviews", "duty"} {
		_, stdout, stderr := typed(t, append(strings.Fields(command), "--config", filepath.Join(c.dir, "reviewsync.yaml"))...)
		if strings.Contains(stdout+stderr, warning) {
			t.Errorf("%s says it too:\n%s%s", command, stdout, stderr)
		}
	}
}
