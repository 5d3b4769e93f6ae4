package ingest

import (
	"time"

	"reviewsync/mapping/review"
)

// notAhead replaces dates later than now, which a wrong clock gave, by the earliest that is
// possible: right after the upload of the patch set. Otherwise a fact with such a date would be
// newer than every answer and every move of a card until that time comes.
func notAhead(c *review.Change, now time.Time) {
	a := ahead{now: now, uploads: map[int]time.Time{}}
	a.bound(&c.Created, now.UTC().Truncate(time.Second))
	a.newest = c.Created
	for i := range c.PatchSets { // the oldest first
		p := &c.PatchSets[i]
		a.bound(&p.Created, a.newest.Add(time.Second))
		a.uploads[p.Number], a.newest = p.Created, p.Created
	}
	for i := range c.Messages {
		a.bound(&c.Messages[i].Date, a.after(c.Messages[i].PatchSet))
	}
	for i := range c.Comments {
		a.bound(&c.Comments[i].Date, a.after(c.Comments[i].PatchSet))
	}
	for _, d := range others(c) {
		a.bound(d, a.after(0))
	}
}

// ahead finds and replaces dates that lie ahead.
type ahead struct {
	now     time.Time
	uploads map[int]time.Time // by patch set
	newest  time.Time         // of these
}

func (a *ahead) bound(date *time.Time, instead time.Time) {
	if date.After(a.now) {
		*date = instead
	}
}

// after returns the second after the upload of a patch set, or of the newest one if it is unknown.
func (a *ahead) after(patchSet int) time.Time {
	if at, known := a.uploads[patchSet]; known {
		return at.Add(time.Second)
	}
	return a.newest.Add(time.Second)
}

// others returns the dates of everything that belongs to no patch set.
func others(c *review.Change) []*time.Time {
	all := []*time.Time{&c.Submitted, &c.Looked}
	for i := range c.Refs {
		all = append(all, &c.Refs[i].Since)
	}
	for i := range c.Labels {
		for j := range c.Labels[i].Votes {
			all = append(all, &c.Labels[i].Votes[j].Date)
		}
	}
	for i := range c.Reviewers {
		all = append(all, &c.Reviewers[i].Date)
	}
	for _, turns := range [][]review.Turn{c.OnTurn, c.OffTurn} {
		for i := range turns {
			all = append(all, &turns[i].Date)
		}
	}
	return all
}
