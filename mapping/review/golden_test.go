package review

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/internal/golden"
)

// sketch is a change as it is built for a test: each thing happens an hour after the one before.
type sketch struct {
	Change
	votes []Vote // on Code-Review
	on    map[string]string
}

// sketched builds a change of vol1.
func sketched(do ...func(c *sketch)) Change {
	c := &sketch{on: map[string]string{}}
	c.Key, c.Branch, c.Owner, c.Status, c.Created = Key{Project: "mediawiki/core", Number: 101}, "master", account("vol1"), StatusNew, at(9, 0)
	c.PatchSets = []PatchSet{{Number: 1, Kind: rework, Uploader: c.Owner, Created: c.Created, Message: "S\n\nBug: T1\n", SHA: strings.Repeat("1", 40)}}
	for _, d := range do {
		d(c)
	}
	c.Labels = []Label{{Name: "Code-Review", Min: -2, Max: 2}, {Name: "Verified", Min: -1, Max: 1}}
	for _, v := range c.votes {
		label := &c.Labels[0]
		if v.Tag == "Verified" {
			label, v.Tag = &c.Labels[1], ""
		}
		if v.Value != 0 {
			label.Votes = append(label.Votes, v)
		}
	}
	return c.Change
}

// now is the time of the next thing.
func (c *sketch) now() time.Time {
	return c.Created.Add(time.Duration(len(c.Messages)+len(c.Reviewers)+1) * time.Hour)
}

func (c *sketch) message(by, tag, text string) {
	m := Message{ID: fmt.Sprint(len(c.Messages)), By: account(by), Date: c.now(), PatchSet: len(c.PatchSets), Text: text}
	if tag != "" {
		m.Tag = gerritTag + tag
	}
	c.Messages = append(c.Messages, m)
}

func votes(by string, value int) func(*sketch) { return votesOn("Code-Review", by, value) }

func votesOn(label, by string, value int) func(*sketch) {
	return func(c *sketch) {
		tag := ""
		if label != "Code-Review" {
			tag = label
		}
		c.votes = slices.DeleteFunc(c.votes, func(v Vote) bool { return v.By == account(by) && v.Tag == tag })
		c.votes = append(c.votes, Vote{By: account(by), Value: value, Date: c.now(), Tag: tag})
		c.message(by, "", fmt.Sprintf("Patch Set %d: %s%+d", len(c.PatchSets), label, value))
	}
}

func withdraws(by string) func(*sketch) {
	return func(c *sketch) {
		c.votes = slices.DeleteFunc(c.votes, func(v Vote) bool { return v.By == account(by) })
		c.message(by, "", fmt.Sprintf("Patch Set %d: -Code-Review", len(c.PatchSets)))
	}
}

func says(by, text string) func(*sketch) {
	return func(c *sketch) { c.message(by, "", "Patch Set 1:\n\n"+text) }
}

// comments speaks in the thread of that name.
func comments(by, thread string, unresolved bool) func(*sketch) {
	return func(c *sketch) {
		id := fmt.Sprintf("%s%d", thread, len(c.Comments))
		c.Comments = append(c.Comments, Comment{
			ID: id, By: account(by), Date: c.now(), PatchSet: len(c.PatchSets), InReplyTo: c.on[thread], Unresolved: unresolved, Message: fmt.Sprint(len(c.Messages)), Text: "Words.",
		})
		c.on[thread] = id
		c.message(by, "", fmt.Sprintf("Patch Set %d:\n\n(1 comment)", len(c.PatchSets)))
	}
}

// uploads a patch set; old votes get lost, unless more says that they were copied.
func uploads(by, kind, more string) func(*sketch) {
	return func(c *sketch) {
		if !strings.Contains(more, "Copied") {
			c.votes = nil
		}
		c.PatchSets = append(c.PatchSets, PatchSet{Number: len(c.PatchSets) + 1, Kind: kind, Uploader: account(by), Created: c.now(), Message: "S\n\nBug: T1\n"})
		c.message(by, "newPatchSet", fmt.Sprintf("Uploaded patch set %d.%s", len(c.PatchSets), more))
	}
}

// relinks uploads a patch set that names another task.
func relinks(c *sketch) {
	uploads("vol1", "NO_CODE_CHANGE", "\n\nOutdated Votes:\n* Verified-1 (copy condition: \"none\")")(c)
	c.PatchSets[len(c.PatchSets)-1].Message = "S\n\nBug: T2\n"
}

func adds(by, who string) func(*sketch) {
	return func(c *sketch) {
		c.Reviewers = append(c.Reviewers, ReviewerUpdate{Date: c.now(), By: account(by), Who: account(who), State: "REVIEWER"})
	}
}

func presses(tag, text string) func(*sketch) {
	return func(c *sketch) {
		c.message("vol1", tag, text)
		switch tag {
		case "abandon":
			c.Status = StatusAbandoned
		case "restore":
			c.Status = StatusNew
		case "setWorkInProgress":
			c.WorkInProgress = true
		case "setReadyForReview":
			c.WorkInProgress = false
		}
	}
}

func merges(c *sketch) {
	c.Submitted, c.Status = c.now(), StatusMerged
	c.message("alice", "merged", "Change has been successfully merged")
}

func tags(by, what string) func(*sketch) {
	return func(c *sketch) {
		c.Hashtags = nil
		if what == "added" {
			c.Hashtags = []string{"second-review"}
		}
		c.message(by, "setHashtag", "Hashtag "+what+": second-review")
	}
}

func comesInto(ref string) func(*sketch) {
	return func(c *sketch) { c.Refs = append(c.Refs, Ref{Name: ref, Since: c.now()}) }
}

// atOnce dates the last message as the one before it.
func atOnce(c *sketch) {
	n := len(c.Messages)
	c.Messages[n-1].Date = c.Messages[n-2].Date
}

// removes takes a reviewer off.
func removes(by, who string) func(*sketch) {
	return func(c *sketch) {
		c.Reviewers = append(c.Reviewers, ReviewerUpdate{Date: c.now(), By: account(by), Who: account(who), State: "REMOVED"})
	}
}

// asks is a message of ours.
func asks(tag string, line func(AskKey) string, who string) func(*sketch) {
	return func(c *sketch) {
		c.message("reviewsync", "", "Please.\n\n"+line(AskKey{Change: c.Key, Why: AskFew, Votes: 1, Who: who}))
		c.Messages[len(c.Messages)-1].Tag = tag
	}
}

// turns puts somebody on turn, or takes them off.
func turns(who string, on bool) func(*sketch) {
	return func(c *sketch) {
		if on {
			c.OnTurn = append(c.OnTurn, Turn{Who: account(who), Date: c.now()})
		} else {
			c.OffTurn = append(c.OffTurn, Turn{Who: account(who), Date: c.now()})
		}
	}
}

// example is a change, and all that is known of its state.
type example struct {
	Name     string  `json:"name"`
	Why      Why     `json:"why"`
	Standing []Stand `json:"standing,omitempty"`
	Again    Act     `json:"again,omitzero"`
	Acts     []Act   `json:"acts"`
}

const (
	abandons = "Abandoned"
	dropped  = "\n\nOutdated Votes:\n* Code-Review-1 (copy condition: \"none\")"
)

func goldenPolicy() *Policy {
	return &Policy{
		Team: []string{"alice", "bob", "carol"}, Requests: Requests{Hashtag: "second-review"},
		Review:   Voting{Required: 1, Labels: map[string]Voters{"Code-Review": ByPeople}, ThreadObjections: true},
		Deployed: []Deployment{{Refs: []string{"refs/heads/wmf/*", "refs/tags/v*"}}},
	}
}

// goldens are changes in every state, for every reason.
func goldens() []example {
	var list []example
	see := func(name string, change func(p *Policy), do ...func(*sketch)) {
		p := goldenPolicy()
		change(p)
		v := See(p, Reader{Footers: []string{"Bug"}, Self: "reviewsync", CICommands: ciCommands}.Read(sketched(do...)), 0)
		list = append(list, example{name, v.Why(v.Newest()), v.Standing(), v.Again(), v.Acts()})
	}
	plain := func(*Policy) {}
	see("new", plain)
	see("new code", plain, uploads("vol1", rework, ""))
	see("made ready", plain, presses("setWorkInProgress", "Set Work In Progress"), presses("setReadyForReview", "Set Ready For Review"))
	see("a draft", plain, presses("setWorkInProgress", "Set Work In Progress"))
	see("the owner's own", plain, votes("vol1", -1))
	see("a -1", plain, votes("alice", -1))
	see("a -1, and a word", plain, votes("alice", -1), says("alice", "Indeed."))
	see("a -1 answered", plain, votes("alice", -1), says("vol1", "It is meant so."))
	see("a -1 answered by new code", plain, votes("alice", -1), uploads("vol1", rework, dropped))
	see("a -1 dropped", plain, votes("alice", -1), uploads("vol1", "NO_CODE_CHANGE", dropped))
	see("a -1 withdrawn", plain, votes("alice", -1), withdraws("alice"))
	see("a -1 of two, one a bot", func(p *Policy) { p.Review.Labels["Verified"] = ByBots }, votesOn("Verified", "ci-bot", -1), votesOn("Verified", "bob", 1))
	see("a -2 answered", plain, votes("vol2", -2), says("vol1", "It is meant so."), votes("bob", 2))
	see("a thread", plain, comments("alice", "a", true))
	see("a thread, and a word", plain, comments("alice", "a", true), says("alice", "Indeed."))
	see("a thread, answered elsewhere", plain, comments("alice", "a", true), says("vol1", "Yes."))
	see("a thread answered", plain, comments("alice", "a", true), comments("vol1", "a", true))
	see("a thread ended by another", plain, comments("alice", "a", true), comments("bob", "a", false))
	see("threads that are none", plain, comments("vol1", "a", true), comments("vol2", "b", true), comments("bob", "c", true), votes("bob", 1), adds("bob", "alice"))
	see("threads that are none by the rules", func(p *Policy) { p.Review.ThreadObjections = false }, comments("alice", "a", true))
	see("abandoned", plain, presses("abandon", abandons))
	see("restored", plain, presses("abandon", abandons), presses("restore", "Restored"))
	see("a hashtag", plain, votes("alice", 1), tags("bob", "added"))
	see("a hashtag taken off", plain, tags("bob", "added"), tags("bob", "removed"))
	see("a hashtag and a vote taken back at once", plain, tags("bob", "added"), votes("alice", 1), votes("bob", 1), withdraws("alice"), tags("bob", "removed"), atOnce, withdraws("bob"), atOnce)
	see("reviewed", plain, votes("alice", 1))
	see("reviewed, with others asked", plain, adds("alice", "bob"), votes("bob", 1), votes("alice", 1))
	see("reviewed by nobody", func(p *Policy) { p.Review.Required = 0 })
	see("a review is waited for", plain, votes("alice", 1), adds("alice", "bob"))
	see("votes that do not count", func(p *Policy) { p.Review.Labels["Verified"] = ByPeople }, votes("vol2", 1), votes("vol1", 1), votesOn("Verified", "bob", 1), votes("ci-bot", 1))
	see("one on another label", func(p *Policy) { p.Review.Labels["Verified"] = ByPeople }, votesOn("Verified", "bob", 1))
	see("one of the owner", plain, votes("vol1", 1))
	see("a vote lost", plain, votes("alice", 1), uploads("vol1", rework, "\n\nOutdated Votes:\n* Code-Review+1 (copy condition: \"none\")"))
	see("no label that counts", func(p *Policy) { p.Review.Labels = map[string]Voters{"QA": ByPeople} })
	see("approved", plain, votes("bob", 2))
	see("merged", plain, merges)
	see("merged, soon deployed", func(p *Policy) { p.Deployed[0].After = 2 * time.Hour }, merges, comesInto("refs/heads/wmf/1.45"))
	see("merged, never deployed", func(p *Policy) { p.Deployed = nil }, merges)
	see("deployed", plain, merges, comesInto("refs/heads/wmf/1.45"))
	see("deployed by the merge", func(p *Policy) { p.Deployed = []Deployment{{}} }, merges)
	see("two replies lead elsewhere", plain, votes("alice", 2), comments("bob", "a", true))
	return append(list, goldenReverted(), goldenObjection())
}

func goldenReverted() example {
	read := func(c Change) *History { return Reader{Footers: []string{"Bug"}}.Read(c) }
	revert := sketched(merges)
	revert.Number, revert.RevertOf, revert.Owner, revert.Inherited = 102, 101, account("bob"), []int{1}
	revert.Submitted = revert.Submitted.Add(time.Hour)
	r := NewReplay(goldenPolicy(), 1, []*History{read(sketched(merges)), read(revert)}, 0)
	for range r.Steps() { // to the end
	}
	r.Live()
	v := r.Views[0]
	return example{"reverted", v.Why(nil), v.Standing(), v.Again(), v.Acts()}
}

// goldenObjection is one that no vote and no thread shows: a vote that Gerrit dropped without new code.
func goldenObjection() example {
	return example{Name: "an objection of another kind", Why: Why{Change: Key{Project: "mediawiki/core", Number: 101}, Owner: "vol1", State: NeedsWork, Code: WhyObjects, By: "alice"}}
}

// TestGoldenWhy: the JSON of what is known of a state stays as it is.
func TestGoldenWhy(t *testing.T) {
	list := goldens()
	back := golden.JSON(t, filepath.Join("testdata", "why.json"), list)
	for _, g := range list {
		if g.Why.Code == "" {
			t.Errorf("%s: nothing is known of why it is %s", g.Name, g.Why.State)
		}
	}
	for i := range list {
		if back[i].Why != list[i].Why || !slices.Equal(back[i].Standing, list[i].Standing) || !slices.Equal(back[i].Acts, list[i].Acts) || back[i].Again != list[i].Again {
			t.Errorf("%s: JSON tells less:\n%s", list[i].Name, cmp.Diff(list[i], back[i]))
		}
	}
}

// TestAllIsGolden: every code has a change that shows it.
func TestAllIsGolden(t *testing.T) {
	var text string
	for _, name := range []string{"why.json", "timeline.json"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		text += string(b)
	}
	all := map[string]string{}
	for _, c := range golden.Constants(t, "why.go", "standing.go", "acts.go") {
		all[c.Name] = c.Value
	}
	for _, kind := range kindNames[1:] {
		all["the kind of fact "+kind] = kind
	}
	for _, state := range States() {
		all["the review state "+string(state)] = string(state)
	}
	for name, value := range all {
		if !strings.Contains(text, `"`+value+`"`) {
			t.Errorf("no change is there for %s", name)
		}
	}
}

// TestGoldenTimeline: the JSON of a time line stays as it is.
func TestGoldenTimeline(t *testing.T) {
	p := goldenPolicy()
	reader := Reader{Footers: []string{"Bug"}, Self: "reviewsync", CICommands: ciCommands, Lines: []*regexp.Regexp{regexp.MustCompile("^second review please")}}
	h := reader.Read(sketched(
		votes("alice", -1), votesOn("Verified", "ci-bot", -1), says("vol1", "recheck"), says("vol1", "It is meant so."), comments("alice", "a", true), comments("vol1", "a", false),
		uploads("vol2", rework, "\n\nCopied Votes:\n* Code-Review-2 (copy condition: \"x\")"+dropped), uploads("vol1", "TRIVIAL_REBASE", ""), votes("alice", 1), adds("alice", "bob"), turns("bob", true), says("vol1", "second review please"), turns("carol", false),
		adds("reviewsync", "carol"), asks(askTag, AskKey.Line, "carol"), asks(remindTag, AskKey.ReminderLine, "carol"), removes("alice", "carol"), relinks,
		tags("carol", "added"), withdraws("alice"), presses("setWorkInProgress", "Set Work In Progress"), presses("setReadyForReview", "Set Ready For Review"),
		presses("abandon", abandons), presses("restore", "Restored"), tags("carol", "removed"), votes("bob", 2), merges, comesInto("refs/heads/wmf/1.45"),
	))
	line := NewTimeline(p, h, at(9, 0))
	back := golden.JSON(t, filepath.Join("testdata", "timeline.json"), line)
	if phase := line.AsOf(at(10, 30)).Phase(); phase.State != NeedsWork || !phase.Since.Equal(at(10, 0)) {
		t.Errorf("as of 10:30: %+v", phase)
	}
	if line.AsOf(at(8, 0)).Phase() != (Phase{}) || h.AsOf(at(8, 0)) != nil {
		t.Error("it was there before it was made")
	}
	if diff := cmp.Diff(line, back); diff != "" {
		t.Errorf("JSON tells less:\n%s", diff)
	}
}
