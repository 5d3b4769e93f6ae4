package service

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	"reviewsync/gerrit"
	"reviewsync/internal/config"
	"reviewsync/internal/explain"
	"reviewsync/internal/hint"
	"reviewsync/internal/store"
	"reviewsync/internal/web"
	"reviewsync/mapping/review"
	"reviewsync/phab"
)

// Where hints come from, as /healthz counts them.
const (
	fromGerritHook = "gerrit-webhook"
	fromPhabHook   = "phabricator-webhook"
	fromPoke       = "poke"
)

// newBox makes what gathers hints.
func (s *Service) newBox() *hint.Box {
	return hint.New(hint.Options{
		Changes: s.ingest.Hint,
		Tasks:   s.reconcile.Look,
		Covers:  s.cfg.Follows,
		Bot:     func(name string) bool { return name == s.cfg.Gerrit.User || slices.Contains(s.cfg.Gerrit.Bots, name) },
		Lost:    s.pollSoon,
		Log:     s.log,
	})
}

// newStream makes what listens to Gerrit's events; nil if the config names none.
func (s *Service) newStream() (*hint.Stream, error) {
	if s.cfg.Gerrit.Events == nil {
		return nil, nil
	}
	ssh, err := events(s.cfg, s.dial)
	if err != nil {
		return nil, err
	}
	return hint.NewStream(hint.StreamOptions{
		Listen: ssh.Listen, Box: s.box, Poll: s.pollSoon, Log: s.log,
		Offset: s.gerrit.HTTP().Ahead,
	}), nil
}

// events is the way to Gerrit's stream-events.
func events(cfg *config.Config, dial func(ctx context.Context, network, address string) (net.Conn, error)) (*gerrit.Stream, error) {
	e := cfg.Gerrit.Events
	s, err := gerrit.NewStream(gerrit.StreamOptions{
		Address: e.SSH, User: e.User, Key: []byte(e.Key.Reveal()), KnownHosts: e.KnownHosts, Dial: dial,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Path, err)
	}
	return s, nil
}

// tryEvents is for check: it listens for a moment. Gerrit tells who may not only after it has taken the command.
func TryEvents(cfg *config.Config) func(context.Context) error {
	if cfg.Gerrit.Events == nil {
		return nil
	}
	return func(ctx context.Context) error {
		s, err := events(cfg, nil)
		if err != nil {
			return err
		}
		late := ctx
		ctx, leave := context.WithCancel(ctx)
		defer leave()
		err = s.Listen(ctx, gerrit.Listener{
			Started: func() { time.AfterFunc(time.Second, leave) },
			Event:   func(gerrit.Event) { leave() },
		})
		if err == nil {
			err = late.Err()
		}
		return err
	}
}

// saw is told of what a poll found that nobody had hinted at.
func (s *Service) saw(change review.Key, written time.Time) {
	if s.stream != nil {
		s.stream.Saw(change, written)
	}
}

// pollSoon has the next poll made at once.
func (s *Service) pollSoon() {
	soon(s.pollNow)
}

// soon has done what is due when a channel is full.
func soon(now chan struct{}) {
	select {
	case now <- struct{}{}:
	default:
	}
}

// hooks are the webhooks that are taken.
func (s *Service) hooks() web.Hooks {
	var hooks web.Hooks
	if path := s.cfg.Web.Hooks.GerritPath.Reveal(); path != "" {
		hooks.GerritPath, hooks.Gerrit = path, s.gerritHook
	}
	if key := s.cfg.Web.Hooks.PhabricatorKey.Reveal(); key != "" {
		hooks.PhabricatorKey, hooks.Phabricator = key, s.phabHook
	}
	return hooks
}

func (s *Service) gerritHook(body []byte) error {
	e, err := gerrit.DecodeEvent(body)
	if err == nil && e.Number > 0 {
		s.box.Change(fromGerritHook, hint.Change{Key: review.Key{Project: e.Project, Number: e.Number}, Meta: e.MetaRevID, By: e.By})
	}
	return err
}

func (s *Service) phabHook(h phab.Webhook) {
	if h.Type == "TASK" && !h.Test {
		s.box.Task(fromPhabHook, h.PHID, h.Transactions)
	}
}

// poke looks again at what a person names, at once.
func (s *Service) poke(ctx context.Context, targets []string) ([]web.Poked, error) {
	var all []web.Poked
	for _, name := range targets {
		s.box.Count(fromPoke)
		p := web.Poked{Target: name}
		t, err := explain.ParseTarget([]string{name}, s.cfg)
		if err == nil {
			p.Target = t.String()
			p.Text, err = s.pokeOne(ctx, t)
		}
		if err != nil {
			p.Error = err.Error()
		}
		all = append(all, p)
	}
	return all, nil
}

func (s *Service) pokeOne(ctx context.Context, t explain.Target) (string, error) {
	if t.Task == 0 {
		key, err := s.keyOf(ctx, t)
		if err != nil {
			return "", err
		}
		if !s.cfg.Follows(key.Project) {
			return "", fmt.Errorf("no board counts changes of %s, so it is not followed", key.Project)
		}
		return "will be read again", s.pokeChange(ctx, key)
	}
	rows, err := s.store.Changes(ctx, t.Task)
	if err != nil {
		return "", err
	}
	for _, row := range rows {
		if err := s.pokeChange(ctx, row.Key); err != nil {
			return "", err
		}
	}
	switch len(rows) { // each of which has the task looked at, too
	case 0:
		found, err := s.phab.Tasks(ctx, []int{t.Task})
		if err == nil && len(found) == 0 {
			err = errors.New("there is none, or reviewsync may not see it")
		}
		if err == nil {
			err = s.store.Mark(ctx, store.KindTask, strconv.Itoa(t.Task), true)
		}
		if err != nil {
			return "", err
		}
		return "will be looked at; no change that reviewsync knows of names it", nil
	case 1:
		return "will be looked at, with its change", nil
	default:
		return fmt.Sprintf("will be looked at, with its %d changes", len(rows)), nil
	}
}

func (s *Service) pokeChange(ctx context.Context, key review.Key) error {
	return s.ingest.Hint(ctx, []hint.Change{{Key: key, First: true}})
}

// keyOf finds the repository of a change of which only the number was told.
func (s *Service) keyOf(ctx context.Context, t explain.Target) (review.Key, error) {
	if t.Project != "" {
		return review.Key{Project: t.Project, Number: t.Change}, nil
	}
	rows, _, err := s.gerrit.Query(ctx, fmt.Sprintf("change:%d", t.Change), 2)
	switch {
	case ctx.Err() != nil:
		return review.Key{}, fmt.Errorf("gerrit has not told in time where it is; write project~%d, or try again later", t.Change)
	case err != nil:
		return review.Key{}, err
	}
	for _, r := range rows {
		if r.Number == t.Change {
			return review.Key{Project: r.Project, Number: r.Number}, nil
		}
	}
	return review.Key{}, errors.New("there is none, or reviewsync may not see it")
}
