package mapping

import (
	"regexp"
	"slices"
	"strings"
)

// A change that was merged is reverted once a change that reverts it is merged: until
// that one is reverted itself, or until another change of the card, which is no revert,
// is merged after it. A merged revert is never counted for itself; an open one is a
// change like any other.
//
// Who reverts whom is what Gerrit says, and what commit messages say of the patch sets of
// a card's changes. A pick of a revert is a revert, too: it has its Change-Id.

var revertLine = regexp.MustCompile(`\bThis reverts commit ([0-9a-fA-F]{7,64})\b`)

// RevertedCommits lists the commits that a commit message says it reverts, in the words of
// git. Some may be abbreviated. Quoted and indented lines are those of other messages.
func RevertedCommits(message string) []string {
	var commits []string
	for line := range strings.Lines(message) {
		if strings.IndexAny(line, "> \t") == 0 {
			continue
		}
		for _, m := range revertLine.FindAllStringSubmatch(line, -1) {
			commits = append(commits, strings.ToLower(m[1]))
		}
	}
	return commits
}

// reverting says who reverts whom among the changes of a card.
type reverting struct {
	reverts map[*History]bool       // those that revert a change, or are picks of such
	by      map[*History][]*History // the changes that revert one; all have a higher number
}

func whoReverts(changes []*History) reverting {
	r := reverting{map[*History]bool{}, map[*History][]*History{}}
	if !slices.ContainsFunc(changes, func(h *History) bool { return h.revertOf != 0 || len(h.undoes) > 0 }) {
		return r
	}
	twins := map[twin][]*History{}
	for _, h := range changes {
		twins[h.twin()] = append(twins[h.twin()], h)
	}
	reverted := map[twin][]*History{} // by the revert and its picks
	for _, h := range changes {
		targets := h.targets(changes)
		reverted[h.twin()] = append(reverted[h.twin()], targets...)
		r.reverts[h] = h.revertOf != 0 || len(targets) > 0
	}
	for _, h := range changes {
		r.reverts[h] = slices.ContainsFunc(twins[h.twin()], func(t *History) bool { return r.reverts[t] })
		for _, target := range reverted[h.twin()] {
			r.add(h, target)
			for _, pick := range twins[target.twin()] {
				if pick.Branch == h.Branch {
					r.add(h, pick)
				}
			}
		}
	}
	return r
}

// add notes that a change reverts another one, which is older: so none reverts itself.
func (r *reverting) add(h, target *History) {
	if h.Number > target.Number && !slices.Contains(r.by[target], h) {
		r.by[target] = append(r.by[target], h)
	}
}

// twin is what a change and its picks to other branches share.
type twin struct {
	project, changeID string
	number            int // of one without Change-Id
}

func (h *History) twin() twin {
	if h.ChangeID == "" {
		return twin{h.Project, "", h.Number}
	}
	return twin{h.Project, h.ChangeID, 0}
}

// targets are those of the changes that this one says it reverts. An abbreviation that fits
// several changes names none.
func (h *History) targets(changes []*History) []*History {
	var found []*History
	for _, o := range changes {
		if h.revertOf == o.Number && h.Project == o.Project {
			found = append(found, o)
		}
	}
	for _, sha := range h.undoes {
		var named []*History
		for _, o := range changes {
			if o.Project == h.Project && o.twin() != h.twin() && o.hasCommit(sha) {
				named = append(named, o)
			}
		}
		if len(named) == 1 || len(sha) >= 40 {
			found = append(found, named...)
		}
	}
	return found
}

// hasCommit says whether a patch set is a commit, whose SHA may be abbreviated.
func (h *History) hasCommit(sha string) bool {
	return slices.ContainsFunc(h.commits, func(c string) bool { return strings.HasPrefix(c, sha) })
}

// tieReverts lets each change know those that revert it. Views are in the order of their numbers.
func tieReverts(views []*view) {
	of, changes := make(map[*History]*view, len(views)), make([]*History, len(views))
	for i, v := range views {
		of[v.h], changes[i] = v, v.h
	}
	r := whoReverts(changes)
	for _, v := range views {
		v.isRevert = r.reverts[v.h]
		for _, h := range r.by[v.h] {
			v.reverts = append(v.reverts, of[h])
			of[h].revertsCounted = of[h].revertsCounted || v.counted || v.revertsCounted
		}
	}
}

// undo finds out anew which changes are reverted, and returns those for which that is another
// change than before. Views are in the order of their numbers.
func undo(views []*view) []*view {
	last, before := newestMerges(views)
	var news []*view
	for _, v := range slices.Backward(views) { // what reverts a change comes first
		was, later := v.undoneBy, last
		if later == v {
			later = before
		}
		v.undoneBy = nil
		for _, r := range v.reverts {
			madeUpFor := later != nil && later.since > r.since
			newest := v.undoneBy == nil || r.since > v.undoneBy.since
			if v.undoneWith(r) && !madeUpFor && newest {
				v.undoneBy = r
			}
		}
		if v.undoneBy != was {
			news = append(news, v)
		}
	}
	return news
}

// undoneWith says whether a revert was merged after the change, and stands.
func (v *view) undoneWith(r *view) bool {
	return v.merged() && r.merged() && r.since >= v.since && r.undoneBy == nil && !v.hasOwn(r)
}

// newestMerges are the last two of those changes that make up for a revert.
func newestMerges(views []*view) (last, before *view) {
	for _, v := range views {
		switch {
		case !v.counted || !v.linked || v.isRevert || !v.merged():
		case last == nil || v.since > last.since:
			last, before = v, last
		case before == nil || v.since > before.since:
			before = v
		}
	}
	return last, before
}

// hasOwn: where the revert itself was merged on the branch of the change, only that matters
// to it, not what was picked from it to other branches.
func (v *view) hasOwn(pick *view) bool {
	return pick.h.Branch != v.h.Branch && slices.ContainsFunc(v.reverts, func(r *view) bool {
		return r.h.twin() == pick.h.twin() && r.h.Branch == v.h.Branch && r.merged()
	})
}

func (v *view) merged() bool { return v.exists && v.status == StatusMerged }

func (v *view) isRevertDone() bool { return v.isRevert && v.merged() }
