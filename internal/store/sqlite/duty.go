package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"reviewsync/internal/store"
	"reviewsync/mapping/duty"
)

const (
	sqlShifts   = `select first, last, people, served from duty order by first`
	sqlFixShift = `insert into duty (first, last, people, served) values ($1, $2, $3, $4)
on conflict (first) do nothing`
	sqlEndShift = `update duty set served = $2 where first = $1 and served = ''`

	sqlDutyMembers    = `select person from duty_member where project = $1 order by person`
	sqlAddDutyMember  = `insert into duty_member (project, person) values ($1, $2) on conflict (project, person) do nothing`
	sqlDropDutyMember = `delete from duty_member where project = $1 and person = $2`
)

func (s rota) Shifts(ctx context.Context) ([]duty.FixedShift, error) {
	list, err := all(ctx, &s.db, scanShift, sqlShifts)
	if err != nil {
		return nil, fmt.Errorf("read the fixed shifts: %w", err)
	}
	return list, nil
}

func scanShift(r *sql.Rows, f *duty.FixedShift) error {
	var first, last, people, served string
	err := r.Scan(&first, &last, &people, &served)
	if err != nil {
		return err
	}
	if f.Days.From, err = duty.ParseDay(first); err != nil {
		return err
	}
	if f.Days.To, err = duty.ParseDay(last); err != nil {
		return err
	}
	if err = json.Unmarshal([]byte(people), &f.People); err != nil || served == "" {
		return err
	}
	return json.Unmarshal([]byte(served), &f.Served)
}

func (s rota) FixShifts(ctx context.Context, shifts []duty.FixedShift) error {
	if len(shifts) == 0 {
		return nil
	}
	return s.change(ctx, "fix shifts", func(ctx context.Context, t tx) error {
		for _, f := range shifts {
			people, served := names(f.People), ""
			if f.Served != nil {
				served = names(f.Served)
			}
			if err := t.exec(ctx, sqlFixShift, f.Days.From.String(), f.Days.To.String(), people, served); err != nil {
				return err
			}
			if err := t.exec(ctx, sqlEndShift, f.Days.From.String(), served); err != nil {
				return err
			}
		}
		return nil
	})
}

// names converts a list to how it is stored.
func names(list []string) string {
	if list == nil {
		list = []string{}
	}
	text, _ := json.Marshal(list) // strings; cannot fail
	return string(text)
}

func (s rota) DutyMembers(ctx context.Context, project string) ([]string, error) {
	list, err := all(ctx, &s.db, scalar[string], sqlDutyMembers, project)
	if err != nil {
		return nil, fmt.Errorf("read who was made a member for duty: %w", err)
	}
	return list, nil
}

// OnDuty stores the people whom the service made members of a project.
func (t tx) OnDuty(ctx context.Context, n store.OnDuty) error {
	return eachMember(ctx, t, sqlAddDutyMember, n.Project, n.People)
}

// OffDuty forgets people who are no members of a project any more.
func (t tx) OffDuty(ctx context.Context, n store.OffDuty) error {
	return eachMember(ctx, t, sqlDropDutyMember, n.Project, n.People)
}

func eachMember(ctx context.Context, t tx, query, project string, people []string) error {
	for _, who := range people {
		if err := t.exec(ctx, query, project, who); err != nil {
			return err
		}
	}
	return nil
}
