package check

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"reviewsync/gerrit"
	"reviewsync/internal/bind"
	"reviewsync/internal/config"
	"reviewsync/internal/remote"
	"reviewsync/phab"
)

// found is an account of Gerrit, or why there is none.
type found struct {
	gerrit.Account
	err error
}

// accounts asks Gerrit for accounts by their user names, at the same time.
func (r *run) accounts(ctx context.Context, names []string) []found {
	out := make([]found, len(names))
	together(len(names), func(i int) {
		out[i].Account, out[i].err = r.Gerrit.Account(ctx, names[i])
	})
	return out
}

// users asks Phabricator for accounts by their user names; keys are lower case, as case does not count there.
func (r *run) users(ctx context.Context, names []string) (map[string]phab.User, error) {
	users, err := r.Phab.Users(ctx, names)
	out := map[string]phab.User{}
	for _, u := range users {
		out[strings.ToLower(u.Username)] = u
	}
	return out, err
}

// bots checks that the accounts that the config calls bots are there.
func (r *run) bots(ctx context.Context) []bind.Finding {
	l := &lines{subject: "gerrit.bots"}
	if names := r.Config.Gerrit.Bots; !r.noGerrit {
		for i, a := range r.accounts(ctx, names) {
			switch {
			case remote.NotFound(a.err):
				l.say(bind.Warn, "no account %q on Gerrit; correct it in %s, or take it out", names[i], r.Config.Path)
			case a.err != nil:
				l.failed("account "+names[i], a.err)
			case a.Username != names[i]:
				l.say(bind.Warn, "%s is written %s on Gerrit, and case counts; correct it in %s", names[i], a.Username, r.Config.Path)
			default:
				l.say(bind.OK, "%s is on Gerrit (account %d)", names[i], a.ID)
			}
		}
	}
	l.subject = "phabricator.bots"
	bound, err := r.bound()
	if r.noPhab || err != nil {
		return l.all
	}
	there := slices.Collect(maps.Values(bound.Bots))
	for _, name := range r.Config.Phabricator.Bots {
		if slices.ContainsFunc(there, func(is string) bool { return strings.EqualFold(is, name) }) {
			l.say(bind.OK, "%s is on Phabricator", name)
		} else {
			l.say(bind.Warn, "no account %q on Phabricator; correct it in %s, or take it out", name, r.Config.Path)
		}
	}
	return l.all
}

// teams checks the members of all teams, and the owners that boards count by name.
func (r *run) teams(ctx context.Context) []bind.Finding {
	var all []bind.Finding
	for _, name := range slices.Sorted(maps.Keys(r.Config.Teams)) {
		team := r.Config.Teams[name]
		if team.Project != "" {
			all = append(all, r.projectTeam(ctx, team)...)
		} else {
			all = append(all, r.listedTeam(ctx, team)...)
		}
	}
	return append(all, r.owners(ctx)...)
}

func (r *run) listedTeam(ctx context.Context, team config.Team) []bind.Finding {
	l := &lines{subject: "team " + team.Name}
	var onGerrit, onPhab []string
	for _, m := range team.Members {
		onGerrit, onPhab = append(onGerrit, m.Gerrit), append(onPhab, m.Phabricator)
	}
	key := fmt.Sprintf("teams.%s.members in %s", team.Name, r.Config.Path)
	if !r.noGerrit {
		r.members(ctx, l, onGerrit, bind.Fail, fmt.Sprintf("correct %s, or write {gerrit: NAME, phabricator: NAME} if the names differ", key))
	}
	if r.noPhab {
		return l.all
	}
	users, err := r.users(ctx, onPhab)
	if err != nil {
		l.failed("the members on Phabricator", err)
		return l.all
	}
	var fine []string
	for _, name := range onPhab {
		u, ok := users[strings.ToLower(name)]
		switch {
		case !ok:
			l.say(bind.Warn, "no account %q on Phabricator (votes count all the same); correct %s, or write {gerrit: NAME, phabricator: NAME} if the names differ", name, key)
		case u.Disabled:
			l.say(bind.Warn, "%s is disabled on Phabricator; take people who have left out of %s", name, key)
		default:
			fine = append(fine, name)
		}
	}
	if len(fine) > 0 {
		l.say(bind.OK, "on Phabricator: %s", strings.Join(fine, ", "))
	}
	if len(users) == 0 {
		l.say(bind.Warn, "not one member is found on Phabricator: %s may lack the permission \"Can Browse User Directory\" (Applications > People > Configure)", r.self.Username)
	}
	return l.all
}

// members reports which team members can vote on Gerrit, and returns them. missing is how bad it
// is that one has no account.
func (r *run) members(ctx context.Context, l *lines, names []string, missing bind.Level, fix string) (fine []string) {
	for i, a := range r.accounts(ctx, names) {
		if r.member(l, names[i], a, missing, fix) {
			fine = append(fine, names[i])
		}
	}
	if len(fine) > 0 {
		l.say(bind.OK, "on Gerrit: %s", strings.Join(fine, ", "))
	}
	return fine
}

func (r *run) member(l *lines, name string, a found, missing bind.Level, fix string) (fine bool) {
	switch {
	case remote.NotFound(a.err):
		l.say(missing, "no account %q on Gerrit; %s", name, fix)
	case a.err != nil:
		l.failed(name+" on Gerrit", a.err)
	case a.Username != name:
		l.say(missing, "%q is written %q on Gerrit, and case counts: its votes would not be those of a member; %s", name, a.Username, fix)
	case a.Inactive:
		l.say(bind.Warn, "%s (account %d) is inactive on Gerrit and cannot vote; take people who have left out of the team", name, a.ID)
	case a.Service, slices.Contains(r.Config.Gerrit.Bots, name):
		l.say(bind.Warn, "%s (account %d) is a bot on Gerrit, so its votes are not those of a member; take it out of the team", name, a.ID)
	default:
		return true
	}
	return false
}

// projectTeam checks a team that is the members of a project, as the service finds them.
func (r *run) projectTeam(ctx context.Context, team config.Team) []bind.Finding {
	bound, err := r.bound()
	if err != nil || bound.Teams[team.Name] == nil {
		return nil
	}
	names := bound.Teams[team.Name].Members
	l := &lines{subject: "team " + team.Name, all: bound.Teams[team.Name].Findings()}
	if len(names) == 0 {
		return l.all
	}
	r.enough(l, team.Name, len(names))
	if r.noGerrit {
		return l.all
	}
	fix := fmt.Sprintf("list the team under teams.%s.members in %s, with {gerrit: NAME, phabricator: NAME} where the names differ", team.Name, r.Config.Path)
	if len(r.members(ctx, l, names, bind.Warn, fix)) == 0 {
		l.say(bind.Fail, "no member of %s can vote on Gerrit under the same name, so no vote counts; %s", team.Project, fix)
	}
	return l.all
}

// enough warns of a board that wants more votes than the team has members.
func (r *run) enough(l *lines, team string, members int) {
	for _, b := range r.Config.Boards {
		if b.TeamName == team && b.Review.Required > members {
			l.say(bind.Warn, "board %s wants %d votes of a team of %d, so no change will be reviewed; lower review.required (%s)", b.Tag, b.Review.Required, members, r.at(b.Line))
		}
	}
}

// owners checks the people whose changes a board counts by name.
func (r *run) owners(ctx context.Context) []bind.Finding {
	if r.noGerrit {
		return nil
	}
	l := &lines{}
	for _, b := range r.Config.Boards {
		l.subject = "board " + b.Tag
		names := slices.DeleteFunc(slices.Clone(b.Count.Owners), func(n string) bool { return n == "team" || n == "outsiders" })
		for i, a := range r.accounts(ctx, names) {
			fix := fmt.Sprintf("correct count.owners (%s)", r.at(b.Line))
			switch {
			case remote.NotFound(a.err):
				l.say(bind.Fail, "no account %q on Gerrit, whose changes it should count; %s", names[i], fix)
			case a.err != nil:
				l.failed("account "+names[i], a.err)
			case a.Username != names[i]:
				l.say(bind.Fail, "%q is written %q on Gerrit, and case counts; %s", names[i], a.Username, fix)
			default:
				l.say(bind.OK, "%s, whose changes it counts, is on Gerrit (account %d)", names[i], a.ID)
			}
		}
	}
	return l.all
}
