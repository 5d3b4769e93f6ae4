package bind

import (
	"fmt"
	"slices"

	"reviewsync/internal/config"
	"reviewsync/mapping"
	"reviewsync/phab"
)

// family leaves out what a task cannot have together with a board's tag, or would have
// without a choice: another board, a tag that is kept on tasks, a board to take cards
// from. Of what was bound before and became so later, there is a warning.
func (r *Binder) family(b *Bound) {
	before := r.Current()
	for _, c := range r.clashes(b) {
		switch {
		case c.board != nil && !slices.Contains(b.Boards, c.board), c.with != nil && !slices.Contains(b.Boards, c.with): // one of them is out already
		case c.board != nil && r.boundBefore(c.board.Board) != nil,
			before != nil && c.board == nil && before.hasTag(c.tag):
			r.warnOnce("family", "%v", c.err)
		case c.board != nil:
			b.drop(c.board, c.err)
		default:
			b.LeftOut["tag "+c.tag] = c.err
			b.Tags = slices.DeleteFunc(b.Tags, func(t Tag) bool { return t.Tag == c.tag })
		}
	}
}

// clash is a board or, where there is none, a tag that contradicts something else.
type clash struct {
	board *Board
	tag   string
	with  *Board
	err   error
}

// clashes lists them.
func (r *Binder) clashes(b *Bound) []clash {
	var all []clash
	for i, board := range b.Boards {
		for _, other := range b.Boards[i+1:] {
			if board.PHID == other.PHID {
				all = append(all, clash{board: other, with: board, err: r.atLine(other.Board, blocked("it is the same project as board %s (line %d); put their rules together", board.Tag, board.Line))})
			} else if kin, ok := board.kin[other.PHID]; ok {
				all = append(all, clash{board: other, with: board, err: r.atLine(other.Board, blocked("it is %s board %s (line %d), and a task cannot be on both; keep one of them", kin.Is, board.Tag, board.Line))})
			}
		}
		for _, tag := range b.Tags {
			if kin, ok := board.kin[tag.PHID]; ok {
				all = append(all, clash{tag: tag.Tag, with: board, err: fmt.Errorf("%s:%d: tags: %w", r.o.Config.Path, tag.line,
					blocked("%s is %s board %s, and a task cannot have both, so it would take cards off the board; name another tag", tag.Tag, kin.Is, board.Tag))})
			}
		}
		for _, old := range board.Old {
			if kin, ok := board.kin[old.PHID]; ok {
				at := config.Board{Line: old.Legacy.Line}
				at.Tag = old.Legacy.Tag
				all = append(all, clash{board: board, err: r.atLine(at, blocked("it is %s %s, and a task cannot be on both, so no card would come from there; take it out", kin.Is, board.Tag))})
			}
		}
		for _, dead := range config.DeadRules(board.resolved(), b.open()) {
			at := config.Board{Line: dead.Rule.Line}
			at.Tag = board.Tag
			all = append(all, clash{board: board, err: r.atLine(at, blocked("the rule on line %d %s", dead.Rule.Line, dead))})
		}
	}
	return all
}

// resolved is the board's rules with PHIDs instead of tags.
func (b *Board) resolved() []mapping.Rule {
	return config.WithTags(b.Rules, func(tag string) string {
		for phid, tags := range b.Tags {
			if slices.Contains(tags, tag) {
				return phid
			}
		}
		return tag
	})
}

// ruleTag refuses a tag in a rule of a board that every card of it has, or none.
func (b *Board) ruleTag(tag string, project phab.Project) error {
	kin, related := b.kin[project.PHID]
	switch {
	case project.PHID == b.PHID:
		return blocked("%s is the project of the board itself, which every card of it has; take the tag out", tag)
	case related:
		return blocked("%s (%s) is %s %s, and a task cannot have both, so the rule can never match; take the tag out", tag, kin.Name, kin.Is, b.Tag)
	}
	return nil
}

func byPHID(all []phab.Relative) map[string]phab.Relative {
	m := map[string]phab.Relative{}
	for _, k := range all {
		m[k.PHID] = k
	}
	return m
}
