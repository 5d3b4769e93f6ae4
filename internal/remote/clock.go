package remote

import "time"

// How far a server's clock is trusted.
const (
	exact    = 2 * time.Second     // the error when clocks are compared: dates have no fractions of a second
	agreeing = 3                   // answers in a row that must agree on a jump
	apart    = 10 * time.Minute    // if clocks differ by more, one of them is wrong
	slack    = 5 * time.Second     // how far ahead a date may be without being wrong
	ages     = 320_000 * time.Hour // 36 years, the largest offset, so that sums of offsets do not overflow
)

// clock is what is known of a server's clock, as an offset from the local one.
//
// Date headers claim an offset. A proxy may write them and a cache may keep them, so the claim
// is in doubt until something that the server itself dated proves or disproves it. Until then
// the claim may be right, or an offset of zero. No time that is derived from this is further
// ahead than what is proven, or more than ten minutes ahead of the local clock.
type clock struct {
	known  bool
	claim  time.Duration // the offset by Date headers
	proof  proof
	beyond time.Duration // how far ahead something is that the server dated, if its Date headers do not explain it

	next   time.Duration // the offset by newer Date headers that disagree with claim
	agreed int           // how many of these in a row agree with each other
}

type proof int

const (
	doubted proof = iota
	proven
	disproved
)

// claimed takes the Date header of an answer, by which the offset is between low and high.
func (c *clock) claimed(low, high time.Duration) {
	low, high = cut(low), cut(high)
	if got := closest(c.claim, low, high); (got - c.claim).Abs() <= exact {
		c.claim, c.known, c.agreed = got, true, 0
		return
	}
	if got := closest(c.next, low, high); c.agreed > 0 && (got-c.next).Abs() <= exact {
		c.next = got
	} else {
		c.next, c.agreed = closest(0, low, high), 0
	}
	if c.agreed++; c.agreed == agreeing {
		was := c.proof
		*c = clock{known: true, claim: c.next}
		if was == disproved && !c.sure() { // it was wrong before, so the new claim needs proof
			c.proof = disproved
		}
	}
}

func cut(offset time.Duration) time.Duration { return min(max(offset, -ages), ages) }

// closest returns the offset between low and high that is closest to another, in whole seconds.
func closest(to, low, high time.Duration) time.Duration {
	return min(max(to, low), high).Round(time.Second)
}

// dated takes a date that the server itself gave, by which the offset is between low and high.
func (c *clock) dated(low, high time.Duration) {
	low, high = cut(low), cut(high)
	fits := func(offset time.Duration) bool { return low-exact <= offset && offset <= high+exact }
	switch {
	case fits(c.claim) && !fits(0):
		c.proof = proven
	case !fits(c.claim) && fits(0):
		c.proof = disproved
	case !fits(c.claim) && low <= apart: // a date further ahead is nonsense, and says nothing about the clock
		c.beyond = max(c.beyond, low)
	}
}

// offset is the offset to use where a single time is needed.
func (c *clock) offset() time.Duration {
	switch {
	case c.sure():
		return c.claim
	case c.proof == doubted && c.claim < 0 && c.claim >= -apart:
		return c.claim
	default:
		return 0
	}
}

// span returns the smallest and the largest offset that may be right.
func (c *clock) span() (low, high time.Duration) {
	switch {
	case c.sure():
		low, high = c.claim, c.claim
	case c.proof == doubted:
		low, high = min(0, c.claim), max(0, c.claim)
	}
	if c.beyond > 0 {
		high = max(high, c.beyond)
	}
	return low, high
}

// widest is span, but includes what the newest Date headers claim: the local clock may just
// have been set.
func (c *clock) widest() (low, high time.Duration) {
	low, high = c.span()
	if c.agreed > 0 {
		low, high = min(low, c.next), max(high, c.next)
	}
	return low, high
}

func (c *clock) sure() bool { return c.proof == proven || c.claim.Abs() <= exact }

// skew returns how far the clock is ahead of another one, and by how much less it may be.
func (c clock) skew(other clock) (skew, doubt time.Duration) {
	if skew, same := c.same(other); same {
		return skew, max(0, other.beyond-max(0, other.claim))
	}
	if c.known && other.known {
		skew = c.offset() - other.offset()
	}
	low, _ := c.span()
	_, high := other.span()
	return skew, max(0, skew-(low-high))
}

// same reports whether two clocks agree, and how far this one is ahead. If they do, it is the
// local clock that is wrong. After that is set, both claim a new offset, one of them first.
func (c clock) same(other clock) (skew time.Duration, is bool) {
	if !c.known || !other.known || c.proof == disproved || other.proof == disproved {
		return 0, false
	}
	if skew = c.claim - other.claim; skew.Abs() <= exact {
		return skew, true
	}
	if skew = c.claim - other.next; other.agreed > 0 && skew.Abs() <= exact {
		return skew, true
	}
	skew = c.next - other.claim
	return skew, c.agreed > 0 && skew.Abs() <= exact
}
