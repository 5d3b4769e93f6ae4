package config

import (
	"math"
	"net"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// scalar returns the single value that stands here as the file spells it.
func (v value) scalar() (string, bool) {
	switch {
	case v.isEmpty():
		return "", false
	case !v.isSingle():
		v.wrong("%s where a single value was expected; write it as KEY: VALUE", v.kind())
		return "", false
	}
	return v.node.Value, true
}

// text is a single line that is not empty and has no spaces around it.
func (v value) text() (string, bool) {
	s, ok := v.scalar()
	switch {
	case !ok:
		return "", false
	case s == "":
		v.wrong("has no value; give it one or take the key out")
		return "", false
	case strings.TrimSpace(s) != s || strings.ContainsFunc(s, unicode.IsControl):
		v.wrong("has spaces around it or control characters in it; write it on one line, without them")
		return "", false
	}
	return s, true
}

// texts is a list of texts, which may be empty, or a single text.
func (v value) texts() []string {
	var out []string
	for _, item := range v.items() {
		if s, ok := item.text(); ok {
			out = append(out, s)
		}
	}
	return out
}

// some is texts, but an empty list is an error: where it is used, no list at all means everything.
func (v value) some() []string {
	if v.isEmptyList() {
		v.wrong("an empty list; name at least one or take the key out")
	}
	return v.texts()
}

// patterns is a list of patterns for review.Match.
func (v value) patterns() []string {
	out := v.some()
	for _, item := range v.items() {
		switch p := item.node.Value; {
		case strings.HasPrefix(p, "^"):
			item.wrong("%s looks like a regular expression; write a pattern in which * stands for any text without a slash", label(p))
		case badPattern(p):
			item.wrong("%s is no pattern; close its [ or take it out", label(p))
		case strings.ContainsAny(p, " ,{}"):
			item.doubt("%s is one pattern; if several are meant, write a list with a comma between them, such as [a, b]", label(p))
		}
	}
	return out
}

func badPattern(p string) bool {
	_, err := path.Match(p, "")
	return err != nil
}

// yes is a boolean.
func (v value) yes() bool {
	s, ok := v.scalar()
	if ok && !v.isBool() {
		v.wrong("%s is neither true nor false; write one of them, without quotes", label(s))
	}
	return strings.EqualFold(s, "true")
}

// perSecond is a rate in requests per second.
func (v value) perSecond() float64 {
	s, ok := v.scalar()
	if !ok {
		return 0
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f > 0) || math.IsInf(f, 0) {
		v.wrong("%s is no rate; write requests per second as a number above 0, such as 50", label(s))
	}
	return f
}

// whole is a number of things, at least 0 (no limit) or 1. After an error it is the least.
func (v value) whole(least int, things string) int {
	s, ok := v.scalar()
	if !ok {
		return least
	}
	n, err := strconv.Atoi(s)
	if err == nil && n >= least {
		return n
	}
	write := "a whole number from 1"
	if least == 0 {
		write = "a whole number, or 0 for no limit"
	}
	v.wrong("%s is no number of %s; write %s", label(s), things, write)
	return least
}

// duration is a time span such as 30s, 6h, 2d or 1w.
func (v value) duration() (time.Duration, bool) {
	s, ok := v.text()
	if !ok {
		return 0, false
	}
	const day = 24 * time.Hour
	if d, ok := spanOf(s, day, 7*day); ok {
		return d, true
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		v.wrong("%s has no unit; write %ss for seconds, or use m, h, d, w", label(s), label(s))
	} else {
		v.wrong("%s is no time span; write a number with a unit, such as 30s, 5m, 6h, 2d or 1w", label(s))
	}
	return 0, false
}

// spanOf is time.ParseDuration with weeks and days of these lengths.
func spanOf(s string, day, week time.Duration) (time.Duration, bool) {
	var long time.Duration
	for _, unit := range []struct {
		letter string
		length time.Duration
	}{{"w", week}, {"d", day}} {
		number, rest, ok := strings.Cut(s, unit.letter)
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(number, 10, 12) // 4095 weeks are far from an overflow
		if err != nil {
			return 0, false
		}
		long += time.Duration(n) * unit.length
		if s = rest; s == "" {
			return long, true
		}
	}
	short, err := time.ParseDuration(s)
	return long + short, err == nil && short >= 0 && long+short >= 0
}

// date is a time, or a day, which stands for its midnight in UTC.
func (v value) date() time.Time {
	s, ok := v.text()
	if !ok {
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	v.wrong("%s is no date; write 2026-12-01 (midnight UTC) or 2026-12-01T09:00:00+01:00", label(s))
	return time.Time{}
}

// url is the address of a server, without a slash at the end.
func (v value) url(example string) string {
	s, ok := v.text()
	if !ok {
		return ""
	}
	u, err := url.Parse(s)
	switch {
	// Messages do not repeat the address: it may hold a password.
	case err != nil:
		v.wrong("no address; write one such as %s", example)
		return ""
	case u.User != nil:
		v.wrong("names and passwords do not belong in an address; take out what is before the @")
		return ""
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		v.wrong("no address of a web server; begin with https:// (or http://) and the host name")
		return ""
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		v.wrong("goes on after the path; take out what follows ? or #")
		return ""
	case u.Scheme == "http" && !loopback(u.Hostname()):
		v.doubt("http:// sends the secret readable over the network; use https:// if the server has it")
	}
	return strings.TrimRight(s, "/")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// regexp is a regular expression that finds commands.
func (v value) regexp() *regexp.Regexp {
	s, ok := v.text()
	if !ok {
		return nil
	}
	return v.expression(s, "matches an empty text, so that no reply could ever be an answer; name the commands, such as ^recheck$")
}

// expression compiles a regular expression; empty is the error for one that matches an empty text.
func (v value) expression(s, empty string) *regexp.Regexp {
	re, err := regexp.Compile(s)
	switch {
	case err != nil:
		v.wrong("no regular expression: %s; see https://pkg.go.dev/regexp/syntax", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	case re.MatchString(""):
		v.wrong("%s", empty)
		return nil
	}
	return re
}

// hashtag is the hashtag of a project. The result has its #, whether the file has it or not.
func (v value) hashtag() string {
	s, ok := v.text()
	if !ok {
		return ""
	}
	s = strings.TrimPrefix(s, "#")
	if s == "" || strings.ContainsAny(s, "#/, ") {
		v.wrong("%s is no hashtag of a project; write the last part of the project's address /tag/NAME/ as \"#NAME\"", label(s))
	}
	return "#" + s
}

// hashtags is one hashtag or a list of them.
func (v value) hashtags() []string {
	var out []string
	v.some()
	for _, item := range v.items() {
		switch {
		case !item.isSingle():
		case item.isSeveral():
			item.wrong("%s is no hashtag; if several are meant, write a list with a comma between them, such as [\"#a\", \"#b\"]", label(item.node.Value))
		default:
			out = append(out, item.hashtag())
		}
	}
	v.unique(func(s string) string { return strings.ToLower(strings.TrimPrefix(s, "#")) })
	return out
}

// statuses is a status of tasks or a list of them, in the server's words.
func (v value) statuses() []string {
	out := v.some()
	for _, item := range v.items() {
		if item.isSingle() && item.isSeveral() {
			item.wrong("%s is no status; if several are meant, write a list with a comma between them, such as [resolved, invalid]", label(item.node.Value))
		}
	}
	v.unique(nil)
	return out
}

// isSeveral reports whether a text looks like a list that lacks its brackets or quotes.
func (v value) isSeveral() bool {
	return len(strings.FieldsFunc(v.node.Value, func(r rune) bool { return strings.ContainsRune(",;# ", r) })) > 1
}

// nearest returns the known name of which name is probably a misspelling, or "".
func nearest(name string, known []string) string {
	best, bestD := "", 3
	for _, k := range known {
		if d := distance(name, k); d < bestD && 2*d < len(k) {
			best, bestD = k, d
		}
	}
	return best
}

// distance is the Levenshtein distance of a and b.
func distance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// unique reports elements of a list that are there twice. fold may be nil; it maps what
// counts as equal to one text.
func (v value) unique(fold func(string) string) {
	seen := map[string]int{}
	for _, item := range v.items() {
		k := item.node.Value
		if fold != nil {
			k = fold(k)
		}
		if line, ok := seen[k]; ok {
			item.wrong("%s is there twice, first on line %d; keep one", label(item.node.Value), line)
			continue
		}
		seen[k] = item.line()
	}
}

// sorted lists the keys of m for a message.
func sorted[T any](m map[string]T) string {
	var names []string
	for name := range m {
		names = append(names, label(name))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
