package review

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Voters says whose votes on a label count.
type Voters string

// Whose votes count.
const (
	ByPeople Voters = "people"
	ByBots   Voters = "bots"
)

// Policy is how a board sees changes.
type Policy struct {
	Team     []string // Gerrit user names
	Count    Count
	Review   Voting
	Deployed []Deployment // the first for the repository of a change says when it is deployed
	Requests Requests     // for one more review
}

// Requests are how the team or the owner asks for one more review. What is zero asks for none.
type Requests struct {
	Hashtag string         // a change that has it wants one more vote; in any case
	Line    *regexp.Regexp // so does one with such a line in a message or comment
}

// has says whether a hashtag is such a request.
func (r *Requests) has(hashtag string) bool {
	return r.Hashtag != "" && strings.EqualFold(hashtag, r.Hashtag)
}

// Count says which changes a board counts. An empty field lets everything pass.
type Count struct {
	Owners       []string // "team", "outsiders" or Gerrit user names; bots only by name
	Repositories []string // patterns, see Match
	Branches     []string
}

// Voting is how a board reads votes.
type Voting struct {
	Required         int               // positive votes of distinct team members that make a change reviewed
	Labels           map[string]Voters // negative votes on them are objections; positive ones of people count
	SelfApproval     bool              // votes of the author side count like any other
	ThreadObjections bool              // an unresolved thread of a team member is an objection
}

// Deployment says when changes of some repositories are deployed.
type Deployment struct {
	Repositories []string      // patterns; none: all
	Refs         []string      // patterns of full names, such as "refs/heads/wmf/*"; none: the merge itself deploys
	After        time.Duration // how long after the commit came there
}

// Ignored is why a board does not count a change.
type Ignored int

const (
	NotIgnored Ignored = iota // it does
	IgnoredRepository
	IgnoredBranch
	IgnoredOwner // team or outsider, whom the board does not count
	IgnoredBot   // that is not named
)

// Sees says whether the board counts a change.
func (p *Policy) Sees(h *History) bool { return p.Ignores(h) == NotIgnored }

// Ignores says why the board does not count a change.
func (p *Policy) Ignores(h *History) Ignored {
	switch {
	case len(p.Count.Repositories) > 0 && !Match(p.Count.Repositories, h.Project):
		return IgnoredRepository
	case len(p.Count.Branches) > 0 && !Match(p.Count.Branches, h.Branch):
		return IgnoredBranch
	case h.Owner == Nobody && len(p.Count.Owners) > 0:
		return IgnoredOwner
	case h.Owner == Nobody:
		return NotIgnored
	}
	owner := h.People[h.Owner]
	team := owner.Username != "" && slices.Contains(p.Team, owner.Username)
	switch {
	case slices.Contains(p.Count.Owners, owner.Username) && owner.Username != "":
		return NotIgnored // named, so even a bot
	case owner.Bot:
		return IgnoredBot
	case len(p.Count.Owners) == 0,
		team && slices.Contains(p.Count.Owners, "team"), !team && slices.Contains(p.Count.Owners, "outsiders"):
		return NotIgnored
	}
	return IgnoredOwner
}

// Outsider says whether the owner of a change is a person who is not in the team.
func (p *Policy) Outsider(h *History) bool {
	if h.Owner == Nobody {
		return false
	}
	owner := h.People[h.Owner]
	return !owner.Bot && (owner.Username == "" || !slices.Contains(p.Team, owner.Username))
}

// deployment is what the board says of the deployment of changes in a repository, or nil.
func (p *Policy) deployment(project string) *Deployment {
	for i := range p.Deployed {
		if d := &p.Deployed[i]; len(d.Repositories) == 0 || Match(d.Repositories, project) {
			return d
		}
	}
	return nil
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
