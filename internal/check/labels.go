package check

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"reviewsync/internal/bind"
	"reviewsync/mapping/review"
)

// labels checks that the projects that were found have the labels that boards go by. found holds
// some projects of each pattern.
func (r *run) labels(ctx context.Context, found map[string][]string) []bind.Finding {
	var names []string
	for _, projects := range found {
		names = append(names, projects...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	have, errs := make([][]string, len(names)), make([]error, len(names))
	together(len(names), func(i int) {
		project, err := r.Gerrit.Project(ctx, names[i])
		errs[i] = err
		for _, label := range project.Labels {
			have[i] = append(have[i], label.Name)
		}
	})
	l := &lines{subject: "labels"}
	labels := map[string][]string{}
	for i, name := range names {
		if errs[i] != nil {
			l.failed("those of "+name, errs[i])
			continue
		}
		labels[name] = have[i]
	}
	for _, b := range r.Config.Boards {
		patterns := b.Count.Repositories
		if len(patterns) == 0 {
			patterns = []string{""}
		}
		l.subject = "board " + b.Tag
		r.boardLabels(l, b.Review, fmt.Sprintf("correct review.labels (%s)", r.at(b.Line)), patterns, found, labels)
	}
	return l.all
}

func (r *run) boardLabels(l *lines, review review.Voting, fix string, patterns []string, found, labels map[string][]string) {
	var projects []string
	for _, p := range patterns {
		for _, name := range found[p] {
			if labels[name] != nil && !slices.Contains(projects, name) {
				projects = append(projects, name)
			}
		}
	}
	if len(projects) == 0 { // which was reported for the repositories
		return
	}
	for _, label := range slices.Sorted(maps.Keys(review.Labels)) {
		without := slices.DeleteFunc(slices.Clone(projects), func(p string) bool { return slices.Contains(labels[p], label) })
		if len(without) == 0 {
			l.say(bind.OK, "label %s is in %s", label, some(projects))
			continue
		}
		l.say(bind.Warn, "label %s is not in %s, where no vote on it can count; the labels of %s are %s; %s",
			label, some(without), without[0], strings.Join(labels[without[0]], ", "), fix)
	}
}
