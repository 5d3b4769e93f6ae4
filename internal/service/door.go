package service

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"reviewsync/gerrit"
	"reviewsync/internal/explain"
	"reviewsync/internal/hint"
	"reviewsync/internal/store"
	"reviewsync/internal/web"
	"reviewsync/internal/wiring"
	"reviewsync/mapping/review"
	"reviewsync/phab"
)

// Where hints come from, as /healthz counts them.
const (
	fromGerritHook = "gerrit-webhook"
	fromPhabHook   = "phabricator-webhook"
	fromPoke       = "poke"
)

// door is where hints come in from outside: webhooks, and the poke command.
type door struct {
	*wiring.Parts
	queue *hint.Queue
}

func (s *Service) door() door { return door{s.Parts, s.queue} }

// hooks are the webhooks that are taken.
func (d door) hooks() web.Hooks {
	var hooks web.Hooks
	if path := d.Config.Web.Hooks.GerritPath.Reveal(); path != "" {
		hooks.GerritPath, hooks.Gerrit = path, d.gerritHook
	}
	if key := d.Config.Web.Hooks.PhabricatorKey.Reveal(); key != "" {
		hooks.PhabricatorKey, hooks.Phabricator = key, d.phabHook
	}
	return hooks
}

func (d door) gerritHook(body []byte) error {
	e, err := gerrit.DecodeEvent(body)
	if err == nil && e.Number > 0 {
		d.queue.Change(fromGerritHook, hint.Change{Key: review.Key{Project: e.Project, Number: e.Number}, Meta: e.MetaRevID, By: e.By})
	}
	return err
}

func (d door) phabHook(h phab.Webhook) {
	if h.Type == "TASK" && !h.Test {
		d.queue.Task(fromPhabHook, h.PHID, h.Transactions)
	}
}

// poke has what a person names looked at again, at once.
func (d door) poke(ctx context.Context, targets []string) ([]web.PokeResult, error) {
	var all []web.PokeResult
	for _, name := range targets {
		d.queue.Count(fromPoke)
		p := web.PokeResult{Target: name}
		t, err := explain.ParseTarget([]string{name}, d.Config)
		if err == nil {
			p.Target = t.String()
			p.Text, err = d.pokeOne(ctx, t)
		}
		if err != nil {
			p.Error = err.Error()
		}
		all = append(all, p)
	}
	return all, nil
}

func (d door) pokeOne(ctx context.Context, t explain.Target) (string, error) {
	if t.Task == 0 {
		key, err := d.keyOf(ctx, t)
		if err != nil {
			return "", err
		}
		if !d.Config.Follows(key.Project) {
			return "", fmt.Errorf("no board counts changes of %s, so it is not followed", key.Project)
		}
		return "will be read again", d.pokeChange(ctx, key)
	}
	rows, err := d.Store.Changes(ctx, t.Task)
	if err != nil {
		return "", err
	}
	for _, row := range rows {
		if err := d.pokeChange(ctx, row.Key); err != nil {
			return "", err
		}
	}
	switch len(rows) { // each of which has the task looked at, too
	case 0:
		found, err := d.Phab.Tasks(ctx, []int{t.Task})
		if err == nil && len(found) == 0 {
			err = errors.New("there is none, or reviewsync may not see it")
		}
		if err == nil {
			err = d.Store.Mark(ctx, store.KindTask, true, strconv.Itoa(t.Task))
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

func (d door) pokeChange(ctx context.Context, key review.Key) error {
	return d.Ingest.Hint(ctx, []hint.Change{{Key: key, Urgent: true}})
}

// keyOf finds the repository of a change of which only the number is known.
func (d door) keyOf(ctx context.Context, t explain.Target) (review.Key, error) {
	if t.Project != "" {
		return review.Key{Project: t.Project, Number: t.Change}, nil
	}
	rows, _, err := d.Gerrit.Query(ctx, fmt.Sprintf("change:%d", t.Change), 2)
	switch {
	case ctx.Err() != nil:
		return review.Key{}, fmt.Errorf("gerrit has not said in time where it is; write project~%d, or try again later", t.Change)
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
