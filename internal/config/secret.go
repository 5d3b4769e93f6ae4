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

// hidden is what every way to print a Secret gives.
const hidden = "***"

// maxSecret is the size of the largest file with a secret, in bytes.
const maxSecret = 16 << 10

// Secret is a text that is never printed, logged or marshalled: only Reveal gives it.
// It is held by a pointer, because fmt calls no method on unexported fields of others.
type Secret struct{ text *string }

// NewSecret hides s.
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

// secretFile reads the secret in the file that v names. It is on one line.
func (v value) secretFile() Secret {
	s := v.secretText("the secret")
	if !oneLine(s.Reveal()) {
		v.wrong("%s holds more than one line; leave nothing but the secret in it", label(v.path(v.node.Value)))
		return Secret{}
	}
	return s
}

// secretText is secretFile for what may have several lines; what says what it is.
func (v value) secretText(what string) Secret {
	name, ok := v.text()
	if !ok {
		return Secret{}
	}
	path := v.path(name)
	data, mode, err := readSecret(path)
	text := bare(string(data))
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

// readSecret returns what is in the file at path.
func readSecret(path string) ([]byte, fs.FileMode, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	// Looked at before it is opened: opening a pipe would wait for its writer.
	if !info.Mode().IsRegular() {
		return nil, 0, errors.New("not a regular file")
	}
	if info.Size() > maxSecret {
		return nil, 0, fmt.Errorf("larger than %d KiB", maxSecret>>10)
	}
	data, err := os.ReadFile(path)
	return data, info.Mode().Perm(), err
}

// bare is a text without what editors and the clipboard leave around it, and nobody sees: a
// byte order mark, the ends of lines, spaces of any kind.
func bare(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' })
}

// isUTF16 says whether data is a text in UTF-16: by its byte order mark, or by each other byte of it being zero.
func isUTF16(data []byte) bool {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return true
	}
	return len(data) > 1 && len(data)%2 == 0 && 2*bytes.Count(data, []byte{0}) == len(data)
}

// oneLine is false for what could not be sent in a header either.
func oneLine(s string) bool { return !strings.ContainsAny(s, "\r\n\x00") }

// needSecret says what to write where neither a file nor the environment has the secret.
func needSecret(env string) string {
	if bare(os.Getenv(env)) != "" {
		return ""
	}
	return "name a file that holds the secret, or set " + env
}

// secretFrom takes the secret from the environment; v is where it is needed.
func (v value) secretFrom(env string) Secret {
	text := bare(os.Getenv(env))
	if !oneLine(text) {
		v.wrong("%s holds more than one line; leave nothing but the secret in it", env)
	}
	return NewSecret(text)
}

// noSecret says why a secret that stands in the file itself is refused.
func noSecret(key, env string) string {
	return fmt.Sprintf("a secret does not belong in this file; put it in a file of its own and name that with %s, or set %s", key, env)
}

// path is a file name from the configuration, as seen from the configuration's folder.
func (v value) path(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(filepath.Dir(v.r.file), name)
}
