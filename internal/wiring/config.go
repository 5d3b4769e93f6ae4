package wiring

import (
	"slices"
	"time"

	"reviewsync/internal/config"
	"reviewsync/mapping/review"
)

// asks says whether a board asks anybody for a review.
func asks(cfg *config.Config) bool {
	return slices.ContainsFunc(cfg.Boards, func(b config.Board) bool { return b.Ask != nil })
}

// deployed are all conditions under which a change is deployed.
func deployed(cfg *config.Config) []review.Deployment {
	var all []review.Deployment
	for _, b := range cfg.Boards {
		all = append(all, b.Deployed...)
	}
	return all
}

// firstStart is the earliest start that the config gives a board; zero if it gives none.
func firstStart(cfg *config.Config) time.Time {
	var first time.Time
	for _, b := range cfg.Boards {
		if !b.Start.IsZero() && (first.IsZero() || b.Start.Before(first)) {
			first = b.Start
		}
	}
	return first
}
