package mapping

import (
	"fmt"
	"slices"
	"strings"
)

// A request for one more review: by a hashtag, or by a line in a message or comment, of
// the team or the owner. It raises by one how many votes of the team a change needs.

// self finds our own account.
func (b *builder) self() int16 {
	if b.Self == "" {
		return nobody
	}
	return int16(slices.IndexFunc(b.h.People, func(p Person) bool { return p.Username == b.Self }))
}

// lines makes facts of the lines that a board looks for.
func (b *builder) lines(f Fact, text string) {
	if len(b.Lines) == 0 {
		return
	}
	for line := range strings.Lines(text) {
		if !b.looksFor(line) {
			continue
		}
		f.Kind, f.Thread = Wrote, int32(len(b.h.lines))
		b.h.lines = append(b.h.lines, strings.TrimSpace(line))
		b.add(f)
	}
}

// hashtagMessage reads "Hashtag added: a" and "Hashtags removed: b, c", one of them a line.
func (b *builder) hashtagMessage(f Fact, text string) {
	for line := range strings.Lines(text) {
		what, names, ok := strings.Cut(strings.TrimSpace(line), ": ")
		switch {
		case !ok:
			continue
		case what == "Hashtag added" || what == "Hashtags added":
			f.Kind = HashtagOn
		case what == "Hashtag removed" || what == "Hashtags removed":
			f.Kind = HashtagOff
		default:
			continue
		}
		for name := range strings.SplitSeq(names, ", ") {
			f.Thread = b.hashtagIndex(name)
			b.add(f)
		}
	}
}

func (b *builder) hashtagIndex(name string) int32 {
	i := slices.Index(b.h.hashtags, name)
	if i < 0 {
		i = len(b.h.hashtags)
		b.h.hashtags = append(b.h.hashtags, name)
	}
	return int32(i)
}

// hashtags makes up for those that no message tells of. Gerrit writes one for those that
// were pushed with the first patch set, but none for a later one: such a hashtag is the
// owner's, from the first upload on that can have brought it. What the change has now is right.
func (b *builder) hashtags(c Change) {
	for _, name := range slices.Sorted(slices.Values(c.Hashtags)) {
		b.hashtagIndex(name)
	}
	for i, name := range b.h.hashtags {
		on, last := false, -1 // the newest fact about it
		pushed := b.uploadedAfter(c.Created.Unix())
		for n := range b.h.Facts {
			f := &b.h.Facts[n]
			if f.Kind != HashtagOn && f.Kind != HashtagOff || int(f.Thread) != i {
				continue
			}
			if f.Kind == HashtagOff && !on {
				if pushed > f.At {
					pushed = c.Created.Unix()
				}
				b.add(Fact{At: pushed, Kind: HashtagOn, By: b.h.Owner, Who: nobody, PatchSet: afterAll, Thread: int32(i)})
			}
			on, last = f.Kind == HashtagOn, n
			pushed = b.uploadedAfter(f.At)
		}
		switch has := slices.Contains(c.Hashtags, name); {
		case has && !on:
			b.add(Fact{At: pushed, Kind: HashtagOn, By: b.h.Owner, Who: nobody, PatchSet: afterAll, Thread: int32(i)})
		case !has && on:
			b.h.Facts = slices.Delete(b.h.Facts, last, last+1)
		}
	}
}

// uploadedAfter is when the first patch set came after a time; if none did, that time.
func (b *builder) uploadedAfter(at int64) int64 {
	for i := range b.sets {
		if created := b.sets[i].Created.Unix(); created > at {
			return created
		}
	}
	return at
}

// request is a standing request for one more review.
type request struct {
	by      int16 // nobody: there is none
	at      int64
	hashtag string // empty: by a line
}

// mayRequest: the team and the owner, who are no bots.
func (v *view) mayRequest(f *Fact) bool {
	return v.board.Ask != nil && f.By != nobody && !f.Bot && (v.people[f.By].team || f.By == v.h.Owner)
}

func (v *view) hashtag(f *Fact) {
	name := v.h.hashtags[f.Thread]
	if v.board.Ask == nil || v.board.Ask.Hashtag == "" || !strings.EqualFold(name, v.board.Ask.Hashtag) {
		return
	}
	if f.Kind == HashtagOff {
		v.tagged = request{by: nobody}
	} else if v.mayRequest(f) {
		v.tagged = request{by: f.By, at: f.At, hashtag: name}
	}
}

func (v *view) wrote(f *Fact) {
	if v.mayRequest(f) && v.board.Ask.Request != nil && v.board.Ask.Request.MatchString(v.h.lines[f.Thread]) {
		v.written = request{by: f.By, at: f.At}
	}
}

// request is the newest that stands.
func (v *view) request() request {
	if v.written.by != nobody && (v.tagged.by == nobody || v.written.at > v.tagged.at) {
		return v.written
	}
	return v.tagged
}

// requests says whether a fact is a request that stands.
func (v *view) requests(f *Fact) bool {
	is := func(r request) bool { return r.by != nobody && r.by == f.By && r.at == f.At }
	return f.Kind == HashtagOn && is(v.tagged) || f.Kind == Wrote && is(v.written)
}

// required is how many votes of the team the change needs.
func (v *view) required() int {
	if v.request().by == nobody {
		return v.board.Review.Required
	}
	return v.board.Review.Required + 1
}

// weAsked: a review that we asked for is expected as if a team member had, until we ask
// somebody else.
func (v *view) weAsked(f *Fact) {
	for i := range v.people {
		if p := &v.people[i]; p.asked && p.askBy == v.h.self {
			p.asked, p.owes, p.due = false, false, 0
		}
	}
	v.people[f.Who].ask(f)
}

// raised says who wants more votes than the rules do; empty: nobody.
func (t teller) raised(v *view) string {
	r := v.request()
	if r.by == nobody {
		return ""
	}
	return fmt.Sprintf("; %d votes wanted: %s asked for %s (%s)", v.required(), v.h.People[r.by], v.oneMore(), r.how(t.date(r.at)))
}

// oneMore is the review that a request is for.
func (v *view) oneMore() string {
	if v.required() == 2 {
		return "a second review"
	}
	return "one more review"
}

// how somebody asked for one more review, and when.
func (r request) how(date string) string {
	if r.hashtag != "" {
		return "hashtag " + r.hashtag + ", " + date
	}
	return date
}

// moreWanted is what else makes a change that is reviewed need another review.
func (v *view) moreWanted(change string) string {
	if v.board.Ask == nil || v.board.Ask.Hashtag == "" || v.request().by != nobody {
		return ""
	}
	return fmt.Sprintf(", or the hashtag %s on %s by the team or its owner", v.board.Ask.Hashtag, change)
}

// hashtagged tells of a hashtag that the board looks at.
func (s *storyteller) hashtagged(f *Fact, who string) (text string, counts bool) {
	name := s.hashtags[f.Thread]
	if s.board.Ask == nil || !strings.EqualFold(name, s.board.Ask.Hashtag) {
		return "", false
	}
	if f.Kind == HashtagOff {
		return fmt.Sprintf("%s took the hashtag %s off", who, name), true
	}
	return fmt.Sprintf("%s gave it the hashtag %s", who, name), true
}
