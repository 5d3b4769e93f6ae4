package config

import (
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The environment variables that hold secrets where no file is named.
const (
	EnvPassword = "REVIEWSYNC_GERRIT_PASSWORD"
	EnvToken    = "REVIEWSYNC_PHABRICATOR_TOKEN"
)

// defaultCICommands match a command in any case, and words after it: "Recheck.",
// "recheck nova", "check experimental please". A comma, or any longer sentence that
// begins with "check", is for people.
const defaultCICommands = `(?i)^(recheck( [^\s,;:.?!]+)*|check \w+( [^\s,;:.?!]+){0,2})[.!]*$`

// defaultRate is the most requests per second that a server gets.
const defaultRate = 50

func (r *reader) gerrit(v value) Gerrit {
	g := Gerrit{
		Poll:       30 * time.Second,
		Sweep:      6 * time.Hour,
		CICommands: regexp.MustCompile(defaultCICommands),
		Rate:       defaultRate,
	}
	named, spans := false, true
	poll, sweep := v, v
	span := func(at *value, out *time.Duration) func(value) {
		return func(v value) {
			d, ok := v.duration()
			*at, *out, spans = v, d, spans && ok
		}
	}
	v.fields([]field{
		{name: "url", need: "write the address under which people open Gerrit", read: func(v value) { g.URL = v.url("https://gerrit.example.org/r") }},
		{name: "user", need: "write the user name of the service's account", read: func(v value) { g.User, _ = v.text() }},
		{name: "password_file", need: needSecret(EnvPassword), read: func(v value) { named, g.Password = true, v.secretFile() }},
		{name: "poll", read: span(&poll, &g.Poll)},
		{name: "sweep", read: span(&sweep, &g.Sweep)},
		{name: "bots", read: func(v value) { g.Bots = v.texts() }},
		{name: "ci_commands", read: func(v value) { g.CICommands = v.regexp() }},
		{name: "rate", read: func(v value) { g.Rate = v.perSecond() }},
		{name: "events", read: func(v value) { g.Events = r.events(v) }},
		{name: "password", other: "password_file", never: noSecret("password_file", EnvPassword)},
	})
	if !named {
		g.Password = v.secretFrom(EnvPassword)
	}
	if g.Events != nil && g.Events.User == "" {
		g.Events.User = g.User
	}
	switch {
	case !spans: // reported
	case g.Poll < time.Second:
		poll.wrong("%s is too short; let at least 1s pass between two polls", g.Poll)
	case g.Sweep < g.Poll:
		sweep.wrong("sweep (%s) is shorter than poll (%s); make sweep the longer one", g.Sweep, g.Poll)
	}
	return g
}

func (r *reader) phabricator(v value) Phabricator {
	p := Phabricator{Rate: defaultRate}
	var named bool
	v.fields([]field{
		{name: "url", need: "write the address under which people open the boards", read: func(v value) { p.URL = v.url("https://phabricator.example.org") }},
		{name: "token_file", need: needSecret(EnvToken), read: func(v value) { named, p.Token = true, v.secretFile() }},
		{name: "bots", read: func(v value) { p.Bots = v.texts() }},
		{name: "rate", read: func(v value) { p.Rate = v.perSecond() }},
		{name: "token", other: "token_file", never: noSecret("token_file", EnvToken)},
	})
	if !named {
		p.Token = v.secretFrom(EnvToken)
	}
	return p
}

func (r *reader) links(v value, l *Links) {
	v.fields([]field{
		{name: "footers", read: func(v value) {
			l.Footers = v.some()
			for _, item := range v.items() {
				if name := item.node.Value; strings.HasSuffix(name, ":") || strings.ContainsAny(name, " \t") {
					item.wrong("%s is no name of a footer; write it without colon and spaces, such as Bug", label(name))
				}
			}
			v.unique(strings.ToLower)
		}},
		{name: "hosts", read: func(v value) {
			l.Hosts = v.texts()
			for _, item := range v.items() {
				if name := item.node.Value; !hostName.MatchString(name) {
					item.wrong("%s is no name of a host; write it without scheme, port and path, such as phabricator.example.org", label(name))
				}
			}
			v.unique(strings.ToLower)
		}},
		{name: "max", read: func(v value) {
			l.Max = v.whole(1, "tasks")
		}},
	})
}

var hostName = regexp.MustCompile(`^(?i)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)

func (r *reader) store(v value, s *Store) {
	v.fields([]field{
		{name: "path", read: func(v value) {
			if name, ok := v.text(); ok {
				s.Path = v.path(name)
			}
		}},
		{name: "postgres", later: "this version keeps a SQLite file"},
	})
}

func (r *reader) web(v value, w *Web) {
	var hooks value
	v.fields([]field{
		{name: "listen", read: func(v value) {
			s, ok := v.text()
			if !ok {
				return
			}
			if _, ok := hostPort(s); !ok {
				v.wrong("%s is no address to listen on; write HOST:PORT, such as 127.0.0.1:8420", label(s))
			}
			w.Listen = s
		}},
		{name: "token_file", later: "nothing can be done on the page of this version"},
		{name: "webhooks", read: func(v value) { hooks, w.Hooks = v, r.webhooks(v) }},
	})
	if hooks.r != nil && w.Listen == "" {
		hooks.wrong("nobody listens for webhooks; write where under web.listen, such as listen: 127.0.0.1:8420")
	}
}

// hostPort returns the host of an address HOST:PORT, and whether it is one.
func hostPort(s string) (host string, ok bool) {
	host, port, err := net.SplitHostPort(s)
	n, bad := strconv.ParseUint(port, 10, 16)
	return host, err == nil && bad == nil && n > 0
}
