package review

import "slices"

// Chain lists the open changes among others that a change depends on or that depend on it, directly or
// through further changes. The order of others does not matter. A change depends on another if its
// current patch set was made on any of the other's: the other may have been uploaded anew since.
func (h *History) Chain(others []*History) []Key {
	in := []*History{h}
	for i := 0; i < len(in); i++ { // in grows
		for _, other := range others {
			if other.Status != StatusNew || slices.ContainsFunc(in, func(k *History) bool { return k.Key == other.Key }) {
				continue
			}
			if other.dependsOn(in[i]) || in[i].dependsOn(other) {
				in = append(in, other)
			}
		}
	}
	chain := make([]Key, 0, len(in)-1)
	for _, other := range slices.SortedFunc(slices.Values(in[1:]), ByNumber) {
		chain = append(chain, other.Key)
	}
	return chain
}

func (h *History) dependsOn(other *History) bool {
	return h.Project == other.Project && slices.ContainsFunc(h.parents, func(p string) bool { return p != "" && slices.Contains(other.commits, p) })
}

// Revision is the SHA of the current patch set.
func (h *History) Revision() string {
	if len(h.commits) == 0 {
		return ""
	}
	return h.commits[len(h.commits)-1]
}
