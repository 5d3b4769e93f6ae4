package main

import (
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/mapping/review"
)

// dryRun is `reviewsync sync --dry-run`: what it prints, and its log.
func (w *world) dryRun() (printed, log string) {
	w.Helper()
	var out, reported strings.Builder
	o := w.options()
	o.Log = zerolog.New(&reported).Level(zerolog.InfoLevel)
	w.OK((&syncCommand{DryRun: true}).sync(w.Context(), w.Config, o, output{out: &out, log: o.Log}))
	return out.String(), reported.String()
}

// TestDryRunSaysWhatItSaw: how much is there, how much of it counts, and why the cards stay.
func TestDryRunSaysWhatItSaw(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Push("vol1", core, w.Task(external, "Review Needed"))                      // where it belongs
		w.Vote("alice", w.Push("vol1", core, w.Task(external, "Parked")), -1)        // in a column of people
		w.Vote("alice", w.Push("vol1", core, w.Task(external, "Review Needed")), -1) // before the service begins
		w.Push("alice", core)
		w.Push("jenkins-bot", core) // which never counts
		w.Wait(time.Hour)
		w.Config.Boards[0].Start, w.Config.Boards[1].Start = time.Now(), time.Now()
		want := func(last ...string) {
			t.Helper()
			out, log := w.dryRun()
			if !strings.HasSuffix(out, strings.Join(last, "\n")+"\n") || strings.Contains(log, "warn") {
				t.Errorf("it says\n%s%s\nwant\n%s", out, log, strings.Join(last, "\n"))
			}
		}
		want("5 open changes, 4 count; 3 cards: 1 in place, 1 held by the start, 1 in people's columns", "0 cards would move; nothing was written")
		w.Config.Boards[0].Start = time.Now().Add(-24 * time.Hour)
		want("5 open changes, 4 count; 3 cards: 1 would move, 1 in place, 1 in people's columns", "1 card would move; nothing was written")
		w.NoWaste()
	})
}

// TestNothingCounts: a condition that no change meets is probably a mistake, and its key is named.
func TestNothingCounts(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		if _, log := w.dryRun(); !strings.Contains(log, "gerrit.user: reviewsync sees no open change") {
			t.Errorf("where there is no change, the log says\n%s", log)
		}
		w.Push("vol1", core, w.Task(external, "Review Needed"))
		w.Config.Boards[0].Count = review.Count{Repositories: []string{"mediawiki/cor"}}
		if out, log := w.dryRun(); !strings.Contains(out, "1 open change, 0 count; ") || !strings.Contains(log, "boards[0].count: none of 1 open change counts on #"+external+", so no vote") {
			t.Errorf("it says\n%s%s", out, log)
		}
		w.run(time.Minute)
		w.run(time.Minute)
		w.Config.Boards[0].Count = review.Count{}
		w.run(time.Minute)
		if log := w.Log.Tail(1000); strings.Count(log, "boards[0].count: none of 1 open change counts on #"+external) != 2 || strings.Count(log, "1 open change, 1 counts; 1 card: 1 in place") != 1 {
			t.Errorf("the service says\n%s", log)
		}
	})
}
