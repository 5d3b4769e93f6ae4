package bind

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"reviewsync/internal/config"
	"reviewsync/internal/remote"
	"reviewsync/phab"
)

// bindBoards binds all boards that can be bound.
func (r *Binder) bindBoards(ctx context.Context, b *Bound, statuses []phab.Status) error {
	for _, c := range r.o.Config.Boards {
		board, err := r.bindNow(ctx, c, b.LeftOut)
		if err == nil {
			err = r.knowStatuses(board, statuses)
		}
		if err == nil {
			b.Boards = append(b.Boards, board)
		} else if err := b.LeftOut.leave("board "+boardKey(c), err); err != nil {
			return err
		}
	}
	for _, board := range slices.Clone(b.Boards) {
		if err := r.knowOld(board, b.Boards); err != nil {
			b.drop(board, err)
		}
	}
	return nil
}

// drop leaves out a board that was bound.
func (b *Bound) drop(board *Board, err error) {
	b.LeftOut["board "+boardKey(board.Board)] = err
	b.Boards = slices.DeleteFunc(b.Boards, func(other *Board) bool { return other == board })
	for _, other := range b.Boards {
		for _, old := range other.Old {
			if old.Legacy.Board == &board.Board.Board {
				old.Legacy.Board = nil // nobody goes by its rules
			}
		}
	}
}

func (r *Binder) bindBoard(ctx context.Context, c config.Board, project phab.Project, out LeftOut) (*Board, error) {
	var err error
	b := &Board{Board: c, PHID: project.PHID, Name: project.Name, Within: map[string]string{}, looked: time.Now()}
	if b.Columns, b.there, err = r.bindColumns(ctx, targets(c, b.PHID)); err != nil {
		return nil, err
	}
	if err := r.bindOld(ctx, b, out); err != nil {
		return nil, err
	}
	relatives, err := r.o.Phab.Relatives(ctx, project)
	if err != nil {
		return nil, err
	}
	b.kin = byPHID(relatives)
	for _, p := range relatives {
		b.Within[p.PHID] = p.Name
	}
	if err := r.bindTags(ctx, b); err != nil {
		return nil, err
	}
	if b.Start.IsZero() {
		if b.Start, err = r.o.Store.BoardStart(ctx, project.PHID, r.o.Phab.HTTP().Now()); err != nil {
			return nil, err
		}
	}
	if team := r.o.Config.Teams[c.TeamName]; team.Project != "" {
		if b.Team, err = r.Members(ctx, team.Project); err != nil {
			return nil, r.atLine(c, fmt.Errorf("its team %s: %w", c.TeamName, err))
		}
	}
	return b, nil
}

// bindOld finds the boards that a board replaces. It does without one that is gone.
func (r *Binder) bindOld(ctx context.Context, b *Board, out LeftOut) error {
	b.Replaces = slices.Clone(b.Replaces)
	for i := range b.Replaces {
		legacy := &b.Replaces[i]
		at := config.Board{Line: legacy.Line} // no column of it is named by a rule
		at.Tag = legacy.Tag
		project, err := r.Project(ctx, legacy.Tag)
		switch {
		case remote.NotFound(err):
			out[fmt.Sprintf("board %s, which %s replaces,", legacy.Tag, boardKey(b.Board))] = fmt.Errorf("%w; if no card is left there, take it out", r.atLine(at, err))
			continue
		case err != nil:
			return r.atLine(at, err)
		case project.PHID == b.PHID:
			return r.atLine(at, blocked("it is the same project as %s, which cannot replace itself; name the board that cards come from", b.Tag))
		}
		old, err := r.bindOldColumns(ctx, Replaced{PHID: project.PHID, Legacy: legacy})
		if err != nil {
			return err
		}
		b.Old = append(b.Old, old)
	}
	return nil
}

// knowOld lets a board know the rules of those that it replaces, where the config has
// them. It refuses a column that these rules name too: its cards would go to and fro.
func (r *Binder) knowOld(b *Board, all []*Board) error {
	for _, old := range b.Old {
		for _, other := range all {
			if other.PHID != old.PHID {
				continue
			}
			old.Legacy.Board = &other.Board.Board
			for _, c := range old.Columns {
				if slices.Contains(slices.Collect(maps.Values(other.Columns)), c) {
					at := b.Board
					at.Tag, at.Line = old.Legacy.Tag, old.Legacy.Line
					return r.atLine(at, blocked("column %q is in the rules or 'from' of board %s (line %d) too, so its cards would go to and fro; take it out there or here", c.Name, other.Tag, other.Line))
				}
			}
		}
	}
	return nil
}

func (r *Binder) atLine(c config.Board, err error) error {
	return fmt.Errorf("%s:%d: board %s: %w", r.o.Config.Path, c.Line, c.Tag, err)
}

// Members are the user names of a project's members.
func (r *Binder) Members(ctx context.Context, tag string) ([]string, error) {
	project, err := r.Project(ctx, tag)
	if err != nil {
		return nil, err
	}
	phids, err := r.o.Phab.Members(ctx, project.PHID)
	if err != nil || len(phids) == 0 {
		return nil, err
	}
	users, err := r.o.Phab.UsersByPHID(ctx, phids)
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

func blocked(format string, args ...any) error {
	return &remote.Error{Class: remote.Blocked, Server: "phabricator", Op: "look at the board", Detail: fmt.Sprintf(format, args...)}
}
