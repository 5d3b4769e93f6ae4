package review

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

// workInProgress makes facts of the marks. "Start review" with a word leaves no mark: a work
// in progress that ended without one ended at the author side's first word after the newest
// proof that it was still one.
func (b *builder) workInProgress() {
	draft, proof := b.pushedAsDraft(), b.h.Facts[0].At
	if draft {
		b.add(Fact{At: proof, Kind: BecameDraft, By: b.h.Owner, Who: Nobody, PatchSet: 1})
	}
	for _, m := range b.marks {
		becomes := m.Kind == BecameDraft
		rebased := m.pushed && b.kinds[m.PatchSet] != rework
		switch {
		case becomes && draft && !m.pushed: // only what was ready can be set to work in progress
			b.readyByWord(proof, m.At)
			b.add(m.Fact)
		case !becomes && draft && rebased && b.readyByWord(proof, m.At): // it was ready before
		case becomes != draft:
			b.add(m.Fact)
		}
		if draft = becomes; draft {
			proof = m.At
		}
	}
	if draft && !b.h.WIP {
		b.readyByWord(proof, math.MaxInt64)
	}
}

// pushedAsDraft says whether the change began as a work in progress, though no message tells:
// that of hashtags stands in the place of the first push's. Only a draft is made ready.
func (b *builder) pushedAsDraft() bool {
	if len(b.marks) == 0 {
		return b.h.WIP
	}
	first := &b.marks[0]
	return first.Kind == BecameReady && !first.pushed
}

// readyByWord ends a work in progress at the author side's first word between two times, and
// says whether there is one. A vote is a word only for a board that looks at its label, so
// those that come before any other word end it for some boards, and the other word for the rest.
func (b *builder) readyByWord(after, before int64) bool {
	var words []Fact
	for _, f := range b.h.Facts {
		word := f.Kind == Said || f.Kind == Uploaded || f.Kind == Voted && !f.Bot
		if word && f.At > after && f.At < before && b.authorSide(f.By, f.At) {
			words = append(words, f)
		}
	}
	slices.SortFunc(words, compareFacts)
	for _, f := range words {
		ready := Fact{At: f.At, Kind: BecameReady, By: f.By, Who: Nobody, PatchSet: f.PatchSet}
		if f.Kind == Voted {
			ready.Label, ready.Value = f.Label, f.Value
		}
		b.add(ready)
		if f.Kind != Voted {
			return true
		}
	}
	return false
}

// authorSide is the owner, and whoever uploaded new code until then.
func (b *builder) authorSide(who int16, at int64) bool {
	return who != Nobody && (who == b.h.Owner || slices.ContainsFunc(b.uploads, func(f Fact) bool { return f.By == who && f.At <= at }))
}

// votesWithoutMessage adds the current votes that no message tells of: a plugin may have
// changed the text. Gerrit dates a copy by the patch set it was copied to; such a vote is
// dated by the newest patch set with new code, which no rebase changes.
func (b *builder) votesWithoutMessage() {
	for label := range b.h.Labels {
		for _, v := range b.h.Labels[label].Votes {
			by := b.person(v.By)
			if by == Nobody || v.Value == 0 || slices.ContainsFunc(b.h.Facts, func(f Fact) bool {
				return f.Kind == Voted && f.By == by && int(f.Label) == label && int(f.Value) == v.Value
			}) {
				continue
			}
			at, patchSet := b.castOn(v.Date)
			b.add(Fact{At: at, Kind: Voted, By: by, Who: Nobody, Label: int16(label), Value: int8(v.Value), PatchSet: patchSet, Bot: b.saidByBot(by, v.Tag)})
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
