package phab

import "time"

// What the server dates tells its time, whatever the Date headers say that a proxy writes. Of
// our own transactions we know when they were made.

// remembered is how many of our transactions are remembered until their dates are read.
const remembered = 1000

// madeWithin are the times, by our clock, between which something was written.
type madeWithin struct{ sent, answered time.Time }

// remember notes what an edit that was sent at a time came to.
func (c *Client) remember(transactions []string, sent time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made == nil || len(c.made) >= remembered {
		c.made = map[string]madeWithin{}
	}
	for _, t := range transactions {
		c.made[t] = madeWithin{sent, c.o.HTTP.LocalNow()}
	}
}

// dated has the server's clock learn from a transaction.
func (c *Client) dated(t *Transaction) {
	c.mu.Lock()
	within, ours := c.made[t.PHID]
	delete(c.made, t.PHID)
	c.mu.Unlock()
	if ours {
		c.o.HTTP.ObserveWrite(t.Date, within.sent, within.answered)
	} else {
		c.o.HTTP.ObserveDate(t.Date)
	}
}

// task is a row, from which the server's clock learns.
func (c *Client) task(r taskRow) Task {
	t := r.task()
	c.o.HTTP.ObserveDate(t.Modified)
	return t
}
