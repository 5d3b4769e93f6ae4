package reconcile

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"reviewsync/internal/config"
	"reviewsync/internal/remote"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/phab"
)

// Board is a board of the config, bound to what there is on the server.
type Board struct {
	config.Board
	PHID    string
	Name    string
	Columns map[string]mapping.Column // by the names that the config uses
	Within  map[string]string         // names by PHID of the projects that a task cannot be in while it is on the board
	Old     []oldBoard                // boards that it replaces
	Tags    map[string][]string       // the tags that its rules name, by the PHID of their project

	kin    map[string]phab.Relative // what Within names, by PHID
	there  []phab.Column            // all its columns
	looked time.Time                // when they were read
	slot   chan struct{}            // held while a card of the board is written
}

// oldBoard is a board that another one replaces, with the columns to take cards from.
type oldBoard struct {
	PHID    string
	legacy  *mapping.Legacy
	columns []mapping.Column
	there   []phab.Column // all its columns
}

// writers is how many writes to one board may run at once: two of them can tear a card.
const writers = 1

// bound is everything that the service knows of the Phabricator side.
type bound struct {
	boards []*Board
	closed map[string]bool // closed statuses
	merged map[string]bool // statuses of tasks that were merged into others
	self   string          // our own PHID
	bots   map[string]bool // PHIDs of listed bots
	tags   []boundTag

	comments  map[mapping.CommentKind]time.Time // since when there are such comments
	commented mapping.Scope                     // which changes they are about
	ofChanges bool                              // they are not only about asks
	followed  followed
	leftOut   leftOut // of the config
}

// Bind looks at Phabricator and ties the config to it: our own account, bots, statuses,
// boards, columns, teams. It can be called again at any time; what is bound stays in use
// if it fails.
func (r *Reconciler) Bind(ctx context.Context) error {
	self, err := r.o.Phab.WhoAmI(ctx)
	if err != nil {
		return err
	}
	b := &bound{self: self.PHID, closed: map[string]bool{}, merged: map[string]bool{}, bots: map[string]bool{}, leftOut: leftOut{}}
	r.names.put(self.PHID, self.Username)
	statuses, err := r.o.Phab.Statuses(ctx)
	if err != nil {
		return err
	}
	for _, s := range statuses {
		b.closed[s.Value], b.merged[s.Value] = s.Closed, s.Merged
	}
	if bots := r.o.Config.Phabricator.Bots; len(bots) > 0 {
		users, err := r.o.Phab.Users(ctx, bots)
		if err != nil {
			return err
		}
		for _, u := range users {
			b.bots[u.PHID] = true
			r.names.put(u.PHID, u.Username)
		}
	}
	if err := r.bindBoards(ctx, b, statuses); err != nil {
		return err
	}
	if err := r.bindOpenTags(ctx, b); err != nil {
		return err
	}
	r.family(b)
	if len(b.boards) == 0 && r.binding() == nil {
		return errors.Join(b.leftOut.all()...) // there is nothing to do
	}
	if b.comments, err = r.bindComments(ctx); err != nil {
		return err
	}
	b.ofChanges = r.o.Config.Comments.OfChanges()
	if err := r.bindScopes(ctx, b); err != nil {
		return err
	}
	if b.followed, err = r.follows(ctx); err != nil {
		return err
	}
	if len(b.leftOut) == 0 { // else what waits there may be waited for again
		if err := r.keepWaits(ctx, b.boards); err != nil {
			return err
		}
	}
	r.use(b)
	return nil
}

// use puts what is bound into the place of what was.
func (r *Reconciler) use(b *bound) {
	var before leftOut
	r.mu.Lock()
	if r.bound != nil {
		before = r.bound.leftOut
		for _, board := range b.boards { // writes under way go on holding their slots
			if old := r.bound.board(board.PHID); old != nil {
				board.slot = old.slot
			}
		}
	}
	r.bound = b
	r.mu.Unlock()
	r.tellLeftOut(before, b.leftOut)
}

// board is the one that is bound to a project; nil if none is.
func (b *bound) board(phid string) *Board {
	for _, board := range b.boards {
		if board.PHID == phid {
			return board
		}
	}
	return nil
}

// bindBoards binds all boards that can be bound.
func (r *Reconciler) bindBoards(ctx context.Context, b *bound, statuses []phab.Status) error {
	for _, c := range r.o.Config.Boards {
		board, err := r.bindNow(ctx, c, b.leftOut)
		if err == nil {
			err = r.knowStatuses(board, statuses)
		}
		if err == nil {
			b.boards = append(b.boards, board)
		} else if err := b.leftOut.leave("board "+boardKey(c), err); err != nil {
			return err
		}
	}
	for _, board := range slices.Clone(b.boards) {
		if err := r.knowOld(board, b.boards); err != nil {
			b.drop(board, err)
		}
	}
	return nil
}

// drop leaves out a board that was bound.
func (b *bound) drop(board *Board, err error) {
	b.leftOut["board "+boardKey(board.Board)] = err
	b.boards = slices.DeleteFunc(b.boards, func(other *Board) bool { return other == board })
	for _, other := range b.boards {
		for _, old := range other.Old {
			if old.legacy.Board == &board.Board.Board {
				old.legacy.Board = nil // nobody goes by its rules
			}
		}
	}
}

func (r *Reconciler) bindBoard(ctx context.Context, c config.Board, project phab.Project, out leftOut) (*Board, error) {
	var err error
	b := &Board{Board: c, PHID: project.PHID, Name: project.Name, Within: map[string]string{}, looked: time.Now(), slot: make(chan struct{}, writers)}
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
		if b.Team, err = r.members(ctx, team.Project); err != nil {
			return nil, r.atLine(c, fmt.Errorf("its team %s: %w", c.TeamName, err))
		}
	}
	return b, nil
}

// concerns says whether the changes of a task, or its absence of changes, can matter to a board, a tag or a comment.
func (b *bound) concerns(changes []*review.History) bool {
	return slices.ContainsFunc(b.boards, func(board *Board) bool { return board.WithoutReview() || board.Counts(changes) }) || b.covers(changes)
}

// bindOld finds the boards that a board replaces. It does without one that is gone.
func (r *Reconciler) bindOld(ctx context.Context, b *Board, out leftOut) error {
	b.Replaces = slices.Clone(b.Replaces)
	for i := range b.Replaces {
		legacy := &b.Replaces[i]
		at := config.Board{Line: legacy.Line} // no column of it is named by a rule
		at.Tag = legacy.Tag
		project, err := r.project(ctx, legacy.Tag)
		switch {
		case remote.NotFound(err):
			out[fmt.Sprintf("board %s, which %s replaces,", legacy.Tag, boardKey(b.Board))] = fmt.Errorf("%w; if no card is left there, take it out", r.atLine(at, err))
			continue
		case err != nil:
			return r.atLine(at, err)
		case project.PHID == b.PHID:
			return r.atLine(at, blocked("it is the same project as %s, which cannot replace itself; name the board that cards come from", b.Tag))
		}
		old, err := r.bindOldColumns(ctx, oldBoard{PHID: project.PHID, legacy: legacy})
		if err != nil {
			return err
		}
		b.Old = append(b.Old, old)
	}
	return nil
}

// knowOld lets a board know the rules of those that it replaces, where the config has
// them. It refuses a column that these rules name too: its cards would go to and fro.
func (r *Reconciler) knowOld(b *Board, all []*Board) error {
	for _, old := range b.Old {
		for _, other := range all {
			if other.PHID != old.PHID {
				continue
			}
			old.legacy.Board = &other.Board.Board
			for _, c := range old.columns {
				if slices.Contains(slices.Collect(maps.Values(other.Columns)), c) {
					at := b.Board
					at.Tag, at.Line = old.legacy.Tag, old.legacy.Line
					return r.atLine(at, blocked("column %q is in the rules or 'from' of board %s (line %d) too, so its cards would go to and fro; take it out there or here", c.Name, other.Tag, other.Line))
				}
			}
		}
	}
	return nil
}

func (r *Reconciler) atLine(c config.Board, err error) error {
	return fmt.Errorf("%s:%d: board %s: %w", r.o.Config.Path, c.Line, c.Tag, err)
}

// members are the user names of a project's members.
func (r *Reconciler) members(ctx context.Context, tag string) ([]string, error) {
	project, err := r.project(ctx, tag)
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
