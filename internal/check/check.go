// Package check finds out whether everything that a config names is there and usable, and says
// what to do about what is not. It asks both servers, and writes to neither of them.
//
// A line is a failure where the service could not start, or could not do what the config
// asks of it for a board. What may be a mistake, or does less harm, is a warning.
package check

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"reviewsync/gerrit"
	"reviewsync/internal/bind"
	"reviewsync/internal/config"
	"reviewsync/internal/remote"
	"reviewsync/internal/store"
	"reviewsync/internal/store/backend"
	"reviewsync/phab"
)

// Options of a check. All but Events are required.
type Options struct {
	Config *config.Config
	Gerrit *gerrit.Client
	Phab   *phab.Client
	Events func(context.Context) error // connects to Gerrit's stream of events and leaves it; nil: that is not tried
}

const (
	firstContact = 8 * time.Second // the longest wait for a server's first answer
	longest      = 2 * time.Minute // of the whole check, which may be held to a low rate
	atOnce       = 8               // requests of one kind
)

// run is one check.
type run struct {
	Options
	self             phab.User   // reviewsync on Phabricator
	noGerrit, noPhab bool        // did not let us in, so nothing else is asked there
	store            store.Store // a copy, for what the service knows of columns
	running          bool        // a reviewsync has the store open
	binder           *bind.Binder
	bound            func() (*bind.Bound, error) // what the service would bind
}

// Run checks everything, and reports each line as soon as those before it are known. It
// says whether one of them was a failure.
func Run(ctx context.Context, o Options, report func(bind.Finding)) (failed bool) {
	parent := ctx
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	r := &run{Options: o}
	count := func(l bind.Finding) {
		if parent.Err() != nil { // nobody waits for it any more
			return
		}
		failed = failed || l.Level == bind.Fail
		report(l)
	}
	inOrder(ctx, count, r.gerrit, r.phabricator, r.openStore)
	if r.store == nil { // which was reported
		r.store, _ = backend.Empty(ctx)
	}
	defer func() { _ = r.store.Close() }()
	r.binder = bind.New(bind.Options{Config: o.Config, Phab: o.Phab, Store: r.store, Log: zerolog.Nop()})
	r.bound = sync.OnceValues(func() (*bind.Bound, error) {
		if r.noPhab {
			return &bind.Bound{}, nil
		}
		return r.binder.Try(ctx)
	})
	inOrder(ctx, count, r.clocks, r.bots, r.teams, r.repositories, r.boards, r.scopes, r.asks, r.rotation, r.events, r.listen, r.webhooks)
	return failed
}

// section finds the lines about one kind of thing.
type section func(context.Context) []bind.Finding

// inOrder runs sections at the same time and reports their lines one after the other.
func inOrder(ctx context.Context, report func(bind.Finding), sections ...section) {
	var results []chan []bind.Finding
	for _, s := range sections {
		c := make(chan []bind.Finding, 1)
		results = append(results, c)
		go func() { c <- s(ctx) }()
	}
	for _, c := range results {
		for _, l := range <-c {
			report(l)
		}
	}
}

// lines collects what a section has to say of one subject.
type lines struct {
	subject string
	all     []bind.Finding
}

func (l *lines) say(level bind.Level, format string, args ...any) {
	l.all = append(l.all, bind.Finding{Level: level, Of: l.subject, Text: fmt.Sprintf(format, args...)})
}

// failed reports an error that came instead of an answer.
func (l *lines) failed(what string, err error) {
	l.say(bind.Fail, "%s could not be checked: %s", what, text(err))
}

// text is an error in words for a line that already names the server.
func text(err error) string {
	e, ok := errors.AsType[*remote.Error](err)
	if !ok {
		return err.Error()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return e.Op + " was not answered in time"
	}
	return strings.TrimPrefix(e.Error(), e.Server+": ")
}

// reason is why there was no connection, without the request that wanted one.
func reason(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("no answer within %s", firstContact)
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err.Error()
	}
	return text(err)
}

// together runs f for each of n things, a few at a time.
func together(n int, f func(i int)) {
	var g errgroup.Group
	g.SetLimit(atOnce)
	for i := range n {
		g.Go(func() error { f(i); return nil })
	}
	_ = g.Wait() // no f fails
}

// some lists at most five names.
func some(names []string) string {
	if len(names) > 5 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:5], ", "), len(names)-5)
	}
	return strings.Join(names, ", ")
}

func (r *run) at(line int) string { return fmt.Sprintf("%s:%d", r.Config.Path, line) }
