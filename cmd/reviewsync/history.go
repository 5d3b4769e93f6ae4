package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/internal/config"
	"reviewsync/internal/explain"
	"reviewsync/internal/history"
	"reviewsync/internal/wiring"
	"reviewsync/mapping"
	"reviewsync/mapping/tell"
)

type historyCommand struct {
	configFlag `embed:""`
	Since      string `help:"From then on: 10:00 (today), 2026-12-07, \"2026-12-07 10:00\", all UTC, or 2h (ago)." default:"1d" placeholder:"TIME"`
	Until      string `help:"Only before then. Default: now." placeholder:"TIME"`
	JSON       bool   `help:"Answer in JSON." name:"json"`
	Of         string `arg:"" optional:"" help:"A board, by its hashtag, or a task such as T123. Without one, all of them." name:"board-or-task"`
}

// namesTime is how long names are waited for.
const namesTime = 5 * time.Second

// Run shows what the service did, and what became of the cards.
func (c *historyCommand) Run(ctx context.Context, o output) error {
	o.log = o.log.Level(max(o.log.GetLevel(), zerolog.WarnLevel))
	cfg, err := c.load()
	if err != nil {
		return err
	}
	return c.show(ctx, cfg, wiring.Options{Log: o.log}, o, time.Now())
}

func (c *historyCommand) show(ctx context.Context, cfg *config.Config, opts wiring.Options, o output, now time.Time) error {
	q, err := c.query(cfg, now)
	if err != nil {
		return err
	}
	opts.DryRun = true
	parts, err := wiring.New(ctx, cfg, opts)
	if err != nil {
		return err
	}
	defer parts.Close()
	if parts.Store.Created().IsZero() {
		return fmt.Errorf("there is no store at %s yet: the service has never run with this config", cfg.Store.Path)
	}
	r, err := history.Read(ctx, cfg, parts.Store, q)
	if err != nil {
		return err
	}
	for id, name := range r.Names {
		parts.Names.Put(id, name)
	}
	soon, cancel := context.WithTimeout(ctx, namesTime)
	defer cancel()
	names := parts.Names.Lookup(soon, accounts(r))
	if c.JSON {
		return historyJSON(o.out, q, r, names)
	}
	return historyText(o.out, q, r, names)
}

// query is what is asked for.
func (c *historyCommand) query(cfg *config.Config, now time.Time) (q history.Query, err error) {
	q.To = now.UTC()
	if q.From, err = history.ParseTime("--since", c.Since, now); err != nil {
		return q, err
	}
	if c.Until != "" {
		if q.To, err = history.ParseTime("--until", c.Until, now); err != nil {
			return q, err
		}
	}
	if !q.From.Before(q.To) {
		return q, fmt.Errorf("--until %s is not after --since %s; swap them", c.Until, c.Since)
	}
	if c.Of == "" {
		return q, nil
	}
	if t, err := explain.ParseTarget([]string{c.Of}, cfg); err == nil && t.Task > 0 {
		q.Task = t.Task
		return q, nil
	}
	q.Board = c.Of
	return q, nil
}

// accounts are those that the sentences name.
func accounts(r history.Report) (ids []string) {
	for _, e := range r.Entries {
		if e.Op != nil {
			ids = append(ids, e.Op.Effect.Accounts()...)
		} else if e.Step.By.ID != "" {
			ids = append(ids, e.Step.By.ID)
		}
	}
	return ids
}

// sentence says what happened.
func sentence(e history.Entry, names tell.Names) string {
	switch {
	case e.Step != nil:
		return tell.Step(*e.Step, names)
	case e.Op.Sentence != "":
		return e.Op.Sentence
	}
	return tell.Effect(e.Op.Effect, names)
}

// board is the one that an entry is about; empty: none.
func board(e history.Entry) string {
	if e.Step != nil {
		return e.Step.Board.Name
	}
	return e.Op.Effect.Board.Name
}

// ended says how a write ended that was not simply made.
func ended(e history.Entry) string {
	switch {
	case e.Op == nil:
		return ""
	case e.Op.Error != "":
		return " [" + string(e.Op.State) + ": " + e.Op.Error + "]"
	case e.Op.Ended.IsZero():
		return " [" + string(e.Op.State) + "]"
	}
	return ""
}

func historyText(out io.Writer, q history.Query, r history.Report, names tell.Names) error {
	var text strings.Builder
	writes := 0
	for _, e := range r.Entries {
		what := sentence(e, names)
		if on := board(e); on != "" {
			what = on + "  " + what
		}
		if e.Op != nil {
			writes++
		}
		fmt.Fprintf(&text, "%s  %s%s\n", e.At.UTC().Format(time.DateTime), what, ended(e))
	}
	fmt.Fprintf(&text, "%s and %s of cards between %s and %s. Times are UTC.\n", tell.Counted(writes, "write"), tell.Counted(len(r.Entries)-writes, "step"),
		q.From.Format("2006-01-02 15:04"), q.To.Format("2006-01-02 15:04"))
	_, err := io.WriteString(out, text.String())
	return err
}

// happened is an entry for programs.
type happened struct {
	At       time.Time       `json:"at"`
	Board    string          `json:"board,omitempty"`
	Sentence string          `json:"sentence"`
	State    string          `json:"state,omitempty"` // of a write: done, failed, unknown or pending
	Error    string          `json:"error,omitempty"`
	Write    *mapping.Effect `json:"write,omitempty"`
	Step     *mapping.Step   `json:"step,omitempty"`
}

func historyJSON(out io.Writer, q history.Query, r history.Report, names tell.Names) error {
	list := []happened{}
	for _, e := range r.Entries {
		h := happened{At: e.At.UTC(), Board: board(e), Sentence: sentence(e, names), Step: e.Step}
		if e.Op != nil {
			h.State, h.Error, h.Write = string(e.Op.State), e.Op.Error, &e.Op.Effect
		}
		list = append(list, h)
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(struct {
		Since   time.Time  `json:"since"`
		Until   time.Time  `json:"until"`
		Entries []happened `json:"entries"`
	}{q.From, q.To, list})
}
