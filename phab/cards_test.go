package phab_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"reviewsync/phab"
)

func TestNewestCards(t *testing.T) {
	for server, make := range map[string]func(*testing.T) *world{"stand-in": standIn, "real": realServer} {
		t.Run(server, func(t *testing.T) {
			w := make(t)
			open := w.newTask(t, taskOptions{column: 2})
			fixed := w.newTask(t, taskOptions{column: 1, untouched: true})
			_ = w.newTask(t, taskOptions{column: 1, unseen: true})
			_ = w.newTask(t, taskOptions{}) // not on the board
			closed := w.newTask(t, taskOptions{column: 1})
			edit(t, w.admin, closed, phab.Edit{Type: "status", Value: "resolved"})
			cards, err := w.bot.NewestCards(t.Context(), w.project.PHID)
			if err != nil {
				t.Fatal(err)
			}
			if len(cards) < 2 {
				t.Fatalf("cards %+v, want two at least", cards)
			}
			fixedEdit := cards[0].Edit // a PHID or a word, as the server has it
			if fixedEdit == "" || fixedEdit == "users" || fixedEdit == "public" {
				t.Errorf("the task that the bot may not edit has the edit policy %q", fixedEdit)
			}
			want := []phab.Card{{ID: fixed, Edit: fixedEdit}, {ID: open, Edit: cards[1].Edit}}
			if d := cmp.Diff(want, cards[:2]); d != "" {
				t.Error(d)
			}
			if cards[1].Edit != "users" && cards[1].Edit != "public" {
				t.Errorf("the task that everybody may edit has the edit policy %q", cards[1].Edit)
			}
		})
	}
	if _, err := standIn(t).bot.NewestCards(t.Context(), ""); err == nil {
		t.Error("without a project it asked for the cards of all")
	}
}
