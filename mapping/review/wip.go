package review

import (
	"math"
	"slices"
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

// pushedAsDraft says whether the change began as a work in progress without a message that says so:
// one about hashtags takes the place of the first push's. If it was made ready, it was a draft.
func (b *builder) pushedAsDraft() bool {
	if len(b.marks) == 0 {
		return b.h.WIP
	}
	first := &b.marks[0]
	return first.Kind == BecameReady && !first.pushed
}

// readyByWord ends a work in progress at the author side's first word between two times, and says
// whether there is one. A vote is a word only for boards that count its label: votes before the first
// other word end it for these boards, and that word ends it for the rest.
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

// authorSide says whether somebody owned the change, or had uploaded new code, at that time.
func (b *builder) authorSide(who int16, at int64) bool {
	return who != Nobody && (who == b.h.Owner || slices.ContainsFunc(b.uploads, func(f Fact) bool { return f.By == who && f.At <= at }))
}
