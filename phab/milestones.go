package phab

import (
	"cmp"
	"context"
	"slices"
)

// Milestones returns the milestones of a project by number, including archived ones.
func (c *Client) Milestones(ctx context.Context, phid string) ([]Project, error) {
	rows, err := c.projects(ctx, "parents", phid)
	if err != nil {
		return nil, err
	}
	milestones := []Project{}
	for _, r := range rows {
		if p := r.project(); p.Milestone {
			milestones = append(milestones, p)
		}
	}
	slices.SortFunc(milestones, func(a, b Project) int { return cmp.Compare(a.Number, b.Number) })
	return milestones, nil
}

// CurrentMilestone returns the one with the highest number that is not archived.
func CurrentMilestone(milestones []Project) (current Project, found bool) {
	for _, m := range milestones {
		if !m.Archived && m.Number > current.Number {
			current, found = m, true
		}
	}
	return current, found
}

// Ancestors returns the parent of a project, its parent and so on, as far as the account may see
// them. A task cannot have the tag of an ancestor together with the project's.
func (c *Client) Ancestors(ctx context.Context, p Project) ([]Project, error) {
	var above []Project
	for p.Parent != "" && len(above) < deepest {
		rows, err := c.projects(ctx, "phids", p.Parent)
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 { // not to be seen
			break
		}
		p = rows[0].project()
		above = append(above, p)
	}
	return above, nil
}

// Relative is a project whose tag a task cannot have together with that of another: adding the
// one removes the other.
type Relative struct {
	Project
	Is string // how it is related to the other: "below", "above" or "another milestone beside"
}

// Relatives returns the projects below and above a project and, if it is a milestone, the other
// milestones of its parent, including archived ones.
func (c *Client) Relatives(ctx context.Context, p Project) ([]Relative, error) {
	below, err := c.Descendants(ctx, p.PHID)
	if err != nil {
		return nil, err
	}
	above, err := c.Ancestors(ctx, p)
	if err != nil {
		return nil, err
	}
	var beside []Project
	if p.Milestone {
		if beside, err = c.Milestones(ctx, p.Parent); err != nil {
			return nil, err
		}
		beside = slices.DeleteFunc(beside, func(m Project) bool { return m.PHID == p.PHID })
	}
	var all []Relative
	for _, group := range []struct {
		is       string
		projects []Project
	}{{"below", below}, {"above", above}, {"another milestone beside", beside}} {
		for _, q := range group.projects {
			all = append(all, Relative{q, group.is})
		}
	}
	return all, nil
}

// deepest is how deep projects can be nested.
const deepest = 64
