package bind

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"reviewsync/internal/config"
	"reviewsync/internal/remote"
	"reviewsync/phab"
)

// bindNow binds a board of the config to the project that it is now.
// A milestone that cannot be the board yet, for want of a workboard perhaps, is no reason
// to stop what runs: the board stays the one that it was.
func (r *Binder) bindNow(ctx context.Context, c config.Board, out LeftOut) (*Board, error) {
	if c.MilestoneOf == "" {
		project, err := r.Project(ctx, c.Tag)
		if err != nil {
			return nil, r.atLine(c, err)
		}
		return r.bindBoard(ctx, c, project, out)
	}
	parent, err := r.Project(ctx, c.MilestoneOf)
	if err != nil {
		return nil, r.atLine(c, err)
	}
	milestones, err := r.o.Phab.Milestones(ctx, parent.PHID)
	if err != nil {
		return nil, err
	}
	before := r.boundBefore(c)
	board, err := r.bindMilestone(ctx, c, milestones, out)
	switch {
	case before == nil || err != nil && remote.ClassOf(err) != remote.Blocked:
		return board, err
	case err == nil && board.PHID != before.PHID:
		r.o.Log.Info().Msgf("the board is %s from now on, no longer %s", board.Tag, before.Tag)
		return board, nil
	case err == nil:
		return board, nil
	}
	at := slices.IndexFunc(milestones, func(m phab.Project) bool { return m.PHID == before.PHID })
	if now, found := phab.CurrentMilestone(milestones); at < 0 || found && now.PHID == before.PHID {
		return nil, err
	}
	r.warnOnce("milestone of "+c.MilestoneOf, "the board stays %s until that is mended: %v", before.Tag, err)
	return r.bindBoard(ctx, milestoneBoard(c, milestones[at]), milestones[at], out)
}

// boundBefore is a board of the config as it was bound before; nil if it was not.
func (r *Binder) boundBefore(c config.Board) *Board {
	b := r.Current()
	if b == nil {
		return nil
	}
	for _, board := range b.Boards {
		if boardKey(board.Board) == boardKey(c) {
			return board
		}
	}
	return nil
}

// bindMilestone binds a board to the current one of some milestones.
func (r *Binder) bindMilestone(ctx context.Context, c config.Board, milestones []phab.Project, out LeftOut) (*Board, error) {
	current, found := phab.CurrentMilestone(milestones)
	switch {
	case found:
		return r.bindBoard(ctx, milestoneBoard(c, current), current, out)
	case len(milestones) == 0:
		return nil, r.atLine(c, blocked("%s has no milestone that reviewsync can see; make one, with a workboard and the columns %s, or name a board by its own hashtag", c.MilestoneOf, quoted(c.Named())))
	}
	return nil, r.atLine(c, blocked("all milestones of %s are archived (%d, the last is %s); make a new one, or bring the last one back", c.MilestoneOf, len(milestones), milestones[len(milestones)-1].Name))
}

// milestoneBoard is a board of the config by the name of its milestone, as the server writes it.
func milestoneBoard(c config.Board, m phab.Project) config.Board {
	c.Tag = fmt.Sprintf("%s (%s)", c.MilestoneOf, m.Name)
	return c
}

func quoted(names []string) string {
	var out []string
	for _, n := range names {
		out = append(out, fmt.Sprintf("%q", n))
	}
	return strings.Join(out, ", ")
}
