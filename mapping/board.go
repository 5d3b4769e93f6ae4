package mapping

import (
	"path"
	"slices"
	"strings"
	"time"
)

// State is the review state of a change, as one board sees it.
type State string

// The review states, in the words of the rules.
const (
	ReviewNeeded State = "review-needed"
	NeedsWork    State = "needs-work"
	Draft        State = "draft"
	Reviewed     State = "reviewed"
	Approved     State = "approved"
	Reverted     State = "reverted"
	Merged       State = "merged"
	Deployed     State = "deployed"
	Abandoned    State = "abandoned"
)

// States lists the review states in the order in which a card takes the first that one
// of its open changes has; then, if none is open, the least advanced of the rest.
func States() []State { return slices.Clone(ranked[:]) }

// Voters says whose votes on a label count.
type Voters string

// Whose votes count.
const (
	ByPeople Voters = "people"
	ByBots   Voters = "bots"
)

// Board is one workboard with its rules.
type Board struct {
	Tag    string    // as the config names it: "#external-code-reviews"
	Team   []string  // Gerrit user names
	Start  time.Time // facts before it move nothing
	Count  Count
	Review Review
	Rules  []Rule
	From   []string // columns that cards are taken from, besides every Rule.To

	Adopt    Adopt
	Replaces []Legacy
	Deployed []Deployment // the first for the repository of a change says when it is deployed
	Ask      *Ask         // nil: it asks nobody
}

// Adopt says which tasks are put on the board: those with a change in one of these
// repositories that needs a review.
type Adopt struct {
	Repositories []string      // patterns; none: no task is put on the board
	StaleAfter   time.Duration // older words put no task on it; 0: none is too old
}

// Legacy names columns of another board whose cards go to this one when they would move.
type Legacy struct {
	Tag     string
	Columns []string
	Board   *Board // the other board's rules; nil if the config has none
	Line    int    // in the config, for messages
}

// Named lists the columns that the rules and From name, in order, each once.
func (b *Board) Named() []string {
	names := slices.Clone(b.From)
	for _, r := range b.Rules {
		if r.To != "" {
			names = append(names, r.To)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Count says which changes a board looks at. An empty field lets everything pass.
type Count struct {
	Owners       []string // "team", "outsiders" or Gerrit user names; bots only by name
	Repositories []string // patterns, see Match
	Branches     []string
}

// Review is how a board reads votes.
type Review struct {
	Required         int               // positive votes of distinct team members that make a change reviewed
	Labels           map[string]Voters // negative votes on them are objections; positive ones of people count
	SelfApproval     bool              // votes of the author side count like any other
	ThreadObjections bool              // an unresolved thread of a team member is an objection
}

// Rule says where a card goes. Exactly one of To, Stay and Untag is set.
type Rule struct {
	To    string // name of a column
	Stay  bool
	Untag bool // off the board
	When  When
	Line  int // in the config, for messages
}

// When is the condition of a rule; all of it must hold.
type When struct {
	Review       []State  // one of these is the state of the card
	Repositories []string // every change in the winning state is in one of these
	Tags         []string // the task has one of these
	Status       []string // and one of these statuses, as the server names them; none: any that is open
}

// Match says whether name fits one of the patterns. In a pattern, * stands for any
// text without a slash, and a trailing /* for everything below. No patterns: no match.
func Match(patterns []string, name string) bool {
	for _, p := range patterns {
		if folder, ok := strings.CutSuffix(p, "/*"); ok && below(folder, name) {
			return true
		}
		if ok, err := path.Match(p, name); err == nil && ok {
			return true
		}
	}
	return false
}

// below says whether name is somewhere below a folder that fits a pattern.
func below(folder, name string) bool {
	end := 0
	for range strings.Count(folder, "/") + 1 {
		i := strings.IndexByte(name[end:], '/')
		if i < 0 {
			return false
		}
		end += i + 1
	}
	top := name[:end-1]
	ok, err := path.Match(folder, top)
	return top == folder || err == nil && ok
}
