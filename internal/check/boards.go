package check

import (
	"context"

	"reviewsync/internal/bind"
)

// boards reports what the service would find of boards and tags, and whether it may edit some of
// their cards.
func (r *run) boards(ctx context.Context) []bind.Finding {
	bound, err := r.bound()
	if err != nil {
		l := &lines{subject: "boards"}
		l.failed("they", err)
		return l.all
	}
	cards := make([]lines, len(bound.All))
	together(len(bound.All), func(i int) {
		cards[i].subject = "board " + bound.All[i].Key
		r.cards(ctx, &cards[i], bound.All[i])
	})
	var out []bind.Finding
	for i, b := range bound.All {
		out = append(append(out, b.Findings()...), cards[i].all...)
	}
	return append(out, bound.Together()...)
}
