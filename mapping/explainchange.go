package mapping

import (
	"fmt"
	"slices"
	"time"

	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

func (x *decider) explainChange(h *review.History) ChangeExplained {
	e := ChangeExplained{
		Key: h.Key, Branch: h.Branch, Owner: "nobody", Status: h.Status, Linked: h.Linked(x.Card.Task), Ignored: x.ignoredBecause(h),
	}
	if h.Owner != review.Nobody {
		e.Owner = h.People[h.Owner].String()
	}
	e.Counted = e.Ignored == ""
	if e.Counted && !e.Linked {
		e.Ignored = fmt.Sprintf("its current patch set does not name T%d any more", x.Card.Task)
	}
	if e.Counted && e.Linked && h.Status == review.StatusMerged && review.WhoReverts(x.Changes).Has(h) {
		e.Counted, e.Ignored = false, "it is a revert that was merged, which counts only for what it undid"
	}
	// Alone, a change is dated by what was said about it.
	c := replay(x.Board, x.Card.Task, []*review.History{h}, x.now())
	t := teller{q: x.Question, c: &c, rule: x.rule}
	var since time.Time
	if len(c.views) > 0 {
		since = time.Unix(c.began, 0)
	}
	e.Facts = tell.Story(review.NewTimeline(&x.Board.Policy, h, time.Unix(x.now(), 0)), x.Card.Task, since)
	if len(c.views) == 0 || !e.Counted {
		return e
	}
	v := c.views[0]
	e.State, e.Since, e.Sentence = v.State, time.Unix(c.since, 0).UTC(), t.words().Why(t.whyOf(v))
	for _, s := range v.Standing() {
		e.Standing = append(e.Standing, t.words().Standing(s))
	}
	if i := slices.IndexFunc(x.c.views, func(v *review.View) bool { return v.Change == h && v.State == review.Reverted }); i >= 0 {
		v := x.c.views[i]
		e.State, e.Since, e.Sentence = v.State, time.Unix(v.UndoneBy.MergedAt(), 0).UTC(), x.tell.words().Why(x.tell.whyOf(v))
	}
	return e
}

// ignoredBecause says why the board does not count a change; empty: it does.
func (x *decider) ignoredBecause(h *review.History) string {
	owner := "its owner"
	if h.Owner != review.Nobody {
		owner += " " + h.People[h.Owner].String()
	}
	switch x.Board.Ignores(h) {
	case review.IgnoredRepository:
		return fmt.Sprintf("%s is not in count.repositories of %s", h.Project, x.Board.Tag)
	case review.IgnoredBranch:
		return fmt.Sprintf("the branch %s is not in count.branches of %s", h.Branch, x.Board.Tag)
	case review.IgnoredBot:
		return owner + " is a bot"
	case review.IgnoredOwner:
		who := "not in the team"
		if h.Owner != review.Nobody && slices.Contains(x.Board.Team, h.People[h.Owner].Username) {
			who = "in the team"
		}
		return fmt.Sprintf("%s is %s, and %s counts only changes of %s", owner, who, x.Board.Tag, x.Board.counted())
	case review.NotIgnored:
	}
	return ""
}

// counted are the owners whose changes the board counts, for people.
func (b *Board) counted() string {
	owners := slices.Clone(b.Count.Owners)
	if i := slices.Index(owners, "team"); i >= 0 {
		owners[i] = "the team"
	}
	return tell.OneOf(owners)
}
