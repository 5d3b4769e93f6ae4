package config

import (
	"fmt"
	"strings"
	"testing"
)

// sprints is a configuration whose board is a milestone.
const sprints = `gerrit: {url: https://gerrit.example.org/r, user: reviewsync}
phabricator: {url: https://phabricator.example.org}
teams: {cpt: {members: [alice, bob]}}
boards:
  - board: {milestone_of: "#sprints", current: true}
    from: [Inbox]
    rules:
      - {to: Done, when: {status: resolved}}
`

func TestBoardOfAMilestone(t *testing.T) {
	secrets(t)
	b := parse(t, sprints).Boards[0]
	if b.MilestoneOf != "#sprints" || b.Tag != "#sprints (current milestone)" || b.Line != 5 {
		t.Errorf("the board is %+v", b)
	}
	if b.LineOf("Done") != 8 || b.LineOf("Inbox") != 5 {
		t.Errorf("its columns are on lines %d and %d", b.LineOf("Done"), b.LineOf("Inbox"))
	}
	if b := parse(t, cards).Boards[0]; b.MilestoneOf != "" {
		t.Errorf("a board by its hashtag is a milestone of %s", b.MilestoneOf)
	}
}

func TestMistakesInMilestones(t *testing.T) {
	const board = `board: {milestone_of: "#sprints", current: true}`
	for _, c := range []struct{ with, want string }{
		{`board: {milestone_of: "#sprints"}`, `boards[0].board.current: missing; write current: true; for a milestone that stays the board, write its own hashtag: board: "#NAME"`},
		{`board: {current: true}`, `boards[0].board.milestone_of: missing; write the hashtag of the project whose current milestone is the board, in quotes: "#NAME"`},
		{`board: {milestone_of: "#sprints", current: false}`, `boards[0].board.current: false says nothing; write current: true, or the hashtag of the one milestone that is meant: board: "#NAME"`},
		{`board: {milestone_of: "#sprints", current: 7}`, "boards[0].board.current: 7 is neither true nor false; write one of them, without quotes"},
		{`board: {milestone_of: "my sprints", current: true}`, `boards[0].board.milestone_of: "my sprints" is no hashtag of a project; write the last part of the project's address /tag/NAME/ as "#NAME"`},
		{`board: {milestones_of: "#sprints", current: true}`, "boards[0].board.milestones_of: unknown key; did you mean milestone_of?"},
		{`board: {milestone_of: "#sprints", current: true, number: 7}`, "boards[0].board.number: unknown key; known here: milestone_of, current"},
		{`board: {milestone_of: "#sprints", current: true, tag: "#x"}`, "boards[0].board.tag: " + notBoth},
		{`board: {board: "#x", milestone_of: "#sprints", current: true}`, "boards[0].board.board: " + notBoth},
		{`board: ["#sprints"]`, "boards[0].board: a list where a single value was expected; write it as KEY: VALUE"},
		{"board: \"#x\"\n    milestone_of: \"#sprints\"", "boards[0].milestone_of: " + inside},
		{"milestone_of: \"#sprints\"", "boards[0].milestone_of: " + inside},
		{board + "\n    adopt: {repositories: mediawiki/core}\n    team: cpt", "boards[0].adopt: would take tasks out of other milestones and off #sprints itself; take it out, and let people put tasks into the milestone"},
		{board + "\n    replaces: {\"#Sprints\": [Backlog]}", "boards[0].replaces.#Sprints: a task cannot be on #Sprints and in a milestone of it, so no card would come from there; take it out"},
		{`board: {milestone_of: #sprints, current: true}`, `not YAML: did not find expected ',' or '}' while parsing a flow mapping that began on line 5; a # begins a comment unless it is in quotes, so the rest of this line is not read; write "#sprints"`},
	} {
		secrets(t)
		_, err := Parse("a.yaml", []byte(strings.Replace(sprints, board, c.with, 1)))
		got := fmt.Sprint(err)
		if _, text, _ := strings.Cut(strings.TrimPrefix(got, "a.yaml:"), ": "); text != c.want && !strings.HasPrefix(text, c.want+"\n") {
			t.Errorf("%s:\n got %s\nwant %s", c.with, got, c.want)
		}
	}
	for add, want := range map[string]string{
		`  - {board: {milestone_of: "#Sprints", current: true}, rules: [{stay: true, when: {status: open}}]}`: `a.yaml:9: boards[1]: board "#Sprints (current milestone)" is there twice, first on line 5; put its rules together`,
		`  - {board: "#sprints", rules: [{stay: true, when: {status: open}}]}`:                                "a.yaml:5: boards[0].board: #sprints is a board too (line 9), and a task cannot be on both; keep one of them",
		`tags: [{tag: "#sprints", when: open-change}]`:                                                        "a.yaml:9: tags: #sprints on a task takes it out of the milestones of that project, one of which is a board; name another tag",
	} {
		if _, err := Parse("a.yaml", []byte(sprints+add+"\n")); fmt.Sprint(err) != want {
			t.Errorf("%s:\n got %v\nwant %s", add, err, want)
		}
	}
}
