package review

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// account of everybody who takes part in the tests.
func account(name string) Account {
	i := slices.Index([]string{"alice", "bob", "carol", "dave", "erin", "vol1", "vol2", "vol3", "ci-bot", "reviewsync"}, name)
	if i < 0 {
		panic("nobody is called " + name)
	}
	return Account{ID: 1000001 + i, Username: name, Service: strings.HasSuffix(name, "-bot") || name == "reviewsync"}
}

// at is a time of the first day.
func at(hour, minute int) time.Time {
	return time.Date(2026, 12, 7, hour, minute, 0, 0, time.UTC)
}

var ciCommands = regexp.MustCompile(`(?i)^(recheck( [^\s,;:.?!]+)*|check \w+( [^\s,;:.?!]+){0,2})[.!]*$`)
