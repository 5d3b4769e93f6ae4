package bind

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"reviewsync/internal/config"
	"reviewsync/internal/remote"
	"reviewsync/phab"
)

// Project finds the project that the config names by a hashtag. Where no project has the
// hashtag any more, it is the one that had it.
func (b *Binder) Project(ctx context.Context, tag string) (phab.Project, error) {
	project, renamed, err := b.project(ctx, tag)
	if renamed.Text != "" {
		b.warn(renamed)
	}
	return project, err
}

// project is Project, and what there is to say of a hashtag that was taken away.
func (b *Binder) project(ctx context.Context, tag string) (project phab.Project, renamed Finding, err error) {
	project, err = b.o.Phab.Project(ctx, tag)
	if err == nil {
		return project, renamed, b.o.Store.KeepProject(ctx, tag, project.PHID)
	}
	if !remote.NotFound(err) {
		return project, renamed, err
	}
	phid, storeErr := b.o.Store.Project(ctx, tag)
	if phid == "" || storeErr != nil {
		return project, renamed, errors.Join(err, storeErr)
	}
	had, gone := b.o.Phab.ProjectByPHID(ctx, phid)
	switch {
	case remote.NotFound(gone): // gone, or hidden from us
		return project, renamed, err
	case gone != nil:
		return had, renamed, gone
	}
	name := fmt.Sprintf("%q", had.Name)
	if had.Slug != "" {
		name += ", now #" + had.Slug
	}
	return had, Finding{
		Level: Warn, Of: tag, Text: fmt.Sprintf("no project has the hashtag %s any more; the one that had it is still used (%s)", tag, name),
		Fix: "write its new hashtag in " + b.o.Config.Path, Else: "give it the old one back",
	}, nil
}

// Members are the user names of a project's members.
func (b *Binder) Members(ctx context.Context, tag string) ([]string, error) {
	project, err := b.Project(ctx, tag)
	if err != nil {
		return nil, err
	}
	return b.members(ctx, project)
}

// members leaves out bots and disabled accounts.
func (b *Binder) members(ctx context.Context, project phab.Project) ([]string, error) {
	phids, err := b.o.Phab.Members(ctx, project.PHID)
	if err != nil || len(phids) == 0 {
		return nil, err
	}
	users, err := b.o.Phab.UsersByPHID(ctx, phids)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, u := range users {
		if !u.Disabled && !u.Bot {
			names = append(names, u.Username)
		}
	}
	slices.Sort(names)
	return names, nil
}

// hashtag is one that the config names, and how to speak of it.
type hashtag struct {
	tag      string
	line     int
	key      string // of the config
	is       string // begins what is said of it
	none     string // what is so if there is no such project; empty: "no project has this tag"
	fix      string // what to do then
	archived string // what to do without one that is archived, besides bringing it back; empty: nothing is said
	also     string // ends the error of the log
}

// find finds the project of a hashtag. What it did not find is left out.
func (r *run) find(ctx context.Context, rep *report, h hashtag) (phab.Project, bool, error) {
	project, renamed, err := r.project(ctx, h.tag)
	var lines []int
	if h.line > 0 {
		lines, renamed.Fix = []int{h.line}, "write its new hashtag"
	}
	switch {
	case remote.NotFound(err):
		none := cmp.Or(h.none, "no project has this tag")
		rep.leave(Finding{
			Text: fmt.Sprintf("%s%s, or %s may not see it", h.is, none, r.Self.Username), Fix: h.fix, Else: "let the account see the project",
			Lines: lines, Key: h.key, Err: fmt.Errorf("%w%s", err, h.also),
		})
		return project, false, nil
	case err != nil:
		return project, false, rep.refused(h.is+"the project", err)
	case renamed.Text != "":
		renamed.Text, renamed.Lines = h.is+renamed.Text, lines
		rep.add(renamed)
	}
	if project.Archived && h.archived != "" {
		rep.add(Finding{Level: Warn, Text: fmt.Sprintf("%sproject %q is archived", h.is, project.Name), Fix: "bring it back, or " + h.archived, Lines: lines})
	}
	return project, true, nil
}

// bindTeam finds the members of a team that is a project's.
func (r *run) bindTeam(ctx context.Context, name string, team config.Team) error {
	t := &Team{report: r.report("team %s", name)}
	r.Teams[name] = t
	project, found, err := r.find(ctx, &t.report, hashtag{
		tag: team.Project, none: "no project " + team.Project, archived: "name another in " + r.o.Config.Path,
		fix: fmt.Sprintf("correct teams.%s.project in %s", name, r.o.Config.Path),
	})
	if err != nil || !found {
		return err
	}
	if t.Members, err = r.members(ctx, project); err != nil {
		return t.refused("the members of "+team.Project, err)
	}
	if len(t.Members) == 0 {
		t.add(Finding{Level: Fail, Text: fmt.Sprintf("project %s has no members but bots and disabled accounts, so no vote counts", team.Project), Else: "let the team join it"})
		return nil
	}
	t.fine("the members of %s are %s", team.Project, strings.Join(t.Members, ", "))
	return nil
}
