package service

import (
	"context"
	"fmt"
	"slices"

	"reviewsync/internal/config"
	"reviewsync/mapping"
	"reviewsync/mapping/tell"
)

// report says once what a sweep saw.
func (r *rounds) report(ctx context.Context) {
	if r.seen {
		return
	}
	t, err := r.Assess.Tally(ctx)
	if err != nil {
		r.Log.Warn().Err(err).Msg("what is there could not be counted")
		return
	}
	r.seen = true
	r.Log.Info().Int("open", t.Open).Int("counted", t.Counted).Msg(tell.Tally(t, "moved"))
	if t.Open > 0 && t.Counted == 0 { // one board without a change may well be right
		for _, w := range uncounted(r.Config, t) {
			r.Log.Warn().Msg(w)
		}
	}
}

// Seen counts what Sync saw, and says where nothing counts. It can be asked once.
func (s *Service) Seen(ctx context.Context) (t mapping.Tally, warnings []string, err error) {
	t, err = s.Assess.Tally(ctx)
	return t, uncounted(s.Config, t), err
}

// uncounted says where nothing counts, and which key of the config to look at. It may be no mistake.
func uncounted(cfg *config.Config, t mapping.Tally) (warnings []string) {
	if t.Open == 0 {
		return []string{fmt.Sprintf("%s: gerrit.user: %s sees no open change; if there are any, give it the right to read their repositories", cfg.Path, cfg.Gerrit.User)}
	}
	for n, b := range cfg.Boards {
		if slices.Contains(t.Idle, b.Tag) {
			warnings = append(warnings, fmt.Sprintf("%s:%d: boards[%d].count: none of %s counts on %s, so no vote moves a card there; if that is not meant, correct its repositories, branches, owners or team",
				cfg.Path, b.Line, n, tell.Counted(t.Open, "open change"), b.Tag))
		}
	}
	return warnings
}
