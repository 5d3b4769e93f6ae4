package gerrit_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	gosync "sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/ssh"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/remote"
)

const sshHost = "gerrit.example.org:29418"

// scripted is a Stream whose server takes any key and command and then plays. What play
// leaves open stays so until the connection ends.
func scripted(t *testing.T, play func(conn *stallable, out ssh.Channel)) *gerrit.Stream {
	t.Helper()
	hostKey, hostPublic := newKey(t)
	host, err := ssh.ParsePrivateKey(hostKey)
	ok(t, err)
	config := &ssh.ServerConfig{PublicKeyCallback: func(ssh.ConnMetadata, ssh.PublicKey) (*ssh.Permissions, error) { return nil, nil }}
	config.AddHostKey(host)
	serve := func(raw net.Conn) {
		conn := &stallable{Conn: raw}
		_, channels, requests, err := ssh.NewServerConn(conn, config)
		if err != nil {
			return
		}
		go ssh.DiscardRequests(requests)
		for n := range channels {
			out, about, err := n.Accept()
			if err != nil {
				return
			}
			go func() {
				for r := range about {
					_ = r.Reply(true, nil)
					go play(conn, out)
				}
			}()
		}
	}
	return dialled(t, hostPublic, func(context.Context, string, string) (net.Conn, error) {
		client, server := gerrittest.Pipe()
		go serve(server)
		return client, nil
	})
}

// stallable is a connection whose end may stop to take anything in.
type stallable struct {
	net.Conn
	stalled atomic.Bool
}

func (c *stallable) Read(b []byte) (int, error) {
	for {
		n, err := c.Conn.Read(b)
		if err != nil || !c.stalled.Load() {
			return n, err
		}
	}
}

// dialled is a Stream over connections made so.
func dialled(t *testing.T, host ssh.PublicKey, dial func(context.Context, string, string) (net.Conn, error)) *gerrit.Stream {
	t.Helper()
	key, _ := newKey(t)
	s, err := gerrit.NewStream(gerrit.StreamOptions{Address: sshHost, User: "ear", Key: key, KnownHosts: knownHosts(t, sshHost, host), Dial: dial})
	ok(t, err)
	return s
}

// received is what a Stream reports until its connection ends.
type received struct {
	started bool
	events  []string
	refused []string
}

func (w *received) listener() gerrit.Listener {
	return gerrit.Listener{
		Started: func() { w.started = true },
		Event:   func(e gerrit.Event) { w.events = append(w.events, e.Type) },
		Refused: func(reason string) { w.refused = append(w.refused, reason) },
	}
}

// brokenOff fails unless an error asks to try again, for this reason.
func brokenOff(t *testing.T, err error, reason string) {
	t.Helper()
	if _, is := errors.AsType[*remote.Error](err); !is || remote.ClassOf(err) != remote.Retry || !strings.Contains(err.Error(), reason) {
		t.Errorf("%v; want a *remote.Error of class retry with %q", err, reason)
	}
}

func TestNewStreamTellsWhatToMend(t *testing.T) {
	key, public := newKey(t)
	known := knownHosts(t, sshHost, public)
	other := knownHosts(t, "other.example.org:29418", public)
	broken := filepath.Join(t.TempDir(), "known_hosts")
	ok(t, os.WriteFile(broken, []byte("gerrit.example.org ssh-ed25519 not-base64\n"), 0o600))
	_, private, err := ed25519.GenerateKey(nil)
	ok(t, err)
	locked, err := ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte("open sesame"))
	ok(t, err)
	for name, tt := range map[string]struct {
		o    gerrit.StreamOptions
		want string
	}{
		"no port":         {gerrit.StreamOptions{Address: "gerrit.example.org", User: "ear", Key: key, KnownHosts: known}, "HOST:PORT"},
		"no user":         {gerrit.StreamOptions{Address: sshHost, Key: key, KnownHosts: known}, "user name"},
		"no key":          {gerrit.StreamOptions{Address: sshHost, User: "ear", KnownHosts: known}, "gerrit.events.key_file: not a private key"},
		"the public half": {gerrit.StreamOptions{Address: sshHost, User: "ear", Key: ssh.MarshalAuthorizedKey(public), KnownHosts: known}, "not FILE.pub"},
		"a broken key":    {gerrit.StreamOptions{Address: sshHost, User: "ear", Key: key[:len(key)/2], KnownHosts: known}, "gerrit.events.key_file"},
		"a passphrase":    {gerrit.StreamOptions{Address: sshHost, User: "ear", Key: pem.EncodeToMemory(locked), KnownHosts: known}, "has a passphrase"},
		"no file":         {gerrit.StreamOptions{Address: sshHost, User: "ear", Key: key}, "ssh-keyscan -p 29418 gerrit.example.org"},
		"missing file":    {gerrit.StreamOptions{Address: sshHost, User: "ear", Key: key, KnownHosts: known + "x"}, "does not exist; add what `ssh-keyscan"},
		"another host":    {gerrit.StreamOptions{Address: sshHost, User: "ear", Key: key, KnownHosts: other}, "has no key of [gerrit.example.org]:29418; add what `ssh-keyscan"},
		"a broken file":   {gerrit.StreamOptions{Address: sshHost, User: "ear", Key: key, KnownHosts: broken}, "gerrit.events.known_hosts: "},
	} {
		if _, err := gerrit.NewStream(tt.o); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "PRIVATE") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What people do is reported in order; the end of the context is no error.
func TestStreamHears(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := gerrittest.New(gerrittest.Options{})
		s.AddProject("p", gerrittest.ProjectOptions{})
		s.AddAccount(vol, false)
		o := standIn{Server: s}.newListener(t, true)
		stream, err := gerrit.NewStream(o)
		ok(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		var w received
		over := make(chan error, 1)
		go func() { over <- stream.Listen(ctx, w.listener()) }()
		synctest.Wait()
		if !w.started || len(w.events) > 0 {
			t.Fatalf("%+v", w)
		}
		n, err := s.Push(vol, "p", "master", normal)
		ok(t, err)
		ok(t, s.SetWIP(vol, n, ""))
		time.Sleep(time.Hour) // of keepalives
		ok(t, s.Abandon(vol, n, ""))
		synctest.Wait()
		want := []string{"ref-updated", "ref-updated", "patchset-created", "ref-updated", "wip-state-changed", "ref-updated", "change-abandoned"}
		if diff := cmp.Diff(want, w.events); diff != "" || len(w.refused) > 0 {
			t.Errorf("(-want +got)\n%s%v", diff, w.refused)
		}
		cancel()
		ok(t, <-over)
	})
}

// Whatever a server leaves out, the connection ends in time.
func TestStreamWithSilentServers(t *testing.T) {
	_, host := newKey(t)
	silent := func(play func(net.Conn)) func(context.Context, string, string) (net.Conn, error) {
		return func(context.Context, string, string) (net.Conn, error) {
			client, server := gerrittest.Pipe()
			go play(server)
			return client, nil
		}
	}
	for name, tt := range map[string]struct {
		stream func(t *testing.T) *gerrit.Stream
		took   time.Duration
		reason string
	}{
		"nobody answers the dial": {func(t *testing.T) *gerrit.Stream {
			return dialled(t, host, func(ctx context.Context, _, _ string) (net.Conn, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			})
		}, 20 * time.Second, "cannot connect: context deadline exceeded"},
		"refused": {func(t *testing.T) *gerrit.Stream {
			return dialled(t, host, func(context.Context, string, string) (net.Conn, error) {
				return nil, errors.New("connection refused")
			})
		}, 0, "cannot connect: connection refused"},
		"accepts and says nothing": {func(t *testing.T) *gerrit.Stream {
			return dialled(t, host, silent(func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }))
		}, 20 * time.Second, "waited 20s for the SSH handshake"},
		"accepts and reads nothing": {func(t *testing.T) *gerrit.Stream {
			return dialled(t, host, silent(func(net.Conn) {}))
		}, 20 * time.Second, "waited 20s for the SSH handshake"},
		"greets slowly for ever": {func(t *testing.T) *gerrit.Stream {
			return dialled(t, host, silent(func(c net.Conn) {
				go func() { _, _ = io.Copy(io.Discard, c) }()
				for {
					if _, err := io.WriteString(c, "x"); err != nil {
						return
					}
					time.Sleep(time.Second)
				}
			}))
		}, 20 * time.Second, "waited 20s for the SSH handshake"},
		"is no SSH": {func(t *testing.T) *gerrit.Stream {
			return dialled(t, host, silent(func(c net.Conn) {
				_, _ = io.WriteString(c, strings.Repeat("HTTP/1.1 400 Bad Request\r\n", 100))
				_ = c.Close()
			}))
		}, 0, "no handshake"},
		"closes at once": {func(t *testing.T) *gerrit.Stream {
			return dialled(t, host, silent(func(c net.Conn) { _ = c.Close() }))
		}, 0, "no handshake"},
		"stops answering keepalives": {func(t *testing.T) *gerrit.Stream {
			return scripted(t, func(conn *stallable, _ ssh.Channel) { conn.stalled.Store(true) })
		}, 60 * time.Second, "no answer to a keepalive within 30s"},
		"ends the output and not the command": {func(t *testing.T) *gerrit.Stream {
			return scripted(t, func(_ *stallable, out ssh.Channel) { _ = out.CloseWrite() })
		}, 20 * time.Second, "waited 20s for the command's end"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				var w received
				err := tt.stream(t).Listen(t.Context(), w.listener())
				brokenOff(t, err, tt.reason)
				if took := time.Since(began); took != tt.took {
					t.Errorf("it took %s, not %s", took, tt.took)
				}
				time.Sleep(time.Minute) // for the server's end to see it
			})
		})
	}
}

// TestStreamEndsWithItsContext, also while a server keeps it waiting.
func TestStreamEndsWithItsContext(t *testing.T) {
	_, host := newKey(t)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		ok(t, dialled(t, host, func(context.Context, string, string) (net.Conn, error) {
			client, _ := gerrittest.Pipe()
			return client, nil
		}).Listen(ctx, gerrit.Listener{}))
		if took := time.Since(began); took != time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

// TestHostileStreams: nonsense is counted, and what follows it is received.
func TestHostileStreams(t *testing.T) {
	const good, secret = `{"type":"change-merged"}`, "Embargoed"
	exit := func(out ssh.Channel, status uint32) {
		_, _ = out.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{status}))
		_ = out.Close()
	}
	for name, tt := range map[string]struct {
		play    func(conn *stallable, out ssh.Channel)
		events  int
		refused []string
		reason  string
	}{
		"garbage": {func(conn *stallable, out ssh.Channel) {
			_, _ = io.WriteString(out, "\x00\xff"+secret+"\n\n  \r\n"+good+"\r\n{}\n"+good+"\n")
			_ = conn.Close()
		}, 2, []string{"an event of 11 bytes that is not JSON", "an event without a type"}, "the connection broke off"},
		"half a line": {func(conn *stallable, out ssh.Channel) {
			_, _ = io.WriteString(out, good+"\n"+good[:10])
			time.Sleep(time.Second)
			_ = conn.Close()
		}, 1, []string{"a line was left out: it broke off after 10 bytes"}, "the connection broke off"},
		"a long line": {func(_ *stallable, out ssh.Channel) {
			_, _ = io.WriteString(out, strings.Repeat("x", 1<<20)+"\n"+good+"\n"+good+strings.Repeat(" ", 1<<20)+"\n"+good+"\n")
			exit(out, 0)
		}, 2, []string{
			"a line was left out: it has 1048577 bytes, more than 1 MiB", "a line was left out: it has 1048601 bytes, more than 1 MiB",
		}, "Gerrit ended the stream"},
		"the longest line": {func(_ *stallable, out ssh.Channel) {
			_, _ = io.WriteString(out, good+strings.Repeat(" ", 1<<20-len(good)-1)+"\n")
			exit(out, 0)
		}, 1, nil, "Gerrit ended the stream"},
		"a flood of errors": {func(_ *stallable, out ssh.Channel) {
			_, _ = out.Stderr().Write(bytes.Repeat([]byte("no \xff "), 1<<20))
			exit(out, 3)
		}, 0, nil, "gerrit stream-events ended with status 3: no ? no ?"},
		"a flood of requests": {func(_ *stallable, out ssh.Channel) {
			for range 1000 {
				_, _ = out.SendRequest("window-change", false, nil)
			}
			exit(out, 127)
		}, 0, nil, "port 29418"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var w received
				err := scripted(t, tt.play).Listen(t.Context(), w.listener())
				brokenOff(t, err, tt.reason)
				if diff := cmp.Diff(tt.refused, w.refused); diff != "" || len(w.events) != tt.events {
					t.Errorf("%d events (-want +got)\n%s", len(w.events), diff)
				}
				if all := err.Error() + strings.Join(w.refused, ""); strings.Contains(all, secret) || len(all) > 500 {
					t.Errorf("%s", all)
				}
			})
		})
	}
}

// TestHugeLines: a line of 100 MiB takes no memory, and what follows it is received; one
// that never ends is not waited for.
func TestHugeLines(t *testing.T) {
	chunk := bytes.Repeat([]byte("x"), 1<<20)
	var before, most uint64
	stream := scripted(t, func(_ *stallable, out ssh.Channel) {
		before = held()
		for i := range 100 {
			if i%20 == 19 {
				most = max(most, held())
			}
			_, _ = out.Write(chunk)
		}
		_, _ = io.WriteString(out, "\n{\"type\":\"change-merged\"}\n")
		for {
			if _, err := out.Write(chunk); err != nil {
				return
			}
		}
	})
	var w received
	err := stream.Listen(t.Context(), w.listener())
	brokenOff(t, err, "a line that does not end within 256 MiB")
	want := received{true, []string{"change-merged"}, []string{"a line was left out: it has 104857601 bytes, more than 1 MiB"}}
	if diff := cmp.Diff(want, w, cmp.AllowUnexported(received{})); diff != "" {
		t.Error(diff)
	}
	if most > before+16<<20 {
		t.Errorf("%d MiB are held", (most-before)>>20)
	}
}

// held is how much memory is in use.
func held() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestStreamsAtOnce: one Stream may be listened to again, also while it is.
func TestStreamsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := gerrittest.New(gerrittest.Options{})
		stream, err := gerrit.NewStream(standIn{Server: s}.newListener(t, true))
		ok(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		var all gosync.WaitGroup
		for range 3 {
			all.Go(func() {
				var w received
				ok(t, stream.Listen(ctx, w.listener()))
				if !w.started {
					t.Error("not started")
				}
			})
		}
		synctest.Wait()
		cancel()
		all.Wait()
	})
}
