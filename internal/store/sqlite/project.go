package sqlite

import (
	"context"
	"fmt"
)

const (
	sqlProject     = `select phid from project where tag = $1`
	sqlKeepProject = `insert into project (tag, phid) values ($1, $2) on conflict (tag) do update set phid = excluded.phid`
)

func (s boards) Project(ctx context.Context, tag string) (phid string, err error) {
	phid, _, err = one(ctx, &s.db, scalar[string], sqlProject, tag)
	if err != nil {
		return "", fmt.Errorf("read which project %s was: %w", tag, err)
	}
	return phid, nil
}

func (s boards) KeepProject(ctx context.Context, tag, phid string) error {
	if known, err := s.Project(ctx, tag); err != nil || known == phid {
		return err
	}
	return s.change(ctx, "remember project "+tag, func(ctx context.Context, t tx) error {
		return t.exec(ctx, sqlKeepProject, tag, phid)
	})
}
