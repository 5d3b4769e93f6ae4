package sqlite

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reviewsync/internal/store"
	"reviewsync/mapping/duty"
)

func TestFixedShiftsStay(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "reviewsync.db")
	days := func(n duty.Day) duty.Days { return duty.Days{From: 20794 + 14*n, To: 20794 + 14*n + 13} }
	first := []duty.FixedShift{{Days: days(0), People: []string{"alice", "bob"}}, {Days: days(1), People: []string{}}}
	want := first
	for step, fix := range [][]duty.FixedShift{
		first,
		nil,
		{{Days: days(0), People: []string{"zoe"}}, {Days: days(2), People: []string{"dave"}}},
		{{Days: days(0), People: []string{"zoe"}, Served: []string{"alice", "erin"}}, {Days: days(1), Served: []string{}}},
		{{Days: days(0), Served: []string{"nobody"}}},
	} {
		s, err := Open(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.FixShifts(ctx, fix); err != nil {
			t.Fatal(err)
		}
		switch step {
		case 2:
			want = append(want, duty.FixedShift{Days: days(2), People: []string{"dave"}})
		case 3:
			want[0].Served, want[1].Served = []string{"alice", "erin"}, []string{}
		}
		got, err := s.Shifts(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("step %d (-want +got)\n%s", step, d)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDutyMembers(t *testing.T) {
	ctx := t.Context()
	s, err := Open(ctx, Memory)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	note := func(n store.Note) error {
		_, err := s.BeginOps(ctx, nil, n)
		return err
	}
	for _, err := range []error{
		note(store.OnDuty{Project: "p", People: []string{"b", "a"}}), note(store.OnDuty{Project: "p", People: []string{"c", "a"}}), note(store.OnDuty{Project: "q", People: []string{"a"}}),
		note(store.OffDuty{Project: "p", People: []string{"b", "x"}}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.DutyMembers(ctx, "p")
	if d := cmp.Diff([]string{"a", "c"}, got); err != nil || d != "" {
		t.Errorf("%v (-want +got)\n%s", err, d)
	}
}
