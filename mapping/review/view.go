package review

import (
	"math"
	"slices"
)

// View is one change as one board sees it, replayed up to some second.
type View struct {
	Change  *History
	policy  *Policy
	Counted bool // the board counts it
	Linked  bool
	State   State

	// The replay.
	Order   int     // among those that are replayed together
	next    int     // the first fact after this second
	News    []*Fact // the facts of this second that count for the board
	Ripened bool    // in this second the wait for the deployment ended
	Began   int64   // when the state became this one, if it was replayed alone
	spoken  int64   // when a fact last spoke for the state, if it was replayed alone
	word    *Fact   // that fact; nil: none did

	status Status
	exists bool
	wip    bool
	since  int64 // of status and wip

	// New code and words of the author side.
	rework     int64 // when the newest patch set with new code came
	reworkPS   int32
	reworkBy   int16
	authorAt   int64 // the author side's newest word
	authorBy   int16
	authorIn   int32 // place of its message; 0 if it is not known
	authorSaid bool  // it spoke in this second
	answers    bool  // and that was an answer to an objection

	// Votes, threads and requests.
	votes    []vote
	threads  []thread
	people   []role
	team     []int16  // those of the team among them
	voters   []Voters // whose votes count, by label; empty: nobody's
	review   int16    // the label Code-Review; nobody if the project has none
	objected bool     // somebody objects, answered or not
	tagged   request  // by hashtag
	written  request  // by a line

	RevertedBy     []*View // the changes that revert this one
	UndoneBy       *View   // the merged one that undid this one last, and still does; nil: none
	IsRevert       bool    // it reverts another change, or is a pick of one that does
	revertsCounted bool    // the board counts what it reverts, so this is news to it, too

	Deployment *Deployment // nil: the board says nothing of its repository
	Ripe       int64       // when it is deployed
	ripeBy     string      // the branch or tag that makes it so; empty: the merge itself
	deployed   bool        // that time has come
}

// thread is a thread of comments.
type thread struct {
	by         int16 // who began it
	unresolved bool
	patchSet   int32
	begun      int64
	after      []int16 // who spoke in it after them
}

// role is what one person is to a change, and what they last said.
type role struct {
	word   int64 // their newest
	wordPS int32
	wordIn int32 // place of its message; unlisted if it is not known

	due   int64 // expected to review since then; 0: not
	askBy int16 // the team member who made them a reviewer, or our account; Nobody: none did
	owes  bool  // and they have not voted or said anything since

	team     bool
	author   bool // owner, or uploaded new code
	positive bool // has a positive vote that stands
	open     bool // began a thread that is not resolved
	waits    bool // and has one where the author side has not replied to them
}

func newView(h *History, p *Policy) *View {
	v := &View{
		Change: h, policy: p, Counted: p.Sees(h), authorBy: Nobody, reworkBy: Nobody,
		people: make([]role, len(h.People)), voters: make([]Voters, len(h.Labels)),
		votes: make([]vote, 0, len(h.People)), threads: make([]thread, len(h.threads)), Deployment: p.deployment(h.Project), Ripe: Never,
		review: int16(slices.IndexFunc(h.Labels, func(l Label) bool { return l.Name == reviewLabel })),
		tagged: request{by: Nobody}, written: request{by: Nobody},
	}
	for i := range h.People {
		who := &h.People[i]
		v.people[i].askBy = Nobody
		if !who.Bot && who.Username != "" && slices.Contains(p.Team, who.Username) {
			v.people[i].team, v.team = true, append(v.team, int16(i))
		}
	}
	for i := range h.Labels {
		v.voters[i] = p.Review.Labels[h.Labels[i].Name]
	}
	for i := range v.threads {
		v.threads[i].by = h.begunBy[i]
	}
	return v
}

// apply applies one fact, and says whether it counts for the board.
func (v *View) apply(f *Fact, task int32) bool {
	switch f.Kind {
	case Created:
		v.exists, v.status, v.since = true, StatusNew, f.At
		if f.By != Nobody {
			v.people[f.By].author = true
		}
	case Uploaded:
		v.newCode(f)
	case Copied, Dropped:
		return v.carried(f)
	case Linked, Unlinked:
		if f.Task != task {
			return false
		}
		v.Linked = f.Kind == Linked
	case ReviewerIn:
		return v.reviewerIn(f)
	case ReviewerOut:
		return v.reviewerOut(f)
	case TurnOn, TurnOff:
		return v.turn(f)
	case Voted:
		return v.voted(f)
	case Unvoted:
		w := vote{by: f.By, label: f.Label, patchSet: f.PatchSet, current: v.isCurrent(f)}
		return v.withdraw(w.replaces)
	case Said, Commented:
		v.said(f)
	case BecameDraft, BecameReady:
		if f.Kind == BecameReady && (!v.wip || f.Value != 0 && v.people[f.By].word != f.At) {
			return false // nothing to end, or the vote was no word
		}
		v.wip, v.since = f.Kind == BecameDraft, f.At
	case WasAbandoned:
		v.status, v.since = StatusAbandoned, f.At
	case WasRestored:
		v.status, v.since = StatusNew, f.At
	case WasSubmitted:
		v.status, v.since = StatusMerged, f.At
		if v.Deployment != nil && len(v.Deployment.Refs) == 0 {
			v.ripens(f.At, "")
		}
	case CameInto:
		v.cameInto(f)
	case HashtagOn, HashtagOff:
		v.hashtag(f)
	case Wrote:
		v.wrote(f)
	case AskPosted, ReminderPosted: // what they did is a fact of its own
		return false
	}
	return true
}

// reviewerIn: a review is expected of a reviewer whom another team member or we added, but not the
// author side or a bot.
func (v *View) reviewerIn(f *Fact) bool {
	if f.By == Nobody || f.By == f.Who || f.Bot {
		return false
	}
	if f.By == v.Change.Self {
		v.weAsked(f)
		return true
	}
	by := &v.people[f.By]
	if !by.team || by.author {
		return false
	}
	v.people[f.Who].ask(f)
	return true
}

func (p *role) ask(f *Fact) { p.askBy, p.owes, p.due = f.By, true, f.At }

func (p *role) askNoMore() { p.askBy, p.owes, p.due = Nobody, false, 0 }

// reviewerOut: no review of a removed reviewer is expected any more, nor a second look at a vote of
// theirs that Gerrit dropped.
func (v *View) reviewerOut(f *Fact) bool {
	p := &v.people[f.Who]
	waited := p.due != 0
	p.askNoMore()
	return v.withdraw(func(w *vote) bool { return w.by == f.Who && !w.current }) || waited
}

// turn: an entry in the attention set dates a review that is expected anyway, and a removal from it
// ends the wait. After that, only a new ask begins another.
func (v *View) turn(f *Fact) bool {
	if f.Who == Nobody || v.people[f.Who].due == 0 {
		return false
	}
	v.people[f.Who].due = 0
	if f.Kind == TurnOn {
		v.people[f.Who].due = f.At
	}
	return true
}

func (v *View) said(f *Fact) {
	if f.Kind == Commented {
		t := &v.threads[f.Index]
		if t.begun == 0 {
			t.begun, t.patchSet = f.At, f.PatchSet
		}
		if t.by == f.By {
			t.after = t.after[:0]
		} else if !slices.Contains(t.after, f.By) {
			t.after = append(t.after, f.By)
		}
		if !f.Unresolved || t.by == f.By || v.people[f.By].author { // a third person may close it only
			t.unresolved = f.Unresolved
		}
		v.readThreads(t.by)
	}
	v.spoke(f)
	if v.people[f.By].author {
		if f.At > v.authorAt {
			v.authorIn = 0
		}
		v.authorAt, v.authorBy, v.authorIn, v.authorSaid = f.At, f.By, max(v.authorIn, f.Place), true
	}
}

func (v *View) spoke(f *Fact) {
	p := &v.people[f.By]
	place := f.Place
	if place == 0 {
		place = unlisted
	}
	if f.At == p.word {
		place = max(place, p.wordIn)
	}
	p.word, p.wordPS, p.wordIn, p.due, p.owes = f.At, f.PatchSet, place, 0, false
}

// unlisted is the place of a word without a message: it counts as the last of its second.
const unlisted = math.MaxInt32

// repliedTo says whether the author side spoke after a person's newest word. Within one second, the
// order of Gerrit's messages decides.
func (v *View) repliedTo(p *role) bool {
	return v.authorAt > p.word || v.authorAt == p.word && v.authorIn > p.wordIn
}

// AnsweredAt is when the author side last spoke or uploaded new code.
func (v *View) AnsweredAt() int64 { return max(v.authorAt, v.rework) }

// Matters says whether the change has a say in the state of its card.
func (v *View) Matters() bool { return v.Counted && v.Linked && v.exists && !v.isRevertDone() }

// Concerns says whether facts of the change are news to the board.
func (v *View) Concerns() bool { return v.Counted || v.revertsCounted && v.Merged() }

// MergedAt is when the change was merged, if it is.
func (v *View) MergedAt() int64 { return v.since }

// NewCodeAt is when the newest patch set with new code came.
func (v *View) NewCodeAt() int64 { return v.rework }
