package mapping_test

import (
	"testing"
	"time"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
)

func TestScope(t *testing.T) {
	const core, labs = "mediawiki/core", "labs/tools"
	all := Followed{Policy: &review.Policy{Team: reviewtest.Team}}
	ofTeam := Followed{Policy: &review.Policy{Team: reviewtest.Team, Count: review.Count{Owners: []string{"team"}}}}
	outsiders := Followed{
		Policy:       &review.Policy{Team: reviewtest.Team, Count: review.Count{Owners: []string{"outsiders"}, Repositories: []string{"mediawiki/*"}, Branches: []string{"master"}}},
		Repositories: []string{"mediawiki/*"},
	}
	for _, tc := range []struct {
		name              string
		scope             Scope
		project           string
		owner             string
		covers, mayCovers bool
	}{
		{"nothing said", Scope{}, labs, "vol1", true, true},
		{"counted", Scope{Boards: []Followed{outsiders}}, core, "vol1", true, true},
		{"not counted, in a repository that is named", Scope{Boards: []Followed{outsiders}}, core, "alice", true, true},
		{"by a bot, in a repository that is named", Scope{Boards: []Followed{outsiders}}, core, "build-bot", true, true},
		{"elsewhere", Scope{Boards: []Followed{outsiders}}, labs, "vol1", false, false},
		{"counted by another board", Scope{Boards: []Followed{outsiders, ofTeam}}, labs, "alice", true, true},
		{"counted by no board, where one counts all repositories", Scope{Boards: []Followed{outsiders, ofTeam}}, labs, "vol1", false, true},
		{"of a board that counts all", Scope{Boards: []Followed{all}}, labs, "vol1", true, true},
		{"of a board that counts all, by a bot", Scope{Boards: []Followed{all}}, labs, "build-bot", false, true},
		{"of its own", Scope{Repositories: []string{"labs/*"}, Boards: []Followed{outsiders}}, labs, "build-bot", true, true},
		{"not of its own", Scope{Repositories: []string{"labs/*"}, Boards: []Followed{outsiders}}, core, "vol1", false, false},
		{"every repository", Scope{Repositories: []string{"*", "*/*"}}, "mediawiki/extensions/Foo", "vol1", true, true},
	} {
		h := review.Reader{}.Read(reviewtest.New().Push(at(9, 0, 0), 1, tc.owner, tc.project, nil, false).Get())
		if got := tc.scope.Covers(h); got != tc.covers {
			t.Errorf("%s: covers it %v, want %v", tc.name, got, tc.covers)
		}
		if got := tc.scope.MayCover(tc.project); got != tc.mayCovers {
			t.Errorf("%s: may cover it %v, want %v", tc.name, got, tc.mayCovers)
		}
		if got := len(tc.scope.Of([]*review.History{h})) == 1; got != tc.covers {
			t.Errorf("%s: of one change it has it %v, want %v", tc.name, got, tc.covers)
		}
	}
}

// What was said before the configuration had a repository followed moves no card; what is said later does.
func TestWhatWasSaidBeforeARepositoryWasFollowed(t *testing.T) {
	for name, c := range map[string]struct {
		followed int64 // seconds after the newest word
		want     Verdict
	}{"before the last word": {-1, Move}, "with it": {0, Known}, "later": {60, Known}} {
		q := minusOne()
		q.Card.Settled = Settlement{}
		newest := q.Changes[0].Newest(func(*review.Fact) bool { return true })
		q.Changes[0].FollowedSince(time.Unix(newest+c.followed, 0))
		if d := Decide(q); d.Verdict != c.want {
			t.Errorf("%s: verdict %s, want %s: %s", name, d.Verdict, c.want, inWords(d))
		}
	}
}
