package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

// hidden is printed instead of a Secret.
const hidden = "***"

// maxSecret is the size of the largest file with a secret, in bytes.
const maxSecret = 16 << 10

// Secret is a text that is never printed, logged or marshalled; only Reveal returns it.
// The text is behind a pointer, because fmt prints unexported fields without calling Format.
type Secret struct{ text *string }

// NewSecret wraps s.
func NewSecret(s string) Secret { return Secret{&s} }

// Reveal returns the secret itself.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// String returns ***.
func (Secret) String() string { return hidden }

// GoString returns ***.
func (Secret) GoString() string { return hidden }

// Format prints *** whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalJSON returns "***".
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// MarshalYAML returns ***.
func (Secret) MarshalYAML() (any, error) { return hidden, nil }

// secretFile reads the secret in the file that v names, a single line.
func (v value) secretFile() Secret {
	s := v.secretText("the secret")
	if !oneLine(s.Reveal()) {
		v.wrong("%s holds more than one line; leave nothing but the secret in it", label(v.path(v.node.Value)))
		return Secret{}
	}
	return s
}

// secretText is secretFile for a secret that may have several lines. what names it in messages.
func (v value) secretText(what string) Secret {
	name, ok := v.text()
	if !ok {
		return Secret{}
	}
	path := v.path(name)
	data, mode, err := readHead(path)
	text := bare(string(data))
	if err == nil && len(data) > maxSecret {
		err = fmt.Errorf("larger than %d KiB", maxSecret>>10)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.wrong("there is no file %s; write %s into it (chmod 600), or name another (relative names start from this configuration's folder)", label(path), what)
	case err != nil:
		v.wrong("%s cannot be read: %v; make it a file that the account of the service can read", label(path), cause(err))
	case isUTF16(data):
		v.wrong("%s is in UTF-16, which some editors call Unicode; save it as UTF-8", label(path))
	case text == "":
		v.wrong("%s is empty; write %s into it", label(path), what)
	default:
		if mode&0o077 != 0 {
			v.doubt("%s is open to other accounts (mode %04o); chmod 600 it", label(path), mode)
		}
		return NewSecret(text)
	}
	return Secret{}
}

// readHead reads the first bytes of a regular file, one more than a secret may have.
func readHead(path string) ([]byte, fs.FileMode, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return nil, 0, errors.New("not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	return data, info.Mode().Perm(), err
}

// bare is a text without the invisible characters that editors and the clipboard leave
// around it: a byte order mark, line ends, spaces of any kind.
func bare(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' })
}

// isUTF16 reports whether data is UTF-16: it begins with a byte order mark, or half of its bytes are zero.
func isUTF16(data []byte) bool {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return true
	}
	return len(data) > 1 && len(data)%2 == 0 && 2*bytes.Count(data, []byte{0}) == len(data)
}

// oneLine reports whether s could be sent in a header.
func oneLine(s string) bool { return !strings.ContainsAny(s, "\r\n\x00") }

// needSecret is the error where neither the file nor the environment has the secret.
func needSecret(env string) string {
	if bare(os.Getenv(env)) != "" {
		return ""
	}
	return "name a file that holds the secret, or set " + env
}

// secretFrom reads the secret from the environment. v is the section that needs it.
func (v value) secretFrom(env string) Secret {
	text := bare(os.Getenv(env))
	if !oneLine(text) {
		v.wrong("%s holds more than one line; leave nothing but the secret in it", env)
	}
	return NewSecret(text)
}

// noSecret is the error for a secret that stands in the configuration itself.
func noSecret(key, env string) string {
	return fmt.Sprintf("a secret does not belong in this file; put it in a file of its own and name that with %s, or set %s", key, env)
}

// path resolves a file name relative to the configuration's folder.
func (v value) path(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(filepath.Dir(v.r.file), name)
}
