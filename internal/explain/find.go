package explain

import (
	"context"
	"fmt"
	"strings"

	"reviewsync/gerrit"
	"reviewsync/internal/ingest"
	"reviewsync/mapping/review"
)

// found is what there is to explain for a target.
type found struct {
	tasks     []int
	changes   []review.Key // that may name the task that was asked for; nil: not looked for yet
	elsewhere string       // the project that the change is in, if another one was named
	gone      bool         // there is no such change to be seen
}

// find says which tasks are to be explained, and which changes may name the one that was asked for.
func (r *run) find(ctx context.Context, t Target) (found, error) {
	if t.Task > 0 {
		changes, err := r.mentions(ctx, t.Task)
		return found{tasks: []int{t.Task}, changes: append([]review.Key{}, changes...)}, err
	}
	if t.Project != "" {
		named, err := r.named(ctx, review.Key{Project: t.Project, Number: t.Change})
		if err != nil || !named.gone {
			return named, err
		}
	}
	project, err := r.projectOf(ctx, t.Change)
	if err != nil || project == "" || project == t.Project {
		return found{gone: true}, err
	}
	named, err := r.named(ctx, review.Key{Project: project, Number: t.Change})
	if t.Project != "" && !named.gone {
		named.elsewhere = project
	}
	return named, err
}

// named finds the tasks that a change names, and notes those that it only means to name.
func (r *run) named(ctx context.Context, key review.Key) (found, error) {
	change, tasks, err := ingest.Live(ctx, r.Gerrit, key, r.Config.ReviewLinks())
	if err != nil || change == nil {
		return found{gone: true}, err
	}
	r.misplaced(change, tasks, nil)
	r.beyond(change, nil)
	return found{tasks: tasks}, nil
}

// projectOf is the project of a change; empty if there is none to be seen.
func (r *run) projectOf(ctx context.Context, number int) (string, error) {
	rows, _, err := r.Gerrit.Query(ctx, fmt.Sprintf("change:%d", number), 2)
	for _, row := range rows {
		if row.Number == number && !row.Private {
			return row.Project, err
		}
	}
	return "", err
}

// mentions lists the changes whose current commit message has the name of a task somewhere.
func (r *run) mentions(ctx context.Context, task int) ([]review.Key, error) {
	name := fmt.Sprintf("T%d", task)
	terms := []string{"message:" + gerrit.Quote(name)}
	for _, footer := range r.Config.Links.Footers { // without a blank it is one word for Gerrit
		terms = append(terms, "message:"+gerrit.Quote(footer+":"+name))
	}
	rows, more, err := r.Gerrit.Query(ctx, strings.Join(terms, " OR "), candidates)
	if err != nil {
		return nil, err
	}
	if more {
		r.note("more than %d changes mention %s; only the newest are read", candidates, name)
	}
	var keys []review.Key
	for _, row := range rows {
		keys = append(keys, review.Key{Project: row.Project, Number: row.Number})
	}
	return keys, nil
}
