package mapping

import (
	"slices"
	"time"

	"reviewsync/mapping/review"
)

func (x *decider) explainChange(h *review.History) ChangeExplained {
	e := ChangeExplained{
		Key: h.Key, Branch: h.Branch, Status: h.Status, Linked: h.Linked(x.Card.Task), Ignored: x.ignored(h),
		Timeline: review.NewTimeline(&x.Board.Policy, h, time.Unix(x.now(), 0)),
	}
	if h.Owner != review.Nobody {
		e.Owner = h.People[h.Owner].String()
	}
	e.Counted = e.Ignored.Because == ""
	switch {
	case !e.Counted:
	case !e.Linked:
		e.Ignored.Because = IgnoredUnlinked
	case h.Status == review.StatusMerged && review.WhoReverts(x.Changes).Has(h):
		e.Counted, e.Ignored.Because = false, IgnoredRevert
	}
	// Alone, a change is dated by what was said about it.
	c := replay(x.Board, x.Card.Task, []*review.History{h}, x.now())
	if len(c.views) == 0 {
		return e
	}
	e.Decides = time.Unix(c.began, 0).UTC()
	if !e.Counted {
		return e
	}
	v := c.views[0]
	e.Since, e.Why, e.Now, e.Standing = time.Unix(c.since, 0).UTC(), x.whyOf(&c, v), x.newest(&c), v.Standing()
	if i := slices.IndexFunc(x.c.views, func(v *review.View) bool { return v.Change == h && v.State == review.Reverted }); i >= 0 {
		v := x.c.views[i]
		e.Since, e.Why, e.Now = time.Unix(v.UndoneBy.MergedAt(), 0).UTC(), x.whyOf(&x.c, v), x.newest(&x.c)
	}
	return e
}

// ignored says why the board does not count a change; zero: it does.
func (x *decider) ignored(h *review.History) Ignored {
	switch x.Board.Ignores(h) {
	case review.IgnoredRepository:
		return Ignored{Because: IgnoredRepository}
	case review.IgnoredBranch:
		return Ignored{Because: IgnoredBranch}
	case review.IgnoredBot:
		return Ignored{Because: IgnoredBot}
	case review.IgnoredOwner:
		return Ignored{
			Because: IgnoredOwner, Counts: WordsOf(x.Board.Count.Owners...),
			InTeam: h.Owner != review.Nobody && slices.Contains(x.Board.Team, h.People[h.Owner].Username),
		}
	case review.NotIgnored:
	}
	return Ignored{}
}
