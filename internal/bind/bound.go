package bind

import (
	"maps"
	"slices"
	"strings"
	"time"

	"reviewsync/internal/config"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/phab"
)

// Bound is everything that the service knows of the Phabricator side. Nobody changes it.
type Bound struct {
	Self      phab.User         // our own account
	Boards    []*Board          // that can be used
	All       []*Board          // of the config, also those that are left out
	Teams     map[string]*Team  // that are the members of a project, by name
	Closed    map[string]bool   // closed statuses
	Merged    map[string]bool   // statuses of tasks that were merged into others
	Bots      map[string]string // user names of listed bots, by PHID
	Tags      []Tag
	Comments  map[mapping.CommentKind]time.Time // since when there are such comments
	Commented mapping.Scope                     // which changes they are about
	Followed  Followed
	LeftOut   map[string]Finding // of the config: why something is, by its name there

	ofChanges bool      // comments are not only about asks
	others    []Finding // those of no single board, and of no team
}

// Board is a board of the config, bound to what there is on the server.
type Board struct {
	config.Board
	Key       string // its Tag in the config, whichever milestone it is now
	FirstSeen bool   // Start is when the service first saw it, as the config gives none
	PHID      string // empty: there is no such project
	Name      string
	Columns   map[string]mapping.Column // by the names that the config uses
	Within    map[string]string         // names by PHID of the projects that a task cannot be in while it is on the board
	Old       []Replaced                // boards that it replaces
	Tags      map[string][]string       // the tags that its rules name, by the PHID of their project

	report
	kin   map[string]phab.Relative // what Within names, by PHID
	there []phab.Column            // all its columns
	read  time.Time                // when they were read
}

// Team is one that is the members of a project.
type Team struct {
	Members []string // by their names on Phabricator, which must be those on Gerrit
	report
}

// Replaced is a board that another one replaces, with the columns to take cards from.
type Replaced struct {
	PHID    string
	Name    string
	Legacy  *mapping.Legacy
	Columns map[string]mapping.Column // by the names that the config uses

	there []phab.Column // all its columns
}

// Tag is a tag of the config that is on tasks while a change is open.
type Tag struct {
	Tag   string
	PHID  string
	Scope mapping.Scope
	Since time.Time // it has had this scope
	Line  int       // of the config
}

// Findings are all that was found.
func (b *Bound) Findings() []Finding {
	var all []Finding
	for _, name := range slices.Sorted(maps.Keys(b.Teams)) {
		all = append(all, b.Teams[name].Findings()...)
	}
	for _, board := range b.All {
		all = append(all, board.Findings()...)
	}
	return append(all, b.others...)
}

// Together are those about several boards, or about tags.
func (b *Bound) Together() []Finding { return b.others }

// Board is the one that is bound to a project; nil if none is.
func (b *Bound) Board(phid string) *Board {
	for _, board := range b.Boards {
		if board.PHID == phid {
			return board
		}
	}
	return nil
}

// with is the same with one of its boards as it was read later.
func (b *Bound) with(fresh *Board) *Bound {
	next := *b
	next.Boards = slices.Clone(next.Boards)
	for i := range next.Boards {
		if next.Boards[i].PHID == fresh.PHID {
			next.Boards[i] = fresh
		}
	}
	return &next
}

// Concerns says whether the changes of a task, or its absence of changes, can matter to a board, a tag or a comment.
func (b *Bound) Concerns(changes []*review.History) bool {
	return slices.ContainsFunc(b.Boards, func(board *Board) bool { return board.WithoutReview() || board.Counts(changes) }) || b.covers(changes)
}

// covers says whether a tag or a comment is about one of the changes.
func (b *Bound) covers(changes []*review.History) bool {
	return slices.ContainsFunc(b.Tags, func(t Tag) bool { return slices.ContainsFunc(changes, t.Scope.Covers) }) ||
		b.ofChanges && slices.ContainsFunc(changes, b.Commented.Covers)
}

// OfBoards says whether a tag or the comments are only for tasks that are on a board.
func (b *Bound) OfBoards() bool {
	return len(b.Comments) > 0 && b.Commented.OnBoards() ||
		slices.ContainsFunc(b.Tags, func(t Tag) bool { return t.Scope.OnBoards() })
}

// Has says whether a task is on a board: without changes, it matters only then.
func (b *Bound) Has(task phab.Task) bool {
	return slices.ContainsFunc(b.Boards, func(board *Board) bool { return slices.Contains(task.Projects, board.PHID) })
}

// Asking is how changes are seen by the boards that say on tasks who was asked.
func (b *Bound) Asking() []*review.Policy {
	var policies []*review.Policy
	for _, board := range b.Boards {
		if board.Ask != nil && board.AskComment {
			policies = append(policies, &board.Policy)
		}
	}
	return policies
}

func (b *Bound) hasTag(tag string) bool {
	return slices.ContainsFunc(b.Tags, func(t Tag) bool { return t.Tag == tag })
}

// Workboard says whether the project has one.
func (b *Board) Workboard() bool { return len(b.there) > 0 }

// Statuses are those that rules of the board name: tasks in them are read, closed or not.
func (b *Board) Statuses() []string {
	var all []string
	for _, rule := range b.Rules {
		all = append(all, rule.When.Status...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Calls says whether a board is meant by a hashtag: its own, or that of the project whose
// current milestone it is.
func (b *Board) Calls(tag string) bool {
	return strings.EqualFold(b.Tag, tag) || b.MilestoneOf != "" && strings.EqualFold(b.MilestoneOf, tag)
}

// TakesFrom says whether cards are taken from a column of another board.
func (b *Board) TakesFrom(board, column string) bool {
	return slices.ContainsFunc(b.Old, func(o Replaced) bool { return o.PHID == board && o.takes(column) })
}

// Place is where on a board that this one replaces a task waits to be taken from; nil: nowhere.
func (b *Board) Place(task phab.Task) (place *mapping.Place) {
	for _, old := range b.Old {
		for _, at := range task.Boards[old.PHID] {
			if old.takes(at.PHID) {
				place = &mapping.Place{Board: old.PHID, Column: mapping.Column{ID: at.PHID, Name: at.Name}, Legacy: old.Legacy}
			}
		}
	}
	return place
}

func (o *Replaced) takes(column string) bool {
	for _, c := range o.Columns {
		if c.ID == column {
			return true
		}
	}
	return false
}

// Outdated says whether the column that a card stands in, there or on a board that this one replaces, is not one
// that there was, by that name, when the columns were read.
func (b *Board) Outdated(task phab.Task) bool {
	return unknown(task.Boards[b.PHID], b.there) || slices.ContainsFunc(b.Old, func(o Replaced) bool {
		return unknown(task.Boards[o.PHID], o.there)
	})
}

func unknown(in []phab.ColumnRef, there []phab.Column) bool {
	return slices.ContainsFunc(in, func(at phab.ColumnRef) bool {
		return !slices.ContainsFunc(there, func(c phab.Column) bool { return c.PHID == at.PHID && c.Name == at.Name })
	})
}

// Followed says which repositories are read that were not, before the configuration was changed last.
type Followed struct {
	Since  time.Time
	before []string // patterns of those that were; none: every repository
}

// Fresh says whether the changes of a repository are read since that time only.
func (f *Followed) Fresh(repository string) bool {
	return !f.Since.IsZero() && len(f.before) > 0 && !review.Match(f.before, repository)
}

// Ref is the board by its PHID and hashtag.
func (b *Board) Ref() mapping.Named { return mapping.Named{ID: b.PHID, Name: b.Tag} }
