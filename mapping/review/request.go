package review

import (
	"slices"
	"strings"
)

// A request for one more review is a hashtag, or a line in a message or comment, of the team or the
// owner. It raises the number of team votes that a change needs by one.

// self finds our own account.
func (b *builder) self() int16 {
	if b.Self == "" {
		return Nobody
	}
	return int16(slices.IndexFunc(b.h.People, func(p Person) bool { return p.Username == b.Self }))
}

// lines makes facts of the lines that ask for a review.
func (b *builder) lines(f Fact, text string) {
	if len(b.Lines) == 0 {
		return
	}
	for line := range strings.Lines(text) {
		if !b.isRequest(line) {
			continue
		}
		f.Kind, f.Index = Wrote, int32(len(b.h.lines))
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
			f.Index = b.hashtagIndex(name)
			b.add(f)
		}
	}
}

// Hashtag is the one that somebody gave the change or took off.
func (h *History) Hashtag(f *Fact) string { return h.hashtags[f.Index] }

func (b *builder) hashtagIndex(name string) int32 {
	i := slices.Index(b.h.hashtags, name)
	if i < 0 {
		i = len(b.h.hashtags)
		b.h.hashtags = append(b.h.hashtags, name)
	}
	return int32(i)
}

// hashtags adds those that no message mentions. Gerrit writes a message for the hashtags of the first
// push, but none for those of a later one: these are the owner's, since the first upload that can have
// brought them. The hashtags that the change has now are right.
func (b *builder) hashtags(c Change) {
	for _, name := range slices.Sorted(slices.Values(c.Hashtags)) {
		b.hashtagIndex(name)
	}
	for i, name := range b.h.hashtags {
		on, last := false, -1 // the newest fact about it
		pushed := b.uploadedAfter(c.Created.Unix())
		for n := range b.h.Facts {
			f := &b.h.Facts[n]
			if f.Kind != HashtagOn && f.Kind != HashtagOff || int(f.Index) != i {
				continue
			}
			if f.Kind == HashtagOff && !on {
				if pushed > f.At {
					pushed = c.Created.Unix()
				}
				b.add(Fact{At: pushed, Kind: HashtagOn, By: b.h.Owner, Who: Nobody, PatchSet: afterAll, Index: int32(i)})
			}
			on, last = f.Kind == HashtagOn, n
			pushed = b.uploadedAfter(f.At)
		}
		switch has := slices.Contains(c.Hashtags, name); {
		case has && !on:
			b.add(Fact{At: pushed, Kind: HashtagOn, By: b.h.Owner, Who: Nobody, PatchSet: afterAll, Index: int32(i)})
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

// mayRequest says whether a fact is of the team or the owner, and not of a bot.
func (v *View) mayRequest(f *Fact) bool {
	return f.By != Nobody && !f.Bot && (v.people[f.By].team || f.By == v.Change.Owner)
}

func (v *View) hashtag(f *Fact) {
	name := v.Change.Hashtag(f)
	if !v.policy.Requests.has(name) {
		return
	}
	if f.Kind == HashtagOff {
		v.tagged = request{by: Nobody}
	} else if v.mayRequest(f) {
		v.tagged = request{by: f.By, at: f.At, hashtag: name}
	}
}

func (v *View) wrote(f *Fact) {
	if v.mayRequest(f) && v.policy.Requests.Line != nil && v.policy.Requests.Line.MatchString(v.Change.lines[f.Index]) {
		v.written = request{by: f.By, at: f.At}
	}
}

// request is the newest that stands.
func (v *View) request() request {
	if v.written.by != Nobody && (v.tagged.by == Nobody || v.written.at > v.tagged.at) {
		return v.written
	}
	return v.tagged
}

// Request is the request for one more review that stands; its By is empty if there is none.
func (v *View) Request() Request {
	r := v.request()
	if r.by == Nobody {
		return Request{}
	}
	return Request{By: v.name(r.by), At: utc(r.at), Hashtag: r.hashtag, Votes: v.Required()}
}

// requests says whether a fact is a request that stands.
func (v *View) requests(f *Fact) bool {
	is := func(r request) bool { return r.by != Nobody && r.by == f.By && r.at == f.At }
	return f.Kind == HashtagOn && is(v.tagged) || f.Kind == Wrote && is(v.written)
}

// Required is how many votes of the team the change needs.
func (v *View) Required() int {
	if v.request().by == Nobody {
		return v.policy.Review.Required
	}
	return v.policy.Review.Required + 1
}

// weAsked: a review that we asked for is expected as if a team member had asked for it, until we ask
// another person.
func (v *View) weAsked(f *Fact) {
	for i := range v.people {
		if p := &v.people[i]; p.askBy == v.Change.Self && p.askBy != Nobody {
			p.askNoMore()
		}
	}
	v.people[f.Who].ask(f)
}
