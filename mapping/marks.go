package mapping

import (
	"math"
	"slices"
	"time"
)

// mark is a message of Gerrit that says whether the change is a work in progress.
type mark struct {
	Fact
	pushed bool // every push says it, whether it changed or not
}

// workInProgress makes facts of the marks. "Start review" leaves no mark: a work in
// progress that ended without one ended at the author side's first word after it.
func (b *builder) workInProgress() {
	draft, last := b.pushedAsDraft(), b.h.Facts[0].At
	if draft {
		b.add(Fact{At: last, Kind: BecameDraft, By: b.h.Owner, Who: nobody, PatchSet: 1})
	}
	for _, m := range b.marks {
		becomes := m.Kind == BecameDraft
		if m.pushed && becomes == draft && b.kinds[m.PatchSet] != rework {
			continue // a rebase says nothing
		}
		if draft && becomes && !m.pushed {
			b.readyWithoutMark(last, m.At) // only what was ready can be set to work in progress
		}
		if becomes != draft || !m.pushed {
			b.add(m.Fact)
		}
		draft, last = becomes, m.At
	}
	if draft && !b.h.wip {
		b.readyWithoutMark(last, math.MaxInt64)
	}
}

// pushedAsDraft says whether the change began as a work in progress, though no message tells:
// that of hashtags stands in the place of the first push's. Only a draft is made ready.
func (b *builder) pushedAsDraft() bool {
	if len(b.marks) == 0 {
		return b.h.wip
	}
	first := &b.marks[0]
	return first.Kind == BecameReady && !first.pushed
}

func (b *builder) readyWithoutMark(after, before int64) {
	var first *Fact
	for i := range b.h.Facts {
		f := &b.h.Facts[i]
		word := f.Kind == Said || f.Kind == Uploaded || f.Kind == Voted && !f.Bot
		if word && b.authorSide(f.By) && f.At > after && f.At < before && (first == nil || compareFacts(*f, *first) < 0) {
			first = f
		}
	}
	if first != nil {
		b.add(Fact{At: first.At, Kind: BecameReady, By: first.By, Who: nobody, PatchSet: first.PatchSet})
	}
}

// authorSide is the owner, and whoever uploaded new code.
func (b *builder) authorSide(who int16) bool {
	return who != nobody && (who == b.h.Owner || slices.ContainsFunc(b.h.Facts, func(f Fact) bool { return f.Kind == Uploaded && f.By == who }))
}

// votesWithoutMessage adds the current votes that no message tells of: a plugin may have
// changed the text. Gerrit dates a copy by the patch set it was copied to; such a vote is
// dated by the newest patch set with new code, which no rebase changes.
func (b *builder) votesWithoutMessage() {
	for label := range b.h.Labels {
		for _, v := range b.h.Labels[label].Votes {
			by := b.person(v.By)
			if by == nobody || v.Value == 0 || slices.ContainsFunc(b.h.Facts, func(f Fact) bool {
				return f.Kind == Voted && f.By == by && int(f.Label) == label && int(f.Value) == v.Value
			}) {
				continue
			}
			at, patchSet := b.castOn(v.Date)
			b.add(Fact{At: at, Kind: Voted, By: by, Who: nobody, Label: int16(label), Value: int8(v.Value), PatchSet: patchSet, Bot: b.saidByBot(by, v.Tag)})
		}
	}
}

// castOn says when, and on which patch set, a current vote of that date was cast.
func (b *builder) castOn(date time.Time) (at int64, patchSet int32) {
	at, patchSet = date.Unix(), b.h.patchSet
	for i, copied := len(b.sets)-1, false; i >= 0; i-- {
		p := &b.sets[i]
		code := i == 0 || p.Kind == rework
		copied = copied || p.Created.Unix() == at && !code
		if copied && code {
			return p.Created.Unix(), int32(p.Number)
		}
	}
	return at, patchSet
}
