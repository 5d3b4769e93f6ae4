package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"reviewsync/internal/web"
	"reviewsync/mapping"
)

// pokeConfig writes a config, and gives its file and where its service listens.
func pokeConfig(t *testing.T) (file, socket string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "testdata", "process.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "reviewsync.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file, web.SocketPath(filepath.Join(filepath.Dir(file), "reviewsync.db"))
}

// poker is a service that can be poked, and not paused.
type poker func(context.Context, []string) ([]web.PokeResult, error)

func (p poker) Poke(ctx context.Context, targets []string) ([]web.PokeResult, error) {
	return p(ctx, targets)
}

func (p poker) Release(ctx context.Context, targets []string) ([]web.PokeResult, error) {
	return p(ctx, targets)
}

func (p poker) Drop(ctx context.Context, targets []string) ([]web.PokeResult, error) {
	return p(ctx, targets)
}

func (p poker) Pause(context.Context, mapping.PauseRequest) (mapping.PauseResult, error) {
	return mapping.PauseResult{}, errors.New("not here")
}

// poked lets a service listen on a socket, which answers with poke.
func poked(t *testing.T, socket string, poke func(context.Context, []string) ([]web.PokeResult, error)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- web.NewSocket(socket, poker(poke), zerolog.Nop()).Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	for begin := time.Now(); ; {
		c, err := net.Dial("unix", socket)
		if err == nil {
			_ = c.Close()
			return
		}
		if time.Since(begin) > 10*time.Second {
			t.Fatal(err)
		}
	}
}

// pokes runs the command.
func pokes(t *testing.T, file string, what ...string) (out, said string, status int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status = run(t.Context(), append([]string{"poke", "--config", file}, what...), &stdout, &stderr)
	return stdout.String(), stderr.String(), status
}

func TestPoke(t *testing.T) {
	file, socket := pokeConfig(t)
	var got []string
	poked(t, socket, func(_ context.Context, targets []string) ([]web.PokeResult, error) {
		got = targets
		var all []web.PokeResult
		for _, target := range targets {
			p := web.PokeResult{Target: target, Text: "will be looked at"}
			if target == "T404" {
				p = web.PokeResult{Target: target, Error: "there is no such task"}
			}
			all = append(all, p)
		}
		return all, nil
	})
	out, said, status := pokes(t, file, "T123", "456", "change", "457", "change 458", "mediawiki/core~459",
		"https://phabricator.example.org/T124", "https://gerrit.example.org/r/c/mediawiki/core/+/460/2", "https://gerrit.example.org/r/461")
	want := []string{"T123", "456", "457", "458", "mediawiki/core~459", "T124", "mediawiki/core~460", "461"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("sent (-want +got):\n%s", d)
	}
	if lines := strings.Join(want, ": will be looked at\n") + ": will be looked at\n"; out != lines || said != "" || status != 0 {
		t.Errorf("exit status %d, said %q, printed\n%s\nwant\n%s", status, said, out, lines)
	}
	out, said, status = pokes(t, file, "T404", "T1")
	if status != 1 || said != "" || out != "T404: there is no such task\nT1: will be looked at\n" {
		t.Errorf("exit status %d, said %q, printed\n%s", status, said, out)
	}
}

// What is no target is refused before anything is sent.
func TestPokeRefusesBadTargets(t *testing.T) {
	file, socket := pokeConfig(t)
	poked(t, socket, func(context.Context, []string) ([]web.PokeResult, error) {
		t.Error("sent")
		return nil, errors.New("sent")
	})
	for what, want := range map[string]string{
		"T1 nonsense":         `"nonsense" is neither a task nor a change`,
		"change":              `"change" is neither a task nor a change`,
		"change T1":           `"change T1" is neither a task nor a change`,
		"T1 https://a.org/T1": "is on neither server of the config",
	} {
		out, said, status := pokes(t, file, strings.Fields(what)...)
		if status != 1 || out != "" || !strings.Contains(said, want) {
			t.Errorf("%s: exit status %d, said %q, printed %q", what, status, said, out)
		}
	}
}

func TestPokeWithoutAService(t *testing.T) {
	file, socket := pokeConfig(t)
	want := fmt.Sprintf("reviewsync: no reviewsync runs with this config (%s): start 'reviewsync run', or use 'reviewsync sync'\n", socket)
	if out, said, status := pokes(t, file, "T1"); status != 1 || out != "" || said != want {
		t.Errorf("exit status %d, said %q, printed %q", status, said, out)
	}
	poked(t, socket, func(context.Context, []string) ([]web.PokeResult, error) {
		return nil, errors.New("it is about to end")
	})
	if _, said, status := pokes(t, file, "T1"); status != 1 || said != "reviewsync: the service refused: it is about to end\n" {
		t.Errorf("exit status %d, said %q", status, said)
	}
}

func TestPokeWithoutAFile(t *testing.T) {
	file, _ := pokeConfig(t)
	text, err := os.ReadFile(file)
	if err == nil {
		text = bytes.Replace(text, []byte("path: reviewsync.db"), []byte(`path: ":memory:"`), 1)
		err = os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Dir(file))
	if _, said, status := pokes(t, "reviewsync.yaml", "T1"); status != 1 || !strings.Contains(said, "cannot be poked; name a file as store.path") {
		t.Errorf("exit status %d, said %q", status, said)
	}
}
