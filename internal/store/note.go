package store

import (
	"context"
	"strconv"
	"time"

	"reviewsync/mapping/ask"
)

// Note is what is remembered in one transaction with others, or with the beginning or end of writes
// to a server: all or nothing.
type Note func(ctx context.Context, t tx) error

// Says notes, for ever, that these comments are on the task.
func Says(task int, keys ...string) Note {
	return func(ctx context.Context, t tx) error { return say(ctx, t, task, keys) }
}

// Asked notes that somebody is asked. It counts until PutAsks is told what the change itself says.
func Asked(a ask.Past) Note {
	return func(ctx context.Context, t tx) error { return putAsk(ctx, t, a) }
}

// SecondLook has a task looked at a second time that was just written to: on full seconds, so that
// what was written in the same second is one look.
func SecondLook(task int) Note {
	return func(ctx context.Context, t tx) error {
		return t.plan(ctx, KindSecond, strconv.Itoa(task), t.now.Add(afterWrite+time.Second).Truncate(time.Second))
	}
}

// OnDuty notes whom the service keeps as members of a project.
func OnDuty(project string, people ...string) Note {
	return eachMember(sqlAddDutyMember, project, people)
}

// OffDuty forgets people who are no members of a project any more.
func OffDuty(project string, people ...string) Note {
	return eachMember(sqlDropDutyMember, project, people)
}

func eachMember(query, project string, people []string) Note {
	return func(ctx context.Context, t tx) error {
		for _, who := range people {
			if err := t.exec(ctx, query, project, who); err != nil {
				return err
			}
		}
		return nil
	}
}

func noteAll(ctx context.Context, t tx, notes []Note) error {
	for _, note := range notes {
		if err := note(ctx, t); err != nil {
			return err
		}
	}
	return nil
}
