package mapping

import (
	"crypto/sha1"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A small Gerrit: it holds changes as the real one tells them, with the texts, tags and
// copied votes of Gerrit 3.10 and 3.13 (default copy conditions).

// account of everybody who takes part in the stories.
func account(name string) Account {
	i := slices.Index(cast, name)
	if i < 0 {
		panic("nobody is called " + name)
	}
	return Account{ID: 1000001 + i, Username: name, Name: strings.ToUpper(name[:1]) + name[1:] + " Example", Service: strings.HasSuffix(name, "-bot") || name == ourselves}
}

var (
	team = []string{"alice", "bob", "carol", "dave", "erin"}
	cast = append(slices.Clone(team), "vol1", "vol2", "vol3", "ci-bot", "build-bot", "walt", ourselves, "frank", "grace", "heidi")
)

// ourselves is our own account.
const ourselves = "reviewsync"

type gerritModel struct {
	changes map[int]*changeModel
	serial  int // for IDs of messages and comments
}

type changeModel struct {
	Change
	host      *gerritModel
	votes     []castVote // all that Gerrit has, on whichever patch set
	reviewers []string
	onTurn    map[string]time.Time
	offTurn   map[string]time.Time
	unmarked  bool   // made ready without a mark
	body      string // of the commit message

	branches []string // besides its own, that have it
	found    []Ref    // those that the service knows of
	seen     bool     // the service has seen it
}

type castVote struct {
	by, label, tag string
	value          int
	patchSet       int
	date           time.Time
}

func newGerrit() *gerritModel { return &gerritModel{changes: map[int]*changeModel{}} }

func (g *gerritModel) id() string {
	g.serial++
	return fmt.Sprintf("%08x", g.serial*2654435761%(1<<32))
}

func (g *gerritModel) push(now time.Time, number int, owner, repository string, tasks []int, wip bool) *changeModel {
	return g.pushWith("", now, number, owner, repository, tasks, wip)
}

// pushWith pushes a change whose commit message has this body.
func (g *gerritModel) pushWith(body string, now time.Time, number int, owner, repository string, tasks []int, wip bool) *changeModel {
	c := &changeModel{host: g, body: body, onTurn: map[string]time.Time{}, offTurn: map[string]time.Time{}, Change: Change{
		Key: Key{Project: repository, Number: number}, Branch: "master", ChangeID: fmt.Sprintf("I%040d", number), Status: StatusNew, Owner: account(owner), Created: now, WorkInProgress: wip,
	}}
	g.changes[number] = c
	c.upload(now, owner, "REWORK", tasks, nil)
	return c
}

// shaOf is the commit of a patch set.
func shaOf(number, patchSet int) string {
	return fmt.Sprintf("%x", sha1.Sum(fmt.Appendf(nil, "%d/%d", number, patchSet)))
}

func (c *changeModel) current() int { return len(c.PatchSets) }

func (c *changeModel) say(now time.Time, by, tag string, patchSet int, text string) string {
	m := Message{ID: c.host.id(), Place: len(c.Messages) + 1, Date: now, Tag: tag, PatchSet: patchSet, Text: text}
	if by != "" {
		m.By = account(by)
	}
	c.Messages = append(c.Messages, m)
	return m.ID
}

// upload adds a patch set of some kind, with votes given by push option.
func (c *changeModel) upload(now time.Time, by, kind string, tasks []int, given map[string]int) {
	number := c.current() + 1
	var message strings.Builder
	fmt.Fprintf(&message, "Change %d\n\n%s", c.Number, c.body)
	for _, t := range tasks {
		fmt.Fprintf(&message, "Bug: T%d\n", t)
	}
	fmt.Fprintf(&message, "Change-Id: I%040x\n", c.Number)
	c.PatchSets = append(c.PatchSets, PatchSet{Number: number, Kind: kind, Uploader: account(by), Created: now, Message: message.String(), SHA: shaOf(c.Number, number)})

	text := fmt.Sprintf("Uploaded patch set %d", number)
	for label, value := range given {
		text += fmt.Sprintf(": %s%+d", label, value)
	}
	switch kind {
	case "TRIVIAL_REBASE":
		text += fmt.Sprintf(": Patch Set %d was rebased.", number-1)
	case "NO_CODE_CHANGE":
		text += ": Commit message was updated."
	default:
		text += "."
	}
	text += c.copyVotes(now, kind)
	tag := gerritTag + "newPatchSet"
	if c.WorkInProgress {
		tag = gerritTag + "newWipPatchSet"
	}
	for label, value := range given {
		c.setVote(castVote{by: by, label: label, tag: tag, value: value, patchSet: number, date: now})
	}
	c.say(now, by, tag, number, text)
}

func copies(v castVote, kind string) bool {
	if kind == "NO_CHANGE" {
		return true
	}
	if v.label == "Verified" {
		return kind == "NO_CODE_CHANGE"
	}
	return kind == "TRIVIAL_REBASE" || v.value == -2
}

// copyVotes carries the votes over to the newest patch set and tells what became of them.
func (c *changeModel) copyVotes(now time.Time, kind string) string {
	var copied, outdated []string
	for _, v := range slices.Clone(c.votes) {
		if v.patchSet != c.current()-1 {
			continue
		}
		name := fmt.Sprintf("%s%+d", v.label, v.value)
		if copies(v, kind) {
			v.patchSet, v.date = c.current(), now
			c.setVote(v)
			copied = append(copied, name)
		} else {
			outdated = append(outdated, name)
			c.turn(now, v.by)
		}
	}
	text := ""
	for _, block := range []struct {
		title string
		names []string
	}{{"Copied", copied}, {"Outdated", outdated}} {
		if len(block.names) > 0 {
			slices.Sort(block.names)
			text += fmt.Sprintf("\n\n%s Votes:\n* %s (copy condition: \"changekind:NO_CHANGE OR changekind:TRIVIAL_REBASE OR is:MIN\")\n", block.title, strings.Join(slices.Compact(block.names), ", "))
		}
	}
	return text
}

func (c *changeModel) setVote(v castVote) {
	c.votes = slices.DeleteFunc(c.votes, func(w castVote) bool { return w.by == v.by && w.label == v.label && w.patchSet == v.patchSet })
	if v.value != 0 {
		c.votes = append(c.votes, v)
	}
}

// review is what "Reply" sends: a vote (label "" for none) and a text, or one of them.
func (c *changeModel) review(now time.Time, by, tag string, patchSet int, label string, value int, text string) {
	head := fmt.Sprintf("Patch Set %d:", patchSet)
	if label != "" {
		c.setVote(castVote{by: by, label: label, tag: tag, value: value, patchSet: patchSet, date: now})
		if value == 0 {
			head += " -" + label
		} else {
			head += fmt.Sprintf(" %s%+d", label, value)
		}
		if patchSet == c.current()-1 && copies(castVote{label: label, value: value}, c.PatchSets[patchSet].Kind) {
			c.setVote(castVote{by: by, label: label, tag: tag, value: value, patchSet: patchSet + 1, date: now})
			head += fmt.Sprintf("\n\nCopied votes on follow-up patch sets have been updated:\n* %s%+d has been copied to patch set %d (copy condition: \"is:MIN\").", label, value, patchSet+1)
		}
		c.reviewer(now, by, by)
	}
	if text != "" {
		text = "\n\n" + text
	}
	c.say(now, by, tag, patchSet, head+text)
	c.replied(now, by)
}

// comment speaks in a thread, or begins one if it is nil.
func (c *changeModel) comment(now time.Time, by string, reply *Comment, unresolved bool, text string) {
	id := c.say(now, by, "", c.current(), fmt.Sprintf("Patch Set %d:\n\n(1 comment)", c.current()))
	k := Comment{ID: c.host.id(), By: account(by), Date: now, PatchSet: c.current(), Unresolved: unresolved, Message: id, Text: text}
	if reply != nil {
		k.InReplyTo, k.PatchSet = reply.ID, reply.PatchSet
		if reply.By.Username != by {
			c.turn(now, reply.By.Username)
		}
	}
	c.Comments = append(c.Comments, k)
	c.replied(now, by)
}

// lastComment is the last one of the newest thread that somebody began.
func (c *changeModel) lastComment(by string) *Comment {
	var root, last *Comment
	for i := range c.Comments {
		if k := &c.Comments[i]; k.InReplyTo == "" && k.By.Username == by {
			root = k
		}
	}
	for last = root; last != nil; {
		i := slices.IndexFunc(c.Comments, func(k Comment) bool { return k.InReplyTo == last.ID })
		if i < 0 {
			break
		}
		last = &c.Comments[i]
	}
	return last
}

func (c *changeModel) unvote(now time.Time, by, who string) {
	for _, v := range slices.Clone(c.votes) {
		if v.by == who && v.patchSet == c.current() {
			v.value = 0
			name := fmt.Sprintf("%s%+d", v.label, c.value(who, v.label))
			c.setVote(v)
			c.say(now, by, gerritTag+"deleteVote", c.current(), fmt.Sprintf("Removed %s by <GERRIT_ACCOUNT_%d>\n", name, account(who).ID))
		}
	}
}

func (c *changeModel) value(who, label string) int {
	for _, v := range c.votes {
		if v.by == who && v.label == label && v.patchSet == c.current() {
			return v.value
		}
	}
	return 0
}

func (c *changeModel) setWIP(now time.Time, by string, wip, mark bool) {
	c.WorkInProgress = wip
	switch {
	case wip:
		c.say(now, by, gerritTag+"setWorkInProgress", c.current(), "Set Work In Progress")
		c.nobodysTurn(now)
	case mark:
		c.say(now, by, gerritTag+"setReadyForReview", c.current(), "Set Ready For Review")
	default:
		c.say(now, by, "", c.current(), fmt.Sprintf("Patch Set %d:\n\nThis change is ready for review.", c.current()))
	}
	if !wip {
		for _, who := range c.reviewers {
			c.turn(now, who)
		}
	}
}

// startReview is "Start review", with a word or without one.
func (c *changeModel) startReview(now time.Time, by, text string) {
	c.setWIP(now, by, false, false)
	if text != "" {
		c.unmarked = true
		c.Messages[len(c.Messages)-1].Text = fmt.Sprintf("Patch Set %d:\n\n%s", c.current(), text)
	}
}

func (c *changeModel) close(now time.Time, by string, status Status) {
	c.Status = status
	c.nobodysTurn(now)
	if status == StatusMerged {
		c.Submitted = now
		c.say(now, by, gerritTag+"merged", c.current(), "Change has been successfully merged")
		return
	}
	c.say(now, by, gerritTag+"abandon", c.current(), "Abandoned")
}

func (c *changeModel) restore(now time.Time, by string) {
	c.Status = StatusNew
	c.say(now, by, gerritTag+"restore", c.current(), "Restored")
}

func (c *changeModel) reviewer(now time.Time, by, who string) {
	if slices.Contains(c.reviewers, who) || who == c.Owner.Username {
		return
	}
	c.reviewers = append(c.reviewers, who)
	c.Reviewers = append(c.Reviewers, ReviewerUpdate{Date: now, By: account(by), Who: account(who), State: "REVIEWER"})
	if by != who {
		c.turn(now, who)
	}
}

func (c *changeModel) removeReviewer(now time.Time, by, who string) {
	c.reviewers = slices.DeleteFunc(c.reviewers, func(r string) bool { return r == who })
	c.Reviewers = append(c.Reviewers, ReviewerUpdate{Date: now, By: account(by), Who: account(who), State: "REMOVED"})
	c.say(now, by, gerritTag+"deleteReviewer", c.current(), fmt.Sprintf("Removed reviewer <GERRIT_ACCOUNT_%d>.", account(who).ID))
	c.unturn(now, who)
}

func (c *changeModel) turn(now time.Time, who string) {
	if _, on := c.onTurn[who]; on || c.WorkInProgress || account(who).Service {
		return
	}
	c.onTurn[who] = now
	delete(c.offTurn, who)
}

func (c *changeModel) unturn(now time.Time, who string) {
	if _, on := c.onTurn[who]; on {
		delete(c.onTurn, who)
		c.offTurn[who] = now
	}
}

func (c *changeModel) nobodysTurn(now time.Time) {
	for _, who := range slices.Sorted(maps.Keys(c.onTurn)) {
		c.unturn(now, who)
	}
}

func (c *changeModel) replied(now time.Time, by string) {
	c.unturn(now, by)
	if by != c.Owner.Username && !account(by).Service {
		c.turn(now, c.Owner.Username)
	}
}

func turns(since map[string]time.Time) []Turn {
	var list []Turn
	for _, who := range slices.Sorted(maps.Keys(since)) {
		list = append(list, Turn{Who: account(who), Date: since[who]})
	}
	return list
}

// get is what GET change and GET comments tell.
func (c *changeModel) get() Change {
	got := c.Change
	got.Labels = []Label{{Name: "Code-Review", Min: -2, Max: 2}, {Name: "QA", Min: -1, Max: 1}, {Name: "Verified", Min: -1, Max: 2}}
	for _, v := range c.votes {
		if v.patchSet != c.current() {
			continue
		}
		for i := range got.Labels {
			if l := &got.Labels[i]; l.Name == v.label {
				l.Votes = append(l.Votes, Vote{By: account(v.by), Value: v.value, Date: v.date, Tag: v.tag})
			}
		}
	}
	got.Refs = c.refs()
	got.OnTurn, got.OffTurn = turns(c.onTurn), turns(c.offTurn)
	return got
}

// tasks are those that the current commit message names.
func (c *changeModel) tasks() []int {
	return Links{Footers: []string{"Bug"}}.Tasks(c.PatchSets[c.current()-1].Message)
}
