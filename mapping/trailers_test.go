package mapping

import (
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// hostile messages; git itself is the judge of each.
var commitMessages = []string{
	"",
	"\n",
	"Subject",
	"Bug: T1",
	"Subject\n\nBug: T1\n",
	"Subject\n\nBody\n\nBug: T1\nBug: T2\nChange-Id: I0\n",
	"Subject\n\nBody\n\nBug: T1\n\nChange-Id: I0\n",
	"Subject\n\nBody\n\nsome text\nBug: T1\nChange-Id: I0\n",
	"Subject\n\nBug: T1\n(cherry picked from commit 0123456789012345678901234567890123456789)\n",
	"Subject\n\nsome text\nBug: T1\nSigned-off-by: A <a@example.org>\n",
	"Subject\n\none\ntwo\nthree\nfour\nSigned-off-by: A <a@example.org>\n",
	"Subject\n\nbug: T1, T2\n",
	"Subject\n\nBug:T1\n",
	"Subject\n\nBug : T1\n",
	"Subject\n\n Bug: T1\n",
	"Subject\n\nMy_Key: x\nBug: T1\n",
	"Subject\n\nBug: T1,\n T2\nX: y\n",
	"Subject\n\nBug: T1,\n\tT2\n",
	"Subject\n\n  continued of nothing\nBug: T1\n",
	"Subject\r\n\r\nBug: T1\r\nChange-Id: I0\r\n",
	"Subject\n\nBody\n   \nBug: T1\n",
	"Subject\n\nBug: T1\n---\nBug: T9\n",
	"Subject\n\nBug: T1\n--- a\nBug: T9\n",
	"Subject\n\nBug: T1\n# a comment\n\n",
	"Subject\n\nBug: T1\n\nConflicts:\n\tfile.go\n",
	"Subject\n\nBug: T1\n# ------------------------ >8 ------------------------\nBug: T2\n",
	"Subject\nBug: T1\n\nX: y",
	"# comment\nSubject\n\nBug: T1",
	"Subject\n\nThis is like T7, but better.\n\nBug: T7 in the old days",
	"Subject\n\n:\n",
	"Subject\n\n: T1\nBug: T1\n",
	"Subject\n\nBug:\n",
	"Subject\n\nBug: T1 \n\n\n\n",
	"\n\nSubject\n\nBug: T1\n",
	"Subject\n\nBug: T1\nhttps://example.org/\n",
	"Sübject\n\nBüg: T1\nBug: T2\n",
}

// TestTrailersAsGitReadsThem asks git about each message.
func TestTrailersAsGitReadsThem(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed: it is the judge of this test")
	}
	cases := slices.Clone(commitMessages)
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{
		"Subject", "Bug: T1", "bug : T2", "text", "", " more", "\tmore", "# note", "---", "Signed-off-by: A <a@b>", "Change-Id: I1",
		"(cherry picked from commit 01)", "My_Key: x", "   ", "Conflicts:", "https://x/", "key-only:", "a b: c",
	}
	for range 150 {
		var lines []string
		for range 1 + random.IntN(9) {
			lines = append(lines, pieces[random.IntN(len(pieces))])
		}
		cases = append(cases, strings.Join(lines, "\n")+[]string{"", "\n"}[random.IntN(2)])
	}
	for _, message := range cases {
		cmd := exec.CommandContext(t.Context(), git, "interpret-trailers", "--parse")
		cmd.Stdin = strings.NewReader(message)
		cmd.Env = append(cmd.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("git interpret-trailers on %q: %v", message, err)
		}
		var want []Trailer
		for line := range strings.Lines(string(out)) {
			line = strings.TrimSuffix(line, "\n")
			if i := separator(line); i >= 1 {
				want = append(want, Trailer{Key: line[:i], Value: strings.TrimSpace(line[i+1:])})
			}
		}
		if got := Trailers(message); !slices.Equal(got, want) {
			t.Errorf("Trailers(%q)\n got %q\n git %q", message, got, want)
		}
	}
}

func TestTasks(t *testing.T) {
	long := "Subject\n\n" + strings.Repeat("Bug: T5\n", 5000) + strings.Repeat("Bug: T6\nBug: T7\n", 2500)
	var many strings.Builder
	many.WriteString("Subject\n\n")
	for i := range 10_000 {
		many.WriteString("Bug: T" + strings.Repeat("1", 1+i%3) + "\n")
	}
	for _, tc := range []struct {
		message string
		want    []int
	}{
		{"S\n\nBug: T12\nChange-Id: I1", []int{12}},
		{"S\n\nBUG: t12, T3 T3", []int{3, 12}},
		{"S\n\nBug: XT12 T12x T_1 T0 T T99999999999 AT5", nil},
		{"S\n\nBug: https://phabricator.example.org/T8#123", []int{8}},
		{"S T9\n\nsee T9\n\nFixes: T9", nil},
		{long, []int{5, 6, 7}},
		{many.String(), []int{1, 11, 111}},
	} {
		if got := Tasks(tc.message, []string{"Bug"}); !slices.Equal(got, tc.want) {
			t.Errorf("Tasks(%.60q) = %v, want %v", tc.message, got, tc.want)
		}
	}
}

func FuzzTasks(f *testing.F) {
	for _, m := range commitMessages {
		f.Add(m)
	}
	f.Fuzz(func(t *testing.T, message string) {
		tasks := Tasks(message, []string{"Bug"})
		if len(tasks) > MaxTasks || !slices.IsSorted(tasks) {
			t.Errorf("Tasks(%q) = %v", message, tasks)
		}
	})
}
