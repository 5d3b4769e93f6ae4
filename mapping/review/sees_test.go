package review_test

import (
	"testing"

	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
)

func TestSees(t *testing.T) {
	for _, tc := range []struct {
		name  string
		count review.Count
		owner string
		want  bool
	}{
		{"everything", review.Count{}, "vol1", true},
		{"everything but bots", review.Count{}, "build-bot", false},
		{"team: a member", review.Count{Owners: []string{"team"}}, "alice", true},
		{"team: an outsider", review.Count{Owners: []string{"team"}}, "vol1", false},
		{"outsiders: a member", review.Count{Owners: []string{"outsiders"}}, "alice", false},
		{"outsiders: an outsider", review.Count{Owners: []string{"outsiders"}}, "vol1", true},
		{"outsiders: a bot", review.Count{Owners: []string{"outsiders"}}, "build-bot", false},
		{"a bot by name", review.Count{Owners: []string{"build-bot"}}, "build-bot", true},
		{"team or one by name: that one", review.Count{Owners: []string{"team", "vol1"}}, "vol1", true},
		{"team or one by name: another", review.Count{Owners: []string{"team", "vol1"}}, "vol2", false},
		{"repository", review.Count{Repositories: []string{"mediawiki/*"}}, "vol1", true},
		{"another repository", review.Count{Repositories: []string{"labs/*"}}, "vol1", false},
		{"branch", review.Count{Branches: []string{"wmf/*", "master"}}, "vol1", true},
		{"another branch", review.Count{Branches: []string{"wmf/*"}}, "vol1", false},
		{"owner, but not repository", review.Count{Owners: []string{"vol1"}, Repositories: []string{"labs/*"}}, "vol1", false},
	} {
		p := &review.Policy{Team: reviewtest.Team, Count: tc.count}
		c := reviewtest.New().Push(at(9, 0), 1, tc.owner, "mediawiki/core", nil, false)
		if got := p.Sees(review.Reader{}.Read(c.Get())); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
	p := &review.Policy{Team: []string{""}, Count: review.Count{Owners: []string{"team", ""}}}
	h := review.Reader{}.Read(review.Change{Owner: review.Account{ID: 5, Name: "Without a user name"}})
	if p.Sees(h) {
		t.Error("somebody without a user name is in the team")
	}
}
