package bind

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"reviewsync/internal/config"
	"reviewsync/phab"
)

// atOnce is how many boards are bound at a time.
const atOnce = 4

// bindBoards binds each board by itself.
func (r *run) bindBoards(ctx context.Context) error {
	r.All = make([]*Board, len(r.o.Config.Boards))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i, c := range r.o.Config.Boards {
		g.Go(func() (err error) {
			r.All[i], err = r.bindBoard(ctx, c)
			return err
		})
	}
	return g.Wait()
}

func (r *run) newBoard(c config.Board) *Board {
	return &Board{Board: c, Key: c.Tag, Within: map[string]string{}, Tags: map[string][]string{}, report: r.report("board %s", c.Tag)}
}

func (r *run) bindBoard(ctx context.Context, c config.Board) (*Board, error) {
	b := r.newBoard(c)
	h := hashtag{tag: c.Tag, line: c.Line, fix: "correct the tag", archived: "take the board out of the config"}
	if c.MilestoneOf != "" {
		h.tag, h.archived = c.MilestoneOf, ""
	}
	project, found, err := r.find(ctx, &b.report, h)
	switch {
	case err != nil || !found:
		return b, err
	case c.MilestoneOf != "":
		return r.bindMilestone(ctx, b, project)
	case !project.Archived:
		b.fine("is project %q", project.Name)
	}
	return b, r.tie(ctx, b, project)
}

// bindMilestone binds a board to the current milestone of a project. One that cannot be the
// board yet, for want of a workboard perhaps, is no reason to stop what runs: the board stays
// the one that it was.
func (r *run) bindMilestone(ctx context.Context, b *Board, parent phab.Project) (*Board, error) {
	milestones, err := r.o.Phab.Milestones(ctx, parent.PHID)
	if err != nil {
		return b, b.refused("the milestones of "+b.MilestoneOf, err)
	}
	was, stays := r.bound(b.Key), r.newBoard(b.Board)
	stays.findings = slices.Clone(b.findings)
	current, found := phab.CurrentMilestone(milestones)
	switch {
	case found:
		b.fine("is now %q, the milestone with the highest number of those that are active (%d)", current.Name, current.Number)
		if err := r.tieMilestone(ctx, b, current); err != nil {
			return b, err
		}
	case len(milestones) == 0:
		b.leave(Finding{Lines: []int{b.Line}, Text: fmt.Sprintf("%s has no milestone that %s can see; make one, with a workboard and the columns %s, or name a board by its own hashtag", b.MilestoneOf, r.Self.Username, quoted(b.Named()))})
	default:
		b.leave(Finding{Lines: []int{b.Line}, Text: fmt.Sprintf("all milestones of %s are archived (%d, the last is %s); make a new one, or bring the last one back", b.MilestoneOf, len(milestones), milestones[len(milestones)-1].Name)})
	}
	if was == nil || b.out == nil {
		if was != nil && b.PHID != was.PHID {
			r.o.Log.Info().Msgf("the board is %s from now on, no longer %s", b.Tag, was.Tag)
		}
		return b, nil
	}
	at := slices.IndexFunc(milestones, func(m phab.Project) bool { return m.PHID == was.PHID })
	if at < 0 || b.PHID == was.PHID {
		return b, nil
	}
	stays.add(Finding{Level: Warn, Text: fmt.Sprintf("the board stays %s until that is fixed: %v", was.Tag, b.out)})
	return stays, r.tieMilestone(ctx, stays, milestones[at])
}

// tieMilestone is tie for a milestone, by its name as the server writes it.
func (r *run) tieMilestone(ctx context.Context, b *Board, m phab.Project) error {
	b.Tag = fmt.Sprintf("%s (%s)", b.MilestoneOf, m.Name)
	b.log = "board " + b.Tag
	return r.tie(ctx, b, m)
}

// bound is a board of the config as it was bound before; nil if it was not.
func (r *run) bound(key string) *Board {
	for _, board := range r.before.Boards {
		if board.Key == key {
			return board
		}
	}
	return nil
}

// clash leaves out a board that contradicts something, unless it is bound already: what became
// so since is no reason to stop what runs.
func (r *run) clash(b *Board, rep *report, f Finding) {
	if f.Level = Fail; r.bound(b.Key) != nil {
		rep.add(f)
	} else {
		rep.leave(f)
	}
}

// tie binds a board to a project.
func (r *run) tie(ctx context.Context, b *Board, project phab.Project) error {
	b.PHID, b.ID, b.Name, b.read = project.PHID, project.PHID, project.Name, time.Now()
	relatives, err := r.o.Phab.Relatives(ctx, project)
	if err != nil {
		return b.refused("the projects below and above it", err)
	}
	b.kin = map[string]phab.Relative{}
	for _, k := range relatives {
		b.kin[k.PHID], b.Within[k.PHID] = k, k.Name
	}
	if b.Columns, b.there, err = r.columns(ctx, &b.report, b.named()); err != nil {
		return b.refused("its columns", err)
	}
	if err := r.rules(ctx, b); err != nil {
		return err
	}
	if b.FirstSeen = b.Start.IsZero(); b.FirstSeen {
		if b.Start, err = r.o.Store.BoardStart(ctx, project.PHID, r.o.Phab.HTTP().Now()); err != nil {
			return err
		}
	}
	if team := r.Teams[b.TeamName]; team != nil {
		b.Team = team.Members
		if team.out != nil && b.out == nil { // which is reported for the team
			b.out = &Finding{File: b.file, Lines: []int{b.Line}, Log: b.log, Err: fmt.Errorf("its team %s: %w", b.TeamName, team.out.Err)}
		}
	}
	return nil
}

func quoted(names []string) string {
	var out []string
	for _, n := range names {
		out = append(out, fmt.Sprintf("%q", n))
	}
	return strings.Join(out, ", ")
}
