package review

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

// Reverts say who reverts whom among the changes of a card.
type Reverts struct {
	reverts map[*History]bool       // those that revert a change, or are picks of such
	by      map[*History][]*History // the changes that revert one; all have a higher number
}

// WhoReverts finds out who reverts whom.
func WhoReverts(changes []*History) Reverts {
	r := Reverts{map[*History]bool{}, map[*History][]*History{}}
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

// By are the changes that revert one.
func (r Reverts) By(h *History) []*History { return r.by[h] }

// Has says whether a change reverts another one, or is a pick of one that does.
func (r Reverts) Has(h *History) bool { return r.reverts[h] }

// add notes that a change reverts another one, which is older: so none reverts itself.
func (r *Reverts) add(h, target *History) {
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
func tieReverts(views []*View) {
	of, changes := make(map[*History]*View, len(views)), make([]*History, len(views))
	for i, v := range views {
		of[v.Change], changes[i] = v, v.Change
	}
	r := WhoReverts(changes)
	for _, v := range views {
		v.IsRevert = r.reverts[v.Change]
		for _, h := range r.by[v.Change] {
			v.RevertedBy = append(v.RevertedBy, of[h])
			of[h].revertsCounted = of[h].revertsCounted || v.Counted || v.revertsCounted
		}
	}
}

// undo finds out anew which changes are reverted, and returns those for which that is another
// change than before. Views are in the order of their numbers.
func undo(views []*View) []*View {
	last, before := newestMerges(views)
	var news []*View
	for _, v := range slices.Backward(views) { // what reverts a change comes first
		was, later := v.UndoneBy, last
		if later == v {
			later = before
		}
		v.UndoneBy = nil
		for _, r := range v.RevertedBy {
			madeUpFor := later != nil && later.since > r.since
			newest := v.UndoneBy == nil || r.since > v.UndoneBy.since
			if v.undoneWith(r) && !madeUpFor && newest {
				v.UndoneBy = r
			}
		}
		if v.UndoneBy != was {
			news = append(news, v)
		}
	}
	return news
}

// undoneWith says whether a revert was merged after the change, and stands.
func (v *View) undoneWith(r *View) bool {
	return v.Merged() && r.Merged() && r.since >= v.since && r.UndoneBy == nil && !v.hasOwn(r)
}

// newestMerges are the last two of those changes that make up for a revert.
func newestMerges(views []*View) (last, before *View) {
	for _, v := range views {
		switch {
		case !v.Counted || !v.Linked || v.IsRevert || !v.Merged():
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
func (v *View) hasOwn(pick *View) bool {
	return pick.Change.Branch != v.Change.Branch && slices.ContainsFunc(v.RevertedBy, func(r *View) bool {
		return r.Change.twin() == pick.Change.twin() && r.Change.Branch == v.Change.Branch && r.Merged()
	})
}

// Merged says whether the change is merged by now.
func (v *View) Merged() bool { return v.exists && v.status == StatusMerged }

func (v *View) isRevertDone() bool { return v.IsRevert && v.Merged() }
