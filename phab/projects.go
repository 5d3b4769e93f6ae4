package phab

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"reviewsync/internal/remote"
)

// Project is a project, a subproject or a milestone.
type Project struct {
	ID        int
	PHID      string
	Name      string
	Slug      string // its primary tag, without '#'; "" for a milestone
	Parent    string // PHID; "" for a root project
	Milestone bool
	Number    int  // of a milestone, from 1; else 0
	Archived  bool // always false on old servers, which do not say (Phabricator, Phorge up to 2024.35)
}

type projectRow struct {
	ID     number `json:"id"`
	PHID   text   `json:"phid"`
	Fields struct {
		Name      text       `json:"name"`
		Slug      text       `json:"slug"`
		Milestone *number    `json:"milestone"`
		Parent    dict[text] `json:"parent"`
		Status    text       `json:"status"`
	} `json:"fields"`
	Attachments struct {
		Members struct {
			Members list[struct {
				PHID text `json:"phid"`
			}] `json:"members"`
		} `json:"members"`
	} `json:"attachments"`
}

func (r projectRow) project() Project {
	p := Project{
		ID:        int(r.ID),
		PHID:      string(r.PHID),
		Name:      string(r.Fields.Name),
		Slug:      string(r.Fields.Slug),
		Parent:    string(r.Fields.Parent["phid"]),
		Milestone: r.Fields.Milestone != nil,
		Archived:  r.Fields.Status == "archived",
	}
	if p.Milestone {
		p.Number = int(*r.Fields.Milestone)
	}
	return p
}

// projects searches in every status. Servers before 2025.51 refuse a status and return all
// projects; later ones leave out archived projects unless asked for.
func (c *Client) projects(ctx context.Context, constraint, value string, attachments ...string) ([]projectRow, error) {
	const method = "project.search"
	if value == "" {
		return nil, errors.New("project.search without a " + constraint + " would give every project")
	}
	q := query{constraints: map[string]any{constraint: []string{value}, "status": "all"}, attachments: attachments, order: "oldest"}
	rows, err := search[projectRow](ctx, c, method, q)
	if invalidConstraint(err) {
		delete(q.constraints, "status")
		rows, err = search[projectRow](ctx, c, method, q)
	}
	return rows, err
}

func invalidConstraint(err error) bool {
	e, ok := errors.AsType[*remote.Error](err)
	return ok && (e.Code == "ERR-INVALID-CONSTRAINT" ||
		e.Code == "ERR-CONDUIT-CORE" && strings.Contains(e.Detail, "not a valid constraint"))
}

// Project returns the project with a tag, which may be any of its tags, with or without '#'. If
// there is none that the account may see, the error is remote.NotFound.
func (c *Client) Project(ctx context.Context, tag string) (Project, error) {
	slug := strings.TrimPrefix(strings.TrimSpace(tag), "#")
	rows, err := c.projects(ctx, "slugs", slug)
	if err != nil {
		return Project{}, err
	}
	if len(rows) == 0 {
		return Project{}, &remote.Error{
			Class: remote.Blocked, Server: server, Op: "project.search", Status: http.StatusNotFound,
			Detail: "no project #" + slug + ", or reviewsync may not see it",
			Hint:   "check the tag in the config, and that the bot's account can see the project",
		}
	}
	return rows[0].project(), nil
}

// ProjectByPHID returns the project with a PHID, whatever its tags are now.
func (c *Client) ProjectByPHID(ctx context.Context, phid string) (Project, error) {
	rows, err := c.projects(ctx, "phids", phid)
	if err != nil {
		return Project{}, err
	}
	if len(rows) == 0 {
		return Project{}, &remote.Error{
			Class: remote.Blocked, Server: server, Op: "project.search", Status: http.StatusNotFound,
			Detail: "no project " + phid + ", or reviewsync may not see it",
			Hint:   "check that the bot's account can see the project",
		}
	}
	return rows[0].project(), nil
}

// Descendants returns all subprojects and milestones below a project, including archived ones.
func (c *Client) Descendants(ctx context.Context, phid string) ([]Project, error) {
	rows, err := c.projects(ctx, "ancestors", phid)
	if err != nil {
		return nil, err
	}
	below := make([]Project, 0, len(rows))
	for _, r := range rows {
		below = append(below, r.project())
	}
	return below, nil
}

// Members returns the PHIDs of a project's members.
func (c *Client) Members(ctx context.Context, phid string) ([]string, error) {
	rows, err := c.projects(ctx, "phids", phid, "members")
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, &remote.Error{
			Class: remote.Blocked, Server: server, Op: "project.search", Status: http.StatusNotFound,
			Detail: "no project " + phid + ", or reviewsync may not see it", Hint: "let the bot's account see the project",
		}
	}
	members := []string{}
	for _, m := range rows[0].Attachments.Members.Members {
		members = append(members, string(m.PHID))
	}
	return members, nil
}

// Column is a column of a workboard.
type Column struct {
	ID        int
	PHID      string
	Name      string
	Hidden    bool
	Default   bool   // new cards are in it
	ProxyPHID string // PHID of the milestone or subproject that it stands for; else ""
	Sequence  int    // its position on the board, from 0
}

type columnRow struct {
	ID     number `json:"id"`
	PHID   text   `json:"phid"`
	Fields struct {
		Name      text   `json:"name"`
		Proxy     text   `json:"proxyPHID"`
		Hidden    truth  `json:"isHidden"`
		IsDefault truth  `json:"isDefaultColumn"`
		Sequence  number `json:"sequence"`
	} `json:"fields"`
}

// Columns returns the columns of a project's workboard from left to right; none if it has no workboard.
func (c *Client) Columns(ctx context.Context, projectPHID string) ([]Column, error) {
	if projectPHID == "" {
		return nil, errors.New("project.column.search without a project would give every column")
	}
	q := query{constraints: map[string]any{"projects": []string{projectPHID}}, order: "oldest"}
	rows, err := search[columnRow](ctx, c, "project.column.search", q)
	if err != nil {
		return nil, err
	}
	columns := make([]Column, 0, len(rows))
	for _, r := range rows {
		columns = append(columns, r.column())
	}
	slices.SortFunc(columns, func(a, b Column) int {
		return cmp.Or(cmp.Compare(a.Sequence, b.Sequence), cmp.Compare(a.ID, b.ID))
	})
	return columns, nil
}

func (r columnRow) column() Column {
	return Column{
		ID:        int(r.ID),
		PHID:      string(r.PHID),
		Name:      string(r.Fields.Name),
		Hidden:    bool(r.Fields.Hidden),
		Default:   bool(r.Fields.IsDefault),
		ProxyPHID: string(r.Fields.Proxy),
		Sequence:  int(r.Fields.Sequence),
	}
}
