// Package ingest brings Gerrit's changes into the store. It is the only reader of
// change state.
//
// Queries only discover: if the meta_rev_id of a row differs from that of the stored
// snapshot, the change is marked to be read. Read handles these marks: it gets the change
// by project~number, and marks the tasks that the change is or was linked to. Hint sets the
// marks sooner than a query would.
//
// A poll asks for what was updated since the watermark, less an overlap, because Gerrit
// can show an update with an earlier date after one with a later date. The watermark is the
// newest date that Gerrit sent, but never ahead of its clock or the local one. It moves once
// all rows are stored. A sweep asks for all open changes, and marks those that are open in
// the store but not in the answer.
package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/gerrit"
	"reviewsync/internal/remote"
	"reviewsync/internal/store"
	"reviewsync/mapping/review"
)

const (
	overlap   = time.Minute
	slack     = 5 * time.Second  // how far ahead a date may be without being wrong
	lag       = 30 * time.Second // how long after its date an update may be found
	pageSize  = 500              // rows; Gerrit's default limit for a query
	watermark = "gerrit"
)

// Options of an Ingest. All but Since and Missed are required.
type Options struct {
	Gerrit *gerrit.Client
	Store  interface {
		store.Agenda
		store.Changes
		store.Deployments
	}
	Links    review.Links
	Follows  []string  // patterns of the repositories whose changes are read; none: all
	Since    time.Time // the first sweep reads closed changes that were updated since then; zero: none
	Asks     bool      // a board asks for reviews, so changes without a task matter, too
	Newcomer int       // whether an owner has a merged change is asked for changes with more tasks than this
	Log      zerolog.Logger

	Lines    []*regexp.Regexp                           // lines that boards search for, which are kept of long texts
	Missed   func(change review.Key, written time.Time) // called for a write that a poll found and no hint reported, with Gerrit's date; may be nil
	Deployed []review.Deployment                        // of all boards
}

// Ingest reads one Gerrit server.
type Ingest struct {
	o       Options
	scope   string // query for the repositories that are followed; empty: all
	reading reading
	polled  time.Time // when the last good poll began

	vanished vanished
	oldHands oldHands
	beyond   beyond
}

// New makes an Ingest.
func New(o Options) *Ingest { return &Ingest{o: o, scope: Scope(o.Follows)} }

// follows reports whether changes of a repository are read. Those that were read under an
// earlier configuration stay in the store as they are, and cost nothing.
func (i *Ingest) follows(repository string) bool {
	return len(i.o.Follows) == 0 || review.Match(i.o.Follows, repository)
}

// Swept reports whether a sweep was ever completed, so that polls can go on from there.
func (i *Ingest) Swept(ctx context.Context) (bool, error) {
	_, known, err := i.o.Store.Watermark(ctx, watermark)
	return known, err
}

// Poll marks what was written since the last poll. If nothing was, it takes one request.
func (i *Ingest) Poll(ctx context.Context) error {
	mark, known, err := i.o.Store.Watermark(ctx, watermark)
	if err != nil {
		return err
	}
	if !known {
		return i.Sweep(ctx)
	}
	began, bound := i.o.Gerrit.HTTP().LocalNow(), i.o.Gerrit.HTTP().EarlierNow()
	back := mark.After(bound.Add(slack))
	newest, err := i.discover(ctx, after(earlier(mark, bound).Add(-overlap)), 0)
	if err != nil {
		return fmt.Errorf("poll: %w", err)
	}
	i.polled = began
	switch newest = earlier(newest, bound); {
	case back:
		i.o.Log.Warn().Time("until", mark).Msg("the polls had got to a time that lies ahead; they go on from now")
		_, err = i.o.Store.Found(ctx, watermark, bound, 0, nil)
	case newest.After(mark):
		_, err = i.o.Store.Found(ctx, watermark, newest, 0, nil)
	}
	return err
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Sweep compares all open changes with the store, and marks those that are open in the store
// but not in the answer. The first sweep sets the watermark.
func (i *Ingest) Sweep(ctx context.Context) error {
	_, known, err := i.o.Store.Watermark(ctx, watermark)
	if err != nil {
		return err
	}
	began := i.o.Gerrit.HTTP().EarlierNow()
	sweep := time.Now().UnixNano()
	if _, err := i.discover(ctx, "is:open", sweep); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	if !known && !i.o.Since.IsZero() {
		if _, err := i.discover(ctx, after(i.o.Since), sweep); err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
	unseen, err := i.o.Store.Unseen(ctx, sweep)
	if err != nil {
		return err
	}
	unseen = slices.DeleteFunc(unseen, func(key review.Key) bool { return !i.follows(key.Project) })
	if err := i.take(ctx, unseen); err != nil {
		return err
	}
	if !known {
		_, err = i.o.Store.Found(ctx, watermark, began.Add(-overlap), 0, nil)
	}
	i.o.Log.Debug().Int("unseen", len(unseen)).Msg("swept all open changes")
	return err
}

// discover marks the changes that a query finds, and returns their newest date.
func (i *Ingest) discover(ctx context.Context, query string, sweep int64) (newest time.Time, err error) {
	query = strings.TrimSpace(i.scope + " " + query)
	err = i.o.Gerrit.Each(ctx, query, pageSize, func(rows []gerrit.Row) error {
		seen := make([]store.Seen, 0, len(rows))
		for _, r := range rows {
			if r.Updated.After(newest) {
				newest = r.Updated
			}
			if i.follows(r.Project) {
				seen = append(seen, store.Seen{Key: review.Key{Project: r.Project, Number: r.Number}, Meta: r.MetaRevID})
			}
		}
		behind, err := i.reading.find(func() ([]review.Key, time.Duration, error) {
			news, err := i.o.Store.Found(ctx, watermark, time.Time{}, sweep, seen)
			return news, patience, err
		})
		if sweep == 0 {
			i.reportMissed(behind, rows)
		}
		return err
	})
	return newest, err
}

// reportMissed reports those rows of a poll that are news. They were written since the last poll.
func (i *Ingest) reportMissed(news []review.Key, rows []gerrit.Row) {
	for _, r := range rows {
		key := review.Key{Project: r.Project, Number: r.Number}
		if !slices.Contains(news, key) {
			continue
		}
		if !i.polled.IsZero() {
			i.o.Gerrit.HTTP().ObserveWrite(r.Updated, i.polled.Add(-lag), i.o.Gerrit.HTTP().LocalNow())
		}
		if i.o.Missed != nil {
			i.o.Missed(key, earlier(r.Updated, i.o.Gerrit.HTTP().Now()))
		}
	}
}

// Wait waits until the changes that were found so far are read, so that a task is not decided
// on while some of its changes are out of date. It waits two seconds at most.
func (i *Ingest) Wait(ctx context.Context) { i.reading.wait(ctx) }

func after(t time.Time) string {
	return `after:"` + t.UTC().Format("2006-01-02 15:04:05") + `"`
}

// errHalfRead means that a change was written to between the two requests that read it.
var errHalfRead = errors.New("a comment came without its message: the change was written to meanwhile")

// Read reads a change into the store. One that is private, gone or invisible is dropped.
func (i *Ingest) Read(ctx context.Context, item store.Item) error {
	defer i.reading.done(item.Key)
	key, err := review.ParseKey(item.Key)
	if err != nil {
		return &remote.Error{Class: remote.Blocked, Server: "gerrit", Op: "read change", Detail: err.Error()}
	}
	change, err := i.o.Gerrit.Change(ctx, key.Project, key.Number)
	switch {
	case remote.NotFound(err):
		if err := i.gone(ctx, key); err != nil {
			return err
		}
		return i.drop(ctx, key, "", item.Want)
	case err != nil:
		return err
	case change.Private:
		return i.drop(ctx, key, change.MetaRevID, item.Want)
	}
	reverts := heritage{gerrit: i.o.Gerrit, links: i.o.Links, known: i.o.Store.TasksOf}
	reverted, inherited, err := reverts.of(ctx, change)
	if err != nil {
		return err
	}
	named := tasks(change, inherited, i.o.Links)
	var comments []gerrit.Comment
	if change.TotalComments > 0 && (len(named) > 0 || i.o.Asks) {
		comments, err = i.o.Gerrit.Comments(ctx, key.Project, key.Number)
		if remote.NotFound(err) {
			return i.drop(ctx, key, "", item.Want)
		}
		if err != nil {
			return err
		}
		if !complete(change, comments) {
			return fmt.Errorf("read change %s: %w", item.Key, errHalfRead)
		}
	}
	i.vanished.seen(branch{key.Project, change.Branch})
	read := snapshot(change, comments, reverted, inherited)
	i.warnBeyond(&read)
	if read.Newcomer, err = i.newcomer(ctx, &read, len(named)); err != nil {
		return err
	}
	review.Reader{Lines: i.o.Lines}.Shorten(&read)
	notAhead(&read, i.o.Gerrit.HTTP().Latest())
	body, err := json.Marshal(read)
	if err != nil {
		return fmt.Errorf("write snapshot of %s: %w", item.Key, err)
	}
	// These before the change's tasks: a card depends on a revert and on what it reverts.
	if err := i.take(ctx, reverts.unknown); err != nil {
		return err
	}
	return i.o.Store.PutChange(ctx, store.ChangeRow{
		Key: key, Meta: change.MetaRevID, Open: read.Status == review.StatusNew, Snapshot: body, Tasks: named,
		Urgent: item.Urgent, Ask: i.o.Asks, Twins: twins(&read), Refs: read.Refs,
	}, item.Want)
}

// take marks changes that no query found.
func (i *Ingest) take(ctx context.Context, keys []review.Key) error {
	if len(keys) == 0 {
		return nil
	}
	_, err := i.reading.find(func() ([]review.Key, time.Duration, error) {
		return keys, patience, i.mark(ctx, false, keys)
	})
	return err
}

// mark says that changes must be read again, whatever their meta_rev_id.
func (i *Ingest) mark(ctx context.Context, urgent bool, keys []review.Key) error {
	var list []string
	for _, key := range keys {
		list = append(list, key.String())
	}
	return i.o.Store.Mark(ctx, store.KindChange, urgent, list...)
}

// drop removes a change. Its meta_rev_id is kept, so that a private change is not read at each poll.
func (i *Ingest) drop(ctx context.Context, key review.Key, meta string, gen int64) error {
	return i.o.Store.DropChange(ctx, key, meta, gen)
}

// twins returns the key that merged changes with one Change-Id in one repository share; empty for an open one.
func twins(c *review.Change) string {
	if c.Status != review.StatusMerged {
		return ""
	}
	return c.Project + "~" + c.ChangeID
}

// complete reports whether every comment belongs to a message of the change.
func complete(c *gerrit.Change, comments []gerrit.Comment) bool {
	read := make(map[string]bool, len(c.Messages))
	for _, m := range c.Messages {
		read[m.ID] = true
	}
	for _, k := range comments {
		if k.ChangeMessageID != "" && !read[k.ChangeMessageID] {
			return false
		}
	}
	return true
}
