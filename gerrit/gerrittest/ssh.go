package gerrittest

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"slices"
	"sync"

	"golang.org/x/crypto/ssh"
)

// AddKey lets an account sign in to SSH with a key.
func (s *Server) AddKey(user string, key ssh.PublicKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := s.mustAccount(user).username
	s.keys[name] = append(s.keys[name], string(key.Marshal()))
}

// HostKey returns the public key of the server.
func (s *Server) HostKey() ssh.PublicKey { return s.hostKey().PublicKey() }

func newHostKey() ssh.Signer {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		panic(err)
	}
	return signer
}

// DialSSH connects to the server's SSH without a network, whatever the address.
func (s *Server) DialSSH(ctx context.Context, _, _ string) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	client, server := Pipe()
	go s.ServeSSH(server)
	return client, nil
}

// ServeSSH serves one connection until it is closed: people sign in by key, and service
// users may stream events.
func (s *Server) ServeSSH(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	config := &ssh.ServerConfig{
		ServerVersion: "SSH-2.0-GerritCodeReview_" + s.version,
		PublicKeyCallback: func(c ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			s.mu.RLock()
			defer s.mu.RUnlock()
			a := s.accounts[c.User()]
			if a == nil || a.inactive || !slices.Contains(s.keys[a.username], string(key.Marshal())) {
				return nil, errors.New("no such key")
			}
			return nil, nil
		},
	}
	config.AddHostKey(s.hostKey())
	c, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	var running sync.WaitGroup
	defer running.Wait()
	running.Go(func() { ssh.DiscardRequests(requests) }) // a keepalive is answered as an unknown request
	for n := range channels {
		if n.ChannelType() != "session" {
			_ = n.Reject(ssh.UnknownChannelType, "not known")
			continue
		}
		channel, about, err := n.Accept()
		if err != nil {
			return
		}
		running.Go(func() { s.session(c.User(), channel, about) })
	}
}

// session runs the first command that is requested.
func (s *Server) session(user string, channel ssh.Channel, about <-chan *ssh.Request) {
	done := make(chan struct{})
	var running sync.WaitGroup
	defer running.Wait()
	defer close(done)
	taken := false
	for r := range about {
		var in struct{ Command string }
		if r.Type != "exec" || taken || ssh.Unmarshal(r.Payload, &in) != nil {
			if r.WantReply {
				_ = r.Reply(false, nil)
			}
			continue
		}
		taken = true
		running.Go(func() {
			status, text := s.command(user, in.Command, channel, done, func() { _ = r.Reply(true, nil) })
			_, _ = io.WriteString(channel.Stderr(), text)
			_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{status}))
			_ = channel.Close()
		})
	}
}

// command runs until done is closed, and returns its exit status and stderr. take reports that it
// has begun.
func (s *Server) command(user, command string, out io.Writer, done <-chan struct{}, take func()) (status uint32, text string) {
	s.mu.RLock()
	a := s.accounts[user]
	s.mu.RUnlock()
	switch {
	case command != "gerrit stream-events":
		take()
		return 1, "fatal: " + command + ": not found\n"
	case !a.service:
		take()
		return 1, "stream events not permitted\n"
	}
	l := s.listen(a, false)
	defer s.leave(l)
	take()
	for {
		line := l.next(done)
		if line == nil {
			return 0, ""
		}
		if _, err := out.Write(append(slices.Clip(line), '\n')); err != nil {
			return 0, ""
		}
	}
}
