package review_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
)

// hashtagFacts are those of a change about hashtags, for people.
func hashtagFacts(h *review.History) (list []string) {
	for _, f := range h.Facts {
		switch f.Kind {
		case review.HashtagOn:
			list = append(list, fmt.Sprintf("%s +%s %s", time.Unix(f.At, 0).UTC().Format("15:04"), h.Hashtag(&f), h.People[f.By]))
		case review.HashtagOff:
			list = append(list, fmt.Sprintf("%s -%s %s", time.Unix(f.At, 0).UTC().Format("15:04"), h.Hashtag(&f), h.People[f.By]))
		}
	}
	return list
}

func TestHashtagFacts(t *testing.T) {
	say := func(hour int, text string) func(c *reviewtest.Change) {
		return func(c *reviewtest.Change) {
			c.Say(at(hour, 0), "alice", reviewtest.GerritTag+"setHashtag", c.Current(), text)
		}
	}
	upload := func(hour int) func(c *reviewtest.Change) {
		return func(c *reviewtest.Change) { c.Upload(at(hour, 0), "vol2", "TRIVIAL_REBASE", []int{1}, nil) }
	}
	for name, tt := range map[string]struct {
		do   []func(c *reviewtest.Change)
		now  []string
		want string
	}{
		"none":                      {nil, nil, ""},
		"one":                       {[]func(*reviewtest.Change){say(10, "Hashtag added: a")}, []string{"a"}, "10:00 +a alice"},
		"two":                       {[]func(*reviewtest.Change){say(10, "Hashtags added: a, b c")}, []string{"b c", "a"}, "10:00 +a alice, 10:00 +b c alice"},
		"one for another":           {[]func(*reviewtest.Change){say(10, "Hashtag added: a"), say(11, "Hashtag added: b\nHashtag removed: a")}, []string{"b"}, "10:00 +a alice, 11:00 +b alice, 11:00 -a alice"},
		"two removed":               {[]func(*reviewtest.Change){say(10, "Hashtags added: a, b"), say(11, "Hashtags removed: a, b")}, nil, "10:00 +a alice, 10:00 +b alice, 11:00 -a alice, 11:00 -b alice"},
		"with the push":             {nil, []string{"a"}, "09:00 +a vol1"},
		"with a later push":         {[]func(*reviewtest.Change){upload(11), upload(12)}, []string{"a"}, "11:00 +a vol1"},
		"with the push, removed":    {[]func(*reviewtest.Change){say(10, "Hashtag removed: a")}, nil, "09:00 +a vol1, 10:00 -a alice"},
		"again with a later push":   {[]func(*reviewtest.Change){say(10, "Hashtag removed: a"), upload(11), upload(12)}, []string{"a"}, "09:00 +a vol1, 10:00 -a alice, 11:00 +a vol1"},
		"again, nobody knows how":   {[]func(*reviewtest.Change){say(10, "Hashtag removed: a")}, []string{"a"}, "09:00 +a vol1, 10:00 -a alice, 10:00 +a vol1"},
		"gone, nobody knows how":    {[]func(*reviewtest.Change){say(10, "Hashtag added: a")}, nil, ""},
		"added twice, gone":         {[]func(*reviewtest.Change){say(10, "Hashtag added: a"), say(11, "Hashtag removed: a"), say(12, "Hashtag added: a")}, nil, "10:00 +a alice, 11:00 -a alice"},
		"a text that means nothing": {[]func(*reviewtest.Change){say(10, "Hashtag changed: a"), say(10, "Hashtags added"), say(10, "")}, nil, ""},
		"a colon in it":             {[]func(*reviewtest.Change){say(10, "Hashtag added: a: b")}, []string{"a: b"}, "10:00 +a: b alice"},
	} {
		c := played(func(*reviewtest.Change) {})
		for _, do := range tt.do {
			do(c)
		}
		c.Hashtags = tt.now
		if got := strings.Join(hashtagFacts(review.Reader{}.Read(c.Get())), ", "); got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, tt.want)
		}
	}
}
