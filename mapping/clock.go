package mapping

import "time"

// clockError is how exactly two servers' clocks can be compared by their Date headers.
// Within it, a person who moved a card wins.
const clockError = 2 * time.Second

// onPhabricator is a time of Gerrit's clock on Phabricator's, which is ahead by skew.
func onPhabricator(at int64, skew time.Duration) time.Time {
	return time.Unix(at, 0).UTC().Add(known(skew))
}

// onGerrit is a time of Phabricator's clock on Gerrit's.
func onGerrit(at time.Time, skew time.Duration) time.Time { return at.Add(-known(skew)) }

// known is what can be known of a skew: one that is no greater than the error may be none.
func known(skew time.Duration) time.Duration {
	if skew.Abs() > clockError {
		return skew
	}
	return 0
}

// date is a time of Gerrit's clock on Phabricator's.
func (q *Question) date(at int64) time.Time { return onPhabricator(at, q.Skew) }

// now is when the card was read, on Gerrit's clock.
func (q *Question) now() int64 { return onGerrit(q.Card.Read, q.Skew).Unix() }
