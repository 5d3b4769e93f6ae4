package remote

import (
	"fmt"
	"net/http"
	"time"
)

// seeDate reads the server's clock off an answer. An error may be a proxy's own page, and what
// has an Age comes from a cache.
func (c *Client) seeDate(resp *http.Response, sent time.Time) {
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if age := resp.Header.Get("Age"); err == nil && resp.StatusCode == http.StatusOK && (age == "" || age == "0") {
		c.clock.told(date.Sub(c.o.Clock()), date.Sub(sent))
	}
}

// Dated takes the date that the server gave to something that was written just now or long ago.
// One that lies ahead of the server's time by its Date headers proves these wrong.
func (c *Client) Dated(date time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock.shown(date.Sub(c.o.Clock()), ages)
}

// Wrote takes the date that the server gave to something that was written between two times of our clock.
func (c *Client) Wrote(date, after, before time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock.shown(date.Sub(before), date.Add(time.Second).Sub(after))
}

// Offset is the server's clock minus ours by its Date headers, right or wrong, and whether
// there were any.
func (c *Client) Offset() (time.Duration, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.clock.known && c.clock.agreed > 0 { // there were few answers yet
		return c.clock.next, true
	}
	return c.clock.claim, c.clock.known
}

// Ours is our own time.
func (c *Client) Ours() time.Time { return c.o.Clock() }

// Ahead is the server's clock minus ours as far as it is trusted.
func (c *Client) Ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.clock.offset()
}

// Now is the server's time as far as it is trusted. It is never more than ten minutes ahead of ours.
func (c *Client) Now() time.Time {
	ahead := c.Ahead()
	if ahead > apart {
		ahead = 0
	}
	return c.o.Clock().Add(ahead)
}

// Earliest is no later than the server's time, whichever clock is right.
func (c *Client) Earliest() time.Time {
	c.mu.Lock()
	low, _ := c.clock.widest()
	c.mu.Unlock()
	if low > apart {
		low = 0
	}
	return c.o.Clock().Add(low)
}

// Bound is the earlier one of the server's time and ours. A server that is days behind must be
// proven to be.
func (c *Client) Bound() time.Time {
	c.mu.Lock()
	low, _ := c.clock.span()
	if low < -24*time.Hour && !c.clock.sure() {
		low = 0
	}
	c.mu.Unlock()
	return c.o.Clock().Add(min(0, low))
}

// Latest is later than the server's time and than ours, by some seconds, whichever clock is
// right: what is dated later still is dated wrong.
func (c *Client) Latest() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, high := c.clock.widest()
	return c.o.Clock().Add(max(0, high) + slack)
}

// Skew is how far a server's clock is ahead of another's, and by how much less it may be.
func Skew(c, other *Client) (skew, doubt time.Duration) {
	c.mu.Lock()
	one := c.clock
	c.mu.Unlock()
	other.mu.Lock()
	defer other.mu.Unlock()
	return one.skew(other.clock)
}

// Wrong says for people how far the server's clock is from ours, if that is too far; else "".
func (c *Client) Wrong() string {
	offset, _ := c.Offset()
	if offset.Abs() <= apart {
		return ""
	}
	way := "ahead of"
	if offset < 0 {
		way = "behind"
	}
	by := offset.Abs().Round(time.Minute).String()
	if offset.Abs() == ages { // it was cut
		by = "decades"
	}
	return fmt.Sprintf("by its Date headers the clock of %s is %s %s that of this machine", c.o.Server, by, way)
}
