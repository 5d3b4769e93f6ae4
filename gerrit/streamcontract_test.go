package gerrit_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/remote"
)

// newKey is a private key as ssh-keygen writes it, and its public half.
func newKey(t testing.TB) (private []byte, public ssh.PublicKey) {
	t.Helper()
	pub, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	if public, err = ssh.NewPublicKey(pub); err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block), public
}

// knownHosts is a file with the key of a host.
func knownHosts(t testing.TB, address string, key ssh.PublicKey) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(path, []byte(knownhosts.Line([]string{address}, key)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// newListener makes an account with a key. service puts it into Service Users.
func (s standIn) newListener(t *testing.T, service bool) gerrit.StreamOptions {
	t.Helper()
	user := fmt.Sprintf("ct-ear-%t", service)
	s.AddAccount(user, service)
	key, public := newKey(t)
	s.AddKey(user, public)
	const address = "gerrit.example.org:29418"
	return gerrit.StreamOptions{Address: address, User: user, Key: key, KnownHosts: knownHosts(t, address, s.HostKey()), Dial: s.DialSSH}
}

func (g *realGerrit) newListener(t *testing.T, service bool) gerrit.StreamOptions {
	t.Helper()
	user := fmt.Sprintf("ct-ear%x", time.Now().UnixNano())
	ok(t, g.admin("PUT", "/accounts/"+user, map[string]string{"name": "Ear Example", "email": user + "@example.org"}, nil))
	if service {
		_, err := g.group("Service Users", user)
		ok(t, err)
	}
	key, public := newKey(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, g.url+"/a/accounts/"+user+"/sshkeys", strings.NewReader(string(ssh.MarshalAuthorizedKey(public))))
	ok(t, err)
	req.SetBasicAuth(g.adminUser, g.adminPassword)
	req.Header.Set("Content-Type", "text/plain")
	resp, err := http.DefaultClient.Do(req)
	ok(t, err)
	ok(t, resp.Body.Close())
	if resp.StatusCode != http.StatusCreated {
		t.Fatalf("adding an SSH key: %s", resp.Status)
	}
	address := g.sshAddress(t)
	var host ssh.PublicKey // as ssh-keyscan asks for it
	conn, err := net.Dial("tcp", address)
	ok(t, err)
	defer func() { _ = conn.Close() }()
	_, _, _, _ = ssh.NewClientConn(conn, address, &ssh.ClientConfig{HostKeyCallback: func(_ string, _ net.Addr, key ssh.PublicKey) error {
		host = key
		return nil
	}})
	if host == nil {
		t.Fatalf("%s shows no host key", address)
	}
	return gerrit.StreamOptions{Address: address, User: user, Key: key, KnownHosts: knownHosts(t, address, host)}
}

// sshAddress is where the server says that its SSH is.
func (g *realGerrit) sshAddress(t *testing.T) string {
	t.Helper()
	resp, err := http.Get(g.url + "/ssh_info")
	ok(t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	ok(t, err)
	host, port, found := strings.Cut(strings.TrimSpace(string(text)), " ")
	if !found {
		t.Fatalf("%s/ssh_info: %q", g.url, text)
	}
	return net.JoinHostPort(host, port)
}

// heard are the events of a stream that runs until the test ends.
type heard chan gerrit.Event

func hear(t *testing.T, o gerrit.StreamOptions) heard {
	t.Helper()
	stream, err := gerrit.NewStream(o)
	ok(t, err)
	events, started, over := make(heard, 10000), make(chan struct{}), make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		over <- stream.Listen(ctx, gerrit.Listener{
			Started: func() { close(started) },
			Event:   func(e gerrit.Event) { events <- e },
			Refused: func(reason string) { t.Errorf("refused: %s", reason) },
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-over; err != nil {
			t.Errorf("the stream ended: %v", err)
		}
	})
	select {
	case <-started:
	case err := <-over:
		over <- err
		t.Fatalf("the stream did not start: %v", err)
	}
	return events
}

// until takes events until one is of a change, and returns those before and it.
func (h heard) until(number int, wait time.Duration) (events []gerrit.Event, found bool) {
	late := time.After(wait)
	for {
		select {
		case e := <-h:
			if events = append(events, e); e.Number == number {
				return events, true
			}
		case <-late:
			return events, false
		}
	}
}

// TestStream plays what people do, and records the events with the states of the change that they
// report.
func TestStream(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		o := s.newListener(t, true)
		h := hear(t, o)
		plain := s.ProjectNames().plain
		mark := push(t, s, plain) // writes to it show that the listener is there, and that nothing more comes
		for i := 0; ; i++ {
			ok(t, s.Hashtags(vol, mark, []string{fmt.Sprint("first", i)}, nil))
			if _, found := h.until(mark, 2*time.Second); found {
				break
			} else if i == 10 {
				t.Fatal("there is no event")
			}
		}
		y := &streamStory{t: t, s: s, states: map[string]string{}}
		numbers := y.play()
		ok(t, s.Hashtags(vol, mark, []string{"last"}, nil))
		lines := make([][]string, len(numbers)) // by change: a revert's two writes come in any order
		for last := false; !last; {
			events, found := h.until(mark, time.Minute)
			if !found {
				t.Fatal("the last write has no event")
			}
			for _, e := range events {
				last = last || e.Number == mark && e.Type == "hashtags-changed"
				if i := slices.Index(numbers, e.Number); e.Project == plain && i >= 0 {
					lines[i] = append(lines[i], y.line(e, i))
				}
			}
			if last && len(h) > 0 { // of a hashtag of the beginning
				last = false
			}
		}
		got := strings.Join(slices.Concat(lines...), "\n") + "\n"
		golden := filepath.Join("..", "testdata", "gerrit", "contract", "Stream.txt")
		if _, real := s.(*realGerrit); real && *update {
			ok(t, os.WriteFile(golden, []byte(got), 0o666))
		}
		want, err := os.ReadFile(golden)
		ok(t, err)
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("(-a real server +this one)\n%s", diff)
		}
	})
}

// streamStory is what happens to some changes, with their states after each step.
type streamStory struct {
	t      *testing.T
	s      server
	number int
	states map[string]string // steps by meta_rev_id
}

func (y *streamStory) line(e gerrit.Event, change int) string {
	text := fmt.Sprintf("%c %s", 'A'+change, e.Type)
	if e.MetaRevID != "" {
		step := y.states[e.MetaRevID]
		if step == "" {
			step = "UNKNOWN"
		}
		text += " = " + step
	}
	return strings.TrimSpace(fmt.Sprintf("%s by %s %s", text, e.By, e.Kind))
}

// step notes the state after what was done.
func (y *streamStory) step(name string, err error) {
	y.t.Helper()
	ok(y.t, err)
	c, err := clientOf(y.t, y.s, vol).Change(y.t.Context(), y.s.ProjectNames().plain, y.number)
	ok(y.t, err)
	if other := y.states[c.MetaRevID]; other != "" {
		y.t.Errorf("%s wrote nothing after %s", name, other)
	}
	y.states[c.MetaRevID] = name
}

func (y *streamStory) push(name, branch string, in gerrittest.PushInput) {
	y.t.Helper()
	n, err := y.s.Push(vol, y.s.ProjectNames().plain, branch, in)
	ok(y.t, err)
	y.number = n
	y.step(name, nil)
}

func (y *streamStory) review(name, user string, in gerrittest.ReviewInput) []string {
	y.t.Helper()
	ids, err := y.s.Review(user, y.number, in)
	y.step(name, err)
	return ids
}

func (y *streamStory) play() (numbers []int) {
	s := y.s
	y.push("pushed", "master", normal)
	n := y.number
	asked := y.review("a vote", alice, gerrittest.ReviewInput{Labels: codeReview(-1), Comments: []gerrittest.CommentInput{
		{Path: filePath, Line: 1, Text: "This never ends.", Unresolved: true},
	}})
	y.review("a reply", vol, gerrittest.ReviewInput{Comments: []gerrittest.CommentInput{{Path: filePath, Line: 1, Text: "Now it does.", InReplyTo: asked[0]}}})
	y.step("off the attention set", s.RemoveAttention(alice, n, alice, "done"))
	y.step("on the attention set", s.AddAttention(vol, n, alice, "please"))
	y.step("a CC", s.AddReviewer(vol, n, eve, gerrittest.CC))
	y.step("a reviewer", s.AddReviewer(vol, n, bob, gerrittest.Reviewer))
	y.step("the CC made reviewer", s.AddReviewer(vol, n, eve, gerrittest.Reviewer))
	y.step("and CC again", s.AddReviewer(vol, n, eve, gerrittest.CC))
	y.step("a CC removed", s.RemoveReviewer(vol, n, eve))
	y.step("a vote deleted", s.DeleteVote("admin", n, alice, "Code-Review"))
	y.review("a vote again", alice, gerrittest.ReviewInput{Labels: codeReview(1)})
	y.step("a voter removed", s.RemoveReviewer("admin", n, alice))
	y.step("a reviewer removed", s.RemoveReviewer(vol, n, bob))
	y.review("an ask", ci, gerrittest.ReviewInput{
		Message: "Asked.", QuietAttention: true, Reviewers: []gerrittest.ReviewerInput{{Name: bob, State: gerrittest.Reviewer}},
		Attention: []gerrittest.AttentionInput{{Name: bob, Reason: "asked"}},
	})
	y.step("hashtags", s.Hashtags(vol, n, []string{"one", "two"}, nil))
	y.step("hashtags changed", s.Hashtags(vol, n, []string{"three"}, []string{"one"}))
	y.step("in progress", s.SetWIP(vol, n, ""))
	y.step("ready", s.SetReady(vol, n, "Now."))
	y.step("a rework", s.Amend(vol, n, gerrittest.Rework, gerrittest.AmendInput{}))
	y.step("in progress by push", s.Amend(vol, n, gerrittest.Rework, gerrittest.AmendInput{WIP: true}))
	y.step("ready by push", s.Amend(vol, n, gerrittest.NoCodeChange, gerrittest.AmendInput{Ready: true}))
	y.step("hashtags by push", s.Amend(vol, n, gerrittest.NoCodeChange, gerrittest.AmendInput{Hashtags: []string{"four"}}))
	y.step("in progress again", s.SetWIP(vol, n, ""))
	y.review("ready by review", vol, gerrittest.ReviewInput{Ready: true, Message: "Now."})
	y.step("abandoned", s.Abandon(vol, n, "Not needed."))
	y.step("restored", s.Restore(vol, n, ""))
	y.step("private", s.SetPrivate(vol, n, true))
	y.review("a word nobody hears", vol, gerrittest.ReviewInput{Message: "Hush."})
	y.step("a reviewer of what is private", s.AddReviewer(vol, n, eve, gerrittest.Reviewer))
	y.step("public", s.SetPrivate(vol, n, false))
	numbers = append(numbers, n)

	y.push("pushed with everything", "master", gerrittest.PushInput{
		Subject: "All at once", Labels: codeReview(1), Reviewers: []string{bob}, CC: []string{eve}, Hashtags: []string{"x"},
	})
	numbers = append(numbers, y.number)
	ok(y.t, s.Delete("admin", y.number))

	y.push("to be merged", "REL1_43", gerrittest.PushInput{Subject: "Merge me"})
	numbers = append(numbers, y.number)
	y.review("+2", alice, gerrittest.ReviewInput{Labels: codeReview(2)})
	y.step("merged", s.Submit(alice, y.number))
	merged := y.number
	revert, err := s.Revert(alice, merged, "Revert \"Merge me\"\n\nIt broke.")
	y.step("reverted", err)
	y.number = revert
	y.step("the revert", nil)
	return append(numbers, revert)
}

// The errors that a person must fix say so.
func TestStreamRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		good := s.newListener(t, true)
		otherKey, otherHost := good, good
		key, public := newKey(t)
		otherKey.Key = key
		otherHost.KnownHosts = knownHosts(t, good.Address, public)
		for _, tt := range []struct {
			name, text, hint string
			o                gerrit.StreamOptions
		}{
			{"no capability", "stream events not permitted", "Service Users", s.newListener(t, false)},
			{"another key", "the key is not accepted", "gerrit.events.key_file", otherKey},
			{"another host", "another key than the one that is known", "gerrit.events.known_hosts", otherHost},
		} {
			stream, err := gerrit.NewStream(tt.o)
			ok(t, err)
			err = stream.Listen(t.Context(), gerrit.Listener{Event: func(e gerrit.Event) { t.Errorf("%s: %+v", tt.name, e) }})
			if err == nil || remote.ClassOf(err) != remote.Blocked || !strings.Contains(err.Error(), tt.text) || !strings.Contains(err.Error(), tt.hint) {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
	})
}
