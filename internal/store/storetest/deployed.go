package storetest

import (
	"fmt"
	"testing"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// readMerged stores a change that was merged at noon.
func readMerged(t *testing.T, s store.Store, key review.Key, changeID, branch string, tasks ...int) []int {
	t.Helper()
	item, _, err := s.Open(t.Context(), store.KindChange, key.String())
	must(t, err)
	return marked(t, s, func() error {
		return s.PutChange(t.Context(), store.ChangeRow{
			Key: key, Meta: "merged", Snapshot: []byte(`{}`), Tasks: tasks,
			Twins: key.Project + "~" + changeID, Refs: []review.Ref{{Name: "refs/heads/" + branch, Since: monday}},
		}, item.Want)
	})
}

func refs(t *testing.T, s store.Store, task int) map[string]time.Time {
	t.Helper()
	found := map[string]time.Time{}
	for _, c := range get(s.Changes(t.Context(), task))(t) {
		for _, r := range c.Refs {
			found[r.Name] = r.Since
		}
	}
	return found
}

func TestAChangeIsWhereItsTwinIs(t *testing.T, o Opener) {
	s := o.Open(t)
	pick, other := review.Key{Project: core.Project, Number: 901}, review.Key{Project: "another", Number: 902}
	readMerged(t, s, core, "I1", "master", 7)
	readMerged(t, s, other, "I1", "wmf/2") // another repository, another change
	same(t, "tasks behind", readMerged(t, s, pick, "I1", "wmf/1", 8), []int{7, 8})
	same(t, "refs", refs(t, s, 7), map[string]time.Time{"refs/heads/master": monday, "refs/heads/wmf/1": monday})

	must(t, s.DropChange(t.Context(), pick, "private", 1))
	same(t, "refs without it", refs(t, s, 7), map[string]time.Time{"refs/heads/master": monday})
}

func TestWhatIsWaitedForIsLookedAtNowAndThen(t *testing.T, o Opener) {
	s := o.Open(t)
	const every, first = 10 * time.Minute, time.Minute
	read(t, s, core, "m1", 7) // so it was seen open
	readMerged(t, s, core, "I1", "master", 7)
	readMerged(t, s, skin, "I2", "master", 7)
	waits := []mapping.Wait{{Change: core}, {Change: skin}}
	awaited := func() (list []store.Awaited) {
		for _, key := range []review.Key{core, skin} {
			a, is, err := s.Awaited(t.Context(), key, every, first)
			must(t, err)
			if is {
				list = append(list, a)
			}
		}
		return list
	}
	for range 2 {
		must(t, s.Note(t.Context(), store.Awaits{Task: 7, Board: "board", Waits: waits, Now: monday}))
		same(t, "on the agenda, once", behind(t, s, store.KindDeployed), []store.Item{{Key: core.String(), Want: 1}, {Key: skin.String(), Want: 1}})
	}
	must(t, s.Note(t.Context(), store.Awaits{Task: 8, Board: "board", Waits: waits[:1], Now: monday.Add(time.Second)}))
	same(t, "awaited", awaited(), []store.Awaited{
		{Key: core, Known: true, Merged: monday, ChangeID: "I1", Due: monday.Add(first)}, {Key: skin, Merged: monday, ChangeID: "I2", Due: monday.Add(first)},
	})

	look := monday.Add(first)
	same(t, "behind without news", marked(t, s, func() error { return s.Looked(t.Context(), skin, look, nil) }), []int(nil))
	same(t, "behind with news", marked(t, s, func() error {
		return s.Looked(t.Context(), core, look, []review.Ref{{Name: "refs/heads/wmf/1", Since: look}})
	}), []int{7})
	same(t, "behind with the same", marked(t, s, func() error {
		return s.Looked(t.Context(), core, look.Add(every), []review.Ref{{Name: "refs/heads/wmf/1", Since: look.Add(every)}})
	}), []int(nil))
	same(t, "when it came there", refs(t, s, 7)["refs/heads/wmf/1"], look)
	must(t, s.Note(t.Context(), store.Awaits{Task: 7, Board: "board", Waits: waits[1:], Now: look}))
	must(t, s.EndWaits(t.Context(), 8))
	same(t, "awaited still", awaited(), []store.Awaited{{Key: skin, Known: true, Merged: monday, ChangeID: "I2", Due: look.Add(every)}})
	must(t, s.KeepWaits(t.Context(), []string{"another"}))
	same(t, "awaited by no board", len(awaited()), 0)
}

// What is known of where a change is: nothing, that it was open when it was first read, or when it was last looked for.
func TestWhenAChangeWasLookedFor(t *testing.T, o Opener) {
	s, ctx := o.Open(t), t.Context()
	known := func() []string {
		var list []string
		for _, c := range get(s.Changes(ctx, 7))(t) {
			list = append(list, fmt.Sprint(c.Key, c.Followed, c.Looked.Sub(monday).Hours()))
		}
		return list
	}
	readMerged(t, s, core, "I1", "master", 7)
	read(t, s, skin, "m1", 7)
	readMerged(t, s, skin, "I2", "master", 7)
	never := fmt.Sprint(time.Time{}.Sub(monday).Hours())
	same(t, "before", known(), []string{core.String() + " false " + never, skin.String() + " true " + never})
	must(t, s.Looked(ctx, core, monday.Add(time.Hour), nil))
	same(t, "after", known(), []string{core.String() + " true 1", skin.String() + " true " + never})

	a, is, err := s.Merged(ctx, core)
	must(t, err)
	same(t, "merged", a, store.Awaited{Key: core, Known: true, Merged: monday, ChangeID: "I1"})
	if _, open, err := s.Merged(ctx, review.Key{Project: "nowhere", Number: 1}); !is || open || err != nil {
		t.Errorf("%v %v %v", is, open, err)
	}
}

func TestTimeEndsAWait(t *testing.T, o Opener) {
	s := o.Open(t)
	until := monday.Add(2 * time.Hour)
	must(t, s.Note(t.Context(), store.Awaits{Task: 7, Board: "board", Waits: []mapping.Wait{{Change: core, Until: until}, {Change: skin, Until: until}}, Now: monday}))
	if _, look, err := s.Awaited(t.Context(), core, time.Hour, time.Hour); look || err != nil {
		t.Errorf("a look is needed, %v", err)
	}
	for _, c := range []struct{ now, next time.Time }{{monday, until}, {until, time.Time{}}, {until.Add(time.Hour), time.Time{}}} {
		same(t, "next", get(s.Ripe(t.Context(), core, c.now))(t), c.next)
	}
	same(t, "of the other", get(s.Ripe(t.Context(), skin, monday))(t), until)
	same(t, "marked", behind(t, s, store.KindTask), []store.Item{{Key: "7", Want: 1}})
}
