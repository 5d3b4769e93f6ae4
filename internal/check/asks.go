package check

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"reviewsync/internal/bind"
	"reviewsync/internal/config"
	"reviewsync/internal/remote"
	"reviewsync/mapping/ask"
)

// asking is the tag of a board that asks for reviews; empty: none does.
func asking(boards []config.Board) string {
	for _, b := range boards {
		if b.Ask != nil {
			return b.Tag
		}
	}
	return ""
}

// asks checks that the people whom boards ask for reviews can be asked: their account on Gerrit
// is active and no bot's, and they are in the team.
func (r *run) asks(ctx context.Context) []bind.Finding {
	if r.noGerrit {
		return nil
	}
	var all []bind.Finding
	for _, b := range r.Config.Boards {
		if b.Ask == nil {
			continue
		}
		l := &lines{subject: "board " + b.Tag}
		if team := r.teamOf(b); len(team) > 0 {
			r.askable(ctx, l, b, team)
		}
		all = append(all, l.all...)
	}
	return all
}

// teamOf lists the members of a board's team, by their names on Gerrit. Why they cannot be known
// is reported by teams.
func (r *run) teamOf(b config.Board) []string {
	if bound, err := r.bound(); err == nil && bound.Teams[b.TeamName] != nil {
		return bound.Teams[b.TeamName].Members
	}
	return b.Team
}

// askable reports which members of a team can be asked for reviews of a board.
func (r *run) askable(ctx context.Context, l *lines, b config.Board, team []string) {
	can := map[string]bool{}
	var fine, never []string
	for i, a := range r.accounts(ctx, team) {
		why := ""
		switch {
		case remote.NotFound(a.err):
			why = "no account on Gerrit"
		case a.err != nil:
			l.failed(team[i]+" on Gerrit", a.err)
			return
		case a.Username != team[i]:
			why = "written " + a.Username + " there, and case counts"
		case a.Inactive:
			why = "inactive on Gerrit"
		case a.Service, slices.Contains(r.Config.Gerrit.Bots, team[i]):
			why = "a bot on Gerrit"
		default:
			can[team[i]], fine = true, append(fine, team[i])
			continue
		}
		never = append(never, fmt.Sprintf("%s (%s)", team[i], why))
	}
	if len(fine) == 0 {
		l.say(bind.Fail, "no member of team %s can be asked for a review: %s; fix that, or take ask out (%s)", b.TeamName, strings.Join(never, ", "), r.at(b.Line))
		return
	}
	if len(never) > 0 {
		l.say(bind.Warn, "never asked for a review: %s; fix that, or take them out of team %s", strings.Join(never, ", "), b.TeamName)
	}
	l.say(bind.OK, "may ask for reviews: %s", strings.Join(fine, ", "))
	for i, p := range b.Ask.Pools {
		r.pool(l, fmt.Sprintf("pool %d of ask (%s)", i+1, r.at(b.Line)), p, team, can)
	}
}

// pool checks the people who are asked about some changes.
func (r *run) pool(l *lines, name string, p ask.Pool, team []string, can map[string]bool) {
	none := true
	for _, who := range p.People {
		if !slices.Contains(team, who) {
			l.say(bind.Fail, "%s is in %s, but not in the team, and so never asked; correct the name, or let them join the team", who, name)
		}
		none = none && !can[who]
	}
	if none {
		l.say(bind.Fail, "nobody in %s can be asked for a review, so nobody is for its changes; name another member of the team", name)
	}
}
