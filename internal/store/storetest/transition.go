package storetest

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping/review"
)

// What was written is there for the next process, and what was said first stands.
func TestWhatWasWrittenIsThereAfterReopening(t *testing.T, o Opener) {
	s, later := o.Open(t), monday.Add(time.Hour)
	same(t, "created before first use", s.Created(), time.Time{})
	for again := range 2 {
		now := monday
		if again == 1 {
			s, now = o.again(t, s), later
			same(t, "created", s.Created(), monday)
		}
		same(t, "born", get(s.Born(t.Context(), now))(t), monday)
		same(t, "board start", get(s.BoardStart(t.Context(), "#clinic", now))(t), monday)
	}
	same(t, "another board", get(s.BoardStart(t.Context(), "#other", later))(t), later)
}

func TestKilledInTheMiddleOfAMove(t *testing.T, o Opener) {
	ctx := t.Context()
	s := o.Open(t)
	must(t, s.Mark(ctx, store.KindTask, false, "5"))
	id := begin(t, s, store.Op{Key: "move T5", Task: 5, Board: "#b", Kind: "move", Created: monday})

	left := o.again(t, s)
	same(t, "behind", get(left.Behind(ctx, store.KindTask, monday))(t), []store.Item{{Key: "5", Want: 1}})
	same(t, "pending", get(left.Pending(ctx, 5))(t), []store.Op{{ID: id, Key: "move T5", Task: 5, Board: "#b", Kind: "move", State: store.OpPending, Created: monday}})

	must(t, s.EndOps(ctx, []int64{id}, store.OpEnd{State: store.OpDone, Result: "PHID-XACT-1"}, store.Decided{Card: store.Card{Task: 5, Board: "#b", Standing: there, Decided: monday, Settled: store.Settlement{Digest: "d", Column: "Doing", At: monday}}, By: store.Actor{Kind: store.ActorUs}}))
	left = o.again(t, s)
	same(t, "behind", get(left.Behind(ctx, store.KindTask, monday))(t), []store.Item{{Key: "5", Want: 1}})
	same(t, "pending", get(left.Pending(ctx, 5))(t), []store.Op(nil))
	same(t, "card", get(left.Cards(ctx, 5))(t)["#b"].Settled, store.Settlement{Digest: "d", Column: "Doing", At: monday})
	same(t, "history", get(left.History(ctx, 5))(t), []store.Step{{At: monday, Task: 5, Board: "#b", To: there, By: store.Actor{Kind: store.ActorUs}}})

	must(t, s.Done(ctx, store.KindTask, store.Item{Key: "5", Want: 1}))
	left = o.again(t, s)
	same(t, "behind", get(left.Behind(ctx, store.KindTask, monday))(t), []store.Item(nil))
}

func TestManyAtOnce(t *testing.T, o Opener) {
	s := o.Open(t)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 100 {
				if err := transition(t.Context(), s, w*100+i+1); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	same(t, "tasks behind", get(s.Behind(t.Context(), store.KindTask, monday))(t), []store.Item(nil))
	same(t, "ops", len(get(s.Ops(t.Context(), 10000))(t)), 800)
}

// transition is what the store does for one vote that moves one card.
func transition(ctx context.Context, s store.Store, n int) error {
	key, task := review.Key{Project: "mediawiki/core", Number: n}, fmt.Sprint(n)
	meta := fmt.Sprintf("%040d", n)
	if _, err := s.Found(ctx, "gerrit", monday, 0, []store.Seen{{Key: key, Meta: meta}}); err != nil {
		return err
	}
	change, _, err := s.Open(ctx, store.KindChange, key.String())
	if err != nil {
		return err
	}
	if err := s.PutChange(ctx, store.ChangeRow{Key: key, Meta: meta, Open: true, Snapshot: snapshot, Tasks: []int{n}}, change.Want); err != nil {
		return err
	}
	item, _, err := s.Open(ctx, store.KindTask, task)
	if err != nil {
		return err
	}
	if _, err := s.Changes(ctx, n); err != nil {
		return err
	}
	if _, err := s.Cards(ctx, n); err != nil {
		return err
	}
	ids, err := s.BeginOps(ctx, []store.Op{{Key: task, Task: n, Board: "#b", Kind: "move"}})
	if err != nil {
		return err
	}
	if err := s.EndOps(ctx, ids, store.OpEnd{State: store.OpDone, Result: "ok"}, store.Decided{Card: store.Card{Task: n, Board: "#b", Standing: there, Settled: store.Settlement{Digest: meta, Column: "Doing", At: monday}}, By: store.Actor{Kind: store.ActorUs}}); err != nil {
		return err
	}
	return s.Done(ctx, store.KindTask, store.Item{Key: task, Want: item.Want})
}

var snapshot = bytes.Repeat([]byte("x"), 4096)

func benchmarkTransition(b *testing.B, o Opener) {
	s := o.Open(b)
	n := 0
	for b.Loop() {
		n++
		if err := transition(b.Context(), s, n); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "transitions/s")
}

// benchmarkSweepNothingNew is a page of 500 rows of a sweep that finds nothing new.
func benchmarkSweepNothingNew(b *testing.B, o Opener) {
	s := o.Open(b)
	var rows []store.Seen
	for n := range 500 {
		row := store.Seen{Key: review.Key{Project: "mediawiki/core", Number: n + 1}, Meta: "m"}
		rows = append(rows, row)
		err := s.PutChange(b.Context(), store.ChangeRow{Key: row.Key, Meta: "m", Open: true, Snapshot: snapshot, Tasks: []int{n + 1}}, 1)
		must(b, err)
	}
	sweep := int64(0)
	for b.Loop() {
		sweep++
		behind, err := s.Found(b.Context(), "gerrit", time.Time{}, sweep, rows)
		if err != nil || len(behind) != 0 {
			b.Fatal(err, behind)
		}
	}
}
