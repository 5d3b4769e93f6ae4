package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reviewsync/mapping"
)

// cards is a configuration whose board has no rule about reviews.
const cards = `gerrit: {url: https://gerrit.example.org/r, user: reviewsync}
phabricator: {url: https://phabricator.example.org}
teams: {cpt: {members: [alice, bob]}}
boards:
  - board: "#wikidata-campsite-iteration-∞"
    from: [Test (Verification)]
    rules:
      - {to: Done, when: {status: resolved}}
      - {to: Doing, when: {tags: ["#sprint-1", sprint-2], status: [open, stalled]}}
      - {untag: true, when: {tags: "#theirs"}}
tags:
  - {tag: patch-for-review, when: open-change}
  - {tag: "#has-patch", when: open-change}
`

func TestRulesWithoutReview(t *testing.T) {
	secrets(t)
	c := parse(t, cards)
	if len(c.Warnings) > 0 {
		t.Errorf("warnings: %q", c.Warnings)
	}
	b := c.Boards[0]
	if b.Tag != "#wikidata-campsite-iteration-∞" || b.Team != nil || b.TeamName != "" || !b.WithoutReview() {
		t.Errorf("the board is %+v", b)
	}
	rules := []mapping.Rule{
		{Target: mapping.To("Done"), When: mapping.When{Status: []string{"resolved"}}, Line: 8},
		{Target: mapping.To("Doing"), When: mapping.When{Tags: []string{"#sprint-1", "#sprint-2"}, Status: []string{"open", "stalled"}}, Line: 9},
		{Target: mapping.Target{Kind: mapping.Untag}, When: mapping.When{Tags: []string{"#theirs"}}, Line: 10},
	}
	if d := cmp.Diff(rules, b.Rules); d != "" {
		t.Errorf("rules (-want +got)\n%s", d)
	}
	if d := cmp.Diff([]Tag{{Tag: "#patch-for-review", Line: 12}, {Tag: "#has-patch", Line: 13}}, c.Tags); d != "" {
		t.Errorf("tags (-want +got)\n%s", d)
	}
}

// Tags and status may stand beside reviews; a rule after them can still match.
func TestRulesWithReviewTagsAndStatus(t *testing.T) {
	secrets(t)
	c := parse(t, strings.Replace(small, "      - {to:", `      - {to: Urgent, when: {review: review-needed, tags: "#urgent"}}
      - {to: Old, when: {review: review-needed, status: stalled}}
      - {to:`, 1))
	if len(c.Warnings) > 0 || len(c.Boards[0].Rules) != 4 {
		t.Errorf("warnings %q, rules %+v", c.Warnings, c.Boards[0].Rules)
	}
}

func TestMistakesInRulesWithoutReview(t *testing.T) {
	for _, c := range []struct{ old, with, want string }{
		{"status: resolved", "status: []", "8: boards[0].rules[0].when.status: an empty list; name at least one or take the key out"},
		{`tags: "#theirs"`, `tags: []`, "10: boards[0].rules[2].when.tags: an empty list; name at least one or take the key out"},
		{`tags: "#theirs"`, `tags: "#th eirs"`, "10: boards[0].rules[2].when.tags: \"#th eirs\" is no hashtag; if several are meant, write a list with a comma between them, such as [\"#a\", \"#b\"]"},
		{`tags: "#theirs"`, `tags: "#theirs", tag: x`, "10: boards[0].rules[2].when.tag: unknown key; did you mean tags?"},
		{"untag: true", "untag: false", "10: boards[0].rules[2].untag: false says nothing; write untag: true, or to: COLUMN instead"},
		{"untag: true", "untag: true, to: Done", "10: boards[0].rules[2]: more than one of to, stay and untag; keep the one that is meant"},
		{`tags: "#theirs"`, `tags: "#theirs", status: resolved`, "10: boards[0].rules[2]: can never match: the rule on line 8 takes all of its cards; take this rule out or put it before"},
		{`tags: "#theirs"`, `tags: "#theirs", review: merged`, "5: boards[0].team: missing; name the team whose votes count, as teams defines it"},
		{`tags: "#theirs"`, `tags: "#sprint-1", status: open`, "10: boards[0].rules[2]: can never match: the rule on line 9 takes all of its cards; take this rule out or put it before"},
		{"when: open-change}\n  - {tag: \"#has", "when: merged}\n  - {tag: \"#has", "12: tags[0].when: merged is no condition for a tag; write open-change"},
		{"tag: patch-for-review, ", "", "12: tags[0].tag: missing; write the hashtag in quotes: \"#NAME\""},
		{"patch-for-review, when: open-change", "patch-for-review", "12: tags[0].when: missing; say when tasks have it: open-change"},
		{"when: open-change}\n  - {tag: \"#has", "when: open-change, repositories: []}\n  - {tag: \"#has", "12: tags[0].repositories: an empty list; name at least one or take the key out"},
		{"when: open-change}\n  - {tag: \"#has", "when: open-change, repositories: ^labs/.*}\n  - {tag: \"#has", "12: tags[0].repositories: \"^labs/.*\" looks like a regular expression; write a pattern in which * stands for any text without a slash"},
		{`"#has-patch"`, `"#Patch-for-Review"`, "13: tags[1]: tag #Patch-for-Review is there twice, first on line 12; keep one"},
		{`"#has-patch"`, `"#Wikidata-campsite-iteration-∞"`, "13: tags: #Wikidata-campsite-iteration-∞ is a board too; use adopt and untag there"},
	} {
		secrets(t)
		if !strings.Contains(cards, c.old) {
			t.Errorf("%q is not in the configuration", c.old)
		}
		_, err := Parse("a.yaml", []byte(strings.Replace(cards, c.old, c.with, 1)))
		if got := fmt.Sprint(err); got != "a.yaml:"+c.want {
			t.Errorf("%s -> %s:\n got %s\nwant a.yaml:%s", c.old, c.with, got, c.want)
		}
	}
}

func TestEachTargetIsRead(t *testing.T) {
	secrets(t)
	for _, kind := range mapping.TargetKinds() {
		want, value := mapping.Target{Kind: kind}, "true"
		if kind == mapping.ToColumn {
			want, value = mapping.To("Done"), "Done"
		}
		if rule := parse(t, strings.Replace(cards, "to: Done", string(kind)+": "+value, 1)).Boards[0].Rules[0]; rule.Target != want {
			t.Errorf("%s: %s is read as %+v", kind, value, rule.Target)
		}
	}
}
