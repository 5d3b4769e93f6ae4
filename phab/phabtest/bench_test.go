package phabtest_test

import (
	"testing"

	"reviewsync/internal/remote"
	"reviewsync/phab"
	"reviewsync/phab/phabtest"
)

// BenchmarkMove is one card moved on a board of 5,000: a search, a history, an edit.
func BenchmarkMove(b *testing.B) {
	s := phabtest.New(phabtest.Options{})
	_, token := s.AddUser("reviewsync", true)
	s.AddProject("Board", "board", "A", "B")
	for range 5000 {
		s.NewTask("reviewsync", "a task", phabtest.On("board", "A"))
	}
	c, err := phab.New(phab.Options{
		URL: "http://phabricator.example.org", Token: token,
		HTTP: remote.New(remote.Options{Server: "phabricator", Base: s.Transport()}),
	})
	if err != nil {
		b.Fatal(err)
	}
	to := [2]string{s.ColumnPHID("board", "B"), s.ColumnPHID("board", "A")}
	ctx := b.Context()
	for i := 0; b.Loop(); i++ {
		id := i%5000 + 1
		if _, err := c.Tasks(ctx, []int{id}); err != nil {
			b.Fatal(err)
		}
		if _, err := c.Transactions(ctx, []int{id}); err != nil {
			b.Fatal(err)
		}
		if made, err := c.Edit(ctx, id, []phab.Edit{phab.MoveTo(to[i/5000%2])}); err != nil || len(made) != 1 {
			b.Fatal(made, err)
		}
	}
}
