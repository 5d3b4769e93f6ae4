package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

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

// Shifts lists the shifts that were fixed, the first one first.
func (s *Store) Shifts(ctx context.Context) ([]duty.FixedShift, error) {
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

// FixShifts remembers shifts, all or none. Of one that was fixed before, whom it chose is
// not touched, and neither is who was on duty in the end, once that is known.
func (s *Store) FixShifts(ctx context.Context, shifts []duty.FixedShift) error {
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

// names is a list as it is stored.
func names(list []string) string {
	if list == nil {
		list = []string{}
	}
	text, _ := json.Marshal(list) // strings; cannot fail
	return string(text)
}

// DutyMembers lists the PHIDs of those whom the service keeps as members of a project.
func (s *Store) DutyMembers(ctx context.Context, project string) ([]string, error) {
	list, err := all(ctx, &s.db, scalar[string], sqlDutyMembers, project)
	if err != nil {
		return nil, fmt.Errorf("read who was made a member for duty: %w", err)
	}
	return list, nil
}
