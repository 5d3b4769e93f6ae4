package check

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"reviewsync/internal/bind"
	"reviewsync/internal/remote"
	"reviewsync/mapping/tell"
)

// newest is how many of a board's newest open cards are checked.
const newest = 20

// cards checks the edit policies of some open cards. An edit is never tried: even one
// without effect changes the task's date.
func (r *run) cards(ctx context.Context, l *lines, b *bind.Board) {
	if !b.Workboard() {
		return
	}
	cards, err := r.Phab.NewestCards(ctx, b.PHID)
	if err != nil {
		l.failed("its cards", err)
		return
	}
	if len(cards) == 0 {
		l.say(bind.Info, "no open card is to be seen, so only the first move will show whether cards can be read and edited")
		return
	}
	if cards[0].NoColumn {
		l.say(bind.Fail, "its workboard is off, so no card has a column; turn it on, on the page of the project")
		return
	}
	cards = cards[:min(len(cards), newest)]
	var may, not, unclear []string
	policies := map[string]verdict{}
	for _, c := range cards {
		v, known := policies[c.Edit]
		if !known {
			if v, err = r.mayEdit(ctx, c.Edit); err != nil {
				l.failed("who may edit T"+fmt.Sprint(c.ID), err)
				return
			}
			policies[c.Edit] = v
		}
		if c.Owner == r.self.PHID { // a task may be edited by the person that it is assigned to
			v = yes
		}
		name := fmt.Sprintf("T%d", c.ID)
		switch v {
		case yes:
			may = append(may, name)
		case no:
			not = append(not, name)
		case unknown:
			unclear = append(unclear, name)
		}
	}
	seen := fmt.Sprintf("newest open cards that %s can see: %d", r.self.Username, len(cards))
	fix := fmt.Sprintf("let the edit policy of such tasks include %s", r.self.Username)
	switch {
	case len(not) == len(cards):
		l.say(bind.Fail, "%s; none of them may be edited by it (%s), so no move would succeed; %s", seen, some(not), fix)
	case len(not) > 0:
		l.say(bind.Warn, "%s; %d may not be edited by it (%s), so %s would not be moved; %s", seen, len(not), some(not), tell.Plural(len(not), "it", "these"), fix)
	case len(may) == len(cards):
		l.say(bind.OK, "%s; by their policies, all may be edited", seen)
	}
	if len(unclear) > 0 {
		l.say(bind.Info, "%s; the policies of %d (%s) do not say whether it may edit them, which only the first move will show", seen, len(unclear), some(unclear))
	}
}

// verdict says whether reviewsync may edit a task.
type verdict int

const (
	unknown verdict = iota
	yes
	no
)

// mayEdit reads an edit policy. Custom policies and those for administrators cannot be read
// from outside.
func (r *run) mayEdit(ctx context.Context, policy string) (verdict, error) {
	switch {
	case policy == "public", policy == "users", policy == r.self.PHID:
		return yes, nil
	case policy == "no-one", strings.HasPrefix(policy, "PHID-USER-"):
		return no, nil
	case strings.HasPrefix(policy, "PHID-PROJ-"):
		return r.isMember(ctx, policy)
	}
	return unknown, nil
}

// isMember says whether we are a member of a project. One that we cannot see may still have us.
func (r *run) isMember(ctx context.Context, project string) (verdict, error) {
	members, err := r.Phab.Members(ctx, project)
	switch {
	case remote.NotFound(err):
		return unknown, nil
	case err != nil:
		return unknown, err
	case slices.Contains(members, r.self.PHID):
		return yes, nil
	}
	return no, nil
}
