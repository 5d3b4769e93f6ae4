package config

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"strings"
)

// Events says how to reach Gerrit's stream-events by SSH.
type Events struct {
	SSH        string // host:port
	User       string // that of Gerrit.User, unless the file says otherwise
	Key        Secret // the private key in PEM
	KnownHosts string // path of a known_hosts file with the server's host key
}

// Webhooks says which webhooks are accepted at web.listen.
type Webhooks struct {
	GerritPath     Secret // the path for Gerrit's; empty: none are accepted
	PhabricatorKey Secret // the key of Phabricator's; empty: none are accepted
}

const (
	leastUnguessable = 20 // characters in the last part of a path
	leastDifferent   = 6  // different ones among them; of 20 random hex digits, one in three million has fewer
)

func (r *reader) events(v value) *Events {
	e := &Events{}
	v.fields([]field{
		{name: "ssh", need: "write where Gerrit listens for SSH, such as gerrit.example.org:29418", read: func(v value) { e.SSH = v.sshAddress() }},
		{name: "user", read: func(v value) { e.User, _ = v.text() }},
		{name: "key_file", need: "name the file with the private key of the service's account", read: func(v value) { e.Key = v.privateKey() }},
		{name: "known_hosts", need: "name a file with Gerrit's host key, as ssh-keyscan -p 29418 HOST writes it (ask who runs Gerrit whether it is the right one)", read: func(v value) { e.KnownHosts = v.knownHosts() }},
		{name: "key", other: "key_file", never: "a secret does not belong in this file; put it in a file of its own and name that with key_file"},
	})
	return e
}

// sshAddress is HOST:PORT, without a user name or a path.
func (v value) sshAddress() string {
	s, ok := v.text()
	if !ok {
		return ""
	}
	if host, ok := hostPort(s); !ok || host == "" || strings.ContainsAny(host, "/@ ") {
		v.wrong("%s is no address for SSH; write HOST:PORT, such as gerrit.example.org:29418 (the name of the account is user)", label(s))
		return ""
	}
	return s
}

// privateKey reads the private key in the file that v names. Only the SSH client knows whether it is usable.
func (v value) privateKey() Secret {
	s := v.secretText("the private key")
	text := s.Reveal()
	switch name := label(v.path(v.node.Value)); {
	case text == "": // reported
	case strings.HasPrefix(text, "ssh-") || strings.HasPrefix(text, "ecdsa-"):
		v.wrong("%s holds a public key; name the private one, which has the same name without .pub", name)
	case !strings.HasPrefix(text, "-----BEGIN ") || !strings.Contains(text, "PRIVATE KEY-----"):
		v.wrong("%s holds no private key; name one that ssh-keygen made", name)
	default:
		return s
	}
	return Secret{}
}

// knownHosts is the name of a file that is readable and not empty.
func (v value) knownHosts() string {
	name, ok := v.text()
	if !ok {
		return ""
	}
	file := v.path(name)
	text, _, err := readHead(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.wrong("there is no file %s; write Gerrit's host key into it, as ssh-keyscan does, or name another (relative names start from this configuration's folder)", label(file))
	case err != nil:
		v.wrong("%s cannot be read: %v; make it a file that the account of the service can read", label(file), cause(err))
	case isUTF16(text), bytes.HasPrefix(text, []byte("\ufeff")):
		v.wrong("%s begins with a byte order mark, or is in UTF-16, so that its first line names no host; save it as UTF-8 without one", label(file))
	case len(bytes.TrimSpace(text)) == 0:
		v.wrong("%s is empty; write Gerrit's host key into it, as ssh-keyscan does", label(file))
	default:
		return file
	}
	return ""
}

func (r *reader) webhooks(v value) Webhooks {
	var w Webhooks
	if v.isEmptyMapping() {
		v.wrong("takes no webhook; write gerrit_path, phabricator_key_file or both, or take the key out")
		return w
	}
	v.fields([]field{
		{name: "gerrit_path", read: func(v value) { w.GerritPath = v.unguessablePath() }},
		{name: "phabricator_key_file", read: func(v value) { w.PhabricatorKey = v.secretFile() }},
		{name: "phabricator_key", other: "phabricator_key_file", never: "a secret does not belong in this file; put it in a file of its own and name that with phabricator_key_file"},
	})
	return w
}

// unguessablePath is a path that nobody can guess. Messages do not repeat it.
func (v value) unguessablePath() Secret {
	s, ok := v.text()
	if !ok {
		return Secret{}
	}
	const fix = "end it in what openssl rand -hex 16 prints"
	last := path.Base(s)
	switch {
	case !strings.HasPrefix(s, "/") || strings.ContainsFunc(strings.ReplaceAll(s, "/", ""), odd) || path.Clean(s) != s:
		v.wrong("no path; write letters, digits, _ and - after a /, such as /hooks/NAME, and " + fix)
	case len(last) < leastUnguessable:
		v.wrong("its last part has %d characters and could be guessed; %s", len(last), fix)
	case guessable(last):
		v.wrong("its last part could be guessed; %s", fix)
	default:
		return NewSecret(s)
	}
	return Secret{}
}

func odd(r rune) bool {
	return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// guessable reports whether s has few different characters, repeats itself, or counts up or down.
func guessable(s string) bool {
	different := map[byte]bool{}
	steps := 0
	for i := range len(s) {
		different[s[i]] = true
		if i > 0 && (s[i] == s[i-1]+1 || s[i] == s[i-1]-1 || s[i] == s[i-1]) {
			steps++
		}
	}
	if len(different) < leastDifferent || 3*steps > 2*len(s) {
		return true
	}
	for n := 1; 2*n <= len(s); n++ {
		if s[n:] == s[:len(s)-n] {
			return true
		}
	}
	return false
}
