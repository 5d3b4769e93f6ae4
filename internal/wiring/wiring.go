// Package wiring makes the parts that read, decide and write, and plugs them together: for the
// service, for explain and for the rotation's plan. A new part is plugged in here.
package wiring

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/gerrit"
	"reviewsync/internal/account"
	"reviewsync/internal/asking"
	"reviewsync/internal/assess"
	"reviewsync/internal/bind"
	"reviewsync/internal/config"
	"reviewsync/internal/effect"
	"reviewsync/internal/ingest"
	"reviewsync/internal/rotation"
	"reviewsync/internal/store"
	"reviewsync/internal/store/backend"
	"reviewsync/internal/stored"
	"reviewsync/internal/sweep"
	"reviewsync/internal/warn"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/phab"
)

// Options is what the parts need besides the config.
type Options struct {
	Log         zerolog.Logger
	DryRun      bool                   // works on a copy of the store, and writes to no server
	Listen      effect.Listener        // hears of what is written, or would be; one call at a time
	Left        func(mapping.Decision) // called with what is decided on a card that is not moved; may be nil
	Gerrit      http.RoundTripper      // the way to Gerrit, if not the network
	Phabricator http.RoundTripper
	Clock       func() time.Time                                                     // ours; nil: that of the machine
	DialGerrit  func(ctx context.Context, network, address string) (net.Conn, error) // the same to its SSH
	Missed      func(change review.Key, written time.Time)                           // called for a write that a poll found and no hint reported; may be nil
	Store       store.Store                                                          // that is open already; nil: that of the config
}

// Parts are plugged together for one configuration.
type Parts struct {
	Config   *config.Config
	Log      zerolog.Logger
	Gerrit   *gerrit.Client
	Phab     *phab.Client
	Store    store.Store
	Binder   *bind.Binder
	Names    *account.Names
	Ingest   *ingest.Ingest
	Assess   *assess.Assessor
	Sweeper  *sweep.Sweeper
	Rotation *rotation.Keeper
	Asking   *asking.Asker
}

// New makes the parts. It opens the store and touches no network.
func New(ctx context.Context, cfg *config.Config, o Options) (*Parts, error) {
	p := &Parts{Config: cfg, Log: o.Log, Store: o.Store}
	var err error
	if p.Gerrit, p.Phab, err = Clients(cfg, o); err != nil {
		return nil, err
	}
	p.Names = account.NewNames(p.Phab, o.Log)
	effects, err := p.open(ctx, o)
	if err != nil {
		return nil, err
	}
	p.Binder = bind.New(bind.Options{Config: cfg, Phab: p.Phab, Store: p.Store, Log: o.Log})
	p.Ingest = ingest.New(ingest.Options{
		Gerrit: p.Gerrit, Store: p.Store, Links: cfg.ReviewLinks(), Follows: cfg.Repositories(), Since: firstStart(cfg), Asks: asks(cfg), Newcomer: cfg.Newcomer(),
		Missed: o.Missed, Deployed: deployed(cfg), Lines: cfg.AskLines(), Log: o.Log,
	})
	once := warn.New(o.Log)
	changes := stored.New(stored.Options{
		Config: cfg, Binder: p.Binder, Store: p.Store, Phab: p.Phab.HTTP(), Gerrit: p.Gerrit.HTTP(), Warn: once,
	})
	p.Assess = assess.New(assess.Options{
		Config: cfg, Binder: p.Binder, Phab: p.Phab, Gerrit: p.Gerrit, Store: p.Store, Changes: changes,
		Effects: effects, Locate: p.Ingest, Left: o.Left, Names: p.Names, Warn: once, Log: o.Log,
	})
	p.Sweeper = sweep.New(sweep.Options{
		Config: cfg, Binder: p.Binder, Phab: p.Phab, Gerrit: p.Gerrit, Store: p.Store, Changes: changes, Assess: p.Assess, Warn: once,
	})
	p.Rotation = rotation.New(rotation.Options{
		Config: cfg, Binder: p.Binder, Phab: p.Phab, Store: p.Store, Effects: effects, Names: p.Names, Warn: once, Log: o.Log,
	})
	p.Asking = asking.New(asking.Options{
		Config: cfg, Binder: p.Binder, Gerrit: p.Gerrit, Store: p.Store, Changes: changes,
		Rotation: p.Rotation, Effects: effects, Warn: once, Log: o.Log,
	})
	return p, nil
}

// open opens the store, if that is to be done, and makes what carries out effects. A dry run has a
// copy of the store, and nothing is carried out.
func (p *Parts) open(ctx context.Context, o Options) (_ effect.Executor, err error) {
	var mu sync.Mutex
	listen := func(r effect.Result) {
		if o.Listen != nil {
			mu.Lock()
			defer mu.Unlock()
			o.Listen(r)
		}
	}
	if o.DryRun {
		p.Store, err = backend.OpenCopy(ctx, p.Config.Store)
		return effect.NewDry(listen), err
	}
	if p.Store == nil {
		if p.Store, err = backend.Open(ctx, p.Config.Store); err != nil {
			return nil, err
		}
	}
	return effect.New(effect.Options{Phab: p.Phab, Gerrit: p.Gerrit, Store: p.Store, Pace: p.Config.Pace, Names: p.Names, Listen: listen, Log: o.Log}), nil
}

// Close closes the store.
func (p *Parts) Close() { _ = p.Store.Close() }
