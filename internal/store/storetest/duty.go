package storetest

import (
	"fmt"
	"testing"

	"reviewsync/internal/store"
	"reviewsync/mapping/duty"
)

func TestFixedShiftsStay(t *testing.T, o Opener) {
	ctx, s := t.Context(), o.Open(t)
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
		must(t, s.FixShifts(ctx, fix))
		switch step {
		case 2:
			want = append(want, duty.FixedShift{Days: days(2), People: []string{"dave"}})
		case 3:
			want[0].Served, want[1].Served = []string{"alice", "erin"}, []string{}
		}
		same(t, fmt.Sprint("step ", step), get(s.Shifts(ctx))(t), want)
	}
	same(t, "in the end", get(o.again(t, s).Shifts(ctx))(t), want)
}

func TestDutyMembers(t *testing.T, o Opener) {
	ctx := t.Context()
	s := o.Open(t)
	for _, n := range []store.Note{
		store.OnDuty{Project: "p", People: []string{"b", "a"}},
		store.OnDuty{Project: "p", People: []string{"c", "a"}},
		store.OnDuty{Project: "q", People: []string{"a"}},
		store.OffDuty{Project: "p", People: []string{"b", "x"}},
	} {
		get(s.BeginOps(ctx, nil, n))(t)
	}
	same(t, "members", get(s.DutyMembers(ctx, "p"))(t), []string{"a", "c"})
}
