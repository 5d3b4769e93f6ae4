package sqlite

import (
	"context"
	"fmt"
	"time"

	"reviewsync/internal/store"
)

const (
	sqlAheadMoments = `update moment set at = $1 where kind <> 'watermark' and at > $1`
	sqlAheadCards   = `update card set since = case when since > $1 then $1 else since end, placed = case when placed > $1 then $1 else placed end,
	decided = case when decided > $1 then $1 else decided end, read = case when read > $1 then $1 else read end,
	settled_at = case when settled_at > $1 then $1 else settled_at end
where since > $1 or placed > $1 or decided > $1 or read > $1 or settled_at > $1`
	sqlAheadSteps   = `update history set at = $1 where at > $1`
	sqlAheadRefs    = `update contained set since = $1 where since > $1`
	sqlAheadLooks   = `update looked set at = $1 where at > $1`
	sqlAheadWaits   = `update wait set since = $1 where since > $1`
	sqlAheadBegun   = `update op set created = $1 where created > $1`
	sqlAheadEnded   = `update op set ended = $1 where ended > $1`
	sqlAheadAsks    = `update ask set at = $1 where at > $1`
	sqlAheadShifts  = `delete from duty where first > $1`
	sqlAheadServed  = `update duty set served = '' where last > $1 and served <> ''`
	sqlAheadAgenda  = `update agenda set not_before = 0 where not_before > $1` // some are far ahead on purpose: these are put off again
	sqlAheadRetries = `update agenda set not_before = 0 where not_before > $1 and (class <> '' or kind in ('change', 'task', 'second', 'lost'))`
)

// Now returns the time by which items are due. It is monotonic: if the clock of the machine is set,
// nothing becomes due sooner or later.
func (s *file) Now() time.Time { return s.opened.Add(time.Since(s.opened)) }

// hurryRetries makes due at once what failed and would wait for longer than any retry does: the
// clock was set back while the service was down.
func (s *file) hurryRetries(ctx context.Context) error {
	return s.change(ctx, "look at the clock", func(ctx context.Context, t tx) error {
		return t.exec(ctx, sqlAheadRetries, millis(s.opened.Add(store.NoRetry)))
	})
}

// PullBack replaces dates after now, which a wrong clock made and which would count until that time
// comes, by now. It reports whether there were any. It removes shifts that were fixed more than a
// year ahead.
func (s *file) PullBack(ctx context.Context, now time.Time) (news bool, err error) {
	err = s.change(ctx, "pull back what lies ahead", func(ctx context.Context, t tx) error {
		news = false
		for _, u := range []struct {
			query string
			at    any
		}{
			{sqlAheadMoments, millis(now)},
			{sqlAheadCards, millis(now)},
			{sqlAheadSteps, millis(now)},
			{sqlAheadRefs, millis(now)},
			{sqlAheadLooks, millis(now)},
			{sqlAheadWaits, millis(now)},
			{sqlAheadBegun, millis(now)},
			{sqlAheadEnded, millis(now)},
			{sqlAheadAsks, millis(now)},
			{sqlAheadShifts, now.AddDate(1, 0, 0).Format(time.DateOnly)},
			{sqlAheadServed, now.AddDate(0, 0, 1).Format(time.DateOnly)},
		} {
			done, err := t.ExecContext(ctx, u.query, u.at)
			if err != nil {
				return err
			}
			n, err := done.RowsAffected()
			if err != nil {
				return err
			}
			news = news || n > 0
		}
		if !news {
			return nil
		}
		return t.exec(ctx, sqlAheadAgenda, millis(now))
	})
	if err != nil || !news {
		return news, err
	}
	created, _, err := s.moment(ctx, momentStore, "created")
	if err != nil {
		return news, fmt.Errorf("read when the store was made: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.created = created
	return news, nil
}
