// Package config reads the configuration file: YAML in, typed values out. It reports all
// mistakes at once, each with its line, its key and how to fix it. docs/config.md is the
// reference for people who write the file.
//
// Load and Parse are in this file. yaml.go turns the text into values that know their
// line and key, scalars.go reads single values, and secret.go holds what must never be
// printed. The other files define the keys.
package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"reviewsync/mapping"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/duty"
	"reviewsync/mapping/pace"
	"reviewsync/mapping/review"
)

// maxFile is the size of the largest configuration that is read, in bytes.
const maxFile = 1 << 20

// Config is a whole configuration, checked, with its defaults filled in.
type Config struct {
	Path                string // as given to Load
	Gerrit              Gerrit
	Phabricator         Phabricator
	Links               Links
	Teams               map[string]Team
	Boards              []Board // in the order of the file; at least one
	Tags                []Tag
	Comments            Comments
	CommentRepositories []string     // patterns of the repositories whose changes are commented on; none: those of the boards
	Pace                pace.Budgets // of edits; nil: there are none
	WorkingTime         duty.WorkingTime
	Rotation            *Rotation // nil: there is none
	Store               Store
	Web                 Web
	Warnings            []string // what is allowed but probably not meant, like errors with file and line
}

// Gerrit is the server where people vote.
type Gerrit struct {
	URL        string // without a slash at the end and without /a
	User       string
	Password   Secret
	Poll       time.Duration // between two polls
	Sweep      time.Duration // between two sweeps
	Bots       []string      // user names that never count, besides Gerrit's own Service Users
	CICommands *regexp.Regexp
	Rate       float64 // requests per second, at most
	Events     *Events // nil: changes are found by polling only
}

// Phabricator is the server with the boards: Phabricator or Phorge.
type Phabricator struct {
	URL   string // without a slash at the end
	Token Secret
	Bots  []string // user names whose moves do not count as moves by a person
	Rate  float64  // requests per second, at most
}

// Links says how commit messages name tasks.
type Links struct {
	Footers []string // without the colon
	Hosts   []string // hosts of task URLs, besides Phabricator's own
	Max     int      // the most tasks that one change is linked to
}

// ReviewLinks returns how changes are linked to tasks, with Phabricator's own host among the hosts.
func (c *Config) ReviewLinks() review.Links {
	hosts := slices.Clone(c.Links.Hosts)
	if u, err := url.Parse(c.Phabricator.URL); err == nil {
		hosts = append(hosts, u.Hostname())
	}
	return review.Links{Footers: c.Links.Footers, Hosts: hosts, Max: c.Links.Max}
}

// Team is a group of reviewers: either Members or Project is set.
type Team struct {
	Name    string
	Members []Member
	Project string // "#cpt": the members of this project, with the same user names on Gerrit
}

// Member is one person, with a user name on each server.
type Member struct {
	Gerrit, Phabricator string
}

// Board is a board with its rules. Its Team holds the Gerrit user names where the team
// lists its members, and is empty where the team is a project.
type Board struct {
	mapping.Board
	MilestoneOf string // hashtag of the project whose current milestone the board is; empty: Tag is its hashtag
	TeamName    string
	Ask         *ask.Rules // nil: the board asks nobody
	AskTotal    int        // the most asks in ten minutes
	AskComment  bool       // each ask is a comment on the task, too
	Line        int
}

// Tag is a tag that tasks have while a change linked to them is open.
type Tag struct {
	Tag          string   // with its #
	Repositories []string // patterns: only changes in these count; none: those of the boards
	Line         int
}

// Store says where the service keeps its data.
type Store struct {
	Path string // the SQLite file
}

// Web is the service's own HTTP server.
type Web struct {
	Listen string // host:port; empty: there is none
	Hooks  Webhooks
}

// Load reads and checks the file at path, and the files with secrets that it names.
// Relative names in it are relative to its folder. The error has a line for each
// mistake: FILE:LINE: KEY: what is wrong; what to do.
func Load(path string) (*Config, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// Parse is Load for a text that was already read. Messages name it by path, whose folder
// relative names are relative to.
func Parse(path string, data []byte) (*Config, error) {
	r := &reader{file: path}
	c := &Config{
		Path:  path,
		Links: Links{Footers: []string{"Bug"}, Max: 20},
		Store: Store{Path: filepath.Join(filepath.Dir(path), "reviewsync.db")},

		WorkingTime: duty.DefaultWorkingTime(),
	}
	if root, ok := r.document(data); ok {
		r.config(c, root)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	c.Warnings = texts(r.doubts)
	return c, nil
}

// config reads the top level. Wherever they stand in the file, teams are read before the
// boards that name them, and working time before the spans that count in it.
func (r *reader) config(c *Config, v value) {
	v.fields([]field{
		{name: "gerrit", need: "say where Gerrit is: url, user, password_file", read: func(v value) { c.Gerrit = r.gerrit(v) }},
		{name: "phabricator", need: "say where Phabricator or Phorge is: url, token_file", read: func(v value) { c.Phabricator = r.phabricator(v) }},
		{name: "links", read: func(v value) { r.links(v, &c.Links) }},
		{name: "teams", need: "name at least one team, such as cpt: {members: [alice, bob]}", read: func(v value) { c.Teams = r.teams(v) }},
		{name: "working_time", read: func(v value) { c.WorkingTime = r.workingTime(v) }},
		{name: "boards", need: "name at least one board with its team and rules", read: func(v value) { c.Boards = r.boards(v, c) }},
		{name: "store", read: func(v value) { r.store(v, &c.Store) }},
		{name: "web", read: func(v value) { r.web(v, &c.Web) }},
		{name: "tags", read: func(v value) { c.Tags = r.tags(v) }},
		{name: "comments", read: func(v value) { c.Comments, c.CommentRepositories = r.comments(v) }},
		{name: "pace", read: func(v value) { c.Pace = r.pace(v) }},
		{name: "rotation", read: func(v value) { c.Rotation = r.rotation(v, c) }},
	})
	r.tagged(c)
	r.askedComment(c, v)
}

// read returns the text of the configuration file.
func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: there is no such file; write one (README.md has a first one) or name another", path)
	case err != nil:
		return nil, fmt.Errorf("%s: cannot be opened: %w; make it readable for the account that runs the service", path, cause(err))
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s: is a folder; name the YAML file in it", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: cannot be read: %w; see whether the disk is well", path, cause(err))
	case len(data) > maxFile:
		return nil, fmt.Errorf("%s: larger than %d MiB, so this is no configuration; name the YAML file", path, maxFile>>20)
	}
	return data, nil
}

// cause is err without the path, which the message already has.
func cause(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

// reader collects the errors and warnings about one file.
type reader struct {
	file     string
	problems []note // errors
	doubts   []note // warnings
}

type note struct {
	line int
	text string
}

// wrong reports an error. The text says what is wrong; what to do.
func (r *reader) wrong(line int, key, format string, args ...any) {
	r.problems = append(r.problems, r.note(line, key, fmt.Sprintf(format, args...)))
}

// doubt reports a warning.
func (r *reader) doubt(line int, key, format string, args ...any) {
	r.doubts = append(r.doubts, r.note(line, key, fmt.Sprintf(format, args...)))
}

// err joins all errors in the order of their lines; nil if there are none.
func (r *reader) err() error {
	var errs []error
	for _, text := range texts(r.problems) {
		errs = append(errs, errors.New(text))
	}
	return errors.Join(errs...)
}

// texts sorts notes by line and drops repetitions: an alias reads the same lines twice.
func texts(notes []note) []string {
	slices.SortStableFunc(notes, func(a, b note) int { return a.line - b.line })
	var out []string
	seen := map[string]bool{}
	for _, n := range notes {
		if !seen[n.text] {
			out = append(out, n.text)
		}
		seen[n.text] = true
	}
	return out
}

// note begins a text with FILE:LINE: KEY.
func (r *reader) note(line int, key, text string) note {
	parts := []string{fmt.Sprintf("%s:%d", r.file, line)}
	if key != "" {
		parts = append(parts, key)
	}
	return note{line, strings.Join(append(parts, text), ": ")}
}
