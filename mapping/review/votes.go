package review

import "slices"

// reviewLabel is the label whose votes approve, block and make reviewed. Votes on other labels that a
// board names only object.
const reviewLabel = "Code-Review"

// vote is the newest vote of somebody on a label.
type vote struct {
	by       int16
	label    int16
	value    int8
	counts   bool // the board counts such votes
	bot      bool // given by a bot, or with a bot's tag
	current  bool // Gerrit has it on the current patch set
	lost     bool // new code came after its patch set
	patchSet int32
	at       int64
	gone     int32 // the patch set with which Gerrit dropped it; 0 if it did not
}

// newCode answers every objection, makes its uploader an author and drops the older votes, unless Gerrit copied them.
func (v *View) newCode(f *Fact) {
	v.rework, v.reworkPS, v.reworkBy = f.At, f.PatchSet, f.By
	if f.By != Nobody && !v.people[f.By].author {
		v.people[f.By].author = true
		for i := range v.people { // what they wrote before are replies of the author side from now on
			v.readThreads(int16(i))
		}
	}
	for i := range v.votes {
		w := &v.votes[i]
		if w.patchSet >= f.PatchSet {
			continue
		}
		if sticky := int(w.value) == v.Change.Labels[w.label].Min; sticky && w.current {
			continue // copied by default: is:MIN
		}
		w.drop(f)
		w.lost = true
	}
}

// carried: a patch set came, to which Gerrit copied the votes of one value, or did not.
func (v *View) carried(f *Fact) bool {
	moved := false
	for i := range v.votes {
		w := &v.votes[i]
		if w.label != f.Label || w.value != f.Value || w.patchSet >= f.PatchSet || !w.current && w.gone != f.PatchSet {
			continue
		}
		moved = true
		if f.Kind == Copied {
			w.current, w.lost, w.gone = true, false, 0
			continue
		}
		w.drop(f)
		w.lost = v.reworkPS > w.patchSet
	}
	return moved
}

// drop: Gerrit no longer has the vote, since a patch set came.
func (w *vote) drop(f *Fact) {
	if w.current {
		w.current, w.gone = false, f.PatchSet
	}
}

// voted applies a vote, and says whether it counts for the board.
func (v *View) voted(f *Fact) bool {
	if v.voters[f.Label] == "" {
		return false
	}
	w := vote{by: f.By, label: f.Label, value: f.Value, bot: f.Bot, at: f.At, patchSet: f.PatchSet}
	w.current, w.counts = v.isCurrent(f), v.counts(w.label, w.bot)
	w.lost = !w.current && f.PatchSet < v.reworkPS
	if !w.counts || !w.current && !v.weighs(&w) { // but it took the place of an older one
		said := v.withdraw(w.replaces)
		if !v.outdone(&w) {
			v.votes = append(v.votes, w)
		}
		return said
	}
	v.setVote(w)
	v.spoke(f)
	return true
}

// isCurrent says whether a vote, when it was given, was one on the current patch set, or
// copied to it at once.
func (v *View) isCurrent(f *Fact) bool {
	return f.Newest || f.Forwarded && !slices.ContainsFunc(v.votes, func(w vote) bool {
		return w.by == f.By && w.label == f.Label && w.current && w.patchSet > f.PatchSet
	})
}

// weighs says whether a vote on an older patch set counts: as an objection that stands, or as a team
// member's vote on code that is still the same.
func (v *View) weighs(w *vote) bool {
	if w.value < 0 {
		return v.stands(w)
	}
	return !w.lost && w.label == v.review && v.people[w.by].team && v.mayReview(w.by) && !v.outdone(w)
}

// outdone says whether the same person has another vote on a newer patch set.
func (v *View) outdone(w *vote) bool {
	return slices.ContainsFunc(v.votes, func(old vote) bool {
		return old.by == w.by && old.label == w.label && !w.replaces(&old)
	})
}

// replaces says whether a vote takes the place of an older one. Gerrit keeps the votes of
// each patch set, so one on an older patch set leaves that on the current one alone.
func (w *vote) replaces(old *vote) bool {
	return w.by == old.by && w.label == old.label && (w.current || !old.current || old.patchSet <= w.patchSet)
}

func (v *View) setVote(w vote) {
	w.counts = v.counts(w.label, w.bot)
	if i := slices.IndexFunc(v.votes, func(old vote) bool { return w.replaces(&old) }); i >= 0 {
		v.votes[i] = w
		rest := slices.DeleteFunc(v.votes[i+1:], func(old vote) bool { return w.replaces(&old) })
		v.votes = v.votes[:i+1+len(rest)]
		return
	}
	v.votes = append(v.votes, w)
}

// withdraw removes votes, and says whether one of them counted.
func (v *View) withdraw(which func(*vote) bool) bool {
	said := false
	for i := 0; i < len(v.votes); {
		w := &v.votes[i]
		if !which(w) {
			i++
			continue
		}
		said = said || w.counts && v.stands(w)
		v.votes = slices.Delete(v.votes, i, i+1)
	}
	return said
}

// live replaces the replayed state by what Gerrit says now: it is right, the replay only dates it.
func (v *View) live() {
	if v.Change.past {
		return
	}
	v.status = v.Change.Status
	if v.status != StatusNew {
		return
	}
	v.wip = v.Change.WIP
	for i := range v.votes {
		if w := &v.votes[i]; w.current && !v.has(w.by, w.label, w.value) {
			w.current = false
			// Dropped with a patch set without new code it still counts; else it was taken back without a trace.
			if w.patchSet < v.Change.noNewCode {
				w.gone = v.Change.noNewCode
			} else {
				w.lost, w.value = true, 0
			}
		}
	}
	for label := range v.Change.Labels {
		if v.voters[label] == "" {
			continue
		}
		for _, now := range v.Change.Labels[label].Votes {
			v.confirm(int16(label), now)
		}
	}
}

// has says whether somebody has this vote now.
func (v *View) has(by, label int16, value int8) bool {
	id := v.Change.People[by].ID
	for _, w := range v.Change.Labels[label].Votes {
		if w.By.ID == id {
			return w.Value == int(value)
		}
	}
	return false
}

// confirm applies a vote that Gerrit has now.
func (v *View) confirm(label int16, now Vote) {
	by := slices.IndexFunc(v.Change.People, func(p Person) bool { return p.ID == now.By.ID })
	if by < 0 || now.Value == 0 {
		return
	}
	for i := range v.votes {
		if w := &v.votes[i]; int(w.by) == by && w.label == label && int(w.value) == now.Value {
			w.current, w.lost, w.gone = true, false, 0 // dated by the message that cast it, not by a copy
			return
		}
	}
	at := now.Date.Unix()
	bot := v.Change.People[by].Bot || botTag(now.Tag)
	v.setVote(vote{by: int16(by), label: label, value: int8(now.Value), bot: bot, current: true, at: at, patchSet: v.Change.patchSet})
	if p := &v.people[by]; at > p.word {
		p.word, p.wordPS, p.wordIn = at, v.Change.patchSet, unlisted
	}
}

// arrived is when a patch set came; 0: there is no such.
func (h *History) arrived(patchSet int32) int64 {
	for i := range h.sets {
		if h.sets[i].patchSet == patchSet {
			return h.sets[i].at
		}
	}
	return 0
}
