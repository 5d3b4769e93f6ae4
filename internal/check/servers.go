package check

import (
	"context"
	"errors"
	"net/http"
	"time"

	"reviewsync/internal/bind"
	"reviewsync/internal/remote"
)

// tolerance is how far clocks may be apart; a Date header is one second exact.
const tolerance = 3 * time.Second

// gerrit checks that Gerrit lets us in, and as which account.
func (r *run) gerrit(ctx context.Context) []bind.Finding {
	ctx, cancel := context.WithTimeout(ctx, firstContact)
	defer cancel()
	l := &lines{subject: "gerrit"}
	c := r.Config.Gerrit
	self, err := r.Gerrit.Self(ctx)
	if err != nil {
		r.noGerrit = true
		r.notIn(l, err, c.URL, "gerrit.url")
		l.say(bind.Info, "team members, bots, repositories and labels could not be checked there")
		return l.all
	}
	if self.Service {
		l.say(bind.OK, "%s answers as %s (account %d), a Service User", c.URL, self.Username, self.ID)
	} else {
		l.say(bind.OK, "%s answers as %s (account %d)", c.URL, self.Username, self.ID)
		r.noServiceUser(l, self.Username)
	}
	return l.all
}

// noServiceUser says what follows from an account that Gerrit takes for a person. Anything that a
// person says puts the owner on turn, so each ask would.
func (r *run) noServiceUser(l *lines, name string) {
	const fix = "let an administrator of Gerrit add it under Browse > Groups"
	if tag := asking(r.Config.Boards); tag != "" {
		l.say(bind.Fail, "%s is not in the group \"Service Users\", so Gerrit takes it for a person, and each review that board %s asks for would put the owner on turn; %s", name, tag, fix)
		return
	}
	l.say(bind.Warn, "%s is not in the group \"Service Users\", so Gerrit takes it for a person; %s", name, fix)
}

// phabricator checks that Phabricator lets us in, and as which account.
func (r *run) phabricator(ctx context.Context) []bind.Finding {
	first, cancel := context.WithTimeout(ctx, firstContact)
	defer cancel()
	l := &lines{subject: "phabricator"}
	c := r.Config.Phabricator
	self, err := r.Phab.WhoAmI(first)
	if err != nil {
		r.noPhab = true
		r.notIn(l, err, c.URL, "phabricator.url")
		l.say(bind.Info, "boards, team members and bots could not be checked there")
		return l.all
	}
	r.self = self
	if self.Bot {
		l.say(bind.OK, "%s answers as %s, a bot account", c.URL, self.Username)
	} else {
		l.say(bind.OK, "%s answers as %s", c.URL, self.Username)
		l.say(bind.Warn, "%s is the account of a person, whose own moves of cards would be taken for those of reviewsync; let an administrator make a bot account, and put its token into phabricator.token_file", self.Username)
	}
	return l.all
}

// notIn says why a server did not let us in.
func (r *run) notIn(l *lines, err error, url, key string) {
	e, ok := errors.AsType[*remote.Error](err)
	switch {
	case ok && e.Status == 0 && e.Code == "" && e.Err != nil:
		l.say(bind.Fail, "%s does not answer: %s; see whether the server runs, and whether %s in %s is its address", url, reason(err), key, r.Config.Path)
	case ok && (e.Class == remote.Retry || e.Class == remote.Blocked && e.Status != http.StatusForbidden):
		bare := *e
		bare.Hint = "" // what to do follows
		l.say(bind.Fail, "%s answers, but not as it should: %s; see whether the server is well, what stands in front of it, and whether %s in %s is the address under which it knows itself, with its base path if it has one", url, text(&bare), key, r.Config.Path)
	default:
		l.say(bind.Fail, "%s does not let reviewsync in: %s", url, text(err))
	}
}

// clocks compares the clocks of both servers and ours.
func (r *run) clocks(context.Context) []bind.Finding {
	if r.noGerrit || r.noPhab {
		return nil
	}
	l := &lines{subject: "clocks"}
	gerrit, known := r.Gerrit.HTTP().ClaimedOffset()
	phab, also := r.Phab.HTTP().ClaimedOffset()
	if !known || !also {
		l.say(bind.Info, "a server does not say its time (no Date header), so a difference cannot be seen and is not corrected")
		return l.all
	}
	if apart := gerrit - phab; apart.Abs() > tolerance {
		l.say(bind.Warn, "that of Gerrit is %s that of Phabricator; reviewsync corrects times by this, but let both servers set theirs by NTP", ahead(apart))
	} else {
		l.say(bind.OK, "those of Gerrit and Phabricator are within %s of each other", tolerance)
	}
	if gerrit.Abs() > tolerance && phab.Abs() > tolerance && (gerrit > 0) == (phab > 0) {
		l.say(bind.Warn, "that of this machine is %s that of Gerrit; reviewsync goes by the servers' time, but let this machine set its own by NTP", ahead(-gerrit))
	}
	return l.all
}

// ahead says how far a clock is ahead. A Date header is cut to the second, so an hour may look
// like a second less: no more is said than is known.
func ahead(d time.Duration) string {
	by := d.Abs()
	if by >= time.Minute {
		by = by.Round(10 * time.Second)
	}
	if d > 0 {
		return by.String() + " ahead of"
	}
	return by.String() + " behind"
}
