package mapping

import "slices"

// view is one change as one board sees it, replayed up to some second.
type view struct {
	h       *History
	board   *Board
	counted bool // the board looks at it
	state   State
	rank    int  // of state
	placed  bool // among those in course.inState
	began   int  // the first fact of this second
	next    int  // the first fact after it

	status Status
	exists bool
	linked bool
	wip    bool
	since  int64 // of status and wip

	deployment *Deployment // nil: the board says nothing of its repository
	ripe       int64       // when it is deployed
	ripeBy     string      // the branch or tag that makes it so; empty: the merge itself
	deployed   bool        // that time has come
	ripened    bool        // in this second

	rework   int64 // when the newest patch set with new code came
	reworkPS int32
	reworkBy int16
	authorAt int64 // the author side's newest word
	authorBy int16

	reverts []*view // the changes that revert this one
	all     []*view // of the card

	votes   []vote
	threads []thread
	people  []standing
	voters  []Voters // of each label; empty: the board does not look at it

	tagged  request // by the hashtag that the board looks for
	written request // by a line

	threadsMoved bool // since they were last tallied, or who is on the author side did
	objected     bool // somebody objects, answered or not
	authorSaid   bool // the author side spoke in this second
	answers      bool // and that was an answer to an objection
}

// vote is the newest vote of somebody on a label.
type vote struct {
	by       int16
	label    int16
	value    int8
	counts   bool // the board looks at such votes
	bot      bool // given by a bot, or with a bot's tag
	current  bool // Gerrit has it on the current patch set
	lost     bool // new code came after its patch set
	at       int64
	patchSet int32
	gone     int32 // the patch set with which Gerrit dropped it; 0 if it did not
	goneAt   int64
}

// thread is a thread of comments.
type thread struct {
	by         int16 // who began it
	last       int16 // who spoke last
	unresolved bool
	begun      int64
	patchSet   int32
}

// standing is what one person is to a change.
type standing struct {
	team   bool
	author bool // owner, or uploaded new code
	word   int64
	wordPS int32

	positive bool // has a positive vote that stands
	open     bool // began a thread that is not resolved
	waits    bool // and has one where the author side did not speak last

	asked bool  // another team member made them a reviewer
	askBy int16 //
	due   int64 // expected to review since then; 0: not
}

func newView(h *History, b *Board) *view {
	v := &view{
		h: h, board: b, counted: b.counts(h), authorBy: nobody, reworkBy: nobody,
		people: make([]standing, len(h.People)), voters: make([]Voters, len(h.Labels)),
		threads: make([]thread, len(h.threads)), deployment: b.deployment(h.Project), ripe: never,
		tagged: request{by: nobody}, written: request{by: nobody},
	}
	for i := range h.People {
		p := &h.People[i]
		v.people[i].team = !p.Bot && p.Username != "" && slices.Contains(b.Team, p.Username)
		v.people[i].askBy = nobody
	}
	for i := range h.Labels {
		v.voters[i] = b.Review.Labels[h.Labels[i].Name]
	}
	for i := range v.threads {
		v.threads[i].by = nobody
	}
	return v
}

// ignored is why a board does not look at a change.
type ignored int

const (
	notIgnored        ignored = iota // it does
	ignoredRepository                //
	ignoredBranch                    //
	ignoredOwner                     // team or outsider, whom the board does not count
	ignoredBot                       // and not named
)

// counts says whether the board looks at a change at all.
func (b *Board) counts(h *History) bool { return b.ignores(h) == notIgnored }

// ignores says why the board does not look at a change.
func (b *Board) ignores(h *History) ignored {
	switch {
	case len(b.Count.Repositories) > 0 && !Match(b.Count.Repositories, h.Project):
		return ignoredRepository
	case len(b.Count.Branches) > 0 && !Match(b.Count.Branches, h.Branch):
		return ignoredBranch
	case h.Owner == nobody && len(b.Count.Owners) > 0:
		return ignoredOwner
	case h.Owner == nobody:
		return notIgnored
	}
	owner := h.People[h.Owner]
	team := owner.Username != "" && slices.Contains(b.Team, owner.Username)
	switch {
	case slices.Contains(b.Count.Owners, owner.Username) && owner.Username != "":
		return notIgnored // named, so even a bot
	case owner.Bot:
		return ignoredBot
	case len(b.Count.Owners) == 0,
		team && slices.Contains(b.Count.Owners, "team"), !team && slices.Contains(b.Count.Owners, "outsiders"):
		return notIgnored
	}
	return ignoredOwner
}

// apply takes one fact in.
func (v *view) apply(f *Fact, task int32) {
	switch f.Kind {
	case Created:
		v.exists, v.status, v.since = true, StatusNew, f.At
		if f.By != nobody {
			v.people[f.By].author = true
		}
	case Uploaded:
		v.newCode(f)
	case Copied, Dropped:
		v.carried(f)
	case Linked, Unlinked:
		if f.Task == task {
			v.linked = f.Kind == Linked
		}
	case ReviewerIn:
		v.reviewerIn(f)
	case ReviewerOut:
		v.people[f.Who].asked, v.people[f.Who].due = false, 0
	case TurnOn:
		if f.Who != nobody && v.people[f.Who].asked {
			v.people[f.Who].due = f.At
		}
	case TurnOff:
		if f.Who != nobody {
			v.people[f.Who].due = 0
		}
	case Voted:
		v.voted(f)
	case Unvoted:
		v.votes = slices.DeleteFunc(v.votes, func(w vote) bool { return w.by == f.By && w.label == f.Label })
	case Said, Commented:
		v.said(f)
	case BecameDraft, BecameReady:
		v.wip, v.since = f.Kind == BecameDraft, f.At
	case WasAbandoned:
		v.status, v.since = StatusAbandoned, f.At
	case WasRestored:
		v.status, v.since = StatusNew, f.At
	case WasSubmitted:
		v.status, v.since = StatusMerged, f.At
		if v.deployment != nil && len(v.deployment.Refs) == 0 {
			v.ripens(f.At, "")
		}
	case CameInto:
		v.cameInto(f)
	case HashtagOn, HashtagOff:
		v.hashtag(f)
	case Wrote:
		v.wrote(f)
	case AskPosted, ReminderPosted: // what they did is a fact of its own
	}
}

// newCode answers every objection, makes its uploader an author and drops the older votes, unless Gerrit copied them.
func (v *view) newCode(f *Fact) {
	v.rework, v.reworkPS, v.reworkBy = f.At, f.PatchSet, f.By
	if f.By != nobody {
		v.people[f.By].author, v.threadsMoved = true, true
	}
	for i := range v.votes {
		w := &v.votes[i]
		if w.patchSet >= f.PatchSet {
			continue
		}
		if sticky := int(w.value) == v.h.Labels[w.label].Min; sticky && w.current {
			continue // copied by default: is:MIN
		}
		w.drop(f)
		w.lost = true
	}
}

func (v *view) carried(f *Fact) {
	for i := range v.votes {
		w := &v.votes[i]
		if w.label != f.Label || w.value != f.Value || w.patchSet >= f.PatchSet || !w.current && w.gone != f.PatchSet {
			continue
		}
		if f.Kind == Copied {
			w.current, w.lost, w.gone, w.goneAt = true, false, 0, 0
			continue
		}
		w.drop(f)
		w.lost = v.reworkPS > w.patchSet
	}
}

// drop: Gerrit no longer has the vote, since a patch set came.
func (w *vote) drop(f *Fact) {
	if w.current {
		w.current, w.gone, w.goneAt = false, f.PatchSet, f.At
	}
}

// reviewerIn: asked is who was added by another team member or by us, not by the author
// side or a bot.
func (v *view) reviewerIn(f *Fact) {
	if f.By == nobody || f.By == f.Who || f.Bot {
		return
	}
	if f.By == v.h.self {
		v.weAsked(f)
		return
	}
	if by := &v.people[f.By]; by.team && !by.author {
		who := &v.people[f.Who]
		who.asked, who.askBy, who.due = true, f.By, f.At
	}
}

func (v *view) voted(f *Fact) {
	if v.voters[f.Label] == "" {
		return
	}
	w := vote{by: f.By, label: f.Label, value: f.Value, bot: f.Bot, at: f.At, patchSet: f.PatchSet}
	w.lost = f.PatchSet < v.reworkPS
	w.current = !w.lost
	v.setVote(w)
	if !f.Bot || v.voters[f.Label] == ByBots {
		v.spoke(f)
	}
}

func (v *view) setVote(w vote) {
	w.counts = v.counts(w.label, w.bot)
	for i := range v.votes {
		if v.votes[i].by == w.by && v.votes[i].label == w.label {
			v.votes[i] = w
			return
		}
	}
	v.votes = append(v.votes, w)
}

func (v *view) said(f *Fact) {
	if f.Kind == Commented {
		t := &v.threads[f.Thread]
		if t.by == nobody {
			t.by, t.begun, t.patchSet = f.By, f.At, f.PatchSet
		}
		t.last, t.unresolved, v.threadsMoved = f.By, f.Unresolved, true
	}
	v.spoke(f)
	if v.people[f.By].author {
		v.authorAt, v.authorBy, v.authorSaid = f.At, f.By, true
	}
}

func (v *view) spoke(f *Fact) {
	p := &v.people[f.By]
	p.word, p.wordPS, p.due = f.At, f.PatchSet, 0
}

// live replaces the replayed state by what Gerrit says now: it is right, the replay only dates it.
func (v *view) live() {
	v.status = v.h.Status
	if v.status != StatusNew {
		return
	}
	v.wip = v.h.wip
	for i := range v.votes {
		if w := &v.votes[i]; w.current && !v.has(w.by, w.label, w.value) {
			w.current = false
			// Dropped with a patch set without new code it still counts; else it was taken back without a trace.
			w.lost = w.patchSet >= v.h.noNewCode
			if w.lost {
				w.value = 0
			}
		}
	}
	for label := range v.h.Labels {
		if v.voters[label] == "" {
			continue
		}
		for _, now := range v.h.Labels[label].Votes {
			v.confirm(int16(label), now)
		}
	}
}

// has says whether somebody has this vote now.
func (v *view) has(by, label int16, value int8) bool {
	id := v.h.People[by].ID
	for _, w := range v.h.Labels[label].Votes {
		if w.By.ID == id {
			return w.Value == int(value)
		}
	}
	return false
}

// confirm takes a vote in that Gerrit has now.
func (v *view) confirm(label int16, now Vote) {
	by := slices.IndexFunc(v.h.People, func(p Person) bool { return p.ID == now.By.ID })
	if by < 0 || now.Value == 0 {
		return
	}
	for i := range v.votes {
		if w := &v.votes[i]; int(w.by) == by && w.label == label && int(w.value) == now.Value {
			w.current, w.lost, w.gone, w.goneAt = true, false, 0, 0 // dated by the message that cast it, not by a copy
			return
		}
	}
	at := now.Date.Unix()
	bot := v.h.People[by].Bot || botTag(now.Tag)
	v.setVote(vote{by: int16(by), label: label, value: int8(now.Value), bot: bot, current: true, at: at, patchSet: v.h.patchSet})
	if p := &v.people[by]; at > p.word {
		p.word, p.wordPS = at, v.h.patchSet
	}
}
