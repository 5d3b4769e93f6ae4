package ask_test

import (
	"bytes"
	"container/heap"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"reviewsync/mapping/ask"
	"reviewsync/mapping/duty"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
	"reviewsync/mapping/tell"
)

// updateMonth writes the month again.
var updateMonth = flag.Bool("update-month", false, "write ../../testdata/month.txt")

const monthFile = "../../testdata/month.txt"

var monthTeam = []string{"alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"}

// month is what happens in four weeks from the first Monday on. The answers to asks are listed
// by change, in the order of its asks: who is asked is for the service to decide.
type month struct {
	away    []absence
	duty    []absence
	acts    []monthAct
	answers map[int][]string
}

type absence struct {
	who      string
	from, to time.Time
}

type monthAct struct {
	at     time.Time
	number int
	who    string
	what   string // push, upload, vote, say, wip, ready, hashtag, add, merge
	more   string // value, text, name or repository
}

const monthTime = "2006-01-02T15:04"

// generateMonth makes up a month with 400 changes, most of them on working days.
func generateMonth() []byte {
	r := rand.New(rand.NewPCG(2026, 12))
	var out bytes.Buffer
	out.WriteString("# A month of a team of eight, made up by TestMonth in mapping/ask/month_test.go (-update-month).\n" +
		"# away WHO FROM TO | duty WHO FROM TO | TIME CHANGE WHO does WHAT | answers CHANGE: of those who are asked, one after the other\n")
	for i, who := range monthTeam { // everybody is away for some days, two of them for a week and more
		from := firstMonday.AddDate(0, 0, 3*i)
		fmt.Fprintf(&out, "away %s %s %s\n", who, from.Format(monthTime), from.AddDate(0, 0, 2+i%3*3).Format(monthTime))
	}
	for week := range 4 {
		for i := range 2 {
			from := firstMonday.AddDate(0, 0, 7*week)
			fmt.Fprintf(&out, "duty %s %s %s\n", monthTeam[(2*week+i)%8], from.Format(monthTime), from.AddDate(0, 0, 7).Format(monthTime))
		}
	}
	for number := 1001; number <= 1400; number++ {
		generateChange(r, &out, number)
	}
	return out.Bytes()
}

func generateChange(r *rand.Rand, out *bytes.Buffer, number int) {
	at := firstMonday.AddDate(0, 0, r.IntN(28)).Add(time.Duration(r.IntN(24*60)) * time.Minute)
	if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
		at = at.AddDate(0, 0, -r.IntN(5))
	}
	owner := pick(r, append(reviewtest.Outsiders, monthTeam[r.IntN(8)])...)
	act := func(who, what, more string) {
		out.WriteString(strings.TrimSpace(fmt.Sprintf("%s %d %s %s %s", at.Format(monthTime), number, who, what, more)) + "\n")
		at = at.Add(time.Duration(1+r.IntN(30*60)) * time.Minute)
	}
	act(owner, "push", pick(r, "mediawiki/core", "mediawiki/vendor"))
	for range r.IntN(4) {
		who := pick(r, append(reviewtest.Outsiders, monthTeam...)...)
		switch r.IntN(12) {
		case 0:
			act(who, "vote", "+1")
		case 1:
			act(who, "vote", "-1")
			act(owner, "upload", "")
		case 2:
			act(who, "upload", "") // which puts them on the author's side
		case 3:
			act(owner, "wip", "")
			act(owner, "ready", "")
		case 4:
			act(who, "hashtag", "second-review")
		case 5:
			act(who, "say", pick(r, "Second review please.", "Hm."))
		case 6:
			act(owner, "add", pick(r, monthTeam...))
		case 7:
			asked := pick(r, monthTeam...)
			act(owner, "add", asked)
			act(pick(r, "vol1", owner), "remove", asked)
		case 8:
			act(who, "merge", "")
		}
	}
	fmt.Fprintf(out, "answers %d:", number)
	for range 6 {
		fmt.Fprintf(out, " %s/%dh", pick(r, "vote", "vote", "vote", "vote", "object", "ask", "decline", "leave", "silence", "undone"), 1+r.IntN(30))
	}
	out.WriteString("\n")
}

func readMonth(t *testing.T) *month {
	t.Helper()
	if *updateMonth {
		if err := os.WriteFile(monthFile, generateMonth(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(monthFile)
	if err != nil {
		t.Fatal(err)
	}
	m := &month{answers: map[int][]string{}}
	date := func(s string) time.Time {
		at, err := time.Parse(monthTime, s)
		if err != nil {
			t.Fatalf("%s: %v", monthFile, err)
		}
		return at
	}
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("%s: %v", monthFile, err)
		}
		return n
	}
	for line := range strings.Lines(string(text)) {
		switch w := strings.Fields(line); w[0] {
		case "#":
		case "away":
			m.away = append(m.away, absence{w[1], date(w[2]), date(w[3])})
		case "duty":
			m.duty = append(m.duty, absence{w[1], date(w[2]), date(w[3])})
		case "answers":
			m.answers[number(strings.TrimSuffix(w[1], ":"))] = w[2:]
		default:
			m.acts = append(m.acts, monthAct{date(w[0]), number(w[1]), w[2], w[3], strings.Join(w[4:], " ")})
		}
	}
	return m
}

// agenda is what is still to happen, by time.
type agenda []appointment

type appointment struct {
	at    time.Time
	order int
	do    func(now time.Time)
}

func (a agenda) Len() int      { return len(a) }
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a agenda) Less(i, j int) bool {
	return a[i].at.Before(a[j].at) || a[i].at.Equal(a[j].at) && a[i].order < a[j].order
}
func (a *agenda) Push(x any) { *a = append(*a, x.(appointment)) }
func (a *agenda) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}

// monthPlay plays a month with a service that decides on a change whenever something is said
// on it or its time has come, and on all changes once a day.
type monthPlay struct {
	*month
	t      *testing.T
	policy *review.Policy
	rules  *ask.Rules
	reader review.Reader
	hours  duty.WorkingTime
	gerrit *reviewtest.Gerrit
	todo   agenda
	serial int
	duty   bool
	read   map[int]*review.History // of changes as they are now
	past   map[int][]ask.Past
	keys   map[string]bool
	asked  map[string]int // by person
	count  map[string]int // of what happened
	daily  map[string]int // by person and day
	pair   map[string]bool
	undone map[string]bool // who was taken off, by change
}

func (p *monthPlay) at(when time.Time, do func(now time.Time)) {
	p.serial++
	heap.Push(&p.todo, appointment{when, p.serial, do})
}

func (p *monthPlay) play() {
	for _, a := range p.acts {
		p.at(a.at, func(now time.Time) { p.act(a, now) })
	}
	end := firstMonday.AddDate(0, 0, 42)
	for morning := firstMonday.Add(8 * time.Hour); morning.Before(end); morning = morning.AddDate(0, 0, 1) {
		p.at(morning, func(now time.Time) {
			for number := 1001; number <= 1400; number++ {
				p.decide(number, now)
			}
		})
	}
	for len(p.todo) > 0 {
		next := heap.Pop(&p.todo).(appointment)
		if next.at.Before(end) {
			next.do(next.at)
		}
	}
}

func (p *monthPlay) act(a monthAct, now time.Time) {
	c := p.gerrit.Changes[a.number]
	if c == nil {
		p.gerrit.Push(now, a.number, a.who, a.more, []int{1}, false)
	} else if c.Status != review.StatusNew {
		return
	}
	switch a.what {
	case "upload":
		c.Upload(now, a.who, reviewtest.Rework, []int{1}, nil)
	case "vote":
		value, _ := strconv.Atoi(a.more)
		c.Review(now, a.who, "", c.Current(), "Code-Review", value, "")
	case "say":
		c.Review(now, a.who, "", c.Current(), "", 0, a.more)
	case "wip", "ready":
		c.SetWIP(now, a.who, a.what == "wip", true)
	case "hashtag":
		c.Hashtag(now, a.who, a.more, true)
	case "add":
		c.AddReviewer(now, a.who, a.more)
	case "remove":
		p.remove(c, a.who, a.more, now)
	case "merge":
		c.Close(now, a.who, review.StatusMerged)
	}
	delete(p.read, a.number)
	p.decide(a.number, now)
}

func (p *monthPlay) remove(c *reviewtest.Change, by, who string, now time.Time) {
	if slices.Contains(c.Reviewing, who) {
		c.RemoveReviewer(now, by, who)
		p.undone[fmt.Sprint(c.Number, who)] = true
	}
}

func (p *monthPlay) isAway(who string, now time.Time) (until time.Time, away bool) {
	for _, a := range p.away {
		if a.who == who && !now.Before(a.from) && now.Before(a.to) {
			return a.to, true
		}
	}
	return time.Time{}, false
}

// history reads a change, if it has been written to since.
func (p *monthPlay) history(c *reviewtest.Change) *review.History {
	if p.read[c.Number] == nil {
		p.read[c.Number] = p.reader.Read(c.Get())
	}
	return p.read[c.Number]
}

// decide is the service: it decides on a change, and carries the decision out.
func (p *monthPlay) decide(number int, now time.Time) {
	c := p.gerrit.Changes[number]
	if c == nil {
		return
	}
	q := ask.Question{Policy: p.policy, Rules: p.rules, On: p.history(c), Now: now, Hours: p.hours, Away: map[string]time.Time{}}
	for _, who := range monthTeam {
		if until, away := p.isAway(who, now); away {
			q.Away[who] = until
		}
	}
	for _, d := range p.month.duty {
		if p.duty && !now.Before(d.from) && now.Before(d.to) {
			q.Duty = append(q.Duty, d.who)
		}
	}
	for _, past := range p.past {
		q.Past = append(q.Past, past...)
	}
	d := ask.Decide(q)
	p.count[verdicts[d.Verdict]]++
	for _, person := range d.People {
		for _, what := range []string{"on the author's side", "taken off the change", "away until", "asks today", "unanswered asks"} {
			if strings.Contains(tell.AskPerson(d, person), what) {
				p.count[what]++
			}
		}
	}
	if d.Writes() {
		if d.Verdict != ask.Remind {
			p.check(c, d, now)
		} else if p.keys[d.Key.Reminder()] {
			p.t.Errorf("%s a second time", d.Key.Reminder())
		} else {
			p.keys[d.Key.Reminder()] = true
		}
		carryOut(c, now, d)
		delete(p.read, number)
		if d.Verdict != ask.Remind {
			p.answer(c, d, now)
		}
	}
	p.past[number] = p.rules.Asks(p.history(c))
	if !d.Next.IsZero() {
		p.at(d.Next, func(now time.Time) { p.decide(number, now) })
	} else if d.Writes() {
		p.at(now.Add(time.Second), func(now time.Time) { p.decide(number, now) })
	}
}

// check checks an ask against what was played, without the code under test.
func (p *monthPlay) check(c *reviewtest.Change, d ask.Decision, now time.Time) {
	p.asked[d.Who]++
	wrong := func(what string) { p.t.Errorf("%s, though %s is %s: %s", d.Key, d.Who, what, tell.Ask(d)) }
	if slices.Contains(c.AuthorSide(), d.Who) {
		wrong("of the author's side")
	}
	if _, away := p.isAway(d.Who, now); away {
		wrong("away")
	}
	if p.undone[fmt.Sprint(c.Number, d.Who)] {
		wrong("taken off by hand")
	}
	day := d.Who + duty.DayOf(now).String()
	if p.daily[day]++; p.daily[day] > p.rules.Cap {
		wrong("asked too often today")
	}
	pair := fmt.Sprint(c.Number, d.Who, d.Key.Votes)
	if p.keys[d.Key.String()] || p.pair[pair] {
		wrong("asked before for the same")
	}
	p.keys[d.Key.String()], p.pair[pair] = true, true
	for _, m := range c.Messages {
		if m.By.Username == d.Who && !strings.HasPrefix(m.Tag, reviewtest.GerritTag) {
			wrong("involved")
			break
		}
	}
	if c.Status != review.StatusNew || c.WorkInProgress {
		wrong("asked where nothing is to review")
	}
}

// answer plans what a person who was asked will do, in working time.
func (p *monthPlay) answer(c *reviewtest.Change, d ask.Decision, now time.Time) {
	left := p.answers[c.Number]
	if len(left) == 0 {
		return
	}
	p.answers[c.Number] = left[1:]
	what, after, _ := strings.Cut(left[0], "/")
	hours, _ := time.ParseDuration(after)
	who := d.Who
	p.at(p.hours.After(now, hours), func(now time.Time) {
		if c.Status != review.StatusNew {
			return
		}
		switch what {
		case "vote":
			c.Review(now, who, "", c.Current(), "Code-Review", 1, "")
		case "object":
			c.Review(now, who, "", c.Current(), "Code-Review", -1, "")
		case "ask":
			c.Review(now, who, "", c.Current(), "", 0, "What is this for?")
		case "decline":
			c.Review(now, who, "", c.Current(), "", 0, "Not me, sorry.")
		case "leave":
			c.Unturn(now, who)
		case "undone":
			p.remove(c, c.Owner.Username, who, now)
		}
		p.count["answer "+what]++
		delete(p.read, c.Number)
		p.decide(c.Number, now)
	})
}

// In a month with 400 changes nobody is asked wrongly, and the load is spread.
func TestMonth(t *testing.T) {
	for name, onDuty := range map[string]bool{"in turn": false, "with a rotation": true} {
		t.Run(name, func(t *testing.T) {
			policy, rules := policy(), rules()
			policy.Team, policy.Count = monthTeam, review.Count{}
			rules.Nobody, rules.After, rules.RemindAfter, rules.MaxOpen = 4*time.Hour, 8*time.Hour, 16*time.Hour, 4
			p := &monthPlay{
				month: readMonth(t), t: t, policy: policy, rules: rules, hours: duty.DefaultWorkingTime(), gerrit: reviewtest.New(), duty: onDuty,
				reader: review.Reader{Footers: []string{"Bug"}, CICommands: reviewtest.CICommands, Self: reviewtest.Ourselves, Lines: rules.Lines(policy.Requests)},
				read:   map[int]*review.History{},
				past:   map[int][]ask.Past{}, keys: map[string]bool{}, asked: map[string]int{}, count: map[string]int{}, daily: map[string]int{}, pair: map[string]bool{}, undone: map[string]bool{},
			}
			p.play()
			if n := len(p.gerrit.Changes); n != 400 {
				t.Errorf("%d changes", n)
			}
			all, most := 0, 0
			for _, n := range p.asked {
				all, most = all+n, max(most, n)
			}
			if mean := float64(all) / float64(len(monthTeam)); float64(most) > 1.5*mean || all < 300 {
				t.Errorf("%d asks, the busiest had %d: %v", all, most, p.asked)
			}
			t.Logf("%d asks: %v; %v", all, p.asked, p.count)
			for _, must := range []string{ // else the month is too easy
				"next", "remind", "stuck", "on the author's side", "taken off the change", "away until", "asks today", "unanswered asks",
				"answer decline", "answer leave", "answer undone", "answer silence",
			} {
				if p.count[must] == 0 {
					t.Errorf("it never came to: %s", must)
				}
			}
		})
	}
}
