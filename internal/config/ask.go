package config

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"reviewsync/mapping/ask"
	"reviewsync/mapping/duty"
)

// The defaults of asking. There is none for time: a person has to want a review, or the
// file has to say when one is wanted.
const (
	defaultRequest = "second review please"
	defaultDecline = "not me"
	defaultCap     = 3 // asks of one person per day
	defaultOpen    = 5 // unanswered asks of one person
	defaultTotal   = 3 // asks of a board in ten minutes
)

// asked is what the checks of the key ask need besides its values.
type asked struct {
	at, nobody value
	samples    []sample
}

// sample is an example of a line that people write, and the expression for such lines.
type sample struct {
	key  string
	text string // empty: unknown, the file has an expression
	line *regexp.Regexp
}

// ask reads when and whom a board asks for a review. The board's team, count and rules,
// and working time, were read before.
func (r *reader) ask(v value, b *Board, c *Config) {
	a := &ask.Rules{Cap: defaultCap, MaxOpen: defaultOpen}
	b.Ask, b.AskTotal = a, defaultTotal
	in := asked{at: v}
	b.Requests.Line = in.sample("request", defaultRequest)
	a.Decline = in.sample("decline", defaultDecline)
	before := len(r.problems)
	v.fields([]field{
		{name: "hashtag", read: func(v value) { b.Requests.Hashtag = v.changeHashtag() }},
		{name: "request", read: func(v value) { b.Requests.Line = in.line(v, "request", defaultRequest) }},
		{name: "after", read: func(v value) { a.After = v.workingSpan(c.WorkingTime) }},
		{name: "nobody", read: func(v value) { in.nobody, a.Nobody = v, v.workingSpan(c.WorkingTime) }},
		{name: "remind_after", read: func(v value) { a.RemindAfter = v.workingSpan(c.WorkingTime) }},
		{name: "decline", read: func(v value) { a.Decline = in.line(v, "decline", defaultDecline) }},
		{name: "cap", read: func(v value) { a.Cap = v.perDay() }},
		{name: "max_open", read: func(v value) { a.MaxOpen = v.whole(0, "asks") }},
		{name: "total", read: func(v value) { b.AskTotal = v.whole(1, "asks") }},
		{name: "comment", read: func(v value) { b.AskComment = v.yes() }},
		{name: "pools", read: func(v value) { a.Pools = r.pools(v, b, c.Teams[b.TeamName]) }},
	})
	if len(r.problems) == before {
		in.together(a, b)
	}
}

// together checks the keys against each other and against the rest of the board.
func (s *asked) together(a *ask.Rules, b *Board) {
	if b.Requests.Hashtag == "" && b.Requests.Line == nil && a.After == 0 && a.Nobody == 0 {
		s.at.wrong("nobody would ever be asked; write when: hashtag, request, after or nobody")
	}
	if one, other, both := s.ambiguous(); both {
		s.at.wrong("the line %s would be a %s and a %s; write other words for one of them", label(one.text), one.key, other.key)
	}
	if a.Nobody > 0 && a.After > 0 && a.Nobody >= a.After {
		s.nobody.doubt("does nothing: after, which is no longer, asks first; write a shorter span, or take it out")
	}
	all := len(b.Count.Owners) == 0 || slices.Contains(b.Count.Owners, "outsiders")
	if (a.After > 0 || a.Nobody > 0) && len(b.Count.Repositories) == 0 && all {
		s.at.doubt("asks for a review of every change that Gerrit shows, linked to a task or not; write count: {repositories: [PATTERN]}")
	}
	if len(b.Rules) > 0 && !b.ofReview() {
		s.at.doubt("no rule of %s looks at reviews, so its cards do not show what waits for one; write a rule for review-needed, or take ask out", label(b.Tag))
	}
	if len(b.Team) == 1 {
		s.at.doubt("the team is one person, who is asked each time")
	}
}

// ambiguous finds a line that would be both a request and a decline.
func (s *asked) ambiguous() (one, other sample, both bool) {
	for _, one := range s.samples {
		for _, other := range s.samples {
			if one.key != other.key && one.text != "" && other.line.MatchString(one.text) {
				return one, other, true
			}
		}
	}
	return one, other, false
}

// line is the beginning of a line, a regular expression between slashes, true for the
// default, or false for none.
func (s *asked) line(v value, key, standard string) *regexp.Regexp {
	s.samples = slices.DeleteFunc(s.samples, func(s sample) bool { return s.key == key })
	text, ok := v.text()
	switch expr, isExpr := strings.CutPrefix(text, "/"); {
	case !ok, v.isBool() && !v.yes():
		return nil
	case v.isBool():
		return s.sample(key, standard)
	case isExpr:
		re := v.lineExpr(expr)
		if re != nil {
			s.samples = append(s.samples, sample{key: key, line: re})
		}
		return re
	case strings.HasPrefix(text, ">"):
		v.wrong("a line that begins with > is quoted from others and not read; write other words")
		return nil
	case !strings.ContainsFunc(text, isWord):
		v.wrong("%s has no words; write what such a line begins with, such as %s", label(text), label(standard))
		return nil
	}
	return s.sample(key, text)
}

// sample returns the expression for lines that begin with a text.
func (s *asked) sample(key, text string) *regexp.Regexp {
	re := beginsWith(text)
	s.samples = append(s.samples, sample{key, text, re})
	return re
}

// beginsWith fits lines that begin with these words, whatever their case, with spaces
// and commas between them.
func beginsWith(text string) *regexp.Regexp {
	var words []string
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		words = append(words, regexp.QuoteMeta(word))
	}
	return regexp.MustCompile(`(?i)^` + strings.Join(words, `[\s,]+`) + `(?:[^\pL\pN_]|$)`)
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// lineExpr is a regular expression for lines, after its first slash.
func (v value) lineExpr(expr string) *regexp.Regexp {
	expr, closed := strings.CutSuffix(expr, "/")
	if !closed || expr == "" {
		v.wrong("%s begins a regular expression that does not end; write one as /EXPRESSION/, or words without a slash before them", label(v.node.Value))
		return nil
	}
	return v.expression(expr, "fits an empty line, and so every line; name words, such as /(?i)^please review/")
}

// changeHashtag is a hashtag of changes on Gerrit, without #, as Gerrit stores it.
func (v value) changeHashtag() string {
	s, ok := v.text()
	s = strings.TrimPrefix(s, "#")
	if ok && (s == "" || strings.ContainsAny(s, "#, \t")) {
		v.wrong("%s is no hashtag of a change; write one word without spaces and commas, such as second-review", label(v.node.Value))
	}
	return s
}

// perDay is a number of asks per day.
func (v value) perDay() int {
	s, ok := v.text()
	if !ok {
		return defaultCap
	}
	number, unit, per := strings.Cut(s, "/")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil || n < 0:
		v.wrong("%s is no number of asks a day; write one as 3/day", label(s))
	case !per:
		v.wrong("%s has no unit; write %d/day", label(s), n)
	case unit != "day":
		v.wrong("%s is not counted by the day; write a number a day, such as 3/day", label(s))
	case n == 0:
		v.wrong("nobody could ever be asked; write at least 1/day, or take ask out")
	}
	return n
}

// workingSpan is a span of working time: 1d is one working day, 1w the working days of a week.
func (v value) workingSpan(w duty.WorkingTime) time.Duration {
	s, ok := v.text()
	if !ok {
		return 0
	}
	day, days := w.To-w.From, time.Duration(0)
	for _, works := range w.Days {
		if works {
			days++
		}
	}
	if day <= 0 || days == 0 { // reported with working_time
		day, days = 8*time.Hour, 5
	}
	d, fine := spanOf(s, day, days*day)
	_, err := strconv.ParseFloat(s, 64)
	switch {
	case !fine && err == nil:
		v.wrong("%s has no unit; write %sd for working days, or use m, h, w", label(s), label(s))
	case !fine:
		v.wrong("%s is no span of working time; write a number with a unit, such as 4h, 2d or 1w", label(s))
	case d < time.Minute:
		v.wrong("%s leaves no time to review; write a span of working time such as 4h or 2d, or take the key out", label(s))
	case d >= 24*time.Hour && d%(24*time.Hour) == 0 && day < 24*time.Hour && !strings.ContainsAny(s, "dw"):
		v.doubt("%s of working time are %s working days of %s; write %dd if you mean working days", label(s), inDays(d, day), brief(day), d/(24*time.Hour))
	}
	return d
}

// inDays is a span in days of this length, with one decimal.
func inDays(d, day time.Duration) string {
	return strconv.FormatFloat(math.Round(10*float64(d)/float64(day))/10, 'f', -1, 64)
}

// brief is a span without trailing zeros: 7h30m.
func brief(d time.Duration) string {
	s := strings.TrimSuffix(d.String(), "0s")
	if strings.HasSuffix(s, "h0m") {
		return strings.TrimSuffix(s, "0m")
	}
	return s
}

// otherDuty warns about boards that ask none of the people in the rotation.
func (v value) otherDuty(rot *Rotation, c *Config) {
	for _, b := range c.Boards {
		known := len(b.Team) > 0 && len(rot.People) > 0
		shared := slices.ContainsFunc(rot.People, func(name string) bool { return slices.Contains(b.Team, name) })
		if b.Ask != nil && b.TeamName != rot.TeamName && c.Teams[rot.TeamName].Name != "" && (!known || !shared) {
			v.doubt("board %s asks people of team %s (line %d), none of whom is ever on duty; if those on duty are to be asked first, name that team", label(b.Tag), label(b.TeamName), b.Line)
		}
	}
}

// AskLines returns the expressions by which boards find requests and declines in messages and comments.
func (c *Config) AskLines() []*regexp.Regexp {
	var all []*regexp.Regexp
	for i := range c.Boards {
		b := &c.Boards[i]
		all = append(all, b.Ask.Lines(b.Requests)...)
	}
	return all
}
