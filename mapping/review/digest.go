package review

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// A digest stands for all facts that a card was settled on. It names each change with
// sums of what people said, of the branches and tags that have it, and of what bots said
// on each label, so that a change of the rules or of the team alone makes no difference
// between two digests.

// sum adds up the facts of a change, except its links: those are added for each task.
func (h *History) sum() {
	h.links = nil
	h.peopleSum, h.wordSum, h.refsSum = fnvOffset, fnvOffset, fnvOffset
	h.botSums, h.voteSums = make([]uint64, len(h.Labels)), make([]uint64, len(h.Labels))
	for i := range h.Facts {
		switch f := &h.Facts[i]; {
		case f.Kind == Linked || f.Kind == Unlinked:
			h.links = append(h.links, *f)
		case f.Kind == Copied:
		case f.Kind == Wrote || f.Kind == AskPosted || f.Kind == ReminderPosted: // parts of a message
		case f.Kind == CameInto:
			h.refsSum = h.mix(h.refsSum, f)
		case !f.Bot:
			h.peopleSum = h.mix(h.peopleSum, f)
			switch {
			case f.Kind == Voted || f.Kind == Unvoted || f.Kind == Dropped:
				h.voteSums[f.Label] = h.mix(h.voteSums[f.Label], f)
			case !h.follows(f):
				h.wordSum = h.mix(h.wordSum, f)
			}
		case f.Kind == Voted || f.Kind == Unvoted:
			h.botSums[f.Label] = h.mix(h.botSums[f.Label], f)
		}
	}
	h.now()
}

// follows says whether a fact only follows from another: Gerrit makes voters reviewers. A turn of a
// person who was not asked for a review means nothing to any board.
func (h *History) follows(f *Fact) bool {
	switch f.Kind {
	case ReviewerIn:
		return f.By == f.Who || f.Bot
	case TurnOn, TurnOff:
		for i := range h.Facts {
			if r := &h.Facts[i]; r.Kind == ReviewerIn && r.Who == f.Who && !h.follows(r) {
				return false
			}
		}
		return true
	default:
		return false
	}
}

// now adds what Gerrit says at present, which not every fact leads to: "Start review" leaves
// no message, nor may a vote whose message a plugin changed.
func (h *History) now() {
	if h.WIP {
		h.peopleSum++
		h.wordSum++
	}
	for i := range h.Labels {
		for _, v := range h.Labels[i].Votes {
			one := (uint64(fnvOffset) ^ uint64(v.By.ID)) * fnvPrime
			one = (one ^ uint64(i)<<8 ^ uint64(uint8(v.Value))) * fnvPrime
			switch { // added up, since votes are listed in any order
			case v.Value == 0:
			case h.saidByBot(v):
				h.botSums[i] += one
			default:
				h.peopleSum += one
				h.voteSums[i] += one
			}
		}
	}
}

func (h *History) saidByBot(v Vote) bool {
	return botTag(v.Tag) || slices.ContainsFunc(h.People, func(p Person) bool { return p.Bot && p.ID == v.By.ID })
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// mix adds a fact to an FNV-1a sum: by what it stands for, not by how it is numbered here.
func (h *History) mix(sum uint64, f *Fact) uint64 {
	id := func(person int16) uint64 {
		if person == Nobody {
			return 0
		}
		return uint64(h.People[person].ID)
	}
	flags := uint64(f.Kind)<<1 | uint64(f.PatchSet)<<16
	if f.Unresolved {
		flags |= 1
	}
	for _, v := range [...]uint64{uint64(f.At), flags, id(f.By), id(f.Who), uint64(uint8(f.Value)), uint64(f.Task)} {
		sum = (sum ^ v) * fnvPrime
	}
	text := ""
	switch f.Kind {
	case Voted, Unvoted, Dropped:
		text = h.Labels[f.Label].Name
	case Commented:
		text = h.threads[f.Index]
	case CameInto:
		text = h.refs[f.Index]
	case HashtagOn, HashtagOff:
		text = h.hashtags[f.Index]
	}
	for i := range len(text) {
		sum = (sum ^ uint64(text[i])) * fnvPrime
	}
	return sum
}

// noChanges is the digest of a card without changes: an empty one is that of a card that was never settled.
const noChanges = "none"

// The fields of a line of a digest, behind the key of the change. Named ones follow, as
// NAME=SUM: under the name of a label what bots voted on it, under that of ofWords and the
// label what people did, and under ofWords alone what people said besides.
const (
	ofPeople = iota
	ofRefs
	ofLabels

	ofWords = "~"
)

// sums are the fields of a change for one task. What is said in a change after it lost its
// link says nothing about the task.
func (h *History) sums(task int32) []string {
	links, linked := uint64(fnvOffset), false
	for i := range h.links {
		if f := &h.links[i]; f.Task == task {
			links, linked = h.mix(links, f), f.Kind == Linked
		}
	}
	if !linked {
		return []string{hex(links), "0"}
	}
	fields := []string{hex((h.peopleSum ^ links) * fnvPrime), hex(h.refsSum)}
	for i, sum := range h.botSums {
		if sum != 0 {
			fields = append(fields, h.Labels[i].Name+"="+hex(sum))
		}
	}
	fields = append(fields, ofWords+"="+hex((h.wordSum^links)*fnvPrime))
	for i, sum := range h.voteSums {
		if sum != 0 {
			fields = append(fields, ofWords+h.Labels[i].Name+"="+hex(sum))
		}
	}
	return fields
}

func hex(sum uint64) string { return strconv.FormatUint(sum, 16) }

// Digest writes all changes linked to a task, one a line.
func Digest(task int, histories []*History) string {
	if len(histories) == 0 {
		return noChanges
	}
	lines := make([]string, 0, len(histories))
	for _, h := range histories {
		lines = append(lines, h.String()+"\t"+strings.Join(h.sums(int32(task)), "\t"))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// parseDigest reads what digest wrote. What it does not understand is as if it had never been settled.
func parseDigest(text string) map[string][]string {
	known := map[string][]string{}
	for line := range strings.SplitSeq(text, "\n") {
		if fields := strings.Split(line, "\t"); len(fields) > ofLabels {
			known[fields[0]] = fields[1:]
		}
	}
	return known
}

// News says whether one of the changes that count, linked now or not, has facts that were not settled on.
func News(settled string, task int, p *Policy, counted []*History) bool {
	if settled == "" {
		return len(counted) == 0 || slices.ContainsFunc(counted, func(h *History) bool { return !h.old() })
	}
	known := parseDigest(settled)
	return slices.ContainsFunc(counted, func(h *History) bool {
		was, ok := known[h.String()]
		return !ok && !h.old() || ok && p.differs(was, h.sums(int32(task)))
	})
}

// FollowedSince notes since when, in Gerrit's time, changes of the repository are read. What was said
// before is no news: only the configuration brought it.
func (h *History) FollowedSince(t time.Time) { h.Followed = t.Unix() }

// old says whether nothing was said since the repository is read.
func (h *History) old() bool {
	return h.Followed > 0 && h.last() <= h.Followed
}

// differs says whether something that counts for the board was said between two digests of a change.
func (p *Policy) differs(was, now []string) bool {
	if len(p.Deployed) > 0 && was[ofRefs] != now[ofRefs] {
		return true
	}
	apart := named(was, ofWords) != "" // else it was unlinked, or settled before people's votes stood apart
	if apart && named(was, ofWords) != named(now, ofWords) || !apart && was[ofPeople] != now[ofPeople] {
		return true
	}
	for label, by := range p.Review.Labels {
		if by == ByPeople {
			label = ofWords + label
		}
		if (apart || by == ByBots) && named(was, label) != named(now, label) {
			return true
		}
	}
	return false
}

// named is the field of that name; empty: there is none.
func named(fields []string, name string) string {
	for _, f := range fields[ofLabels:] {
		if sum, is := strings.CutPrefix(f, name+"="); is {
			return sum
		}
	}
	return ""
}
