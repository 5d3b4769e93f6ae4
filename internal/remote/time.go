package remote

import (
	"fmt"
	"net/http"
	"time"
)

// readDate reads the server's clock. It skips errors, which may come from a proxy, and answers
// with an Age, which come from a cache.
func (c *Client) readDate(resp *http.Response, sent time.Time) {
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if age := resp.Header.Get("Age"); err == nil && resp.StatusCode == http.StatusOK && (age == "" || age == "0") {
		c.clock.claimed(date.Sub(c.o.Clock()), date.Sub(sent))
	}
}

// ObserveDate takes the date of something that the server wrote now or earlier. If it is ahead
// of the Date headers, these are wrong.
func (c *Client) ObserveDate(date time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock.dated(date.Sub(c.o.Clock()), ages)
}

// ObserveWrite takes the date of something that the server wrote between two times of the local clock.
func (c *Client) ObserveWrite(date, after, before time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock.dated(date.Sub(before), date.Add(time.Second).Sub(after))
}

// ClaimedOffset returns the server's clock minus the local one by its Date headers, right or
// wrong, and whether there were any.
func (c *Client) ClaimedOffset() (time.Duration, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.clock.known && c.clock.agreed > 0 { // too few answers so far
		return c.clock.next, true
	}
	return c.clock.claim, c.clock.known
}

// LocalNow returns the time by the local clock.
func (c *Client) LocalNow() time.Time { return c.o.Clock() }

// Offset returns the server's clock minus the local one, as far as it is trusted.
func (c *Client) Offset() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.clock.offset()
}

// Now returns the server's time as far as it is trusted, never more than ten minutes ahead of the local time.
func (c *Client) Now() time.Time {
	offset := c.Offset()
	if offset > apart {
		offset = 0
	}
	return c.o.Clock().Add(offset)
}

// Earliest returns a time no later than the server's, whichever clock is right.
func (c *Client) Earliest() time.Time {
	c.mu.Lock()
	low, _ := c.clock.widest()
	c.mu.Unlock()
	if low > apart {
		low = 0
	}
	return c.o.Clock().Add(low)
}

// EarlierNow returns the earlier of the server's time and the local one. That a server is days
// behind must be proven.
func (c *Client) EarlierNow() time.Time {
	c.mu.Lock()
	low, _ := c.clock.span()
	if low < -24*time.Hour && !c.clock.sure() {
		low = 0
	}
	c.mu.Unlock()
	return c.o.Clock().Add(min(0, low))
}

// Latest returns a time some seconds later than both the server's and the local one, whichever
// clock is right. A date after it is wrong.
func (c *Client) Latest() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, high := c.clock.widest()
	return c.o.Clock().Add(max(0, high) + slack)
}

// Skew returns how far one server's clock is ahead of another's, and by how much less it may be.
func Skew(c, other *Client) (skew, doubt time.Duration) {
	c.mu.Lock()
	one := c.clock
	c.mu.Unlock()
	other.mu.Lock()
	defer other.mu.Unlock()
	return one.skew(other.clock)
}

// ClockError returns a sentence about a server's clock that is too far from the local one, or "".
func (c *Client) ClockError() string {
	offset, _ := c.ClaimedOffset()
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
