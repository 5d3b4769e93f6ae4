package gerrit

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"

	"reviewsync/internal/remote"
)

func (s *Stream) error(class remote.Class, detail, hint string, err error) *remote.Error {
	return &remote.Error{Class: class, Server: "gerrit", Op: "ssh " + s.address, Detail: remote.Brief(detail), Hint: hint, Err: err}
}

// failed returns an error that may not happen again.
func (s *Stream) failed(what string, err error) *remote.Error {
	if err != nil && err.Error() != what {
		what += ": " + err.Error()
	}
	return s.error(remote.Retry, what, "", err)
}

// wrongHost returns the error of an unknown host key.
func (s *Stream) wrongHost(err error) error {
	if !knownhosts.IsHostKeyChanged(err) {
		return s.error(remote.Blocked, "the host key is not known: "+err.Error(), "gerrit.events.known_hosts: "+scan(s.address), err)
	}
	return s.error(remote.Blocked, "the host shows another key than the one that is known",
		"if Gerrit's key was changed on purpose, replace it in gerrit.events.known_hosts: "+scan(s.address)+"; if not, this is not Gerrit", err)
}

// notSignedIn returns the error of a handshake that failed although the host key is known.
func (s *Stream) notSignedIn(err error) error {
	if n, is := errors.AsType[*ssh.AlgorithmNegotiationError](err); is {
		hint := ""
		if strings.Contains(n.What, "host key") {
			hint = "gerrit.events.known_hosts has keys of other types than the host shows: " + scan(s.address)
		}
		return s.error(remote.Blocked, err.Error(), hint, err)
	}
	if strings.Contains(err.Error(), "unable to authenticate") { // the library has no type for it
		return s.error(remote.Blocked, "the key is not accepted for the user "+s.config.User,
			"add the public half of gerrit.events.key_file to that account under Settings > SSH Keys, or as an administrator: ssh … gerrit set-account --add-ssh-key", err)
	}
	return s.failed("no handshake", err)
}

// ended returns the error of a command that has ended, or of its connection.
func (s *Stream) ended(c *command) error {
	said := strings.TrimSpace(strings.ToValidUTF8(string(c.errors.text), "?"))
	switch {
	case strings.Contains(said, "not permitted"):
		return s.error(remote.Blocked, said, "give the account "+s.config.User+
			" the global capability Stream Events, or put it into the group Service Users, which has it", nil)
	case c.status == nil:
		return s.failed(cmp.Or(said, "the connection broke off"), nil)
	case *c.status == 0:
		return s.failed(cmp.Or(said, "Gerrit ended the stream"), nil)
	}
	detail := fmt.Sprintf("%s ended with status %d", streamCommand, *c.status)
	if said != "" {
		detail += ": " + said
	}
	return s.error(remote.Retry, detail, "is this the address of Gerrit's own SSH, port 29418 by default?", nil)
}
