package review

import (
	"math"
	"slices"
	"time"
)

// AsOf is the history as it was at some time: without later facts, and without what the server says
// now, except for what never changes. nil: the change did not exist.
//
// It does not have what Gerrit forgets: earlier turns of a person who was on turn again, and how long
// a work in progress lasted that ended without a mark.
func (h *History) AsOf(at time.Time) *History {
	t := at.Unix()
	n, _ := slices.BinarySearchFunc(h.Facts, t, func(f Fact, t int64) int {
		if f.At > t {
			return 1
		}
		return -1
	})
	if n == 0 {
		return nil
	}
	as := *h
	as.past, as.Facts, as.Looked = true, h.Facts[:n:n], math.MaxInt64
	as.sets = slices.DeleteFunc(slices.Clone(h.sets), func(s arrival) bool { return s.at > t })
	as.uploaded()
	as.Labels = slices.Clone(h.Labels)
	for i := range as.Labels {
		as.Labels[i].Votes = nil
	}
	as.Status, as.WIP, as.linkedEver = StatusNew, false, map[int32]int{}
	for i := range as.Facts {
		switch f := &as.Facts[i]; f.Kind {
		case WasAbandoned:
			as.Status = StatusAbandoned
		case WasRestored:
			as.Status = StatusNew
		case WasSubmitted:
			as.Status = StatusMerged
		case BecameDraft, BecameReady:
			as.WIP = f.Kind == BecameDraft || as.WIP && f.Value != 0 // a vote is a word for some boards only
		case Linked:
			as.linkedEver[f.Task] = h.linkedEver[f.Task]
		}
	}
	as.sum()
	return &as
}
