package reviewtest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"reviewsync/mapping/review"
)

// Change is one change, and what Gerrit knows of it besides.
type Change struct {
	review.Change
	host      *Gerrit
	Votes     []CastVote // all that Gerrit has, on whichever patch set
	Reviewing []string
	onTurn    map[string]time.Time
	offTurn   map[string]time.Time
	Unmarked  bool   // made ready without a mark
	Body      string // of the commit message

	Branches []string     // besides its own, that have it
	Found    []review.Ref // those that the service knows of
	seen     bool         // the service has seen it
}

// CastVote is a vote on one patch set.
type CastVote struct {
	By, Label, Tag string
	Value          int
	PatchSet       int
	Date           time.Time
}

// Current is the number of the current patch set.
func (c *Change) Current() int { return len(c.PatchSets) }

// Say adds a message, and returns its ID. Nobody's has an empty by.
func (c *Change) Say(now time.Time, by, tag string, patchSet int, text string) string {
	m := review.Message{ID: c.host.id(), Place: len(c.Messages) + 1, Date: now, Tag: tag, PatchSet: patchSet, Text: text}
	if by != "" {
		m.By = Account(by)
	}
	c.Messages = append(c.Messages, m)
	return m.ID
}

// Upload adds a patch set of some kind, with votes given by push option.
func (c *Change) Upload(now time.Time, by, kind string, tasks []int, given map[string]int) {
	number := c.Current() + 1
	var message strings.Builder
	fmt.Fprintf(&message, "Change %d\n\n%s", c.Number, c.Body)
	for _, t := range tasks {
		fmt.Fprintf(&message, "Bug: T%d\n", t)
	}
	fmt.Fprintf(&message, "Change-Id: I%040x\n", c.Number)
	c.PatchSets = append(c.PatchSets, review.PatchSet{Number: number, Kind: kind, Uploader: Account(by), Created: now, Message: message.String(), SHA: shaOf(c.Number, number)})

	var text strings.Builder
	fmt.Fprintf(&text, "Uploaded patch set %d", number)
	for label, value := range given {
		fmt.Fprintf(&text, ": %s%+d", label, value)
	}
	switch kind {
	case "TRIVIAL_REBASE":
		fmt.Fprintf(&text, ": Patch Set %d was rebased.", number-1)
	case "NO_CODE_CHANGE":
		text.WriteString(": Commit message was updated.")
	default:
		text.WriteString(".")
	}
	text.WriteString(c.copyVotes(now, kind))
	tag := GerritTag + "newPatchSet"
	if c.WorkInProgress {
		tag = GerritTag + "newWipPatchSet"
	}
	for label, value := range given {
		c.SetVote(CastVote{By: by, Label: label, Tag: tag, Value: value, PatchSet: number, Date: now})
	}
	c.Say(now, by, tag, number, text.String())
}

func copies(v CastVote, kind string) bool {
	if kind == "NO_CHANGE" {
		return true
	}
	if v.Label == "Verified" {
		return kind == "NO_CODE_CHANGE"
	}
	return kind == "TRIVIAL_REBASE" || v.Value == -2
}

// copyVotes carries the votes over to the newest patch set and says what became of them.
func (c *Change) copyVotes(now time.Time, kind string) string {
	var copied, outdated []string
	for _, v := range slices.Clone(c.Votes) {
		if v.PatchSet != c.Current()-1 {
			continue
		}
		name := fmt.Sprintf("%s%+d", v.Label, v.Value)
		if copies(v, kind) {
			v.PatchSet, v.Date = c.Current(), now
			c.SetVote(v)
			copied = append(copied, name)
		} else {
			outdated = append(outdated, name)
			c.Turn(now, v.By)
		}
	}
	var text strings.Builder
	for _, block := range []struct {
		title string
		names []string
	}{{"Copied", copied}, {"Outdated", outdated}} {
		if len(block.names) > 0 {
			slices.Sort(block.names)
			fmt.Fprintf(&text, "\n\n%s Votes:\n* %s (copy condition: \"changekind:NO_CHANGE OR changekind:TRIVIAL_REBASE OR is:MIN\")\n", block.title, strings.Join(slices.Compact(block.names), ", "))
		}
	}
	return text.String()
}

// SetVote makes a vote the one of somebody on a label and patch set; 0 takes it away.
func (c *Change) SetVote(v CastVote) {
	c.Votes = slices.DeleteFunc(c.Votes, func(w CastVote) bool { return w.By == v.By && w.Label == v.Label && w.PatchSet == v.PatchSet })
	if v.Value != 0 {
		c.Votes = append(c.Votes, v)
	}
}

// Review is what "Reply" sends: a vote (label "" for none) and a text, or one of them.
func (c *Change) Review(now time.Time, by, tag string, patchSet int, label string, value int, text string) {
	head := fmt.Sprintf("Patch Set %d:", patchSet)
	if label != "" {
		c.SetVote(CastVote{By: by, Label: label, Tag: tag, Value: value, PatchSet: patchSet, Date: now})
		if value == 0 {
			head += " -" + label
		} else {
			head += fmt.Sprintf(" %s%+d", label, value)
		}
		if patchSet == c.Current()-1 && copies(CastVote{Label: label, Value: value}, c.PatchSets[patchSet].Kind) {
			c.SetVote(CastVote{By: by, Label: label, Tag: tag, Value: value, PatchSet: patchSet + 1, Date: now})
			head += fmt.Sprintf("\n\nCopied votes on follow-up patch sets have been updated:\n* %s%+d has been copied to patch set %d (copy condition: \"is:MIN\").", label, value, patchSet+1)
		}
		c.AddReviewer(now, by, by)
	}
	if text != "" {
		text = "\n\n" + text
	}
	c.Say(now, by, tag, patchSet, head+text)
	c.replied(now, by)
}

// Comment speaks in a thread, or begins one if it is nil.
func (c *Change) Comment(now time.Time, by string, reply *review.Comment, unresolved bool, text string) {
	id := c.Say(now, by, "", c.Current(), fmt.Sprintf("Patch Set %d:\n\n(1 comment)", c.Current()))
	k := review.Comment{ID: c.host.id(), By: Account(by), Date: now, PatchSet: c.Current(), Unresolved: unresolved, Message: id, Text: text}
	if reply != nil {
		k.InReplyTo, k.PatchSet = reply.ID, reply.PatchSet
		if reply.By.Username != by {
			c.Turn(now, reply.By.Username)
		}
	}
	c.Comments = append(c.Comments, k)
	c.replied(now, by)
}

// LastComment is the last one of the newest thread that somebody began.
func (c *Change) LastComment(by string) *review.Comment {
	var root, last *review.Comment
	for i := range c.Comments {
		if k := &c.Comments[i]; k.InReplyTo == "" && k.By.Username == by {
			root = k
		}
	}
	for last = root; last != nil; {
		i := slices.IndexFunc(c.Comments, func(k review.Comment) bool { return k.InReplyTo == last.ID })
		if i < 0 {
			break
		}
		last = &c.Comments[i]
	}
	return last
}

// Unvote takes away the votes of somebody on the current patch set.
func (c *Change) Unvote(now time.Time, by, who string) {
	for _, v := range slices.Clone(c.Votes) {
		if v.By == who && v.PatchSet == c.Current() {
			v.Value = 0
			name := fmt.Sprintf("%s%+d", v.Label, c.Value(who, v.Label))
			c.SetVote(v)
			c.Say(now, by, GerritTag+"deleteVote", c.Current(), fmt.Sprintf("Removed %s by <GERRIT_ACCOUNT_%d>\n", name, Account(who).ID))
		}
	}
}

// Value is how somebody votes on the current patch set.
func (c *Change) Value(who, label string) int {
	for _, v := range c.Votes {
		if v.By == who && v.Label == label && v.PatchSet == c.Current() {
			return v.Value
		}
	}
	return 0
}

// SetWIP makes the change work in progress, or ready, which "Start review" leaves no mark of.
func (c *Change) SetWIP(now time.Time, by string, wip, mark bool) {
	c.WorkInProgress = wip
	switch {
	case wip:
		c.Say(now, by, GerritTag+"setWorkInProgress", c.Current(), "Set Work In Progress")
		c.nobodysTurn(now)
	case mark:
		c.Say(now, by, GerritTag+"setReadyForReview", c.Current(), "Set Ready For Review")
	default:
		c.Say(now, by, "", c.Current(), fmt.Sprintf("Patch Set %d:\n\nThis change is ready for review.", c.Current()))
	}
	if !wip {
		for _, who := range c.Reviewing {
			c.Turn(now, who)
		}
	}
}

// StartReview is "Start review", with a word or without one.
func (c *Change) StartReview(now time.Time, by, text string) {
	c.SetWIP(now, by, false, false)
	if text != "" {
		c.Unmarked = true
		c.Messages[len(c.Messages)-1].Text = fmt.Sprintf("Patch Set %d:\n\n%s", c.Current(), text)
	}
}

// Close merges or abandons the change.
func (c *Change) Close(now time.Time, by string, status review.Status) {
	c.Status = status
	c.nobodysTurn(now)
	if status == review.StatusMerged {
		c.Submitted = now
		c.Say(now, by, GerritTag+"merged", c.Current(), "Change has been successfully merged")
		return
	}
	c.Say(now, by, GerritTag+"abandon", c.Current(), "Abandoned")
}

// Restore takes back that it was abandoned.
func (c *Change) Restore(now time.Time, by string) {
	c.Status = review.StatusNew
	c.Say(now, by, GerritTag+"restore", c.Current(), "Restored")
}

// AddReviewer makes somebody a reviewer.
func (c *Change) AddReviewer(now time.Time, by, who string) {
	if slices.Contains(c.Reviewing, who) || who == c.Owner.Username {
		return
	}
	c.Reviewing = append(c.Reviewing, who)
	c.Reviewers = append(c.Reviewers, review.ReviewerUpdate{Date: now, By: Account(by), Who: Account(who), State: "REVIEWER"})
	if by != who {
		c.Turn(now, who)
	}
}

// RemoveReviewer takes a reviewer off.
func (c *Change) RemoveReviewer(now time.Time, by, who string) {
	c.Reviewing = slices.DeleteFunc(c.Reviewing, func(r string) bool { return r == who })
	c.Reviewers = append(c.Reviewers, review.ReviewerUpdate{Date: now, By: Account(by), Who: Account(who), State: "REMOVED"})
	c.Say(now, by, GerritTag+"deleteReviewer", c.Current(), fmt.Sprintf("Removed reviewer <GERRIT_ACCOUNT_%d>.", Account(who).ID))
	c.Unturn(now, who)
}

// Turn puts somebody into the attention set.
func (c *Change) Turn(now time.Time, who string) {
	if _, on := c.onTurn[who]; on || c.WorkInProgress || Account(who).Service {
		return
	}
	c.onTurn[who] = now
	delete(c.offTurn, who)
}

// Unturn takes somebody out of the attention set.
func (c *Change) Unturn(now time.Time, who string) {
	if _, on := c.onTurn[who]; on {
		delete(c.onTurn, who)
		c.offTurn[who] = now
	}
}

func (c *Change) nobodysTurn(now time.Time) {
	for _, who := range slices.Sorted(maps.Keys(c.onTurn)) {
		c.Unturn(now, who)
	}
}

func (c *Change) replied(now time.Time, by string) {
	c.Unturn(now, by)
	if by != c.Owner.Username && !Account(by).Service {
		c.Turn(now, c.Owner.Username)
	}
}

// Hashtag gives a change a hashtag, or takes it away.
func (c *Change) Hashtag(now time.Time, by, name string, on bool) {
	what := "removed"
	c.Hashtags = slices.DeleteFunc(slices.Clone(c.Hashtags), func(h string) bool { return h == name })
	if on {
		what, c.Hashtags = "added", append(c.Hashtags, name)
	}
	c.Say(now, by, GerritTag+"setHashtag", c.Current(), "Hashtag "+what+": "+name)
}

// Ask is what one write of ours does: it adds the reviewer, whose turn it is then, and says so.
func (c *Change) Ask(now time.Time, who, text string) {
	c.Reviewing = append(c.Reviewing, who)
	c.Reviewers = append(c.Reviewers, review.ReviewerUpdate{Date: now, By: Account(Ourselves), Who: Account(who), State: "REVIEWER"})
	if !slices.ContainsFunc(c.Reviewers, func(u review.ReviewerUpdate) bool { return u.Who.Username == Ourselves }) {
		c.Reviewers = append(c.Reviewers, review.ReviewerUpdate{Date: now, By: Account(Ourselves), Who: Account(Ourselves), State: "CC"})
	}
	c.Turn(now, who)
	c.Say(now, Ourselves, AskTag, c.Current(), fmt.Sprintf("Patch Set %d:\n\n%s", c.Current(), text))
}

// Remind is what a reminder of ours does.
func (c *Change) Remind(now time.Time, who, text string) {
	c.Turn(now, who)
	c.Say(now, Ourselves, RemindTag, c.Current(), fmt.Sprintf("Patch Set %d:\n\n%s", c.Current(), text))
}

func turns(since map[string]time.Time) []review.Turn {
	var list []review.Turn
	for _, who := range slices.Sorted(maps.Keys(since)) {
		list = append(list, review.Turn{Who: Account(who), Date: since[who]})
	}
	return list
}

// Get is what GET change and GET comments tell.
func (c *Change) Get() review.Change {
	got := c.Change
	got.Labels = []review.Label{{Name: "Code-Review", Min: -2, Max: 2}, {Name: "QA", Min: -1, Max: 1}, {Name: "Verified", Min: -1, Max: 2}}
	for _, v := range c.Votes {
		if v.PatchSet != c.Current() {
			continue
		}
		for i := range got.Labels {
			if l := &got.Labels[i]; l.Name == v.Label {
				l.Votes = append(l.Votes, review.Vote{By: Account(v.By), Value: v.Value, Date: v.Date, Tag: v.Tag})
			}
		}
	}
	got.Refs = c.refs()
	got.OnTurn, got.OffTurn = turns(c.onTurn), turns(c.offTurn)
	return got
}

// Tasks are those that the current commit message names.
func (c *Change) Tasks() []int {
	return review.Links{Footers: []string{"Bug"}}.Tasks(nil, c.PatchSets[c.Current()-1].Message)
}

// Copy is a change that differs from now on.
func (c *Change) Copy() *Change {
	change := *c
	change.PatchSets, change.Messages, change.Comments, change.Reviewers = slices.Clip(c.PatchSets), slices.Clip(c.Messages), slices.Clip(c.Comments), slices.Clip(c.Reviewers)
	change.Branches, change.Found = slices.Clip(c.Branches), slices.Clip(c.Found)
	change.Votes, change.Reviewing = slices.Clone(c.Votes), slices.Clone(c.Reviewing)
	change.onTurn, change.offTurn = maps.Clone(c.onTurn), maps.Clone(c.offTurn)
	change.host = &Gerrit{serial: c.host.serial}
	return &change
}

// AuthorSide is the owner and who uploaded new code.
func (c *Change) AuthorSide() []string {
	side := []string{c.Owner.Username}
	for _, p := range c.PatchSets {
		if p.Kind == Rework && !slices.Contains(side, p.Uploader.Username) {
			side = append(side, p.Uploader.Username)
		}
	}
	return side
}

// Shuffled lists in another order what Gerrit lists in any.
func Shuffled(r *rand.Rand, c review.Change) review.Change {
	c.PatchSets, c.Messages, c.Comments = mixed(r, c.PatchSets), mixed(r, c.Messages), mixed(r, c.Comments)
	c.Hashtags = mixed(r, c.Hashtags)
	c.Reviewers, c.OnTurn, c.OffTurn, c.Labels = mixed(r, c.Reviewers), mixed(r, c.OnTurn), mixed(r, c.OffTurn), mixed(r, c.Labels)
	for i := range c.Labels {
		c.Labels[i].Votes = mixed(r, c.Labels[i].Votes)
	}
	return c
}

func mixed[T any](r *rand.Rand, list []T) []T {
	list = slices.Clone(list)
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}
