package review

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// standing says what each vote, open thread and expected review amounts to.
func (t Teller) Standing(v *View) []string {
	if v.status != StatusNew {
		return nil
	}
	var list []string
	v.tally() // whose votes are positive
	for i := range v.votes {
		if w := &v.votes[i]; w.value != 0 && v.voters[w.label] != "" {
			list = append(list, fmt.Sprintf("%s's %s on patch set %d (%s) %s", v.Change.People[w.by], v.points(w.label, w.value), w.patchSet, t.Date(w.at), v.worth(w)))
		}
	}
	for i := range v.threads {
		th := &v.threads[i]
		if !th.unresolved {
			continue
		}
		list = append(list, fmt.Sprintf("%s's thread on patch set %d (%s) is not resolved%s", v.Change.People[th.by], th.patchSet, t.Date(th.begun), v.threadWorth(th)))
	}
	if r := v.Request(); r.By != Nobody {
		list = append(list, fmt.Sprintf("%s asked for %s (%s)", v.Change.People[r.By], v.OneMore(), r.How(t.Date(r.At))))
	}
	for i := range v.people {
		if p := &v.people[i]; v.due(int16(i)) {
			list = append(list, fmt.Sprintf("%s is expected to review: asked by %s (%s)", v.Change.People[i], v.Name(p.askBy, "the team"), t.Date(p.due)))
		}
	}
	return list
}

// worth says what a vote amounts to.
func (v *View) worth(w *vote) string {
	switch {
	case !w.counts && w.bot:
		return "does not count: a bot"
	case !w.counts:
		return fmt.Sprintf("does not count: on %s only bots do", v.Change.Labels[w.label].Name)
	case !v.stands(w) && w.value < 0:
		return fmt.Sprintf("was answered by patch set %d", v.reworkPS)
	case !v.stands(w):
		return fmt.Sprintf("no longer counts: patch set %d brought new code", v.reworkPS)
	case w.value > 0:
		if not := v.idle(w); not != "" {
			return "does not count: " + not
		}
		return "counts"
	case w.by == v.Change.Owner:
		return "is the owner's own: a draft"
	case !v.answeredVote(w):
		return "is not answered"
	}
	how := "is answered"
	if w.gone != 0 {
		how = fmt.Sprintf("was dropped by Gerrit with patch set %d, which changed no code", w.gone)
	}
	if v.people[w.by].team && w.label == v.review {
		how += "; a second look is expected"
	}
	return how
}

// threadWorth says what an open thread amounts to.
func (v *View) threadWorth(th *thread) string {
	p := &v.people[th.by]
	switch {
	case p.author:
		return ", but the author side's own"
	case !p.team:
		return ", but begun outside the team: no objection"
	case p.positive:
		return ", but its beginner voted positively"
	case !v.policy.Review.ThreadObjections:
		return ", but threads are no objections here"
	case v.answered(th.by):
		return ", but answered"
	default:
		return " and not answered"
	}
}

// facts tells the facts of a change in order. What one moment brought is one sentence where
// it can be. Those decide that were said since a time; 0: none does.
func (t Teller) Facts(h *History, p *Policy, task int, since int64) []DatedFact {
	s := storyteller{History: h, policy: p, task: int32(task), began: map[int32]int16{}, asked: map[int16]bool{}}
	for i := 0; i < len(h.Facts); {
		end := i + 1
		for end < len(h.Facts) && h.Facts[end].At == h.Facts[i].At {
			end++
		}
		s.moment = h.Facts[i:end]
		var told []DatedFact
		for n := range s.moment {
			text, counts := s.tell(&s.moment[n])
			if text == "" || slices.ContainsFunc(told, func(d DatedFact) bool { return d.Text == text }) {
				continue
			}
			at := s.moment[n].At
			told = append(told, DatedFact{At: time.Unix(at, 0).UTC(), Text: text, Decides: counts && since > 0 && at >= since})
		}
		s.list = append(s.list, told...)
		i = end
	}
	return s.list
}

// storyteller tells facts one by one.
type storyteller struct {
	*History
	policy *Policy
	task   int32
	moment []Fact          // of this second
	began  map[int32]int16 // threads: by whom
	asked  map[int16]bool  // who was made a reviewer by somebody else
	list   []DatedFact
}

// tell puts a fact into words, and says whether the board looks at such facts. Empty: nothing to tell.
func (s *storyteller) tell(f *Fact) (text string, counts bool) {
	who := s.who(f.By)
	switch f.Kind {
	case Uploaded:
		return fmt.Sprintf("%s uploaded patch set %d%s", who, f.PatchSet, s.links(f.PatchSet)), true
	case Linked, Unlinked:
		if f.PatchSet == 0 { // from the change that it reverts
			if f.Task == s.task {
				return fmt.Sprintf("%s made it; it belongs to T%d, as what it reverts does", who, s.task), true
			}
			return "", false
		}
		if f.Task == s.task && !s.also(func(g *Fact) bool { return g.Kind == Uploaded && g.PatchSet == f.PatchSet }) {
			return fmt.Sprintf("%s uploaded patch set %d without new code%s", who, f.PatchSet, s.links(f.PatchSet)), true
		}
	case Dropped:
		if s.also(func(g *Fact) bool { return g.Kind == Uploaded && g.PatchSet == f.PatchSet }) {
			return "", false // as new code does
		}
		return fmt.Sprintf("Gerrit dropped votes of %s with patch set %d", s.points(f), f.PatchSet), s.policy.Review.Labels[s.Labels[f.Label].Name] != ""
	case Voted:
		return s.voted(f, who)
	case Unvoted:
		return fmt.Sprintf("the %s vote of %s was taken back", s.Labels[f.Label].Name, who), s.policy.Review.Labels[s.Labels[f.Label].Name] != ""
	case Said:
		if !s.also(func(g *Fact) bool { return g.By == f.By && g.Kind != Said && g.Kind != TurnOn && g.Kind != TurnOff }) {
			return who + " wrote a message", true
		}
	case Commented:
		return s.commented(f, who), true
	case ReviewerIn:
		if f.By == s.Self && f.By != Nobody && f.By != f.Who {
			s.asked[f.Who] = true
			return fmt.Sprintf("reviewsync asked %s for a review", s.who(f.Who)), true
		}
		if f.By != f.Who {
			s.asked[f.Who] = true
			return fmt.Sprintf("%s added %s as a reviewer", who, s.who(f.Who)), !f.Bot
		}
	case TurnOn, TurnOff, ReviewerOut:
		return s.turned(f), true
	case BecameDraft:
		return who + " set it to work in progress", true
	case BecameReady:
		return who + " made it ready for review", true
	case WasAbandoned:
		return who + " abandoned it", true
	case WasRestored:
		return who + " restored it", true
	case WasSubmitted:
		return "it was merged", true
	case CameInto:
		return s.cameInto(f)
	case HashtagOn, HashtagOff:
		return s.hashtagged(f, who)
	case ReminderPosted:
		return "reviewsync reminded " + s.asks[f.Thread].Who, false
	case Wrote: // the message tells of it
	case AskPosted: // the reviewer tells of it
	case Created, Copied: // the first patch set, and a rebase, tell of it
	}
	return "", false
}

// cameInto tells of a branch or tag that is deployed.
func (s *storyteller) cameInto(f *Fact) (string, bool) {
	ref := s.refs[f.Thread]
	if d := s.policy.deployment(s.Project); d == nil || !Match(d.Refs, ref) {
		return "", false
	}
	return shortRef(ref) + " has it", true
}

// links says what a patch set did to the link.
func (s *storyteller) links(patchSet int32) string {
	switch is := func(kind Kind) bool {
		return s.also(func(g *Fact) bool { return g.Kind == kind && g.Task == s.task && g.PatchSet == patchSet })
	}; {
	case is(Linked):
		return fmt.Sprintf(", which names T%d", s.task)
	case is(Unlinked):
		return fmt.Sprintf(", which no longer names T%d", s.task)
	default:
		return ""
	}
}

func (s *storyteller) voted(f *Fact, who string) (string, bool) {
	text := fmt.Sprintf("%s voted %s on patch set %d", who, s.points(f), f.PatchSet)
	switch by := s.policy.Review.Labels[s.Labels[f.Label].Name]; {
	case by == "":
		return text + ", a label that the board does not look at", false
	case by == ByPeople && f.Bot:
		return text + ", which is a bot's", false
	case by == ByBots && !f.Bot:
		return text + ", where only bots count", false
	}
	return text, true
}

func (s *storyteller) commented(f *Fact, who string) string {
	by, known := s.began[f.Thread]
	if !known {
		s.began[f.Thread] = f.By
	}
	switch {
	case !known && f.Unresolved:
		return who + " began a thread"
	case !known:
		return who + " left a comment"
	case f.Unresolved:
		return fmt.Sprintf("%s spoke in a thread of %s, which stays open", who, s.who(by))
	default:
		return fmt.Sprintf("%s resolved a thread of %s", who, s.who(by))
	}
}

// turned tells of turns and removals of people whose review was asked for.
func (s *storyteller) turned(f *Fact) string {
	if f.Who == Nobody || !s.asked[f.Who] {
		return ""
	}
	name := s.who(f.Who)
	switch f.Kind {
	case TurnOn:
		if s.also(func(g *Fact) bool { return g.Kind == ReviewerIn && g.Who == f.Who }) {
			return ""
		}
		return name + " is on turn"
	case TurnOff:
		if s.also(func(g *Fact) bool { return g.By == f.Who || g.Kind == WasSubmitted || g.Kind == WasAbandoned }) {
			return "" // by what they did themselves, or since it is over
		}
		return name + " is no longer on turn"
	default:
		delete(s.asked, f.Who)
		return name + " is no longer a reviewer"
	}
}

// also says whether this second brought something else.
func (s *storyteller) also(fits func(*Fact) bool) bool {
	for i := range s.moment {
		if fits(&s.moment[i]) {
			return true
		}
	}
	return false
}

func (s *storyteller) who(person int16) string {
	if person == Nobody {
		return "somebody"
	}
	return s.People[person].String()
}

func (s *storyteller) points(f *Fact) string {
	return (&View{Change: s.History}).points(f.Label, f.Value)
}

// hashtagged tells of a hashtag that the board looks at.
func (s *storyteller) hashtagged(f *Fact, who string) (text string, counts bool) {
	name := s.hashtags[f.Thread]
	if !strings.EqualFold(name, s.policy.Requests.Hashtag) {
		return "", false
	}
	if f.Kind == HashtagOff {
		return fmt.Sprintf("%s took the hashtag %s off", who, name), true
	}
	return fmt.Sprintf("%s gave it the hashtag %s", who, name), true
}

// DatedFact is a fact, or several of one moment, as a sentence.
type DatedFact struct {
	At      time.Time `json:"at"` // Gerrit's clock
	Text    string    `json:"text"`
	Decides bool      `json:"decides"` // said since the change came into its state, and looked at by the board
}
