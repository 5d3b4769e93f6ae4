package phab

import "time"

// The dates of tasks and transactions show the server's time, even if a proxy writes the Date
// headers. Of our own transactions we know when they were made.

// remembered is how many of our transactions are remembered until their dates are read.
const remembered = 1000

// madeWithin has the times by the local clock between which something was written.
type madeWithin struct{ sent, answered time.Time }

// remember notes the transactions of an edit.
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

// dated passes the date of a transaction to the server's clock.
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

// task converts a row, and passes its date to the server's clock.
func (c *Client) task(r taskRow) Task {
	t := r.task()
	c.o.HTTP.ObserveDate(t.Modified)
	return t
}
