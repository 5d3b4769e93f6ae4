package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func monday(hour, minute, second int) time.Time {
	return FirstMonday.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second)
}

func TestParse(t *testing.T) {
	got, err := Parse("play.txt", `# What it is about.
# only the rules: no server does this
board #ops starting Wed 12:00
columns: Inbox, Test (Verification)
from: Inbox
rule: to Test (Verification) when tags #a #b and status open
rule: untag when review merged
tag while a change is open: #patch
ask: hashtag more, nobody after 4 hours, after 2 days, remind after 1 day
Mon 14:02:07 vol1 rewords 123 for T1 and T22
T1 is in Test (Verification): T1: Inbox -> Test
T1 is not tagged #a: because
Mon 14:02 10 days pass
T22 is not on the board
Mon 09:00 a rule is added: stay when status open
nobody was asked on 123
bob was asked on 123: why: so
bob, build-bot and carol were asked on 123
`)
	if err != nil {
		t.Fatal(err)
	}
	later := monday(14, 2, 0).AddDate(0, 0, 17) // the Monday after, and ten days
	last := monday(9, 0, 0).AddDate(0, 0, 21)
	want := &Story{
		Name: "play", OnlyRules: "no server does this", Boards: []string{"#ops"}, Start: FirstMonday.AddDate(0, 0, 2).Add(12 * time.Hour),
		Own: Board{Columns: []string{"Inbox", "Test (Verification)"}, From: []string{"Inbox"}, Rules: []Rule{
			{Line: 6, To: "Test (Verification)", When: map[string][]string{"tags": {"#a", "#b"}, "status": {"open"}}},
			{Line: 7, Untag: true, When: map[string][]string{"review": {"merged"}}},
		}},
		Tags: []string{"#patch"},
		Ask:  &Ask{Hashtag: "more", Nobody: 4 * time.Hour, After: 16 * time.Hour, Remind: 8 * time.Hour},
		Lines: []Line{
			{Where: "play.txt:10", At: monday(14, 2, 7), Act: "reword", Words: Words{"who": "vol1", "change": "123", "tasks": "T1 and T22"}},
			{Where: "play.txt:11", At: monday(14, 2, 7), Assertion: Assertion{Task: 1, Column: "Test (Verification)", Sentence: "T1: Inbox -> Test"}},
			{Where: "play.txt:12", At: monday(14, 2, 7), Assertion: Assertion{Task: 1, Tag: "#a", Not: true, Sentence: "because"}},
			{Where: "play.txt:13", At: later, Act: "let days pass", Words: Words{"days": "10"}},
			{Where: "play.txt:14", At: later, Assertion: Assertion{Task: 22}},
			{
				Where: "play.txt:15", At: last, Act: "add a rule", Words: Words{"rule": "stay when status open"},
				Rule: Rule{Line: 15, Stay: true, When: map[string][]string{"status": {"open"}}},
			},
			{Where: "play.txt:16", At: last, Assertion: Assertion{Change: 123}},
			{Where: "play.txt:17", At: last, Assertion: Assertion{Change: 123, Asked: []string{"bob"}, Sentence: "why: so"}},
			{Where: "play.txt:18", At: last, Assertion: Assertion{Change: 123, Asked: []string{"bob", "build-bot", "carol"}}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if tasks, said := got.Lines[0].Words.Tasks(); !said || !cmp.Equal(tasks, []int{1, 22}) {
		t.Errorf("the tasks are %v, %v", tasks, said)
	}
	if tasks, said := (Words{"tasks": "no task"}).Tasks(); !said || len(tasks) > 0 {
		t.Errorf("no task is %v, %v", tasks, said)
	}
	if _, said := (Words{}).Tasks(); said {
		t.Error("nothing was said of tasks")
	}
}

func TestParseErrors(t *testing.T) {
	const board = "board external\nMon 08:00 dan adds T1 to Inbox\n"
	for _, tc := range []struct{ text, want string }{
		{"Mon 08:00 nothing happens\n", "x.txt:1: a story begins with"},
		{"board internal\n", `x.txt:1: no story knows the board "internal"`},
		{"board external and #ops\n", `no story knows the board "#ops"`},
		{"board external starting soon\n", `"soon" is no time`},
		{"board external\nfrom: Inbox\n", `x.txt:2: "from" is for boards of a story's own`},
		{"board #ops\ncolumns: Inbox\nrule: to Done when status open\n", `x.txt:3: the board has no column "Done"`},
		{"board #ops\ncolumns: Inbox\nrule: untag when moon full\n", `x.txt:3: no condition is like "moon full"`},
		{board, "x.txt:2: nothing is asserted"},
		{board + "T1 is in Inbox\nMon 09:00 dan dances\n", "x.txt:4: no sentence is like this: dan dances"},
		{board + "T1 rests in Inbox\n", "x.txt:3: neither an act nor an assertion: T1 rests in Inbox"},
		{"board external\nask: after 2 moons\n", `x.txt:2: nobody is asked by "after 2 moons"`},
		{"board external\nask: often after 2 days\n", `nobody is asked by "often after 2 days"`},
		{board + "T1 is not on duty\n", `x.txt:3: the board "duty" is not in this story`},
	} {
		if _, err := Parse("x.txt", tc.text); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%q\n\tis wrong by: %v\n\twanted: %s", tc.text, err, tc.want)
		}
	}
}
