package gerrit

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
)

// StreamOptions of a Stream. All but Dial and Keepalive are required.
type StreamOptions struct {
	Address    string // HOST:PORT of Gerrit's SSH; the default port is 29418
	User       string
	Key        []byte // the private key, as ssh-keygen writes it, without a passphrase
	KnownHosts string // path of a known_hosts file that holds Gerrit's host key
	// Dial connects to Address; nil: over the network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Keepalive is how often Gerrit is asked whether it is still there, and how long it
	// may take to answer; default 30 s.
	Keepalive time.Duration
}

// Stream is Gerrit's `stream-events` over SSH (Doc/cmd-stream-events.txt). Gerrit sends only what
// happens during the connection, and only what the account may see, with one exception: who is
// added as a reviewer to a private change.
type Stream struct {
	address   string
	dial      func(ctx context.Context, network, address string) (net.Conn, error)
	config    ssh.ClientConfig
	keepalive time.Duration
}

// Listener receives what a Stream reads. Its functions are called one after the other. Nothing is
// read meanwhile, and Gerrit drops events that do not fit into its queue of 128 (see DroppedOutput).
type Listener struct {
	// Started is called when Gerrit has accepted the command. Gerrit sends events from a moment
	// later on, and may still end the command because the account may not stream.
	Started func()
	Event   func(Event)         // required
	Refused func(reason string) // called for a line that is too long, cut off or unreadable; reason shows nothing of it
}

// NewStream reads the key and the known hosts. It does not touch the network.
func NewStream(o StreamOptions) (*Stream, error) {
	if host, port, err := net.SplitHostPort(o.Address); err != nil || host == "" || port == "" {
		return nil, errors.New("the address of Gerrit's SSH must be HOST:PORT, e.g. gerrit.example.org:29418")
	}
	if o.User == "" {
		return nil, errors.New("no user to sign in to Gerrit's SSH with; use the user name of Gerrit's Settings > Profile")
	}
	key, err := ssh.ParsePrivateKey(o.Key)
	if _, locked := errors.AsType[*ssh.PassphraseMissingError](err); locked {
		return nil, errors.New("gerrit.events.key_file: the key has a passphrase, which nobody is there to type; make one without: ssh-keygen -t ed25519 -N '' -f FILE")
	}
	if err != nil { // which may quote the file
		return nil, errors.New("gerrit.events.key_file: not a private key; make one with ssh-keygen -t ed25519 -N '' -f FILE, and use FILE, not FILE.pub")
	}
	known, err := knownHosts(o.KnownHosts, o.Address)
	if err != nil {
		return nil, err
	}
	s := &Stream{address: o.Address, dial: o.Dial, keepalive: o.Keepalive}
	if s.dial == nil {
		s.dial = (&net.Dialer{}).DialContext
	}
	if s.keepalive <= 0 {
		s.keepalive = 30 * time.Second
	}
	s.config = ssh.ClientConfig{
		User: o.User, Auth: []ssh.AuthMethod{ssh.PublicKeys(key)}, ClientVersion: "SSH-2.0-reviewsync",
		HostKeyAlgorithms: known.HostKeyAlgorithms(o.Address), // a host with several keys must show the known one
		HostKeyCallback: func(host string, _ net.Addr, key ssh.PublicKey) error {
			return known.HostKeyCallback()(host, address(host), key) // a test's connection has no network address
		},
	}
	return s, nil
}

func knownHosts(path, host string) (*knownhosts.HostKeyDB, error) {
	if path == "" {
		return nil, errors.New("gerrit.events.known_hosts: no file given; " + scan(host))
	}
	known, err := knownhosts.NewDB(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("gerrit.events.known_hosts: %s does not exist; %s", path, scan(host))
	}
	if err != nil {
		return nil, fmt.Errorf("gerrit.events.known_hosts: %w", err)
	}
	if len(known.HostKeys(host)) == 0 {
		return nil, fmt.Errorf("gerrit.events.known_hosts: %s has no key of %s; %s", path, knownhosts.Normalize(host), scan(host))
	}
	return known, nil
}

// scan says how to get the host key. NewStream has checked the address.
func scan(hostPort string) string {
	host, port, _ := net.SplitHostPort(hostPort)
	return fmt.Sprintf("add what `ssh-keyscan -p %s %s` prints, and compare it with what Gerrit's administrators see (ssh-keygen -lf etc/ssh_host_ed25519_key.pub)", port, host)
}

// address is a host as a net.Addr.
type address string

func (address) Network() string  { return "tcp" }
func (a address) String() string { return string(a) }
