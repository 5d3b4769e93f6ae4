package gerrit

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Project is a repository (ProjectInfo).
type Project struct {
	Name   string
	State  string       // ACTIVE, READ_ONLY or HIDDEN
	Labels []LabelRange // sorted by name
}

// LabelRange is a label of a project, with its lowest and highest value.
type LabelRange struct {
	Name     string
	Min, Max int
}

type projectJSON struct {
	Name   string               `json:"name"`
	State  string               `json:"state"`
	Labels map[string]labelJSON `json:"labels"`
}

// Project returns the project with a name (Doc/rest-api-projects.txt). The account may be able
// to see a project and not its changes.
func (c *Client) Project(ctx context.Context, name string) (Project, error) {
	var p projectJSON
	if err := c.get(ctx, "projects/"+url.PathEscape(name), &p); err != nil {
		return Project{}, err
	}
	out := Project{Name: p.Name, State: p.State}
	for label, l := range p.Labels {
		lo, hi := l.bounds()
		out.Labels = append(out.Labels, LabelRange{Name: label, Min: lo, Max: hi})
	}
	slices.SortFunc(out.Labels, func(a, b LabelRange) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// bounds returns the lowest and highest value of a label. The keys are written " 0", "+1", "-1".
func (l labelJSON) bounds() (lo, hi int) {
	for key := range l.Values {
		if v, err := strconv.Atoi(strings.TrimSpace(key)); err == nil {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	return lo, hi
}
