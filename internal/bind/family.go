package bind

import (
	"context"
	"fmt"
	"slices"

	"reviewsync/mapping"
)

// bindReplaced finds the boards that others replace, and says which boards can be used.
func (r *run) bindReplaced(ctx context.Context) error {
	for _, b := range r.All {
		b.Replaces = slices.Clone(b.Replaces)
		for i := range b.Replaces {
			if b.PHID == "" {
				continue
			}
			if err := r.bindOld(ctx, b, &b.Replaces[i]); err != nil {
				return err
			}
		}
		if b.out == nil {
			r.Boards = append(r.Boards, b)
		} else {
			r.LeftOut[b.of] = *b.out
		}
	}
	return nil
}

func (b *Binder) replaced(board *Board, legacy *mapping.Legacy) report {
	return b.report("board %s, replaced by %s", legacy.Tag, board.Key)
}

// bindOld finds a board that another one replaces, which does without one that is gone.
func (r *run) bindOld(ctx context.Context, b *Board, legacy *mapping.Legacy) error {
	rep, at := r.replaced(b, legacy), []int{legacy.Line}
	defer func() { r.others = append(r.others, rep.findings...) }()
	project, found, err := r.find(ctx, &rep, hashtag{
		tag: legacy.Tag, line: legacy.Line, fix: "correct the tag, or take it out if the board is gone",
		also: "; if no card is left there, take it out",
	})
	kin, related := b.kin[project.PHID]
	switch {
	case err != nil:
		return err
	case !found:
		r.LeftOut[fmt.Sprintf("board %s, which %s replaces,", legacy.Tag, b.Key)] = *rep.out
		return nil
	case project.PHID == b.PHID:
		rep.leave(Finding{Lines: at, Text: "is the same project, and cannot replace itself", Fix: "name the board that cards come from"})
	case related:
		r.clash(b, &rep, Finding{Lines: at, Text: fmt.Sprintf("is %s %s, and a task cannot be on both, so no card would come from there", kin.Is, b.Tag), Fix: "take it out"})
	}
	old := Replaced{PHID: project.PHID, Name: project.Name, Legacy: legacy}
	if rep.out == nil {
		if old.Columns, old.there, err = r.columns(ctx, &rep, old.named()); err != nil {
			return err
		}
		r.backAndForth(&rep, &old)
	}
	if b.out == nil {
		b.out = rep.out
	}
	b.Old = append(b.Old, old)
	return nil
}

// backAndForth refuses a column to take cards from that the rules of its own board name too.
func (r *run) backAndForth(rep *report, old *Replaced) {
	for _, other := range r.All {
		for _, name := range other.Named() {
			if c := other.Columns[name]; other.PHID == old.PHID && old.takes(c.ID) {
				rep.leave(Finding{
					Lines: []int{other.Line, old.Legacy.Line}, Fix: "take it out there or here",
					Text: fmt.Sprintf("column %q is in the rules or 'from' of board %s, which is the same project, so its cards would go back and forth", c.Name, other.Tag),
				})
			}
		}
	}
}

// family leaves out boards that a task cannot be on at once, and lets the others know the rules
// of those that they replace.
func (r *run) family(context.Context) error {
	for i, b := range r.All {
		rep := r.report("board %s", b.Key)
		for _, other := range r.All[i+1:] {
			f := Finding{Level: Fail, Lines: []int{b.Line, other.Line}}
			kin, related := b.kin[other.PHID]
			switch {
			case b.PHID == "" || other.PHID == "":
				continue
			case b.PHID == other.PHID:
				f.Text, f.Fix = fmt.Sprintf("is the same project as board %s", other.Tag), "put their rules together"
			case related:
				f.Text, f.Fix = fmt.Sprintf("board %s is %s it, and a task cannot be on both", other.Tag, kin.Is), "keep one of them"
			default:
				continue
			}
			if r.uses(b) && r.uses(other) && r.bound(other.Key) == nil {
				rep.out = nil
				rep.leave(f)
				r.drop(other, *rep.out)
			} else {
				rep.add(f)
			}
		}
		r.others = append(r.others, rep.findings...)
	}
	for _, b := range r.Boards {
		for _, old := range b.Old {
			if other := r.Board(old.PHID); other != nil {
				old.Legacy.Board = &other.Board.Board
			}
		}
	}
	return nil
}

func (r *run) uses(b *Board) bool { return slices.Contains(r.Boards, b) }

// drop leaves out a board that could be bound.
func (r *run) drop(b *Board, why Finding) {
	r.LeftOut[b.of] = why
	r.Boards = slices.DeleteFunc(r.Boards, func(other *Board) bool { return other == b })
}
