package review

import (
	"slices"
	"time"
)

// A merged change is deployed once its commit, or that of a merged change with the same
// Change-Id, is in a branch or tag that the board calls deployed; or some time after.

// refs makes facts of the branches and tags that have the change.
func (b *builder) refs(c Change) {
	if c.Status != StatusMerged {
		return
	}
	b.h.Looked = c.Looked.Unix()
	refs := slices.Clone(c.Refs)
	slices.SortFunc(refs, func(x, y Ref) int { return x.Since.Compare(y.Since) })
	for _, r := range refs {
		if slices.Contains(b.h.refs, r.Name) {
			continue // the first time counts
		}
		b.h.refs = append(b.h.refs, r.Name)
		at := max(r.Since.Unix(), c.Submitted.Unix())
		b.add(Fact{At: at, Kind: CameInto, By: Nobody, Who: Nobody, PatchSet: afterAll, Index: int32(len(b.h.refs) - 1)})
	}
}

// cameInto: the commit is in a branch or tag from now on.
func (v *View) cameInto(f *Fact) {
	if v.Deployment != nil && len(v.Deployment.Refs) > 0 && Match(v.Deployment.Refs, v.Change.refs[f.Index]) {
		v.ripens(f.At, v.Change.refs[f.Index])
	}
}

// ripens notes when the change will be deployed: the board's wait after a time.
func (v *View) ripens(at int64, ref string) {
	if ripe := at + int64(v.Deployment.After/time.Second); ripe < v.Ripe {
		v.Ripe, v.ripeBy = ripe, ref
	}
}

// ripening is when the wait for the deployment ends; Never: not until then.
func (v *View) ripening(until int64) int64 {
	if v.deployed || v.Ripe > until {
		return Never
	}
	return v.Ripe
}
