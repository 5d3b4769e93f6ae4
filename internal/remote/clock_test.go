package remote

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// What is concluded from Date headers and from what the server dated itself. Offsets are from the local clock.
func TestClock(t *testing.T) {
	const hour = time.Hour
	dates := func(offset time.Duration, n int) func(*clock) {
		return func(c *clock) {
			for range n {
				c.claimed(offset, offset)
			}
		}
	}
	dated := func(offset time.Duration) func(*clock) { return func(c *clock) { c.dated(offset, ages) } }
	wrote := func(low, high time.Duration) func(*clock) { return func(c *clock) { c.dated(low, high) } }
	for _, tt := range []struct {
		name              string
		steps             []func(*clock)
		offset, low, high time.Duration
	}{
		{"nothing is known", nil, 0, 0, 0},
		{"one answer that fits the local clock", []func(*clock){dates(time.Second, 1)}, time.Second, time.Second, time.Second},
		{"one that is cut to the second", []func(*clock){dates(-900*time.Millisecond, 1)}, -time.Second, -time.Second, -time.Second},
		{"a slow answer, whose date lies within", []func(*clock){func(c *clock) { c.claimed(-40*time.Second, 2*time.Second) }}, 0, 0, 0},
		{"one answer that does not fit", []func(*clock){dates(20*time.Second, 1)}, 0, 0, 0},
		{"several, ahead", []func(*clock){dates(20*time.Second, 3)}, 0, 0, 20 * time.Second},
		{"several, behind", []func(*clock){dates(-20*time.Second, 3)}, -20 * time.Second, -20 * time.Second, 0},
		{"a right one in between", []func(*clock){dates(20*time.Second, 2), dates(0, 1), dates(20*time.Second, 2)}, 0, 0, 0},
		{"several that do not agree", []func(*clock){dates(hour, 1), dates(20*time.Second, 1), dates(-hour, 1), dates(hour, 1)}, 0, 0, 0},
		{"a copy that a cache keeps", []func(*clock){dates(0, 1), dates(-30*time.Second, 1), dates(-60*time.Second, 1), dates(-90*time.Second, 1), dates(-120*time.Second, 1)}, 0, 0, 0},
		{"a clock that drifts", []func(*clock){dates(0, 1), dates(2*time.Second, 1), dates(4*time.Second, 1), dated(4 * time.Second)}, 4 * time.Second, 4 * time.Second, 4 * time.Second},
		{"jumps back", []func(*clock){dates(hour, 3), dated(hour), dates(0, 3)}, 0, 0, 0},

		{"ahead, and so are its data", []func(*clock){dates(hour, 3), dated(hour - time.Minute)}, hour, hour, hour},
		{"ahead, and its data are old", []func(*clock){dates(hour, 3), dated(-hour)}, 0, 0, hour},
		{"ahead, and something was written now", []func(*clock){dates(20*time.Second, 3), wrote(-time.Second, time.Second)}, 0, 0, 0},
		{"ahead, and something was written that late", []func(*clock){dates(20*time.Second, 3), wrote(19*time.Second, 21*time.Second)}, 20 * time.Second, 20 * time.Second, 20 * time.Second},
		{"in 2100", []func(*clock){dates(74*365*24*hour, 3)}, 0, 0, ages},
		{"proven, and then another one", []func(*clock){dates(hour, 3), dated(hour), dates(2*hour, 3)}, 0, 0, 2 * hour},

		{"behind, and something is newer than its now", []func(*clock){dates(-20*time.Second, 3), dated(-10 * time.Second)}, 0, 0, 0},
		{"stuck, disproved, and so later by its own count", []func(*clock){dates(-hour, 3), dated(0), dates(-2*hour, 3)}, 0, 0, 0},
		{"disproved, and right later", []func(*clock){dates(-hour, 3), dated(0), dates(-2*hour, 3), wrote(-2*hour, -2*hour)}, -2 * hour, -2 * hour, -2 * hour},
		{"behind, and nothing is", []func(*clock){dates(-20*time.Second, 3), dated(-19 * time.Second)}, -20 * time.Second, -20 * time.Second, 0},
		{"far behind", []func(*clock){dates(-hour, 3)}, 0, -hour, 0},
		{"far behind, and nothing is newer", []func(*clock){dates(-hour, 3), dated(-hour)}, 0, -hour, 0},
		{"far behind, and what was written is", []func(*clock){dates(-hour, 3), wrote(-hour, -50*time.Minute)}, -hour, -hour, -hour},
		{"in 1970", []func(*clock){dates(-56*365*24*hour, 3)}, 0, -ages, 0},
		{"in 1970, with data of last year", []func(*clock){dates(-56*365*24*hour, 3), dated(-365 * 24 * hour)}, 0, 0, 0},
		{"before all dates", []func(*clock){dates(-1<<63, 3), dated(-1 << 63)}, 0, -ages, 0},

		{"data ahead of right headers", []func(*clock){dates(0, 3), dated(20 * time.Second)}, 0, 0, 20 * time.Second},
		{"data a little ahead", []func(*clock){dates(0, 3), dated(2 * time.Second)}, 0, 0, 0},
		{"data ahead without any header", []func(*clock){dated(20 * time.Second)}, 0, 0, 20 * time.Second},
		{"data in 30 days", []func(*clock){dates(0, 3), dated(720 * hour)}, 0, 0, 0},
		{"data in 30 days, headers an hour ahead", []func(*clock){dates(hour, 3), dated(720 * hour)}, 0, 0, hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var c clock
			for _, step := range tt.steps {
				step(&c)
			}
			low, high := c.span()
			if got := c.offset(); got != tt.offset || low != tt.low || high != tt.high {
				t.Errorf("%s, from %s to %s; want %s, from %s to %s\n%+v", got, low, high, tt.offset, tt.low, tt.high, c)
			}
		})
	}
}

// The clocks of two servers, of which one or both may be wrong.
func TestSkew(t *testing.T) {
	const sec = time.Second
	at := func(offset time.Duration) clock { return clock{known: true, claim: offset} }
	sure := func(offset time.Duration) clock { return clock{known: true, claim: offset, proof: proven} }
	wrong := func(offset time.Duration) clock { return clock{known: true, claim: offset, proof: disproved} }
	for _, tt := range []struct {
		name        string
		c, other    clock
		skew, doubt time.Duration
	}{
		{"nothing is known", clock{}, clock{}, 0, 0},
		{"both as the local one", at(0), at(sec), -sec, 0},
		{"both ahead", at(3600 * sec), at(3601 * sec), -sec, 0},
		{"both behind", at(-3600 * sec), at(-3600 * sec), 0, 0},
		{"ahead, perhaps", at(20 * sec), at(0), 0, 0},
		{"ahead", sure(20 * sec), at(0), 20 * sec, 0},
		{"not ahead", wrong(20 * sec), at(0), 0, 0},
		{"behind, perhaps", at(-20 * sec), at(0), -20 * sec, 0},
		{"far behind, perhaps", at(-3600 * sec), at(0), 0, 3600 * sec},
		{"the other ahead, perhaps", at(0), at(20 * sec), 0, 20 * sec},
		{"the other behind, perhaps", at(0), at(-20 * sec), 20 * sec, 20 * sec},
		{"the other behind", at(0), sure(-20 * sec), 20 * sec, 0},
		{"the other not behind", at(0), wrong(-20 * sec), 0, 0},
		{"the other's data ahead", at(0), clock{known: true, beyond: 20 * sec}, 0, 20 * sec},
		{"one says nothing", sure(20 * sec), clock{}, 0, 0},
		{"the other says nothing", clock{}, at(20 * sec), 0, 20 * sec},
		{"the local one was set, and one has not claimed it often enough", at(-300 * sec), clock{known: true, next: -300 * sec, agreed: 1}, 0, 0},
		{"the local one was set, and the other one has claimed it first", clock{known: true, next: 3600 * sec, agreed: 2}, at(3600 * sec), 0, 0},
		{"something else, as newer answers begin to say", clock{known: true, next: -20 * sec, agreed: 2}, clock{known: true, next: 20 * sec, agreed: 2}, 0, 0},
		{"in other centuries", at(-ages), at(ages), 0, 2 * ages},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if skew, doubt := tt.c.skew(tt.other); skew != tt.skew || doubt != tt.doubt {
				t.Errorf("%s, less by %s at most; want %s, %s", skew, doubt, tt.skew, tt.doubt)
			}
		})
	}
}

// The times that are derived from a clock that is an hour ahead, proven or not.
func TestTimesOfAServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{Server: "gerrit"})
		for _, tt := range []struct {
			clock                clock
			now, earliest, bound time.Duration
			wrong                string
		}{
			{clock{}, 0, 0, 0, ""},
			{clock{claim: time.Minute}, 0, 0, 0, ""},
			{clock{claim: time.Minute, proof: proven}, time.Minute, time.Minute, 0, ""},
			{clock{claim: -time.Minute}, -time.Minute, -time.Minute, -time.Minute, ""},
			{clock{claim: time.Hour}, 0, 0, 0, "by its Date headers the clock of gerrit is 1h0m0s ahead of that of this machine"},
			{clock{claim: time.Hour, proof: proven}, 0, 0, 0, "by its Date headers the clock of gerrit is 1h0m0s ahead of that of this machine"},
			{clock{known: true, next: -time.Hour, agreed: 1}, 0, -time.Hour, 0, ""},
			{clock{known: true, next: time.Hour, agreed: 2}, 0, 0, 0, ""},
			{clock{claim: -time.Hour}, 0, -time.Hour, -time.Hour, "by its Date headers the clock of gerrit is 1h0m0s behind that of this machine"},
			{clock{claim: ages}, 0, 0, 0, "by its Date headers the clock of gerrit is decades ahead of that of this machine"},
			{clock{claim: -25 * time.Hour}, 0, -25 * time.Hour, 0, "by its Date headers the clock of gerrit is 25h0m0s behind that of this machine"},
			{clock{claim: -25 * time.Hour, proof: proven}, -25 * time.Hour, -25 * time.Hour, -25 * time.Hour, "by its Date headers the clock of gerrit is 25h0m0s behind that of this machine"},
			{clock{claim: -time.Hour, proof: proven}, -time.Hour, -time.Hour, -time.Hour, "by its Date headers the clock of gerrit is 1h0m0s behind that of this machine"},
		} {
			c.clock = tt.clock
			ours := time.Now()
			if now, earliest, bound := c.Now().Sub(ours), c.Earliest().Sub(ours), c.EarlierNow().Sub(ours); now != tt.now || earliest != tt.earliest || bound != tt.bound {
				t.Errorf("%+v: now %s, earliest %s, bound %s; want %s, %s, %s", tt.clock, now, earliest, bound, tt.now, tt.earliest, tt.bound)
			}
			if got := c.ClockError(); got != tt.wrong {
				t.Errorf("%+v: %q, want %q", tt.clock, got, tt.wrong)
			}
		}
	})
}

// Only an answer of the server itself shows its time.
func TestDates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status200, headers, slow := 200, []string{}, time.Duration(0)
		c := New(Options{Server: "gerrit", Base: roundTrip(func(*http.Request) (*http.Response, error) {
			time.Sleep(slow)
			return reply(status200, "", headers...), nil
		})})
		at := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
		offset := func(want time.Duration, known bool) {
			t.Helper()
			for range agreeing {
				status(t, c)
			}
			if got, ok := c.ClaimedOffset(); got != want || ok != known {
				t.Errorf("status %d, %q: offset %s, %t; want %s, %t", status200, headers, got, ok, want, known)
			}
		}
		time.Sleep(300 * time.Millisecond) // a header knows whole seconds only, and so shall the offset
		offset(0, false)
		headers = []string{"Date", "yesterday"}
		offset(0, false)
		headers, status200 = []string{"Date", at(time.Hour)}, 502
		offset(0, false)
		headers, status200 = []string{"Date", at(-time.Hour), "Age", "3600"}, 200
		offset(0, false)
		headers = []string{"Date", at(time.Hour), "Age", "0"}
		offset(time.Hour, true)
		headers = nil // an answer without a date takes nothing back
		offset(time.Hour, true)
		headers = []string{"Date", at(-3 * time.Second)}
		offset(-3*time.Second, true)
		headers, slow = []string{"Date", at(0)}, 50*time.Second // Apache dates the answer when the request came
		time.Sleep(time.Second)
		c.clock = clock{}
		status(t, c)
		if got, _ := c.ClaimedOffset(); got != -time.Second && got != 0 {
			t.Errorf("a slow answer: offset %s", got)
		}
	})
}
