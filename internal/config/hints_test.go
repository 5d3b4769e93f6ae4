package config

import (
	"encoding/pem"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

const (
	unguessable = "0c4f1a9be2d7536880aa17c3d94e6f25"
	sshKey      = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n"
)

// hinted writes the files that the keys for hints name, and gives their folder.
func hinted(t *testing.T) string {
	t.Helper()
	secrets(t)
	dir := t.TempDir()
	write(t, dir, "id_ed25519", sshKey, 0o600)
	write(t, dir, "id_ed25519.pub", "ssh-ed25519 AAAA reviewsync\n", 0o644)
	write(t, dir, "open", sshKey, 0o644)
	write(t, dir, "known_hosts", "[gerrit.example.org]:29418 ssh-ed25519 AAAA\n", 0o644)
	write(t, dir, "webhook.key", "6foq2x72wp5i72b7vaeuxqs4daixbiw7\n", 0o600)
	write(t, dir, "empty", "\n", 0o600)
	write(t, dir, "two", "a\nb\n", 0o600)
	write(t, dir, "huge", strings.Repeat("x", maxSecret+1), 0o600)
	return dir
}

// with is the smallest configuration with keys under gerrit and web.
func with(events, web string) []byte {
	text := small
	if events != "" {
		text = strings.Replace(text, "user: reviewsync", "user: reviewsync, events: {"+events+"}", 1)
	}
	if web != "" {
		text = strings.Replace(text, "teams:", "web: {"+web+"}\nteams:", 1)
	}
	return []byte(text)
}

func TestHints(t *testing.T) {
	dir := hinted(t)
	c, err := Parse(filepath.Join(dir, "a.yaml"), with(
		`ssh: "gerrit.example.org:29418", key_file: id_ed25519, known_hosts: known_hosts`,
		"listen: ':8420', webhooks: {gerrit_path: /hooks/"+unguessable+", phabricator_key_file: webhook.key}",
	))
	if err != nil {
		t.Fatal(err)
	}
	e := c.Gerrit.Events
	if e == nil || e.SSH != "gerrit.example.org:29418" || e.User != "reviewsync" || e.KnownHosts != filepath.Join(dir, "known_hosts") {
		t.Fatalf("events: %+v", e)
	}
	if block, rest := pem.Decode([]byte(e.Key.Reveal())); block == nil || string(block.Bytes) != "secret" || len(rest) > 0 {
		t.Errorf("the key is not whole: %q", e.Key.Reveal())
	}
	h := c.Web.Hooks
	if h.GerritPath.Reveal() != "/hooks/"+unguessable || h.PhabricatorKey.Reveal() != "6foq2x72wp5i72b7vaeuxqs4daixbiw7" {
		t.Errorf("webhooks: %q, %q", h.GerritPath.Reveal(), h.PhabricatorKey.Reveal())
	}
	if len(c.Warnings) > 0 {
		t.Errorf("warnings: %q", c.Warnings)
	}
	for _, printed := range []string{fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", *e), fmt.Sprintf("%v", h)} {
		for _, never := range []string{"c2VjcmV0", unguessable, "6foq2x"} {
			if strings.Contains(printed, never) {
				t.Errorf("a secret is printed: %s", printed)
			}
		}
	}
}

func TestHintsOneByOne(t *testing.T) {
	dir := hinted(t)
	path := filepath.Join(dir, "a.yaml")
	c, err := Parse(path, with(`ssh: "[2001:db8::1]:29418", user: streamer, key_file: open, known_hosts: known_hosts`, ""))
	if err != nil || c.Gerrit.Events.User != "streamer" || c.Gerrit.Events.Key.Reveal() == "" {
		t.Fatalf("%+v, %v", c, err)
	}
	if len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], "gerrit.events.key_file: ") || !strings.HasSuffix(c.Warnings[0], "/open is open to other accounts (mode 0644); chmod 600 it") {
		t.Errorf("warnings: %q", c.Warnings)
	}
	if c.Web.Hooks != (Webhooks{}) {
		t.Errorf("webhooks: %+v", c.Web.Hooks)
	}
	for _, fine := range []string{
		"gerrit_path: /" + unguessable, "gerrit_path: /a/b/x_y-" + unguessable, "gerrit_path: /hooks/Zk3_vQ-8sLw0TgRbYp1x", "phabricator_key_file: webhook.key",
	} {
		if c, err := Parse(path, with("", "listen: ':8420', webhooks: {"+fine+"}")); err != nil || c.Gerrit.Events != nil {
			t.Errorf("%s: %v", fine, err)
		}
	}
}

func TestMistakesInHints(t *testing.T) {
	dir := hinted(t)
	const (
		key    = ", key_file: id_ed25519, known_hosts: known_hosts"
		ssh    = `ssh: "a:1", known_hosts: known_hosts, key_file: `
		hosts  = `ssh: "a:1", key_file: id_ed25519, known_hosts: `
		listen = "listen: ':8420', webhooks: "
		fix    = "; end it in what openssl rand -hex 16 prints"
	)
	noSSH := func(s string) string {
		return "1: gerrit.events.ssh: " + s + " is no address for SSH; write HOST:PORT, such as gerrit.example.org:29418 (the name of the account is user)"
	}
	short := func(n int) string {
		return fmt.Sprintf("3: web.webhooks.gerrit_path: its last part has %d characters and could be guessed", n) + fix
	}
	const guess = "3: web.webhooks.gerrit_path: its last part could be guessed" + fix
	const noPath = "3: web.webhooks.gerrit_path: no path; write letters, digits, _ and - after a /, such as /hooks/NAME, and end it in what openssl rand -hex 16 prints"
	for _, c := range []struct{ events, web, want string }{
		{"ssh: gerrit.example.org" + key, "", noSSH("gerrit.example.org")},
		{"ssh: 'gerrit.example.org:0'" + key, "", noSSH(`"gerrit.example.org:0"`)},
		{"ssh: ':29418'" + key, "", noSSH(`":29418"`)},
		{"ssh: 'bot@gerrit:29418'" + key, "", noSSH(`"bot@gerrit:29418"`)},
		{"ssh: 'ssh://gerrit:29418'" + key, "", noSSH(`"ssh://gerrit:29418"`)},
		{key[2:], "", "1: gerrit.events.ssh: missing; write where Gerrit listens for SSH, such as gerrit.example.org:29418"},
		{"ssh: 'a:1', user: ''" + key, "", "1: gerrit.events.user: has no value; give it one or take the key out"},
		{"ssh: 'a:1', key: c2VjcmV0, known_hosts: known_hosts", "", "1: gerrit.events.key: a secret does not belong in this file; put it in a file of its own and name that with key_file"},
		{ssh + "none", "", "1: gerrit.events.key_file: there is no file DIR/none; write the private key into it (chmod 600), or name another (relative names start from this configuration's folder)"},
		{ssh + "empty", "", "1: gerrit.events.key_file: DIR/empty is empty; write the private key into it"},
		{ssh + "huge", "", "1: gerrit.events.key_file: DIR/huge cannot be read: larger than 16 KiB; make it a file that the account of the service can read"},
		{ssh + "id_ed25519.pub", "", "1: gerrit.events.key_file: DIR/id_ed25519.pub holds a public key; name the private one, which has the same name without .pub"},
		{ssh + "webhook.key", "", "1: gerrit.events.key_file: DIR/webhook.key holds no private key; name one that ssh-keygen made"},
		{hosts + "none", "", "1: gerrit.events.known_hosts: there is no file DIR/none; write Gerrit's host key into it, as ssh-keyscan does, or name another (relative names start from this configuration's folder)"},
		{hosts + ".", "", "1: gerrit.events.known_hosts: DIR cannot be read: not a regular file; make it a file that the account of the service can read"},
		{hosts + "empty", "", "1: gerrit.events.known_hosts: DIR/empty is empty; write Gerrit's host key into it, as ssh-keyscan does"},
		{"", "webhooks: {phabricator_key_file: webhook.key}", "3: web.webhooks: nobody listens for webhooks; write where under web.listen, such as listen: 127.0.0.1:8420"},
		{"", listen + "{}", "3: web.webhooks: takes no webhook; write gerrit_path, phabricator_key_file or both, or take the key out"},
		{"", listen + "on", "3: web.webhooks: a single value where keys were expected; write KEY: VALUE lines or {KEY: VALUE, …}"},
		{"", listen + "{phabricator_key_file: none}", "3: web.webhooks.phabricator_key_file: there is no file DIR/none; write the secret into it (chmod 600), or name another (relative names start from this configuration's folder)"},
		{"", listen + "{phabricator_key_file: two}", "3: web.webhooks.phabricator_key_file: DIR/two holds more than one line; leave nothing but the secret in it"},
		{"", listen + "{phabricator_key: x}", "3: web.webhooks.phabricator_key: a secret does not belong in this file; put it in a file of its own and name that with phabricator_key_file"},
		{"", listen + "{gerrit_path: /healthz}", short(7)},
		{"", listen + "{gerrit_path: /hooks/phabricator}", short(11)},
		{"", listen + "{gerrit_path: /" + unguessable + "/gerrit}", short(6)},
		{"", listen + "{gerrit_path: /hooks/" + unguessable[:19] + "}", short(19)},
		{"", listen + "{gerrit_path: " + unguessable + "}", noPath},
		{"", listen + "{gerrit_path: /hooks/" + unguessable + "/}", noPath},
		{"", listen + "{gerrit_path: /hooks//" + unguessable + "}", noPath},
		{"", listen + "{gerrit_path: /../" + unguessable + "}", noPath},
		{"", listen + "{gerrit_path: '/hooks/" + unguessable + "?a'}", noPath},
		{"", listen + "{gerrit_path: 'https://a/" + unguessable + "'}", noPath},
		{"", listen + "{gerrit_path: /hooks/" + strings.Repeat("x", 30) + "}", guess},
		{"", listen + "{gerrit_path: /hooks/" + strings.Repeat("changeme", 3) + "}", guess},
		{"", listen + "{gerrit_path: /hooks/" + strings.Repeat("top-secret-", 3) + "}", guess},
		{"", listen + "{gerrit_path: /hooks/abcdefghijklmnopqrstuvwxyz}", guess},
		{"", listen + "{gerrit_path: /hooks/01234567890123456789}", guess},
		{"", listen + "{gerrit_path: /hooks/98765432109876543210}", guess},
	} {
		_, err := Parse(filepath.Join(dir, "a.yaml"), with(c.events, c.web))
		got := strings.ReplaceAll(unquoted(fmt.Sprint(err)), dir+"/a.yaml:", "")
		if want := unquoted(strings.ReplaceAll(c.want, "DIR", dir)); got != want {
			t.Errorf("%s%s:\n got %s\nwant %s", c.events, c.web, got, want)
		}
		if strings.Contains(got, unguessable[:19]) || strings.Contains(got, "c2VjcmV0") {
			t.Errorf("a secret is in the message: %s", got)
		}
	}
}

// What openssl rand -hex 16 could print is not taken for guessable.
func TestRandomPathsAreNotGuessable(t *testing.T) {
	x := uint64(1)
	for range 100_000 {
		var b strings.Builder
		for b.Len() < 32 {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
			fmt.Fprintf(&b, "%016x", x)
		}
		if s := b.String(); guessable(s) {
			t.Fatalf("%s is taken for guessable", s)
		}
	}
}
