package review

import (
	"strconv"
	"strings"
)

// copiedTo is the newest patch set to which Gerrit copied a vote on an older one, 0 if to
// none. It tells so below the vote:
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
