package review

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// Kind of a fact. Facts of one second about one patch set happen in this order.
type Kind uint8

// The facts that a change consists of.
const (
	Created     Kind = iota + 1 // the change, with its first patch set
	Uploaded                    // a patch set with new code (REWORK); By uploaded it
	Copied                      // the votes of Label and Value were copied onto that patch set
	Dropped                     // the votes of Label and Value were not
	Linked                      // the commit message gained Task
	Unlinked                    // the commit message lost Task
	ReviewerIn                  // By added Who as a reviewer
	TurnOn                      // Who came into the attention set
	Voted                       // By voted Value on Label
	Unvoted                     // the vote of By on Label was withdrawn or removed
	Said                        // By wrote a message or comments
	Commented                   // By spoke in the thread Index and left it Unresolved or not
	TurnOff                     // Who left the attention set
	ReviewerOut                 // Who is no longer a reviewer
	BecameDraft                 // work in progress
	BecameReady                 // no longer; Value is not 0 if only a vote of By on Label shows it
	WasAbandoned
	WasRestored
	WasSubmitted
	CameInto       // a branch or tag, History.refs of Index, has the commit from now on
	HashtagOn      // By gave it a hashtag, History.hashtags of Index
	HashtagOff     // By took it away
	Wrote          // By wrote a line that asks for a review, History.lines of Index
	AskPosted      // reviewsync asked Who, by History.asks of Index
	ReminderPosted // reviewsync reminded Who of it
)

// Fact is one dated thing that Gerrit says of a change.
type Fact struct {
	At         int64 // seconds since 1970, Gerrit's clock
	Kind       Kind
	Bot        bool // said by a bot: counts only where a board's labels say so
	Unresolved bool
	Newest     bool // Voted, Unvoted: on the patch set that was the newest then
	Forwarded  bool // Voted, on an older one: Gerrit copied the vote to the newest at once
	Value      int8
	Label      int16 // index into History.Labels
	By         int16 // index into History.People; nobody if negative
	Who        int16
	PatchSet   int32
	Index      int32 // into the list of History that goes with Kind: threads, refs, hashtags, lines or asks
	Task       int32
	Place      int32 // of its message in Gerrit's list; 0: there is none, or it is not known
}

// Nobody is no index into History.People.
const Nobody = -1

// unnamed is the Index of a fact that names no branch or tag.
const unnamed = -1

// CameIntoAny stands for the end of the wait for a deployment. It names no branch or tag.
func CameIntoAny(at int64) Fact {
	return Fact{At: at, Kind: CameInto, By: Nobody, Who: Nobody, Index: unnamed}
}

// rework is Gerrit's ChangeKind of a patch set with new code.
const rework = "REWORK"

// Person is somebody who takes part in a change.
type Person struct {
	Account
	Bot bool // never counts, but where a board's labels name bots
}

// History is everything that was said about one change, read once into facts. It does
// not depend on any board.
type History struct {
	Key
	Branch   string
	ChangeID string
	Subject  string
	Status   Status
	Owner    int16
	People   []Person
	Labels   []Label
	Facts    []Fact // in order
	WIP      bool
	Newcomer bool  // its owner had no merged change when it was read
	Self     int16 // our own account; nobody if it takes no part
	Looked   int64 // when the branches and tags that have it were last read
	Followed int64 // since when its repository is read, if a change of the configuration added it; 0: always

	past     bool // it is as of some time: what the server says now is not known
	revertOf int  // number of the change that this one reverts; 0: none

	sets      []arrival
	patchSet  int32    // the current one
	noNewCode int32    // the newest patch set without new code; 0 if there is none
	commits   []string // SHAs of the patch sets, the current one last
	parents   []string // of the current patch set
	undoes    []string // SHAs that its commit message says it reverts

	links      []Fact        // the Facts of the kinds Linked and Unlinked
	linkedEver map[int32]int // the tasks that it is or was linked to, numbered from 1 in the order in which they were linked

	threads  []string
	begunBy  []int16  // who began each of them
	refs     []string // branches and tags
	hashtags []string // that it has or had
	lines    []string // of messages and comments
	asks     []AskKey // of our own messages

	peopleSum uint64   // of all facts of people, without links
	wordSum   uint64   // of those that are no votes
	voteSums  []uint64 // of people's votes, by label
	botSums   []uint64 // of the votes of bots, by label
	refsSum   uint64   // of the branches and tags
}

// Tasks lists the tasks that the change is linked to, or was.
func (h *History) Tasks() []int {
	tasks := make([]int, 0, len(h.linkedEver))
	for t := range h.linkedEver {
		tasks = append(tasks, int(t))
	}
	slices.Sort(tasks)
	return tasks
}

// Place is the number of a task among those that the change was ever linked to, from 1 in the order
// in which they were linked; 0: it never was.
func (h *History) Place(task int) int { return h.linkedEver[int32(task)] }

// Linked says whether the current patch set names the task.
func (h *History) Linked(task int) bool {
	now := false
	for i := range h.links {
		if f := &h.links[i]; int(f.Task) == task {
			now = f.Kind == Linked
		}
	}
	return now
}

// Newest is when the newest fact happened that fits; 0: none does.
func (h *History) Newest(fits func(*Fact) bool) int64 {
	var at int64
	for i := range h.Facts {
		if f := &h.Facts[i]; fits(f) {
			at = max(at, f.At)
		}
	}
	return at
}

// last is when the newest fact happened; 0: there is none.
func (h *History) last() int64 {
	if len(h.Facts) == 0 {
		return 0
	}
	return h.Facts[len(h.Facts)-1].At
}

// Merged is when the change was merged; 0 if it was not.
func (h *History) Merged() int64 {
	return h.Newest(func(f *Fact) bool { return f.Kind == WasSubmitted })
}

// Reader turns changes into facts.
type Reader struct {
	Footers    []string       // of the commit message, whose values name tasks, as in Links
	Hosts      []string       // of addresses that name tasks, as in Links
	Max        int            // tasks that a change is linked to, as in Links
	Bots       []string       // Gerrit user names, besides the Service Users
	CICommands *regexp.Regexp // lines that speak to a CI system only; nil: none

	Self  string           // our own Gerrit user name; empty: our account is a bot like any other
	Lines []*regexp.Regexp // lines that ask for a review, see Ask.Lines
}

// Read turns a change into its facts. The order of the lists in c does not matter.
func (r Reader) Read(c Change) *History {
	h := &History{Key: c.Key, Branch: c.Branch, ChangeID: c.ChangeID, Subject: c.Subject, Status: c.Status, revertOf: c.RevertOf, WIP: c.WorkInProgress, Newcomer: c.Newcomer, linkedEver: map[int32]int{}}
	b := &builder{Reader: r, h: h, index: make(map[int]int16, 8), kinds: make(map[int32]string, len(c.PatchSets)), places: make(map[string]int32, len(c.Messages))}
	h.Facts = make([]Fact, 0, 8+2*len(c.Messages)+2*len(c.Comments))
	h.Labels = slices.Clone(c.Labels)
	slices.SortFunc(h.Labels, func(x, y Label) int { return strings.Compare(x.Name, y.Name) })
	b.everybody(c)
	h.Owner, h.Self = b.person(c.Owner), b.self()
	b.patchSets(c)
	b.messages(c)
	b.refs(c)
	b.comments(c.Comments)
	b.reviewers(c)
	b.votesWithoutMessage()
	b.workInProgress()
	b.hashtags(c)
	slices.SortStableFunc(h.Facts, compareFacts)
	h.sum()
	return h
}

// arrival is when a patch set came, and what it is.
type arrival struct {
	patchSet int32
	at       int64
	code     bool // new code
	sha      string
	parents  []string
	known    bool     // its message is known
	undoes   []string // SHAs that its message says it reverts
}

// uploaded sums up the patch sets that there are.
func (h *History) uploaded() {
	h.patchSet, h.noNewCode, h.commits, h.parents, h.undoes = 0, 0, make([]string, 0, len(h.sets)), nil, nil
	for i := range h.sets {
		s := &h.sets[i]
		h.patchSet, h.parents, h.commits = s.patchSet, s.parents, append(h.commits, s.sha)
		if !s.code {
			h.noNewCode = s.patchSet
		}
		if s.known {
			h.undoes = s.undoes
		}
	}
}

type builder struct {
	Reader
	h       *History
	index   map[int]int16    // account ID -> People
	kinds   map[int32]string // patch set -> ChangeKind
	sets    []PatchSet       // in order
	uploads []Fact           // of new code
	marks   []mark           // of work in progress, in order
	places  map[string]int32 // message ID -> its place in Gerrit's list
}

func (b *builder) add(f Fact) {
	if f.Kind == Voted || f.Kind == Unvoted {
		f.Newest = f.PatchSet >= b.newestBefore(f.At)
	}
	b.h.Facts = append(b.h.Facts, f)
}

// everybody numbers the people of a change by their account IDs.
func (b *builder) everybody(c Change) {
	var all []Account
	met := map[int]bool{}
	meet := func(a Account) {
		if !met[a.ID] {
			met[a.ID] = true
			all = append(all, a)
		}
	}
	meet(c.Owner)
	for _, p := range c.PatchSets {
		meet(p.Uploader)
	}
	for _, l := range c.Labels {
		for _, v := range l.Votes {
			meet(v.By)
		}
	}
	for _, m := range c.Messages {
		meet(m.By)
	}
	for _, k := range c.Comments {
		meet(k.By)
	}
	for _, u := range c.Reviewers {
		meet(u.By)
		meet(u.Who)
	}
	for _, t := range slices.Concat(c.OnTurn, c.OffTurn) {
		meet(t.Who)
	}
	slices.SortFunc(all, func(x, y Account) int { return cmp.Compare(x.ID, y.ID) })
	for _, a := range all {
		b.person(a)
	}
}

func (b *builder) person(a Account) int16 {
	if a.ID == 0 {
		return Nobody
	}
	if i, ok := b.index[a.ID]; ok {
		return i
	}
	bot := a.Service || slices.Contains(b.Bots, a.Username)
	i := int16(len(b.h.People))
	b.h.People = append(b.h.People, Person{Account: a, Bot: bot})
	b.index[a.ID] = i
	return i
}

// saidByBot says whether a bot wrote something, by its account or its tag. Gerrit's own tags show
// nothing: a person's push option carries one, too.
func (b *builder) saidByBot(who int16, tag string) bool {
	if who != Nobody && b.h.People[who].Bot {
		return true
	}
	return botTag(tag)
}

func botTag(tag string) bool {
	return strings.HasPrefix(tag, "autogenerated:") && !strings.HasPrefix(tag, gerritTag)
}

func (b *builder) patchSets(c Change) {
	sets := slices.Clone(c.PatchSets)
	slices.SortFunc(sets, func(x, y PatchSet) int { return cmp.Compare(x.Number, y.Number) })
	b.add(Fact{At: c.Created.Unix(), Kind: Created, By: b.h.Owner, Who: Nobody})
	links := Links{Footers: b.Footers, Hosts: b.Hosts, Max: b.Max}
	inherited := links.Tasks(c.Inherited, "")
	for _, t := range inherited { // whatever the message of the revert says
		b.link(t)
		b.add(Fact{At: c.Created.Unix(), Kind: Linked, By: b.h.Owner, Who: Nobody, Task: int32(t)})
	}
	var linked []int
	b.sets = sets
	for i, p := range sets {
		number, at, by := int32(p.Number), p.Created.Unix(), b.person(p.Uploader)
		b.kinds[number] = p.Kind
		b.h.sets = append(b.h.sets, arrival{patchSet: number, at: at, code: i == 0 || p.Kind == rework, sha: p.SHA, parents: p.Parents})
		if b.h.sets[i].code {
			b.add(Fact{At: at, Kind: Uploaded, By: by, Who: Nobody, PatchSet: number})
			b.uploads = append(b.uploads, b.h.Facts[len(b.h.Facts)-1])
		}
		if p.Message == "" {
			continue // not known: the links stay
		}
		b.h.sets[i].known, b.h.sets[i].undoes = true, RevertedCommits(p.Message)
		now := links.Tasks(inherited, p.Message)[len(inherited):]
		for _, t := range now {
			if !slices.Contains(linked, t) {
				b.link(t)
				b.add(Fact{At: at, Kind: Linked, By: by, Who: Nobody, PatchSet: number, Task: int32(t)})
			}
		}
		for _, t := range linked {
			if !slices.Contains(now, t) {
				b.add(Fact{At: at, Kind: Unlinked, By: by, Who: Nobody, PatchSet: number, Task: int32(t)})
			}
		}
		linked = now
	}
	b.h.uploaded()
}

// link notes that the change is linked to a task, if it never was.
func (b *builder) link(task int) {
	if ever := b.h.linkedEver; ever[int32(task)] == 0 {
		ever[int32(task)] = len(ever) + 1
	}
}

// isCommand says whether every line of a text is a command for a CI system.
func (b *builder) isCommand(text string) bool {
	text = strings.TrimSpace(text)
	if b.CICommands == nil || text == "" {
		return false
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !b.CICommands.MatchString(line) {
			return false
		}
	}
	return true
}

// afterAll sorts a fact behind those that have a patch set, within its second.
const afterAll = 1 << 30

func (b *builder) reviewers(c Change) {
	for _, u := range c.Reviewers {
		by, who := b.person(u.By), b.person(u.Who)
		if who == Nobody {
			continue
		}
		f := Fact{At: u.Date.Unix(), Kind: ReviewerIn, By: by, Who: who, Bot: b.saidByBot(by, "")}
		if u.State != "REVIEWER" {
			f.Kind, f.PatchSet = ReviewerOut, afterAll
		} else if by != Nobody && by == b.h.Self {
			f.Bot = false // an ask of ours counts as the team's
		}
		b.add(f)
	}
	for _, t := range c.OnTurn {
		b.add(Fact{At: t.Date.Unix(), Kind: TurnOn, By: Nobody, Who: b.person(t.Who)})
	}
	for _, t := range c.OffTurn {
		b.add(Fact{At: t.Date.Unix(), Kind: TurnOff, By: Nobody, Who: b.person(t.Who), PatchSet: afterAll})
	}
}

// compareFacts orders the facts of a change, so that it does not matter how Gerrit listed them.
// Comments of one second are in order already: an answer comes after what it answers.
func compareFacts(x, y Fact) int {
	order := cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(x.PatchSet, y.PatchSet), cmp.Compare(x.Kind, y.Kind))
	if order != 0 || x.Kind == Commented {
		return order
	}
	return cmp.Or(cmp.Compare(x.Place, y.Place), cmp.Compare(x.By, y.By), cmp.Compare(x.Who, y.Who), cmp.Compare(x.Label, y.Label), cmp.Compare(x.Value, y.Value), cmp.Compare(x.Task, y.Task), cmp.Compare(x.Index, y.Index))
}
