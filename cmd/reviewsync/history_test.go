package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"reviewsync/internal/wiring"
)

// history is what the command prints, or its error.
func (w *world) history(c historyCommand) string {
	w.Helper()
	if c.Since == "" {
		c.Since = "1d"
	}
	var out strings.Builder
	if err := c.show(w.Context(), w.Config, wiring.Options{Log: w.options().Log, Gerrit: w.ToGerrit, Phabricator: w.ToPhab}, output{out: &out}, time.Now()); err != nil {
		return "error: " + err.Error()
	}
	return out.String()
}

// TestHistory: what the service did is there with its reason, and what people did with their names, the newest last.
func TestHistory(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task, other := w.Task(external, "Review Needed"), w.Task(clinic, "Ready")
		change := w.Push("vol1", core, task)
		w.run(time.Minute)
		w.Vote("bob", change, -1)
		w.Vote("bob", w.Push("alice", core, other), -1)
		w.run(time.Minute)
		w.Phab.Drag("dave", task, external, "Review Needed")
		w.run(7 * time.Hour)

		all := w.history(historyCommand{})
		move, drag := strings.Index(all, "#external-code-reviews  T1: Review Needed -> In Progress: bob voted -1 on patch set 1 of change 1"),
			strings.Index(all, "#external-code-reviews  T1: dave moved it In Progress -> Review Needed; needs-work; a person's newer move holds it")
		if move < 0 || drag < move || !strings.Contains(all, "#clinic-duty-team  T2: Ready -> Doing: bob voted -1") || strings.Contains(all, "reviewsync moved it") {
			t.Errorf("it says\n%s", all)
		}
		for _, c := range []struct {
			command    historyCommand
			has, lacks string
		}{
			{historyCommand{Of: "T2"}, "T2: Ready -> Doing", "T1"},
			{historyCommand{Of: external}, "T1: Review Needed -> In Progress", "T2: Ready -> Doing"},
			{historyCommand{Of: "#Clinic-Duty-Team"}, "T2: Ready -> Doing", "T1: Review"},
			{historyCommand{Since: "5h"}, "0 writes and ", "bob voted"},
			{historyCommand{Until: "7h"}, "Review Needed -> In Progress", "dave moved it"},
		} {
			if got := w.history(c.command); !strings.Contains(got, c.has) || strings.Contains(got, c.lacks) {
				t.Errorf("%+v says\n%swant %q and no %q", c.command, got, c.has, c.lacks)
			}
		}
		var report struct{ Entries []happened }
		w.OK(json.Unmarshal([]byte(w.history(historyCommand{Of: "T1", JSON: true})), &report))
		writes := 0
		for _, e := range report.Entries {
			if e.Write != nil {
				writes++
				if e.State != "done" || e.Write.Card.To.Name != "In Progress" || !strings.Contains(e.Sentence, "bob voted -1") {
					t.Errorf("in JSON: %+v", e)
				}
			}
		}
		if writes != 1 {
			t.Errorf("%d writes in JSON: %+v", writes, report)
		}
		s := w.service(w.options()) // it holds the store
		defer s.Close()
		if again := w.history(historyCommand{}); again != all {
			t.Errorf("beside a service it says\n%s", again)
		}
		w.NoWaste()
	})
}

func TestHistoryBadInput(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		if got := w.history(historyCommand{}); !strings.Contains(got, "the service has never run with this config") {
			t.Errorf("without a store: %s", got)
		}
		w.run(time.Minute)
		tomorrow := time.Now().Add(24 * time.Hour).UTC().Format(time.DateOnly)
		for want, c := range map[string]historyCommand{
			"error: --since noon is no time; write 10:00 for today, ":            {Since: "noon"},
			"error: --since " + tomorrow + " lies in the future: it is ":         {Since: tomorrow},
			"error: --until 23:59 lies in the future: it is ":                    {Until: "23:59"},
			"error: --until 2h is not after --since 1h; swap them":               {Since: "1h", Until: "2h"},
			"error: no board nonsense in ":                                       {Of: "nonsense"},
			"0 writes and 0 steps of cards between ":                             {Of: "T99"},
			"error: --since 2026-13-01 is no time; write 10:00 for today, 2026-": {Since: "2026-13-01"},
		} {
			if got := w.history(c); !strings.HasPrefix(got, want) {
				t.Errorf("%+v: %s, want %s", c, got, want)
			}
		}
	})
}
