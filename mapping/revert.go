package mapping

// A change that was merged is reverted once a change that reverts it is merged: until
// that one is reverted itself, or until another change of the card, which is no revert,
// is merged after it. A merged revert is never counted for itself; an open one is a
// change like any other.

// revertedBy is the merged change that undid this one last and still does; nil if none does.
func (v *view) revertedBy() *view {
	var last *view
	for _, r := range v.reverts {
		if r.merged() && r.revertedBy() == nil && !v.madeUpFor(r) && (last == nil || r.since > last.since) {
			last = r
		}
	}
	return last
}

// madeUpFor: another counted change was merged after the revert.
func (v *view) madeUpFor(revert *view) bool {
	for _, o := range v.all {
		if o != v && o.counted && o.linked && o.h.revertOf == 0 && o.merged() && o.since > revert.since {
			return true
		}
	}
	return false
}

func (v *view) merged() bool { return v.exists && v.status == StatusMerged }

func (v *view) isRevertDone() bool { return v.h.revertOf != 0 && v.merged() }

// revertsCounted says whether the change reverts one that the board looks at, or the
// revert of one: then what becomes of it is news, whoever owns it.
func (v *view) revertsCounted(views []*view) bool {
	for _, o := range views {
		if v.h.revertOf == o.h.Number && v.h.Number > o.h.Number && v.h.Project == o.h.Project {
			return o.counted || o.revertsCounted(views)
		}
	}
	return false
}
