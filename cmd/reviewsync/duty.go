package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/internal/config"
	"reviewsync/internal/rotation"
	"reviewsync/internal/wiring"
	"reviewsync/mapping/duty"
	"reviewsync/mapping/tell"
)

type dutyCommand struct {
	configFlag `embed:""`
	Weeks      int  `help:"How many weeks to show." default:"8"`
	Why        bool `help:"Say of everybody why they are on duty or not." xor:"form"`
	ICal       bool `help:"Write a calendar (iCalendar, RFC 5545)." name:"ical" xor:"form"`
	JSON       bool `help:"Answer in JSON." name:"json" xor:"form"`
}

// Run shows who is on duty when. It writes nothing, and works on a copy of the store.
func (c *dutyCommand) Run(ctx context.Context, o output) error {
	o.log = o.log.Level(max(o.log.GetLevel(), zerolog.WarnLevel))
	cfg, err := c.load()
	if err != nil {
		return err
	}
	return c.show(ctx, cfg, wiring.Options{Log: o.log}, o)
}

// mostWeeks is as far as a plan goes.
const mostWeeks = 520

func (c *dutyCommand) show(ctx context.Context, cfg *config.Config, opts wiring.Options, o output) error {
	switch {
	case cfg.Rotation == nil:
		return fmt.Errorf("%s has no rotation; docs/rules.md says how to write one", cfg.Path)
	case c.Weeks < 1 || c.Weeks > mostWeeks:
		return fmt.Errorf("--weeks %d: write a number from 1 to %d", c.Weeks, mostWeeks)
	}
	opts.DryRun = true
	parts, err := wiring.New(ctx, cfg, opts)
	if err != nil {
		return err
	}
	defer parts.Close()
	p, err := parts.Rotation.Plan(ctx, c.Weeks)
	if err != nil {
		return err
	}
	if p.Unknown != nil {
		o.log.Warn().Err(p.Unknown).Msg("nobody knows who is away by the calendar; the plan goes without")
	}
	switch {
	case c.ICal:
		return writeCalendar(o.out, cfg, p.Plan)
	case c.JSON:
		e := json.NewEncoder(o.out)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(dutyReport(cfg, p))
	}
	return c.table(o.out, cfg, p)
}

// table writes the plan for people.
func (c *dutyCommand) table(out io.Writer, cfg *config.Config, p rotation.Plan) error {
	rot := cfg.Rotation
	var text strings.Builder
	fmt.Fprintf(&text, "On duty for %s; shifts begin at midnight, %s.\n\n", rot.TeamName, rot.Time.Zone)
	for _, s := range p.Shifts {
		fmt.Fprintf(&text, "%s - %s  %-16s  %s\n", longDay(s.Days.From), longDay(s.Days.To), stateOf(s, p.Today), strings.Join(whoOf(s), ", "))
		for _, h := range s.Holes {
			fmt.Fprintf(&text, "  hole: %s\n", tell.Hole(s, h))
		}
		if c.Why {
			for _, reason := range s.Reasons {
				fmt.Fprintf(&text, "  %s\n", tell.OnDuty(reason))
			}
		}
	}
	for _, swap := range p.Unused {
		fmt.Fprintf(&text, "\n%s:%d: this swap does nothing: %s\n", cfg.Path, swap.Line, tell.UnusedSwap(swap))
	}
	_, err := io.WriteString(out, text.String())
	return err
}

func longDay(d duty.Day) string {
	return fmt.Sprintf("%s %s", d.Weekday().String()[:3], d.Midnight(time.UTC).Format("Jan _2 2006"))
}

// whoOf names who is on duty; with their days where these are not all of the shift's.
func whoOf(s duty.Shift) []string {
	var names []string
	for _, t := range s.Stints {
		name := t.Who
		if name == "" {
			name = "nobody"
		}
		if t.Days != s.Days {
			name += " (" + t.Days.String() + ")"
		}
		names = append(names, name)
	}
	return names
}

// stateOf says how sure a shift is.
func stateOf(s duty.Shift, today duty.Day) string {
	word := "planned"
	switch {
	case s.Fixed:
		word = "fixed"
	case s.Near: // the service has not been there yet
		word = "to be fixed"
	}
	if s.Days.Has(today) {
		word = "now, " + word
	}
	return word
}

// dutyJSON is the plan for programs.
type dutyJSON struct {
	Team   string      `json:"team"`
	Zone   string      `json:"zone"`
	Today  string      `json:"today"`
	OnDuty []string    `json:"on_duty"`
	Shifts []shiftJSON `json:"shifts"`
	Unused []string    `json:"unused_swaps"`
}

type shiftJSON struct {
	From    string      `json:"from"`
	To      string      `json:"to"` // included
	Start   time.Time   `json:"start"`
	End     time.Time   `json:"end"` // the next one's start
	Fixed   bool        `json:"fixed"`
	OnDuty  []stintJSON `json:"on_duty"`
	Holes   []string    `json:"holes"`
	Reasons []string    `json:"reasons"`
}

type stintJSON struct {
	Who  string `json:"who"` // empty: nobody
	From string `json:"from"`
	To   string `json:"to"`
}

func dutyReport(cfg *config.Config, p rotation.Plan) dutyJSON {
	r := dutyJSON{
		Team: cfg.Rotation.TeamName, Zone: cfg.Rotation.Time.Zone.String(), Today: p.Today.String(),
		OnDuty: append([]string{}, p.OnDuty()...), Unused: []string{},
	}
	for _, s := range p.Shifts {
		j := shiftJSON{
			From: s.Days.From.String(), To: s.Days.To.String(), Start: s.Start, End: s.End, Fixed: s.Fixed,
			Holes: []string{}, Reasons: []string{},
		}
		for _, t := range s.Stints {
			j.OnDuty = append(j.OnDuty, stintJSON{t.Who, t.Days.From.String(), t.Days.To.String()})
		}
		for _, h := range s.Holes {
			j.Holes = append(j.Holes, tell.Hole(s, h))
		}
		for _, reason := range s.Reasons {
			j.Reasons = append(j.Reasons, tell.OnDuty(reason))
		}
		r.Shifts = append(r.Shifts, j)
	}
	for _, w := range p.Unused {
		r.Unused = append(r.Unused, tell.UnusedSwap(w))
	}
	return r
}

// host is the name of Phabricator's machine, which makes the ids of a calendar our own.
func host(cfg *config.Config) string {
	if u, err := url.Parse(cfg.Phabricator.URL); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "reviewsync"
}
