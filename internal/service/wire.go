// Package service is the service as a whole: what is wired to what, and the loops that keep it going.
package service

import (
	"context"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/gerrit"
	"reviewsync/internal/account"
	"reviewsync/internal/agenda"
	"reviewsync/internal/asking"
	"reviewsync/internal/assess"
	"reviewsync/internal/bind"
	"reviewsync/internal/config"
	"reviewsync/internal/effect"
	"reviewsync/internal/hint"
	"reviewsync/internal/ingest"
	"reviewsync/internal/remote"
	"reviewsync/internal/rotation"
	"reviewsync/internal/store"
	"reviewsync/internal/stored"
	"reviewsync/internal/warn"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/phab"
)

// How many changes are read, and tasks decided, at a time.
const (
	readers  = 4
	deciders = 4
)

// lastRetry is the longest wait before something that failed is tried again.
const lastRetry = time.Minute

// Options is what a service needs besides its config.
type Options struct {
	Log         zerolog.Logger
	Build       Build // for /healthz
	DryRun      bool
	Listen      effect.Listener                          // hears of what is written, or would be; one call at a time
	Left        func(d mapping.Decision, because string) // called with what is decided on a card that is not moved, and why; may be nil
	Gerrit      http.RoundTripper                        // the way to Gerrit, if not the network
	Phabricator http.RoundTripper
	Clock       func() time.Time                                                     // ours; nil: that of the machine
	DialGerrit  func(ctx context.Context, network, address string) (net.Conn, error) // likewise to its SSH
	store       *store.Store                                                         // that is open already; nil: that of the config
}

// Service is the whole of it, wired: ingest marks changes and tasks as behind in the
// store, the agenda works them off, and what comes as a hint goes through the box.
type Service struct {
	cfg      *config.Config
	options  Options
	log      zerolog.Logger
	gerrit   *gerrit.Client
	phab     *phab.Client
	store    *store.Store
	ingest   *ingest.Ingest
	binder   *bind.Binder
	assess   *assess.Assessor
	asking   *asking.Asker
	rotation *rotation.Keeper
	agenda   *agenda.Agenda
	duties   duties
	pollNow  chan struct{}     // full when the next poll is due at once
	sweepNow chan struct{}     // likewise
	wrong    map[string]string // which clocks are, as it was told last
	told     string            // what is wrong with the store, likewise
	box      *hint.Box
	dial     func(ctx context.Context, network, address string) (net.Conn, error) // to Gerrit's SSH; nil: over the network
	stream   *hint.Stream                                                         // nil: only polls tell
}

// New wires a service. It opens the store and touches no network.
func New(ctx context.Context, cfg *config.Config, o Options) (*Service, error) {
	s := &Service{cfg: cfg, options: o, log: o.Log, store: o.store, pollNow: make(chan struct{}, 1), sweepNow: make(chan struct{}, 1)}
	var err error
	if s.gerrit, s.phab, err = Clients(cfg, o); err != nil {
		return nil, err
	}
	executor, err := s.executor(ctx, cfg, o)
	if err != nil {
		return nil, err
	}
	s.binder = bind.New(bind.Options{Config: cfg, Phab: s.phab, Store: s.store, Log: o.Log})
	s.ingest = ingest.New(ingest.Options{
		Gerrit: s.gerrit, Store: s.store, Links: cfg.Linking(), Follows: cfg.Repositories(), Since: firstStart(cfg), Asks: asks(cfg),
		Saw: s.saw, Deployed: deployed(cfg), Lines: cfg.Lines(), Log: o.Log,
	})
	s.wireDecisions(executor)
	s.agenda = agenda.New(agenda.Options{
		Store: s.store, Class: class, Told: s.away, Log: o.Log,
		Kinds: []agenda.Kind{
			{Name: store.KindChange, Workers: readers, Handle: agenda.Once(s.ingest.Read)},
			{Name: store.KindTask, Workers: deciders, Handle: agenda.Once(s.decide)},
			{Name: store.KindAsk, Handle: s.asking.Ask}, // one at a time, so that nobody is asked by two at once
			{Name: store.KindSecond, Together: s.assess.LookAgain, Base: 30 * time.Second},
			{Name: store.KindLost, Handle: s.assess.Lost},
			{Name: store.KindDeployed, Handle: s.lookForDeployed},
			{Name: store.KindDuty, Handle: s.keepDuty, Base: lastRetry},
		},
	})
	s.box, s.dial = s.newBox(), o.DialGerrit
	return s, nil
}

// wireDecisions makes what decides, on cards, on asking and on duty.
func (s *Service) wireDecisions(executor effect.Executor) {
	names, once := account.NewNames(s.phab, s.log), warn.New(s.log)
	changes := stored.New(stored.Options{
		Config: s.cfg, Binder: s.binder, Store: s.store, Phab: s.phab.HTTP(), Gerrit: s.gerrit.HTTP(), Warn: once,
	})
	s.assess = assess.New(assess.Options{
		Config: s.cfg, Binder: s.binder, Phab: s.phab, Gerrit: s.gerrit, Store: s.store, Changes: changes,
		Effects: executor, Locate: s.ingest, Left: s.options.Left, Names: names, Warn: once, Log: s.log,
	})
	s.rotation = rotation.New(rotation.Options{
		Config: s.cfg, Binder: s.binder, Phab: s.phab, Store: s.store, Effects: executor, Names: names, Warn: once, Log: s.log,
	})
	s.asking = asking.New(asking.Options{
		Config: s.cfg, Binder: s.binder, Gerrit: s.gerrit, Store: s.store, Changes: changes,
		Rotation: s.rotation, Effects: executor, Warn: once, Log: s.log,
	})
}

// executor opens the store, if it is not, and makes what carries out effects: a dry run works
// on a copy, and carries out none.
func (s *Service) executor(ctx context.Context, cfg *config.Config, o Options) (effect.Executor, error) {
	var mu sync.Mutex
	listen := func(t effect.Told) {
		mu.Lock()
		defer mu.Unlock()
		s.box.Own(t.Transactions)
		if o.Listen != nil {
			o.Listen(t)
		}
	}
	var err error
	if o.DryRun {
		s.store, err = store.OpenCopy(ctx, cfg.Store.Path)
		return effect.NewDry(listen), err
	}
	if s.store == nil {
		s.store, err = store.Open(ctx, cfg.Store.Path)
	}
	return effect.New(effect.Options{Phab: s.phab, Gerrit: s.gerrit, Store: s.store, Listen: listen, Log: o.Log}), err
}

// decide decides on a task, once what was found together with changes of it is read.
func (s *Service) decide(ctx context.Context, item store.Item) error {
	s.ingest.Wait(ctx)
	return s.assess.Handle(ctx, item)
}

// asks says whether a board asks anybody for a review.
func asks(cfg *config.Config) bool {
	return slices.ContainsFunc(cfg.Boards, func(b config.Board) bool { return b.Ask != nil })
}

// Clients are the ways to the two servers.
func Clients(cfg *config.Config, o Options) (*gerrit.Client, *phab.Client, error) {
	password, token := cfg.Gerrit.Password.Reveal(), cfg.Phabricator.Token.Reveal()
	// Neither server's words may carry a secret of the other, nor a proxy's error what was sent.
	secrets := []string{password, token, base64.StdEncoding.EncodeToString([]byte(cfg.Gerrit.User + ":" + password))}
	g, err := gerrit.New(gerrit.Options{
		URL: cfg.Gerrit.URL, User: cfg.Gerrit.User, Password: password,
		HTTP: remote.New(remote.Options{Server: "gerrit", Rate: cfg.Gerrit.Rate, Secrets: secrets, Base: o.Gerrit, Turned: turned(o.Log, "gerrit"), Clock: o.Clock}),
	})
	if err != nil {
		return nil, nil, err
	}
	p, err := phab.New(phab.Options{
		URL: cfg.Phabricator.URL, Token: token,
		HTTP: remote.New(remote.Options{
			Server: "phabricator", Rate: cfg.Phabricator.Rate, Secrets: secrets, Base: o.Phabricator, Turned: turned(o.Log, "phabricator"), Clock: o.Clock,
		}),
	})
	return g, p, err
}

// away says whether an error is that of a server of which turned has told.
func (s *Service) away(err error) bool {
	e, ok := errors.AsType[*remote.Error](err)
	return ok && e.Class == remote.Retry && (e.Server == "gerrit" && s.gerrit.HTTP().Away() || e.Server == "phabricator" && s.phab.HTTP().Away())
}

// turned tells when a server goes away, and when it is back.
func turned(log zerolog.Logger, server string) func(away bool) {
	return func(away bool) {
		if away {
			log.Warn().Msg(server + " does not answer; what there is to do waits, and is tried again")
		} else {
			log.Info().Msg(server + " answers again")
		}
	}
}

// class of a failure, as the store names it.
func class(err error) string {
	switch {
	case remote.ClassOf(err) != remote.Blocked:
		return store.ClassRetry
	case assess.Unseen(err):
		return store.ClassUnseen
	default:
		return store.ClassBlocked
	}
}

// deployed are all conditions under which a change is deployed.
func deployed(cfg *config.Config) []review.Deployment {
	var all []review.Deployment
	for _, b := range cfg.Boards {
		all = append(all, b.Deployed...)
	}
	return all
}

// firstStart is the earliest start that the config gives a board; zero if it gives none.
func firstStart(cfg *config.Config) time.Time {
	var first time.Time
	for _, b := range cfg.Boards {
		if !b.Start.IsZero() && (first.IsZero() || b.Start.Before(first)) {
			first = b.Start
		}
	}
	return first
}

// Close closes the store.
func (s *Service) Close() { _ = s.store.Close() }
