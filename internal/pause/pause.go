// Package pause pauses boards, and lets them go on.
package pause

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"reviewsync/internal/config"
	"reviewsync/internal/store"
	"reviewsync/mapping"
)

// maxWhy is how long the reason for a pause may be, in bytes.
const maxWhy = 500

// Do does what is asked for. An error says what is wrong with the request.
func Do(ctx context.Context, cfg *config.Config, s store.Pauses, r mapping.PauseRequest, now time.Time) (mapping.PauseResult, error) {
	result := mapping.PauseResult{At: now.UTC()}
	board := ""
	if r.Board != "" {
		var err error
		if board, err = cfg.BoardTag(r.Board); err != nil {
			return result, err
		}
	}
	if r.Resume {
		return resume(ctx, s, board, result)
	}
	why := strings.Join(strings.Fields(r.Why), " ")
	switch {
	case why == "":
		return result, errors.New("say why, for those who wonder later: --why \"the boards are being reordered\"")
	case len(why) > maxWhy:
		return result, fmt.Errorf("--why has %d bytes; write %d at most", len(why), maxWhy)
	}
	p, first, err := s.Pause(ctx, mapping.Pause{Board: board, Since: result.At.Truncate(time.Second), Why: why})
	result.Outcome, result.Pause = mapping.PauseKept, p
	if first {
		result.Outcome = mapping.PauseBegun
	}
	return result, err
}

// resume ends a pause.
func resume(ctx context.Context, s store.Pauses, board string, result mapping.PauseResult) (mapping.PauseResult, error) {
	p, was, err := s.Resume(ctx, board)
	result.Outcome, result.Pause = mapping.PauseEnded, p
	if err == nil && !was {
		result.Outcome, result.Pause = mapping.PauseUnknown, mapping.Pause{Board: board}
		result.Others, err = s.Pauses(ctx)
	}
	return result, err
}
