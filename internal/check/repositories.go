package check

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"reviewsync/gerrit"
	"reviewsync/internal/bind"
	"reviewsync/internal/config"
	"reviewsync/internal/ingest"
	"reviewsync/internal/remote"
	"reviewsync/mapping/review"
)

const (
	manyProjects = 10000 // the most that a pattern is compared with
	manyRows     = 25    // changes that are read for a pattern
	samples      = 5     // projects of a pattern whose labels are read
)

// repository is a pattern of the config, and what was found for it.
type repository struct {
	pattern  string         // "" stands for all there are
	fix      string         // where it is written
	counted  bool           // by a board, or adopted from; else a rule names it
	lines    []bind.Finding // what there is to say
	there    []string       // all that fit, as far as the account can see them
	projects []string       // some of them
}

// repositories checks that the repositories that boards count are there and can be read, and that
// they have the labels that boards go by. The service would not notice: a query for a project that
// does not exist is no error, but an empty answer.
func (r *run) repositories(ctx context.Context) []bind.Finding {
	if r.noGerrit {
		return nil
	}
	all := r.patterns()
	together(len(all), func(i int) { r.repository(ctx, &all[i]) })
	var out []bind.Finding
	found := map[string][]string{}
	for _, p := range all {
		out = append(out, p.lines...)
		found[p.pattern] = p.projects
	}
	return slices.Concat(out, r.counted(all), r.labels(ctx, found))
}

// counted checks that boards count what they adopt, and what their rules are for.
func (r *run) counted(all []repository) []bind.Finding {
	l := &lines{}
	for _, b := range r.Config.Boards {
		l.subject = "board " + b.Tag
		for _, p := range b.Adopt.Repositories {
			if uncounted(b, []string{p}, all) {
				l.say(bind.Warn, "adopts from %s, but count.repositories lets no change of it through; add it there, or take it out of adopt.repositories (%s)", p, r.at(b.Line))
			}
		}
		for _, rule := range b.Rules {
			if uncounted(b, rule.When.Repositories, all) {
				l.say(bind.Warn, "the rule on line %d is for %s, but count.repositories lets no change of it through, so it can never match; add it there, or take the rule out (%s)",
					rule.Line, some(rule.When.Repositories), r.at(rule.Line))
			}
		}
	}
	return l.all
}

// uncounted says whether there are repositories that fit the patterns, and a board counts none of them.
func uncounted(b config.Board, patterns []string, all []repository) bool {
	there := false
	for _, p := range all {
		if !slices.Contains(patterns, p.pattern) {
			continue
		}
		there = there || len(p.there) > 0
		if slices.ContainsFunc(p.there, func(name string) bool { return review.Match(b.Count.Repositories, name) }) {
			return false
		}
	}
	return there && len(b.Count.Repositories) > 0
}

// patterns lists what the config says of repositories, each once.
func (r *run) patterns() []repository {
	var all []repository
	add := func(counted bool, fix string, patterns ...string) {
		for _, pattern := range patterns {
			if !slices.ContainsFunc(all, func(p repository) bool { return p.pattern == pattern }) {
				all = append(all, repository{pattern: pattern, fix: fix, counted: counted})
			}
		}
	}
	board := func(key string, b config.Board, line int) string {
		return fmt.Sprintf("correct %s of board %s (%s)", key, b.Tag, r.at(line))
	}
	for _, b := range r.Config.Boards {
		if len(b.Count.Repositories) == 0 {
			add(true, "", "")
		}
		add(true, board("count.repositories", b, b.Line), b.Count.Repositories...)
	}
	for _, b := range r.Config.Boards {
		add(true, board("adopt.repositories", b, b.Line), b.Adopt.Repositories...)
	}
	for _, b := range r.Config.Boards {
		if b.Ask != nil {
			for _, pool := range b.Ask.Pools {
				add(false, board("ask.pools", b, b.Line), pool.Repositories...)
			}
		}
	}
	for _, b := range r.Config.Boards {
		for _, rule := range b.Rules {
			add(false, board("the rule", b, rule.Line), rule.When.Repositories...)
		}
	}
	for _, t := range r.Config.Tags {
		add(false, fmt.Sprintf("correct the repositories of tag %s (%s)", t.Tag, r.at(t.Line)), t.Repositories...)
	}
	add(false, "correct comments.repositories in "+r.Config.Path, r.Config.CommentRepositories...)
	return all
}

// repository checks one pattern.
func (r *run) repository(ctx context.Context, p *repository) {
	l := &lines{subject: "repository " + p.pattern}
	defer func() { p.lines = l.all }()
	gone := bind.Fail
	if !p.counted {
		gone = bind.Warn
	}
	if p.pattern != "" && !strings.ContainsAny(p.pattern, `*?[\`) {
		project, err := r.Gerrit.Project(ctx, p.pattern)
		switch {
		case remote.NotFound(err):
			l.say(gone, "no such project on Gerrit, or %s may not see it; %s, or let the account read the project", r.Config.Gerrit.User, p.fix)
			return
		case err != nil:
			l.failed("the project", err)
			return
		case project.State == "READ_ONLY":
			l.say(bind.Warn, "is read-only on Gerrit: nobody can push or vote there")
		}
		p.there = []string{p.pattern}
		r.readable(ctx, l, p, p.there, "is there")
		return
	}
	there, err := r.fitting(ctx, p.pattern)
	p.there = there
	if p.pattern == "" {
		l.subject = "repositories"
	}
	switch {
	case err != nil:
		l.failed("the list of projects", err)
	case len(there) == 0 && p.pattern == "":
		l.say(bind.Fail, "%s can see no project on Gerrit; let the account read those whose changes count", r.Config.Gerrit.User)
	case len(there) == 0:
		l.say(gone, "fits no project that %s can see on Gerrit; %s, or let the account read the projects", r.Config.Gerrit.User, p.fix)
	default:
		r.readable(ctx, l, p, there, fmt.Sprintf("fits %d that %s can see", len(there), r.Config.Gerrit.User))
	}
}

// fitting lists the projects that fit a pattern, and that the account can see.
func (r *run) fitting(ctx context.Context, pattern string) ([]string, error) {
	prefix, _, _ := strings.Cut(pattern, "*")
	if i := strings.IndexAny(prefix, `?[\`); i >= 0 {
		prefix = prefix[:i]
	}
	names, err := r.Gerrit.ProjectNames(ctx, prefix, manyProjects)
	return slices.DeleteFunc(names, func(n string) bool {
		return n == "All-Projects" || n == "All-Users" || pattern != "" && !review.Match([]string{pattern}, n)
	}), err
}

// readable checks that changes of some projects can be read, which being able to see the project
// does not mean. A change proves it; where there is none yet, the branch that HEAD stands for does,
// as reading it takes the same permission.
func (r *run) readable(ctx context.Context, l *lines, p *repository, there []string, seen string) {
	rows, err := r.newest(ctx, p.pattern)
	if err != nil {
		l.failed("its changes", err)
		return
	}
	if len(rows) > 0 {
		for _, row := range rows {
			if !slices.Contains(p.projects, row.Project) && len(p.projects) < samples {
				p.projects = append(p.projects, row.Project)
			}
		}
		l.say(bind.OK, "%s, and changes can be read (such as %s~%d)", seen, rows[0].Project, rows[0].Number)
		return
	}
	p.projects = there[:min(len(there), samples)]
	var yes, no []string
	for _, name := range p.projects {
		head, err := r.Gerrit.Head(ctx, name)
		e, _ := errors.AsType[*remote.Error](err)
		switch {
		case err == nil:
			yes = append(yes, name+" "+strings.TrimPrefix(head, "refs/heads/"))
		case e != nil && (e.Status == http.StatusForbidden || e.Status == http.StatusNotFound):
			no = append(no, name)
		default:
			l.failed("the branch of "+name, err)
			return
		}
	}
	fix := fmt.Sprintf("let %s have Read on refs/heads/* there", r.Config.Gerrit.User)
	switch {
	case len(yes) == 0:
		l.say(bind.Fail, "%s, but no change can be seen, and the branches of %s cannot be read either, so changes would stay unseen; %s", seen, some(no), fix)
	case len(no) > 0:
		l.say(bind.Warn, "%s; no change can be seen yet, and the branches of %s cannot be read, so their changes would stay unseen; %s", seen, some(no), fix)
	default:
		l.say(bind.OK, "%s; no change can be seen yet, but branches can be read (%s), and so can the changes for them", seen, some(yes))
	}
}

// newest gives some of the last updated changes in the repositories that fit.
func (r *run) newest(ctx context.Context, pattern string) ([]gerrit.Row, error) {
	query := "is:open"
	if pattern != "" {
		if scope := ingest.Scope([]string{pattern}); scope != "" {
			query = scope
		}
	}
	rows, _, err := r.Gerrit.Query(ctx, query, manyRows)
	return slices.DeleteFunc(rows, func(row gerrit.Row) bool {
		return row.Private || pattern != "" && !review.Match([]string{pattern}, row.Project)
	}), err
}
