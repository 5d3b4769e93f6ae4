package mapping_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
)

// telling says what may happen in a story that is drawn.
type telling struct {
	t      *testing.T
	boards []string // settings, by name; none: all of them
	adds   bool     // the story begins with the card on the board
	single bool     // there is one change

	drags   bool // people and bots put cards here and there
	tasks   bool // tasks are tagged, closed and reopened
	service bool // the service stops, starts and loses its store; time passes
	config  bool // people join and leave the team, rules change, columns are hidden
	past    bool // people vote on patch sets that are not current
}

// everything that a story can have.
var everything = telling{drags: true, tasks: true, service: true, config: true, past: true}

// setting is where stories happen.
type setting struct {
	name    string
	lines   []string
	columns []string // that cards are put into
	rules   []string // that may be added
}

var settings = []setting{
	{
		"external",
		[]string{"board external"},
		[]string{"Review Needed", "In Progress", "Review Completed", "Parked", "Inbox"},
		[]string{"to In Progress when review review-needed", "to Review Needed when tags #hot and review needs-work"},
	},
	{
		"duty",
		[]string{"board duty", "tag while a change is open: #patch"},
		[]string{"Ready", "Doing", "Waiting for Review", "Waiting for Deployment", "Done", "Discussing"},
		[]string{"untag when review abandoned", "to Done when status resolved"},
	},
	{
		"both",
		[]string{"board external and duty"},
		[]string{"Review Needed", "In Progress", "Parked", "External Code Reviews of duty", "Doing of duty", "Ready of duty"},
		[]string{"to Review Completed when status resolved"},
	},
	{
		"own",
		[]string{
			"board #own", "columns: Inbox, Sprint, Review, Doing, Done, Hot, Parked", "from: Inbox", "tag while a change is open: #patch",
			"rule: untag when status invalid", "rule: untag when tags #done", "rule: to Done when status resolved", "rule: to Hot when tags #hot and review review-needed needs-work",
			"rule: to Review when review review-needed", "rule: to Doing when review needs-work draft reverted", "rule: to Sprint when tags #sprint", "rule: stay when review merged abandoned",
		},
		[]string{"Inbox", "Sprint", "Review", "Doing", "Parked"},
		[]string{"to Done when review merged", "to Hot when tags #hot"},
	},
}

// possible says whether something can happen now; nil: always.
type possible func(w *world) bool

// deed is something that somebody may do, as a sentence.
type deed func(d *drawing) (string, possible)

// drawing is a story in the making.
type drawing struct {
	*rapid.T
	setting
	telling
}

func (d *drawing) pick(from ...string) string { return rapid.SampledFrom(from).Draw(d.T, "pick") }

// gaps between moments; the first is what a shrunk story has.
var gaps = []time.Duration{
	time.Hour, time.Hour, 10 * time.Minute, time.Minute, 4 * time.Second, 3 * time.Second, 2 * time.Second, time.Second, 0, 30 * time.Hour,
}

// draw makes a story. What is not possible when its turn comes is left out of it.
func (of telling) draw(t *rapid.T) story {
	of.boards = append([]string{}, of.boards...)
	where := rapid.SampledFrom(settings).Filter(func(s setting) bool { return len(of.boards) == 0 || slices.Contains(of.boards, s.name) }).Draw(t, "setting")
	deeds := of.deeds()
	type drawn struct {
		moment
		can possible
	}
	moments := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) drawn {
		d := &drawing{t, where, of}
		line, can := rapid.SampledFrom(deeds).Draw(t, "deed")(d)
		return drawn{moment{rapid.SampledFrom(gaps).Draw(t, "after"), line}, can}
	}), rapid.SampledFrom([]int{0, 2, 6, 12}).Draw(t, "at least"), 30).Draw(t, "moments")

	d := &drawing{t, where, of}
	s := story{board: where.lines}
	if of.adds || rapid.Bool().Draw(t, "on the board") {
		s.moments = append(s.moments, moment{time.Hour, "dan adds T1 to " + d.pick(where.columns...)})
	}
	s.moments = append(s.moments, moment{time.Hour, d.pick("vol1", "alice") + " pushes 101 for T1" + d.pick("", "", "", " as work in progress")})
	st := s.play(s.open(of.t), func(int, time.Time) {})
	for _, m := range moments {
		if m.can == nil || m.can(st.world) {
			st.do(m.moment)
			s.moments = append(s.moments, m.moment)
		}
	}
	return s
}

// deeds are what may happen, the frequent more than once.
func (of telling) deeds() []deed {
	all := slices.Concat(often(6, voting), often(4, uploading), often(4, speaking), often(3, threads), often(2, drafts, closing), reviewDeeds, botDeeds)
	if !of.single {
		all = append(all, pushing, pushing)
	}
	if of.drags {
		all = slices.Concat(all, often(4, dragging))
	}
	if of.tasks {
		all = slices.Concat(all, often(3, taskDeed))
	}
	if of.service {
		all = slices.Concat(all, often(2, serviceDeed))
	}
	if of.config {
		all = append(all, configDeed, configDeed)
	}
	return all
}

func often(times int, deeds ...deed) []deed { return slices.Repeat(deeds, times) }

// person draws one of those who take part.
func (d *drawing) person() string {
	return d.pick("alice", "vol1", "bob", "vol2", "carol", "dave", "vol3", "erin")
}

// change draws a change; about asks for one that exists.
func (d *drawing) change() int {
	if d.single {
		return 101
	}
	return rapid.SampledFrom([]int{101, 101, 102, 103}).Draw(d.T, "change")
}

func about(number int, can func(c *reviewtest.Change) bool) possible {
	return func(w *world) bool {
		c := w.gerrit.Changes[number]
		return c != nil && can(c)
	}
}

func isOpen(c *reviewtest.Change) bool { return c.Status == review.StatusNew }
func anyhow(c *reviewtest.Change) bool { return c != nil }
func has(who string) func(c *reviewtest.Change) bool {
	return func(c *reviewtest.Change) bool { return isOpen(c) && c.Value(who, "Code-Review") != 0 }
}

func voting(d *drawing) (string, possible) {
	who, n := d.person(), d.change()
	value, saying := d.pick("+1", "-1", "+2", "-2", "-1", "+1"), d.pick("", "", ` saying "Because."`)
	if d.past && rapid.IntRange(0, 7).Draw(d.T, "past") == 7 {
		return fmt.Sprintf("%s votes %s on patch set 1 of %d%s", who, value, n, saying), about(n, isOpen)
	}
	return fmt.Sprintf("%s votes %s on %d%s", who, value, n, saying), about(n, isOpen)
}

func uploading(d *drawing) (string, possible) {
	n, who := d.change(), d.pick("vol1", "vol1", "alice", "vol2", "bob")
	tasks := d.pick("", "", "", " for T1 and T2", " for T2", " for T1", " for no task")
	switch what := d.pick("uploads new code to", "uploads new code to", "uploads new code to", "rewords", "rebases", "uploads the same code to"); what {
	case "rewords":
		return fmt.Sprintf("%s rewords %d%s", who, n, tasks), about(n, isOpen)
	case "uploads new code to":
		return fmt.Sprintf("%s uploads new code to %d%s%s", who, n, tasks, d.pick("", "", "", " with +1", " with -1")), about(n, isOpen)
	default:
		return fmt.Sprintf("%s %s %d", who, what, n), about(n, isOpen)
	}
}

func speaking(d *drawing) (string, possible) {
	n := d.change()
	return fmt.Sprintf("%s says %q on %d", d.pick("vol1", "vol1", "alice", d.person()), d.pick("It is meant so.", "Hm.", "recheck"), n), about(n, anyhow)
}

func threads(d *drawing) (string, possible) {
	n, who, of := d.change(), d.person(), d.pick("alice", "bob", "vol2", "carol")
	began := about(n, func(c *reviewtest.Change) bool { return c.LastComment(of) != nil })
	switch d.pick("begin", "begin", "remark", "reply", "resolve") {
	case "remark":
		return fmt.Sprintf(`%s remarks "Nice." on %d`, who, n), about(n, anyhow)
	case "reply":
		return fmt.Sprintf(`%s replies "Why?" in the thread of %s on %d`, d.pick("vol1", who), of, n), began
	case "resolve":
		return fmt.Sprintf("%s resolves the thread of %s on %d", d.pick("vol1", who), of, n), began
	default:
		return fmt.Sprintf(`%s begins a thread "This leaks." on %d`, d.pick("alice", "bob", who), n), about(n, isOpen)
	}
}

func pushing(d *drawing) (string, possible) {
	n := rapid.SampledFrom([]int{102, 103}).Draw(d.T, "new")
	if d.pick("push", "push", "revert") == "revert" {
		of := rapid.SampledFrom([]int{101, 102}).Draw(d.T, "reverted")
		merged := about(of, func(c *reviewtest.Change) bool { return c.Status == review.StatusMerged })
		return fmt.Sprintf("%s %s %d as %d", d.pick("vol2", "bob", "vol1"), d.pick("reverts", "pushes a revert of"), of, n), func(w *world) bool {
			return w.gerrit.Changes[n] == nil && of < n && merged(w)
		}
	}
	where := d.pick("", "", " to mediawiki/extensions/Foo", " to labs/tool", " to operations/puppet")
	return fmt.Sprintf("%s pushes %d%s for %s%s", d.pick("vol2", "vol1", "bob"), n, where, d.pick("T1", "T1", "T2", "T1 and T2"), d.pick("", "", " as work in progress")),
		func(w *world) bool { return w.gerrit.Changes[n] == nil }
}

func drafts(d *drawing) (string, possible) {
	n := d.change()
	ready := about(n, func(c *reviewtest.Change) bool { return isOpen(c) && !c.WorkInProgress })
	draft := about(n, func(c *reviewtest.Change) bool { return isOpen(c) && c.WorkInProgress })
	switch d.pick("sets", "marks", "starts") {
	case "sets":
		return fmt.Sprintf("vol1 sets %d to work in progress", n), ready
	case "marks":
		return fmt.Sprintf("%s marks %d ready", d.pick("vol1", "alice"), n), draft
	default:
		return fmt.Sprintf("vol1 starts the review of %d%s", n, d.pick("", ` saying "Now."`)), draft
	}
}

func closing(d *drawing) (string, possible) {
	n := d.change()
	abandoned := about(n, func(c *reviewtest.Change) bool { return c.Status == review.StatusAbandoned })
	switch what := d.pick("merges", "abandons", "restores", "restores"); what {
	case "restores":
		return fmt.Sprintf("vol1 restores %d", n), abandoned
	case "merges":
		return fmt.Sprintf("%s merges %d", d.pick("alice", "dave"), n), about(n, func(c *reviewtest.Change) bool { return isOpen(c) && !c.WorkInProgress })
	default:
		return fmt.Sprintf("%s %s %d", d.pick("vol1", "dave", "build-bot"), what, n), about(n, isOpen)
	}
}

// reviewDeeds are about votes taken back, and who is to review.
var reviewDeeds = []deed{
	func(d *drawing) (string, possible) {
		n, who := d.change(), d.person()
		return fmt.Sprintf("%s withdraws the vote on %d", who, n), about(n, has(who))
	},
	func(d *drawing) (string, possible) {
		n, who := d.change(), d.person()
		return fmt.Sprintf("dave removes the vote of %s on %d", who, n), about(n, has(who))
	},
	func(d *drawing) (string, possible) {
		n := d.change()
		return fmt.Sprintf("%s adds %s as a reviewer of %d", d.pick("dave", "alice", "vol1", "ci-bot"), d.pick("bob", "carol", "vol2"), n), about(n, isOpen)
	},
	func(d *drawing) (string, possible) {
		n, who := d.change(), d.pick("bob", "carol", "alice")
		return fmt.Sprintf("dave removes %s as a reviewer of %d", who, n), about(n, func(c *reviewtest.Change) bool {
			return isOpen(c) && slices.Contains(c.Reviewing, who) && c.Value(who, "Code-Review") == 0
		})
	},
	func(d *drawing) (string, possible) {
		n := d.change()
		return fmt.Sprintf("%s %s on %d", d.pick("dave", "vol1"), d.pick("takes bob off turn", "puts bob on turn", "takes carol off turn", "puts carol on turn"), n), about(n, isOpen)
	},
}

// botDeeds change nothing.
var botDeeds = []deed{
	func(d *drawing) (string, possible) {
		n := d.change()
		return fmt.Sprintf("%s votes %s%s on %d", d.pick("ci-bot", "build-bot"), d.pick("Verified", ""), d.pick("-1", "+1"), n), about(n, isOpen)
	},
	func(d *drawing) (string, possible) {
		n := d.change()
		return fmt.Sprintf(`%s says "Build done." on %d`, d.pick("ci-bot", "build-bot"), n), about(n, anyhow)
	},
}

func dragging(d *drawing) (string, possible) {
	who, column := d.pick("dan", "dan", "dan", "helper-bot"), d.pick(d.columns...)
	off := "the board"
	if d.name == "both" {
		off = d.pick("external", "duty")
	}
	switch d.pick("moves", "moves", "moves", "adds", "takes") {
	case "adds":
		return fmt.Sprintf("%s adds T1 to %s", who, column), nil
	case "takes":
		return fmt.Sprintf("%s takes T1 off %s", who, off), nil
	default:
		return fmt.Sprintf("%s moves T1 to %s", who, column), nil
	}
}

func taskDeed(d *drawing) (string, possible) {
	who := d.pick("dan", "dan", "helper-bot")
	closed := func(w *world) bool { return w.card(1).Closed }
	open := func(w *world) bool { return !w.card(1).Closed }
	switch what := d.pick("tags", "tags", "takes", "closes", "reopens", "reopens", "edits"); what {
	case "tags":
		return fmt.Sprintf("%s tags T1 %s", who, d.pick("#sprint", "#hot", "#patch", "#done")), nil
	case "takes":
		return fmt.Sprintf("%s takes %s off T1", who, d.pick("#sprint", "#hot", "#patch", "#done")), nil
	case "closes":
		return fmt.Sprintf("%s closes T1%s", who, d.pick("", " as invalid")), open
	case "reopens":
		return fmt.Sprintf("%s reopens T1", who), closed
	default:
		return fmt.Sprintf("%s %s T1", who, what), nil
	}
}

func serviceDeed(d *drawing) (string, possible) {
	return d.pick("the service stops", "the service starts", "the service starts", "the service loses its store", "2 days pass", "200 days pass"), nil
}

func configDeed(d *drawing) (string, possible) {
	column, _, _ := strings.Cut(d.pick(d.columns...), " of ")
	switch d.pick("joins", "leaves", "requires", "heeds", "rule", "hidden", "shown") {
	case "joins":
		return d.pick("vol1", "vol2", "vol3") + " joins the team", nil
	case "leaves":
		return d.pick("alice", "bob", "carol") + " leaves the team", nil
	case "requires":
		return fmt.Sprintf("the board requires %s votes", d.pick("2", "1", "3")), nil
	case "heeds":
		return "the board heeds the bots' Verified", nil
	case "rule":
		return "a rule is added: " + d.pick(d.rules...), nil
	case "hidden":
		return column + " is hidden", func(w *world) bool { return w.columns[column].ID != "" }
	default:
		return column + " is shown", func(w *world) bool { return w.columns[column].ID != "" }
	}
}
