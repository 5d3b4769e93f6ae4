package remote

import "time"

// How far a server's clock is believed.
const (
	exact    = 2 * time.Second     // as closely as clocks can be compared: dates are cut to the second
	agreeing = 3                   // answers in a row that agree, before a jump is believed
	apart    = 10 * time.Minute    // clocks that differ by more are wrong, and nobody knows which one
	slack    = 5 * time.Second     // that a date may lie ahead without being wrong
	ages     = 320_000 * time.Hour // 36 years; an offset of more is cut, so that sums of them are right
)

// clock is what is known of a server's clock, as its offset from ours.
//
// Date headers claim an offset. A proxy may write them, and a cache may keep them, so the claim
// is doubted until something that the server itself dated proves or disproves it. Until then
// both the claim and an offset of zero may be right. No time that is made of this lies further
// ahead than what is proven, nor more than ten minutes ahead of our own clock.
type clock struct {
	known  bool
	claim  time.Duration // what Date headers say
	proof  proof
	beyond time.Duration // the server has dated something so far ahead of us, whatever its Date headers say

	next   time.Duration // what newer Date headers say instead
	agreed int           // how many of them, in a row
}

type proof int

const (
	doubted proof = iota
	proven
	disproved
)

// told takes the Date header of an answer, by which the offset is between low and high.
func (c *clock) told(low, high time.Duration) {
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
		if was == disproved && !c.sure() { // wrong before, so what it says next needs proof
			c.proof = disproved
		}
	}
}

func cut(offset time.Duration) time.Duration { return min(max(offset, -ages), ages) }

// closest is the offset between low and high that differs least from another, in seconds.
func closest(to, low, high time.Duration) time.Duration {
	return min(max(to, low), high).Round(time.Second)
}

// shown takes what the server dated itself, by which the offset is between low and high.
func (c *clock) shown(low, high time.Duration) {
	low, high = cut(low), cut(high)
	fits := func(offset time.Duration) bool { return low-exact <= offset && offset <= high+exact }
	switch {
	case fits(c.claim) && !fits(0):
		c.proof = proven
	case !fits(c.claim) && fits(0):
		c.proof = disproved
	case !fits(c.claim) && low <= apart: // else it is nonsense, and says nothing about the clock
		c.beyond = max(c.beyond, low)
	}
}

// offset is what is gone by where a single time is needed.
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

// span is the least and the greatest offset that may be right.
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

// widest is span while Date headers begin to say something else, too: they may be wrong, or
// our own clock was set just now.
func (c *clock) widest() (low, high time.Duration) {
	low, high = c.span()
	if c.agreed > 0 {
		low, high = min(low, c.next), max(high, c.next)
	}
	return low, high
}

func (c *clock) sure() bool { return c.proof == proven || c.claim.Abs() <= exact }

// skew is how far the clock is ahead of another one, and by how much less it may be.
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

// same says whether two clocks say the same, and how far this one is ahead. Then our own clock
// is the one that is wrong. When that is set, both say something new, one of them first.
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
