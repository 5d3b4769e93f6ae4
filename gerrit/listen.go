package gerrit

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"reviewsync/internal/remote"
)

// patience is how long each step of opening and closing a connection may take.
const patience = 20 * time.Second

const streamCommand = "gerrit stream-events"

// Listen connects once, and calls l until the connection ends. The error says why it ended. It
// is a *remote.Error: Blocked if a person must fix something first, else Retry. It is nil only
// if ctx is done.
func (s *Stream) Listen(ctx context.Context, l Listener) error {
	here, end := context.WithCancelCause(ctx)
	defer end(nil)
	err := s.listen(here, end, l)
	if ctx.Err() != nil {
		return nil
	}
	if late, is := errors.AsType[*remote.Error](context.Cause(here)); is { // why we closed the connection
		return late
	}
	return err
}

// listen listens on one connection, which is closed when ctx ends.
func (s *Stream) listen(ctx context.Context, end context.CancelCauseFunc, l Listener) error {
	dialing, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := s.dial(dialing, "tcp", s.address)
	if err != nil {
		return s.failed("cannot connect", err)
	}
	hangUp := func() { _ = conn.Close() }
	defer context.AfterFunc(ctx, hangUp)()
	defer hangUp()
	client, err := s.signIn(conn, end)
	if err != nil {
		return err
	}
	var others sync.WaitGroup
	defer others.Wait()
	defer hangUp()
	defer end(nil)
	others.Go(func() { s.keepAlive(ctx, end, client) })
	c, err := s.run(client, end, &others)
	if err != nil {
		return err
	}
	if l.Started != nil {
		l.Started()
	}
	if err := hear(c.out, l); !errors.Is(err, io.EOF) {
		return s.failed(err.Error(), err)
	}
	s.within(end, "the command's end", func() { <-c.over })
	return s.ended(c)
}

// within ends the connection with an error if a step takes too long.
func (s *Stream) within(end context.CancelCauseFunc, what string, step func()) {
	late := time.AfterFunc(patience, func() { end(s.failed("waited "+patience.String()+" for "+what, nil)) })
	defer late.Stop()
	step()
}

func (s *Stream) signIn(conn net.Conn, end context.CancelCauseFunc) (client *ssh.Client, err error) {
	config := s.config
	var refused error
	config.HostKeyCallback = func(host string, addr net.Addr, key ssh.PublicKey) error {
		refused = s.config.HostKeyCallback(host, addr, key)
		return refused
	}
	s.within(end, "the SSH handshake", func() {
		var c ssh.Conn
		var channels <-chan ssh.NewChannel
		var requests <-chan *ssh.Request
		if c, channels, requests, err = ssh.NewClientConn(conn, s.address, &config); err == nil {
			client = ssh.NewClient(c, channels, requests)
		}
	})
	switch {
	case refused != nil:
		return nil, s.wrongHost(refused)
	case err != nil:
		return nil, s.notSignedIn(err)
	}
	return client, nil
}

// command is `gerrit stream-events` while it runs.
type command struct {
	out    io.Reader
	over   chan struct{} // closed when the command has ended; then the rest holds
	errors head
	status *uint32 // with which it ended; nil: Gerrit did not say
}

// run starts the command. An ssh.Session would leave what the server sends about it unread
// until it has taken the command, and so hang with a server that never does.
func (s *Stream) run(client *ssh.Client, end context.CancelCauseFunc, others *sync.WaitGroup) (c *command, err error) {
	s.within(end, "the command's beginning", func() {
		var channel ssh.Channel
		var about <-chan *ssh.Request
		if channel, about, err = client.OpenChannel("session", nil); err != nil {
			err = s.failed("no session", err)
			return
		}
		c = &command{out: channel, over: make(chan struct{}), errors: head{room: 4 << 10}}
		others.Go(func() {
			var reading sync.WaitGroup
			reading.Go(func() { _, _ = io.Copy(&c.errors, channel.Stderr()) })
			c.status = statusOf(about)
			reading.Wait()
			close(c.over)
		})
		var taken bool
		taken, err = channel.SendRequest("exec", true, ssh.Marshal(struct{ Command string }{streamCommand}))
		switch {
		case err != nil:
			err = s.failed("no answer to the command", err)
		case !taken:
			err = s.failed("the command was refused", nil)
		}
	})
	return c, err
}

// statusOf reads what the server says about a command until it has ended.
func statusOf(about <-chan *ssh.Request) (status *uint32) {
	for r := range about {
		var exit struct{ Status uint32 }
		if r.Type == "exit-status" && ssh.Unmarshal(r.Payload, &exit) == nil {
			status = &exit.Status
		}
		if r.WantReply {
			_ = r.Reply(false, nil)
		}
	}
	return status
}

// keepAlive asks the server now and then whether it is there. Otherwise a connection whose other
// end is gone would look like one on which nothing happens.
func (s *Stream) keepAlive(ctx context.Context, end context.CancelCauseFunc, client *ssh.Client) {
	tick := time.NewTicker(s.keepalive)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		late := time.AfterFunc(s.keepalive, func() { end(s.failed("no answer to a keepalive within "+s.keepalive.String(), nil)) })
		_, _, err := client.SendRequest("keepalive@openssh.com", true, nil)
		late.Stop()
		if err != nil {
			return // the connection has ended, which its reader notices
		}
	}
}

// hear calls l for every line until there are no more (io.EOF) or one is endless.
func hear(out io.Reader, l Listener) error {
	refuse := func(reason error) {
		if l.Refused != nil {
			l.Refused(reason.Error())
		}
	}
	for lines := newLineReader(out); ; {
		line, err := lines.next()
		switch {
		case errors.Is(err, errCut):
			refuse(err)
			continue
		case err != nil:
			return err
		case len(line) == 0:
			continue
		}
		if e, err := DecodeEvent(line); err != nil {
			refuse(err)
		} else {
			l.Event(e)
		}
	}
}
