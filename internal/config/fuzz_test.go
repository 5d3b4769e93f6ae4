package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzLoad checks that no text makes the reader panic, that it either accepts or refuses a
// text, and that each line of an error names the file. Run it with -fuzzminimizetime 20x:
// without, Go may spend the whole time minimizing one input.
func FuzzLoad(f *testing.F) {
	files, err := filepath.Glob("../../testdata/config/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range append(files, "../../testdata/process.yaml") {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(small))
	f.Add([]byte(onDuty))
	f.Add([]byte(asks))
	f.Add([]byte("boards: &x [*x]\nteams: {a: &y {members: *x, project: *y}}\n? [a]\n: b\n"))
	f.Add([]byte("gerrit: {password_file: /dev/zero, url: ':', poll: 9999999999999h, sweep: 4095w4095d}"))
	f.Add(with("ssh: 'a:1', user: b, key_file: /dev/zero, known_hosts: /dev/zero", "listen: ':1', webhooks: {gerrit_path: /hooks/"+unguessable+", phabricator_key_file: /dev/null}"))
	f.Setenv(EnvPassword, "gerrit-secret")
	f.Setenv(EnvToken, "api-secret")
	path := filepath.Join(f.TempDir(), "a.yaml")
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse(path, data)
		if (c == nil) == (err == nil) {
			t.Fatalf("both or neither: %v, %v", c, err)
		}
		if err == nil {
			if len(c.Boards) == 0 || len(c.Teams) == 0 || c.Gerrit.URL == "" || c.Gerrit.CICommands == nil {
				t.Fatalf("accepted without the least: %+v", c)
			}
			return
		}
		for line := range strings.SplitSeq(err.Error(), "\n") {
			if !strings.HasPrefix(line, path+":") {
				t.Fatalf("line without a place: %s", fmt.Sprintf("%q", line))
			}
		}
	})
}
