package scenario

import (
	"regexp"
	"strings"
)

// sentence is the name of an act and how a story says it.
type sentence struct{ act, text string }

// sentences are tried in this order. Words in capitals are defined in parts; the rest is a
// regular expression. A new act needs a line here and an entry in the tables of both runners:
// mapping/acts_test.go and internal/service/scenario_acts_test.go.
var sentences = []sentence{
	// on Gerrit
	{"push", `WHO pushes CHANGE(?: to REPOSITORY)?TASKS(?P<wip> as work in progress)?`},
	{"upload", `WHO uploads new code to CHANGETASKS(?: with VOTE)?`},
	{"upload the same", `WHO uploads the same code to CHANGE`},
	{"rebase", `WHO rebases CHANGE`},
	{"reword", `WHO rewords CHANGETASKS`},
	{"vote", `WHO votes VOTE on (?:patch set (?P<set>\d+) of )?CHANGE(?P<tool> through a tool)?(?: saying TEXT)?`},
	{"withdraw the vote", `WHO withdraws (?:the )?vote on CHANGE`},
	{"remove a vote", `WHO removes the vote of NAME on CHANGE`},
	{"say", `WHO says TEXT on CHANGE`},
	{"begin a thread", `WHO begins a thread TEXT on CHANGE`},
	{"remark", `WHO remarks TEXT on CHANGE`},
	{"reply", `WHO replies TEXT in the thread of NAME on CHANGE`},
	{"resolve", `WHO resolves the thread of NAME on CHANGE(?: with TEXT)?`},
	{"set to work in progress", `WHO sets CHANGE to work in progress`},
	{"mark ready", `WHO marks CHANGE ready`},
	{"start the review", `WHO starts the review of CHANGE(?: saying TEXT)?`},
	{"abandon", `WHO abandons CHANGE`},
	{"restore", `WHO restores CHANGE`},
	{"merge", `WHO merges CHANGE`},
	{"revert", `WHO reverts CHANGE as NUMBER`},
	{"push a revert", `WHO pushes a revert of CHANGE as NUMBERTASKS`},
	{"cut a branch", `WHO cuts the branch BRANCH(?: of REPOSITORY)?`},
	{"pick", `WHO picks CHANGE to the branch BRANCH as NUMBERTASKS`},
	{"add a reviewer", `WHO adds NAME as a reviewer of CHANGE`},
	{"remove a reviewer", `WHO removes NAME as a reviewer of CHANGE`},
	{"take off turn", `WHO takes NAME off turn on CHANGE`},
	{"put on turn", `WHO puts NAME on turn on CHANGE`},
	{"add a hashtag", `WHO adds the hashtag HASHTAG to CHANGE`},
	{"remove a hashtag", `WHO removes the hashtag HASHTAG from CHANGE`},
	// on the boards
	{"add to the board", `WHO adds TASK to COLUMN`},
	{"move", `WHO moves TASK to COLUMN`},
	{"reorder", `WHO reorders TASK`},
	{"take off the board", `WHO takes TASK off (?:the board|BOARD)`},
	{"put into a milestone", `WHO puts TASK into milestone TEXT`},
	{"take out of the milestone", `WHO takes TASK out of its milestone`},
	{"close", `WHO closes TASK(?: as (?P<status>\w+))?`},
	{"merge tasks", `WHO merges TASK into T(?P<into>\d+)`},
	{"reopen", `WHO reopens TASK`},
	{"reopen in place", `WHO reopens TASK in COLUMN`},
	{"tag", `WHO tags TASK TAG`},
	{"untag", `WHO takes TAG off TASK`},
	{"edit", `WHO edits TASK`},
	{"hide a column", `COLUMN is hidden`},
	{"show a column", `COLUMN is shown`},
	// around the service
	{Stops, `the service stops`},
	{Starts, `the service starts`},
	{"lose the store", `the service loses its store`},
	{"join the team", `NAME joins the team`},
	{"leave the team", `NAME leaves the team`},
	{"require votes", `the board requires (?P<value>\d) votes`},
	{"heed a label", `the board heeds the (?P<voters>bots|people)'s? (?P<label>\w[\w-]*)`},
	{"add a rule", `a rule is added: (?P<rule>.+)`},
	{"remove the duty board", `the duty board is removed`},
	{"be away", `NAME is away for (?P<away>\d+) days`},
	{"let days pass", `(?P<days>\d+) days pass`},
	{"do nothing", `nothing happens`},
}

// The acts between which the service is down.
const (
	Stops  = "stop"
	Starts = "start"
)

const onBoard = `(?P<board>` + External + `|` + Duty + `)`

// parts of sentences. TASKS comes before TASK, its beginning.
var parts = strings.NewReplacer(
	"WHO", `(?P<who>[\w-]+)`,
	"NAME", `(?P<name>[\w-]+)`,
	"CHANGE", `(?P<change>\d+)`,
	"REPOSITORY", `(?P<repository>[\w/]+)`,
	"BRANCH", `(?P<branch>[\w./-]+)`,
	"NUMBER", `(?P<number>\d+)`,
	"TASKS", `(?: for (?P<tasks>T\d+(?: and T\d+)*|no task))?`,
	"TASK", `T(?P<task>\d+)`,
	"COLUMN", `(?P<column>[\w ()/-]+?)(?: of `+onBoard+`)?`,
	"BOARD", onBoard,
	"HASHTAG", `(?P<hashtag>[\w-]+)`,
	"TAG", `(?P<tag>#\S+)`,
	"TEXT", `"(?P<text>[^"]*)"`,
	"VOTE", `(?:(?P<label>\w[\w-]*\w)?(?P<value>[+-]\d))`,
)

type known struct {
	act     string
	pattern *regexp.Regexp
}

var acts = compiled()

func compiled() []known {
	var out []known
	for _, s := range sentences {
		out = append(out, known{s.act, regexp.MustCompile("^" + parts.Replace(s.text) + "$")})
	}
	return out
}

// Acts returns the names of all acts.
func Acts() []string {
	var names []string
	for _, s := range sentences {
		names = append(names, s.act)
	}
	return names
}

// read finds the act of a sentence, or returns an empty name.
func read(text string) (act string, words Words) {
	for _, a := range acts {
		m := a.pattern.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		words = Words{}
		for i, name := range a.pattern.SubexpNames() {
			if name != "" {
				words[name] = m[i]
			}
		}
		return a.act, words
	}
	return "", nil
}
