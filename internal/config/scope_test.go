package config

import (
	"slices"
	"strings"
	"testing"

	"reviewsync/mapping"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
)

// What is followed is what the boards count, and what tags and comments are for besides.
func TestRepositoriesThatAreFollowed(t *testing.T) {
	secrets(t)
	counting := strings.Replace(small, "    team: cpt\n", "    team: cpt\n    count: {repositories: [\"mediawiki/*\"]}\n", 1)
	const (
		tag       = "tags: [{tag: \"#patch\", when: open-change, repositories: [\"labs/*\"]}]\n"
		plain     = "tags: [{tag: \"#patch\", when: open-change}]\ncomments: {merged: true}\n"
		commented = "comments: {merged: true, repositories: [ops/puppet, \"labs/*\"]}\n"
	)
	for _, c := range []struct {
		name, text string
		want       []string
		follows    bool // labs/tools
	}{
		{"a board that counts all", small, nil, true},
		{"a board that counts all, and a tag of some", small + tag, nil, true},
		{"a board that counts some", counting, []string{"mediawiki/*"}, false},
		{"the scope of the boards", counting + plain, []string{"mediawiki/*"}, false},
		{"a tag of more", counting + tag, []string{"labs/*", "mediawiki/*"}, true},
		{"comments and a tag of more", counting + tag + commented, []string{"labs/*", "mediawiki/*", "ops/puppet"}, true},
	} {
		cfg := parse(t, c.text)
		if got := cfg.Repositories(); !slices.Equal(got, c.want) {
			t.Errorf("%s: it follows %q, want %q", c.name, got, c.want)
		}
		if got := cfg.Follows("labs/tools"); got != c.follows {
			t.Errorf("%s: it follows labs/tools: %v, want %v", c.name, got, c.follows)
		}
	}
	if c := parse(t, counting+commented); !slices.Equal(c.CommentRepositories, []string{"ops/puppet", "labs/*"}) || len(c.Comments) != 1 {
		t.Errorf("comments %v in %q", c.Comments, c.CommentRepositories)
	}
	if c := parse(t, counting+"comments: {repositories: core}\n"); len(c.Warnings) == 0 || !strings.Contains(c.Warnings[0], "comments.repositories is for no comment") {
		t.Errorf("warnings %q", c.Warnings)
	}
}

// A board names the repositories that it counts or, where it counts all, those that it names elsewhere.
func TestRepositoriesOfABoard(t *testing.T) {
	b := &Board{
		Board: mapping.Board{
			Adopt:  mapping.Adopt{Repositories: []string{"a"}},
			Rules:  []mapping.Rule{{Target: mapping.To("Done"), When: mapping.When{Repositories: []string{"labs/*", "a"}}}},
			Policy: review.Policy{Deployed: []review.Deployment{{Repositories: []string{"ops/*"}}}},
		},
		Ask: &ask.Rules{Pools: []ask.Pool{{Repositories: []string{"sql"}}}},
	}
	if got, want := b.Repositories(), []string{"a", "labs/*", "ops/*", "sql"}; !slices.Equal(got, want) {
		t.Errorf("it names %q, want %q", got, want)
	}
	b.Count.Repositories = []string{"mediawiki/*"}
	if got := b.Repositories(); !slices.Equal(got, b.Count.Repositories) {
		t.Errorf("it names %q, want what it counts", got)
	}
}
