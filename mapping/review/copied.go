package review

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// copiedTo is the newest patch set to which Gerrit copied a vote on an older one, 0 if to
// none. Gerrit says so below the vote:
//
//	Copied votes on follow-up patch sets have been updated:
//	* Code-Review+1 has been copied to patch set 2 (was Code-Review-1), 3 (copy condition: "is:ANY").
func copiedTo(body, vote string) int32 {
	for line := range strings.Lines(body) {
		list, found := strings.CutPrefix(strings.TrimSpace(line), "* "+vote+" has been copied to patch set")
		if !found {
			continue
		}
		list, _, _ = strings.Cut(list, " (copy condition: ")
		newest := 0
		for item := range strings.SplitSeq(list, ", ") {
			number, _, _ := strings.Cut(strings.TrimLeft(item, "s: "), " ")
			if n, err := strconv.Atoi(strings.TrimSuffix(number, ".")); err == nil {
				newest = max(newest, n)
			}
		}
		return int32(newest)
	}
	return 0
}

// newestBefore is the newest patch set that was there before a time; 0: none was.
func (b *builder) newestBefore(at int64) int32 {
	for i := len(b.h.sets) - 1; i >= 0; i-- {
		if s := &b.h.sets[i]; s.at < at {
			return s.patchSet
		}
	}
	return 0
}

// votesWithoutMessage adds the current votes that no message mentions: a plugin may have changed its
// text. Gerrit dates a copied vote by the patch set it was copied to. We date it by the newest patch
// set with new code, which no rebase changes.
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
