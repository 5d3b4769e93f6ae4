package web

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"reviewsync/mapping"
)

// poker is a service that can be poked.
type poker func(context.Context, []string) ([]PokeResult, error)

func (p poker) Poke(ctx context.Context, targets []string) ([]PokeResult, error) {
	return p(ctx, targets)
}

func (p poker) Release(ctx context.Context, targets []string) ([]PokeResult, error) {
	return p(ctx, targets)
}

func (p poker) Drop(ctx context.Context, targets []string) ([]PokeResult, error) {
	return p(ctx, targets)
}

func (p poker) Pause(_ context.Context, r mapping.PauseRequest) (mapping.PauseResult, error) {
	if r.Board == "nonsense" {
		return mapping.PauseResult{}, errors.New("no board nonsense")
	}
	return mapping.PauseResult{Outcome: mapping.PauseBegun, Pause: mapping.Pause{Board: "#" + r.Board, Why: r.Why}}, nil
}

func TestPause(t *testing.T) {
	path := SocketPath(filepath.Join(t.TempDir(), "reviewsync.db"))
	if _, err := Pause(t.Context(), path, mapping.PauseRequest{}); !errors.Is(err, ErrNotRunning) {
		t.Errorf("before: %v", err)
	}
	listening(t, path, each)
	got, err := Pause(t.Context(), path, mapping.PauseRequest{Board: "b", Why: "new columns"})
	want := mapping.PauseResult{Outcome: mapping.PauseBegun, Pause: mapping.Pause{Board: "#b", Why: "new columns"}}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	if _, err := Pause(t.Context(), path, mapping.PauseRequest{Board: "nonsense"}); err == nil || err.Error() != "no board nonsense" {
		t.Errorf("error %v", err)
	}
}

// listening runs a socket until stop is called, or the test ends.
func listening(t *testing.T, path string, poke func(context.Context, []string) ([]PokeResult, error)) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- NewSocket(path, poker(poke), zerolog.Nop()).Run(ctx) }()
	for begin := time.Now(); ; {
		c, err := net.Dial("unix", path)
		if err == nil {
			_ = c.Close()
			break
		}
		if time.Since(begin) > 10*time.Second {
			cancel()
			t.Fatalf("no socket: %v; %v", err, <-ended)
		}
	}
	var err error
	stopped := false
	stop = func() error {
		if !stopped {
			stopped = true
			cancel()
			err = <-ended
		}
		return err
	}
	t.Cleanup(func() { _ = stop() })
	return stop
}

// each answers each target with its name.
func each(_ context.Context, targets []string) ([]PokeResult, error) {
	var out []PokeResult
	for _, target := range targets {
		out = append(out, PokeResult{Target: target, Text: "will be looked at"})
	}
	return out, nil
}

func TestPoke(t *testing.T) {
	path := SocketPath(filepath.Join(t.TempDir(), "reviewsync.db"))
	if _, err := Poke(t.Context(), path, VerbPoke, []string{"T1"}); !errors.Is(err, ErrNotRunning) {
		t.Errorf("before: %v", err)
	}
	stop := listening(t, path, func(_ context.Context, targets []string) ([]PokeResult, error) {
		if targets[0] == "T9" {
			return nil, errors.New("gerrit does not answer")
		}
		return []PokeResult{{Target: targets[0], Text: "will be looked at"}, {Target: "T2", Error: "no such task"}}, nil
	})
	got, err := Poke(t.Context(), path, VerbPoke, []string{"T1", "T2"})
	want := []PokeResult{{Target: "T1", Text: "will be looked at"}, {Target: "T2", Error: "no such task"}}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	if _, err := Poke(t.Context(), path, VerbPoke, []string{"T9"}); err == nil || err.Error() != "the service refused: gerrit does not answer" {
		t.Errorf("error %v", err)
	}
	if _, err := Poke(t.Context(), path, VerbPoke, []string{"T1"}); err == nil || err.Error() != "the service did not answer for what was named: 2 answers, not 1" {
		t.Errorf("error %v", err)
	}
	if err := stop(); err != nil {
		t.Errorf("the end: %v", err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}
	if _, err := Poke(t.Context(), path, VerbPoke, []string{"T1"}); !errors.Is(err, ErrNotRunning) {
		t.Errorf("afterwards: %v", err)
	}
}

// A socket that is stopped before it began leaves nothing, and returns no error.
func TestSocketToldToStopAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(t.TempDir(), "s")
	if err := NewSocket(path, poker(each), zerolog.Nop()).Run(ctx); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is there: %v", err)
	}
}

// Whatever the umask is, nobody else can open the socket, not even for a moment.
func TestSocketIsPrivate(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	path := filepath.Join(t.TempDir(), "s")
	over, watched := make(chan struct{}), make(chan fs.FileMode, 1)
	go func() {
		var seen fs.FileMode
		for {
			select {
			case <-over:
				watched <- seen
				return
			default:
			}
			if info, err := os.Lstat(path); err == nil {
				seen |= info.Mode().Perm()
			}
		}
	}()
	for range 50 {
		stop := listening(t, path, each)
		info, err := os.Lstat(path)
		if err != nil || info.Mode() != fs.ModeSocket|0o600 {
			t.Errorf("%v, %v", info, err)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	}
	close(over)
	if seen := <-watched; seen&0o077 != 0 {
		t.Errorf("open for a moment: %04o", seen)
	}
}

func TestSocketOfAKilledService(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Poke(t.Context(), path, VerbPoke, []string{"T1"}); !errors.Is(err, ErrNotRunning) {
		t.Errorf("killed: %v", err)
	}
	listening(t, path, each)
	if got, err := Poke(t.Context(), path, VerbPoke, []string{"T1"}); err != nil || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
}

// A socket that cannot be made says why, and removes nothing of others.
func TestNoSocket(t *testing.T) {
	dir := t.TempDir()
	live := filepath.Join(dir, "live")
	listening(t, live, each)
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	long := filepath.Join(dir, strings.Repeat("x", 100))
	for path, want := range map[string]string{
		live:                      live + ": another reviewsync listens there; end that one, or name another store.path",
		file:                      file + ": is no socket, but the one for 'reviewsync poke' belongs there; move it away",
		long:                      "name a shorter store.path",
		filepath.Join(dir, "a/b"): filepath.Join(dir, "a/b") + ": the socket for 'reviewsync poke' cannot be made: no such file or directory; let the account of the service write in the folder of store.path",
	} {
		if err := NewSocket(path, poker(each), zerolog.Nop()).Run(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v\nwant %s", err, want)
		}
	}
	if got, err := Poke(t.Context(), live, VerbPoke, []string{"T1"}); err != nil || len(got) != 1 {
		t.Errorf("the live one: %v, %v", got, err)
	}
	if text, err := os.ReadFile(file); string(text) != "precious" {
		t.Errorf("the file: %s, %v", text, err)
	}
}

func TestSocketRefusesWhatIsNoPoke(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	listening(t, path, func(context.Context, []string) ([]PokeResult, error) {
		t.Error("handed on")
		return nil, nil
	})
	c := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", path) }}}
	for _, r := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", "/poke", "", 400},
		{"POST", "/poke", `{"T1":1}`, 400},
		{"POST", "/poke", `[1]`, 400},
		{"POST", "/poke", `[]`, 400},
		{"POST", "/poke", `["T1",""]`, 400},
		{"POST", "/poke", `["T1"` + strings.Repeat(`,"T1"`, maxTargets) + `]`, 400},
		{"POST", "/poke", `["` + strings.Repeat("x", maxPoke) + `"]`, 400},
		{"GET", "/poke", "", 405},
		{"POST", "/", `["T1"]`, 404},
		{"GET", "/healthz", "", 404},
	} {
		q, err := http.NewRequest(r.method, "http://reviewsync"+r.path, strings.NewReader(r.body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := c.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != r.status {
			t.Errorf("%s %s %.40s: status %d, want %d", r.method, r.path, r.body, resp.StatusCode, r.status)
		}
	}
}
