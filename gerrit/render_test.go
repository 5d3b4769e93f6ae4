package gerrit_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"reviewsync/gerrit"
)

// render writes a change so that two servers can be compared: people by user name,
// times by their order ("t0" is the first second of the change), commits by their
// patch set, lists that have no order sorted.
func render(c *gerrit.Change) string {
	r := &renderer{moments: moments(c), names: names(c)}
	r.line("%s %q updated %s%s", c.Status, c.Subject, r.at(c.Updated), flags(c))
	r.line("owner %s, patch set %d, comments %d, hashtags %v", who(c.Owner), c.CurrentPatchSet, c.TotalComments, slices.Sorted(slices.Values(c.Hashtags)))
	if !c.Submitted.IsZero() {
		r.line("submitted %s", r.at(c.Submitted))
	}
	for _, p := range c.Revisions {
		current := ""
		if p.SHA == c.CurrentRevision {
			current = " current"
		}
		r.line("patch set %d %s by %s %s%s: %q", p.Number, p.Kind, who(p.Uploader), r.at(p.Created), current, r.clean(p.CommitMessage))
	}
	for _, l := range c.Labels {
		r.line("label %s %d..%d", l.Name, l.Min, l.Max)
		r.sorted(len(l.All), func(i int) string { return r.approval(l.All[i]) })
	}
	for _, m := range c.Messages {
		r.line("message %s by %s on %d [%s]: %q", r.at(m.Date), who(m.Author), m.PatchSet, m.Tag, r.clean(m.Text))
	}
	r.sorted(len(c.ReviewerUpdates), func(i int) string {
		u := c.ReviewerUpdates[i]
		return fmt.Sprintf("reviewer %s %s by %s: %s", r.at(u.Updated), who(u.Reviewer), who(u.By), u.State)
	})
	r.sorted(len(c.Attention), func(i int) string { return "attention " + r.attention(c.Attention[i]) })
	r.sorted(len(c.AttentionRemoved), func(i int) string { return "no attention " + r.attention(c.AttentionRemoved[i]) })
	return r.out.String()
}

func renderComments(comments []gerrit.Comment) string {
	r := &renderer{}
	nth := map[string]int{"": 0}
	for i, c := range comments {
		nth[c.ID] = i + 1
		r.line("comment %d by %s on %d %s:%d unresolved=%t reply to %d [%s] with message %t: %q", i+1, who(c.Author), c.PatchSet,
			c.Path, c.Line, c.Unresolved, nth[c.InReplyTo], c.Tag, c.ChangeMessageID != "", c.Text)
	}
	return r.out.String()
}

type renderer struct {
	out     strings.Builder
	moments []time.Time
	names   map[string]string // account template -> user name
}

func (r *renderer) line(format string, args ...any) { fmt.Fprintf(&r.out, format+"\n", args...) }

func (r *renderer) sorted(n int, f func(i int) string) {
	lines := make([]string, 0, n)
	for i := range n {
		lines = append(lines, f(i))
	}
	slices.Sort(lines)
	for _, l := range lines {
		r.line("  %s", l)
	}
}

func (r *renderer) at(t time.Time) string {
	return fmt.Sprintf("t%d", slices.IndexFunc(r.moments, t.Equal))
}

func (r *renderer) approval(a gerrit.Approval) string {
	s := who(a.Account)
	if a.HasValue {
		s += fmt.Sprintf(" %+d", a.Value)
	}
	if !a.Date.IsZero() {
		s += " " + r.at(a.Date)
	}
	if a.Tag != "" {
		s += " [" + a.Tag + "]"
	}
	if a.PostSubmit {
		s += " after the merge"
	}
	return s
}

func (r *renderer) attention(a gerrit.Attention) string {
	return fmt.Sprintf("%s %s: %s", who(a.Account), r.at(a.LastUpdate), a.Reason)
}

var (
	template = regexp.MustCompile(`<GERRIT_ACCOUNT_\d+>`)
	changeID = regexp.MustCompile(`I[0-9a-f]{40}`)
	mergedAs = regexp.MustCompile(` as [0-9a-f]{40}`)
)

func (r *renderer) clean(s string) string {
	s = template.ReplaceAllStringFunc(s, func(t string) string { return r.names[t] })
	return mergedAs.ReplaceAllString(changeID.ReplaceAllString(s, "I…"), "")
}

func who(a gerrit.Account) string {
	s := a.Username
	if a.Service {
		s += "(bot)"
	}
	if a.Inactive {
		s += "(inactive)"
	}
	return s
}

func flags(c *gerrit.Change) (s string) {
	if c.WorkInProgress {
		s += " wip"
	}
	if c.Private {
		s += " private"
	}
	return s
}

// moments are the distinct times of a change, in order.
func moments(c *gerrit.Change) []time.Time {
	all := []time.Time{c.Created, c.Updated}
	for _, p := range c.Revisions {
		all = append(all, p.Created)
	}
	for _, m := range c.Messages {
		all = append(all, m.Date)
	}
	for _, u := range c.ReviewerUpdates {
		all = append(all, u.Updated)
	}
	for _, a := range slices.Concat(c.Attention, c.AttentionRemoved) {
		all = append(all, a.LastUpdate)
	}
	for _, l := range c.Labels {
		for _, a := range l.All {
			if !a.Date.IsZero() {
				all = append(all, a.Date)
			}
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}

// names of everybody that the change's log could mean with a number.
func names(c *gerrit.Change) map[string]string {
	m := map[string]string{}
	for _, u := range c.ReviewerUpdates {
		m[fmt.Sprintf("<GERRIT_ACCOUNT_%d>", u.Reviewer.ID)] = "<" + u.Reviewer.Username + ">"
	}
	return m
}
