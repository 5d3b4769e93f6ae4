package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/rs/zerolog"

	"reviewsync/mapping"
)

// Limits of a poke and its answer.
const (
	maxPoke      = 64 << 10 // bytes
	maxTargets   = 1000
	maxPokeReply = 1 << 20 // bytes
)

// longestSocket is the longest path of a socket, in bytes, that works on every system.
const longestSocket = 103

// ErrNotRunning means that no service listens on a socket.
var ErrNotRunning = errors.New("nobody listens there")

// PokeResult is the outcome of a poke for one target.
type PokeResult struct {
	Target string `json:"target"`
	Text   string `json:"text,omitempty"`  // such as "will be looked at"
	Error  string `json:"error,omitempty"` // why it will not
}

// SocketPath returns the path of the poke socket of the service with a store.
func SocketPath(store string) string { return store + ".sock" }

// Commands is what a service does for those who may open its socket.
type Commands interface {
	// Poke has targets looked at again: at least one, and none of them empty.
	Poke(ctx context.Context, targets []string) ([]PokeResult, error)
	// Release makes the edits that wait for boards, and Drop gives up those that wait and come from changes.
	Release(ctx context.Context, targets []string) ([]PokeResult, error)
	Drop(ctx context.Context, targets []string) ([]PokeResult, error)
	// Pause pauses something, or ends that.
	Pause(ctx context.Context, r mapping.PauseRequest) (mapping.PauseResult, error)
}

// Verb is what a command has the service do to targets, as the path of its request.
type Verb string

// The verbs.
const (
	VerbPoke    Verb = "poke"
	VerbRelease Verb = "release"
	VerbDrop    Verb = "drop"
)

// Socket serves POST /poke, /release, /drop and /pause on a unix socket, which only the account of the service can open.
type Socket struct {
	path string
	to   Commands
	log  zerolog.Logger
}

// NewSocket returns a Socket that passes on what it gets.
func NewSocket(path string, to Commands, log zerolog.Logger) *Socket {
	return &Socket{path, to, log}
}

// Run serves until ctx is done, which is no error, and then removes the socket. A socket that a
// killed service left is replaced.
func (s *Socket) Run(ctx context.Context) error {
	mux := http.NewServeMux()
	for verb, do := range map[Verb]func(context.Context, []string) ([]PokeResult, error){
		VerbPoke: s.to.Poke, VerbRelease: s.to.Release, VerbDrop: s.to.Drop,
	} {
		mux.HandleFunc("POST /"+string(verb), func(w http.ResponseWriter, r *http.Request) { obey(w, r, do) })
	}
	mux.HandleFunc("POST /pause", s.pause)
	l, err := s.open(ctx)
	switch {
	case err == nil:
		return serve(ctx, newDoor(l, nil), mux, s.log)
	case ctx.Err() == nil:
		return err
	default:
		return nil // ctx was done before it began
	}
}

func (s *Socket) open(ctx context.Context) (net.Listener, error) {
	if len(s.path) > longestSocket {
		return nil, fmt.Errorf("%s: the name of the socket for 'reviewsync poke' has %d bytes, and the system takes %d; name a shorter store.path, or start the service with a relative --config", s.path, len(s.path), longestSocket)
	}
	if err := s.clear(ctx); err != nil {
		return nil, err
	}
	// At least on Linux, the file gets the mode that the socket has when it is bound, so it
	// is never open to others.
	lc := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { _ = syscall.Fchmod(int(fd), 0o600) })
	}}
	l, err := lc.Listen(ctx, "unix", s.path)
	if err != nil {
		return nil, fmt.Errorf("%s: the socket for 'reviewsync poke' cannot be made: %w; let the account of the service write in the folder of store.path", s.path, cause(err))
	}
	if err := os.Chmod(s.path, 0o600); err != nil { // where the system did it otherwise
		_ = l.Close()
		return nil, fmt.Errorf("%s: the socket for 'reviewsync poke' cannot be closed to others: %w", s.path, cause(err))
	}
	return l, nil
}

// clear removes a socket that a killed service left.
func (s *Socket) clear(ctx context.Context) error {
	switch info, err := os.Lstat(s.path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s: the socket for 'reviewsync poke' cannot be read: %w", s.path, cause(err))
	case info.Mode().Type() != fs.ModeSocket:
		return fmt.Errorf("%s: is no socket, but the one for 'reviewsync poke' belongs there; move it away", s.path)
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", s.path)
	switch {
	case err == nil:
		_ = conn.Close()
		return fmt.Errorf("%s: another reviewsync listens there; end that one, or name another store.path", s.path)
	case !errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%s: cannot find out whether another reviewsync listens there: %w", s.path, cause(err))
	}
	if err := os.Remove(s.path); err != nil {
		return fmt.Errorf("%s: the socket of a service that was killed cannot be removed: %w; remove it yourself", s.path, cause(err))
	}
	return nil
}

// obey does something to the targets of a request.
func obey(w http.ResponseWriter, r *http.Request, do func(context.Context, []string) ([]PokeResult, error)) {
	var targets []string
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxPoke)).Decode(&targets); err != nil {
		http.Error(w, fmt.Sprintf("a list of targets in JSON was expected, of at most %d KiB", maxPoke>>10), http.StatusBadRequest)
		return
	}
	if len(targets) == 0 || len(targets) > maxTargets {
		http.Error(w, fmt.Sprintf("%d targets; name 1 to %d", len(targets), maxTargets), http.StatusBadRequest)
		return
	}
	if slices.Contains(targets, "") {
		http.Error(w, "an empty target", http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), answerTime)
	defer cancel()
	poked, err := do(ctx, targets)
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(poked) // an error means that the client is gone
}

func (s *Socket) pause(w http.ResponseWriter, r *http.Request) {
	var request mapping.PauseRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxPoke)).Decode(&request); err != nil {
		http.Error(w, "a request for a pause in JSON was expected", http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), answerTime)
	defer cancel()
	result, err := s.to.Pause(ctx, request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(result) // an error means that the client is gone
}

// Poke has the service that listens on a socket do something to targets, and returns its answer for
// each. The error is ErrNotRunning if no service listens.
func Poke(ctx context.Context, path string, verb Verb, targets []string) ([]PokeResult, error) {
	status, text, err := send(ctx, path, string(verb), targets)
	switch {
	case err != nil:
		return nil, err
	case status != http.StatusOK:
		return nil, fmt.Errorf("the service refused: %s", text)
	}
	return pokeReply(text, len(targets))
}

// Pause sends a request for a pause, or its end, to the service that listens on a socket, and
// returns its answer. The error is ErrNotRunning if no service listens.
func Pause(ctx context.Context, path string, request mapping.PauseRequest) (result mapping.PauseResult, err error) {
	status, text, err := send(ctx, path, "pause", request)
	switch {
	case err != nil:
		return result, err
	case status == http.StatusConflict:
		return result, errors.New(text)
	case status != http.StatusOK:
		return result, fmt.Errorf("the service refused (is it of the same version?): %s", text)
	}
	if err := json.Unmarshal([]byte(text), &result); err != nil {
		return result, fmt.Errorf("the service's answer cannot be read (is it of the same version?): %w", err)
	}
	return result, nil
}

// send posts a value in JSON.
func send(ctx context.Context, path, what string, value any) (status int, text string, err error) {
	body, err := json.Marshal(value)
	if err != nil {
		return 0, "", err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*answerTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://reviewsync/"+what, bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", path)
	}}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(r)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return 0, "", ErrNotRunning
	case errors.Is(err, fs.ErrPermission):
		return 0, "", fmt.Errorf("%s: %w; only the account of the service may %s it", path, cause(err), what)
	case err != nil:
		return 0, "", fmt.Errorf("%s: %w", path, err)
	}
	defer func() { _ = resp.Body.Close() }()
	reply, err := io.ReadAll(io.LimitReader(resp.Body, maxPokeReply))
	if err != nil {
		return 0, "", fmt.Errorf("the service broke off: %w", err)
	}
	return resp.StatusCode, strings.TrimSpace(string(reply)), nil
}

func pokeReply(text string, targets int) ([]PokeResult, error) {
	var poked []PokeResult
	if err := json.Unmarshal([]byte(text), &poked); err != nil {
		return nil, fmt.Errorf("the service's answer cannot be read (is it of the same version?): %w", err)
	}
	if len(poked) != targets {
		return nil, fmt.Errorf("the service did not answer for what was named: %d answers, not %d", len(poked), targets)
	}
	return poked, nil
}

// cause returns the system's error without the operation and path.
func cause(err error) error {
	if e, ok := errors.AsType[syscall.Errno](err); ok {
		return e
	}
	return err
}
