package config

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

func TestSecretNeverPrints(t *testing.T) {
	const word = "hunter2"
	s := NewSecret(word)
	if s.Reveal() != word {
		t.Fatalf("revealed %q", s.Reveal())
	}
	inside := struct {
		Open   Secret
		closed Secret
		at     *Secret
	}{s, s, &s}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10s", "%T"} {
		for _, v := range []any{s, &s, inside, &inside, []Secret{s}, map[string]Secret{"k": s}, Gerrit{Password: s}, &Config{Gerrit: Gerrit{Password: s}}} {
			got := fmt.Sprintf(verb, v)
			if strings.Contains(got, word) || strings.Contains(strings.ToLower(got), fmt.Sprintf("%x", word)) {
				t.Errorf("%s of %T prints %s", verb, v, got)
			}
		}
	}
	j, err := json.Marshal(Gerrit{Password: s})
	if err != nil || strings.Contains(string(j), word) || !strings.Contains(string(j), `"Password":"***"`) {
		t.Errorf("json: %s, %v", j, err)
	}
	y, err := yaml.Marshal(Phabricator{Token: s})
	if err != nil || strings.Contains(string(y), word) || !strings.Contains(string(y), "***") {
		t.Errorf("yaml: %s, %v", y, err)
	}
	if got := s.String() + s.GoString() + fmt.Sprint(s); got != "*********" {
		t.Errorf("printed %q", got)
	}
	if got := (Secret{}).Reveal(); got != "" {
		t.Errorf("the zero Secret reveals %q", got)
	}
}

func TestSecretFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "good", "word\n", 0o600)
	write(t, dir, "open", "word\n", 0o644)
	write(t, dir, "empty", "\n", 0o600)
	write(t, dir, "two", "word\nmore\n", 0o600)
	write(t, dir, "huge", strings.Repeat("x", maxSecret+1), 0o600)
	write(t, dir, "windows", "\ufeffword\r\n", 0o600)
	write(t, dir, "spaces", "word \t\n", 0o600)
	write(t, dir, "lines", "\nword\r\n\r\n", 0o600)
	write(t, dir, "pasted", "\u00a0word\u200b\n", 0o600)
	write(t, dir, "utf-16", "\xff\xfew\x00o\x00r\x00d\x00\r\x00\n\x00", 0o600)
	write(t, dir, "utf-16-big", "\xfe\xff\x00w\x00o\x00r\x00d", 0o600)
	write(t, dir, "utf-16-bare", "w\x00o\x00r\x00d\x00", 0o600)
	write(t, dir, "mark", "\ufeff", 0o600)
	t.Setenv(EnvToken, "api-secret")
	for _, c := range []struct{ file, err, warning string }{
		{file: "good"},
		{file: filepath.Join(dir, "good")},
		{file: "open", warning: "DIR/open is open to other accounts (mode 0644); chmod 600 it"},
		{file: "empty", err: "DIR/empty is empty; write the secret into it"},
		{file: "two", err: "DIR/two holds more than one line; leave nothing but the secret in it"},
		{file: "huge", err: "DIR/huge cannot be read: larger than 16 KiB; make it a file that the account of the service can read"},
		{file: ".", err: "DIR cannot be read: not a regular file; make it a file that the account of the service can read"},
		{file: "windows"},
		{file: "spaces"},
		{file: "lines"},
		{file: "pasted"},
		{file: "utf-16", err: "DIR/utf-16 is in UTF-16, which some editors call Unicode; save it as UTF-8"},
		{file: "utf-16-big", err: "DIR/utf-16-big is in UTF-16, which some editors call Unicode; save it as UTF-8"},
		{file: "utf-16-bare", err: "DIR/utf-16-bare is in UTF-16, which some editors call Unicode; save it as UTF-8"},
		{file: "mark", err: "DIR/mark is empty; write the secret into it"},
		{file: "none", err: "there is no file DIR/none; write the secret into it (chmod 600), or name another (relative names start from this configuration's folder)"},
	} {
		path := filepath.Join(dir, "reviewsync.yaml")
		text := strings.Replace(small, "user: reviewsync", "user: reviewsync, password_file: "+c.file, 1)
		got, err := Parse(path, []byte(text))
		place := path + ":1: gerrit.password_file: "
		if c.err != "" {
			if want := place + strings.ReplaceAll(c.err, "DIR", label(dir)); err == nil || unquoted(err.Error()) != unquoted(want) {
				t.Errorf("%s: %v\nwant %s", c.file, err, want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		if got.Gerrit.Password.Reveal() != "word" {
			t.Errorf("%s: password %q", c.file, got.Gerrit.Password.Reveal())
		}
		var want []string
		if c.warning != "" {
			want = []string{place + strings.ReplaceAll(c.warning, "DIR", dir)}
		}
		if fmt.Sprint(got.Warnings) != fmt.Sprint(want) {
			t.Errorf("%s: warnings %q, want %q", c.file, got.Warnings, want)
		}
	}
}

// unquoted lets a test not care whether its temporary folder is shown in quotes.
func unquoted(s string) string { return strings.ReplaceAll(s, `"`, "") }

// What is around a secret in the environment does not belong to it either.
func TestSecretInTheEnvironment(t *testing.T) {
	t.Setenv(EnvToken, "\ufeffapi-secret \r\n")
	t.Setenv(EnvPassword, "word\n")
	got, err := Parse("a.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if token, password := got.Phabricator.Token.Reveal(), got.Gerrit.Password.Reveal(); token != "api-secret" || password != "word" {
		t.Errorf("token %q, password %q", token, password)
	}
}
