package gerrit_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"reviewsync/gerrit"
	"reviewsync/mapping/review"
)

var randomMessages = flag.Int("footers", 30, "so many random commit messages are sent to the real Gerrit by TestFooters")

// Messages that people wrote, more or less, and what parsers differ on.
var footerMessages = []string{
	"Fix\n\nBody.\n\nBug: T5\nDepends-on I9aeb\nChange-Id: ID",
	"Fix\n\nReason for revert: it broke\nBug: T5\nChange-Id: ID",
	"Fix\n\nAs said.[1]\n\n---\n[1] https://example.org\n\nBug: T5\nChange-Id: ID",
	"Fix\n\nBug: T5\n\nChange-Id: ID",
	"Fix\n\nBug: T5\n---\nBug: T6\nChange-Id: ID",
	"Fix\n\nbug: T5\nBUG: T6\nBug:T7\nBug : T8\n Bug: T9\nChange-Id: ID",
	"Fix\n\nBug: T5,\n T6\nBug:\n  T7\nBug: T8,\n\tT9\nChange-Id: ID",
	"Fix\nBug: T5\nChange-Id: ID",
	"Fix\n Bug: T5\nChange-Id: ID",
	"Bug: T5\n\nChange-Id: ID",
	"Fix\r\n\r\nBug: T5\r\n\r\nChange-Id: ID\r\n",
	"Fix\n\nBug: T5\n   \nChange-Id: ID",
	"Fix\n\nMy_Key: x\nBüg: T6\n# Bug: T7\n> Bug: T8\nBug: T5\nChange-Id: ID",
	"Fix\n\nBug: T5\nChange-Id: ID\n(cherry picked from commit 0123456789012345678901234567890123456789)\n\nBug: T6\n",
	"Fix\n\nChange-Id: ID\nBug: T5\n\n\n \n",
}

// randomFooters puts together a message out of what may stand around footers.
func randomFooters(r *rand.Rand) string {
	pieces := []string{
		"", "", " ", "text", "more: text", "---", "# note", "My_Key: x", "Büg: T1", "Bug:", ":", ": T2", " T3", "  Bug: T4", "\tT5", "Bug : T6",
		"Bug: T1", "Bug: T2", "Bug: T3", "bug:T4", "BUG:   T5 ", "Bug: T6, T7", "Bug: T8\r", "Signed-off-by: A <a@example.org>", "Reason for revert: none",
	}
	lines := []string{"Subject"}
	for range r.IntN(10) {
		lines = append(lines, pieces[r.IntN(len(pieces))])
	}
	if r.IntN(2) == 0 {
		lines = slices.Insert(lines, 1+r.IntN(len(lines)), "Change-Id: ID")
	}
	return strings.Join(lines, "\n") + []string{"", "\n", "\n\n", " ", "\n \n"}[r.IntN(5)]
}

// TestFooters: what a commit message has as footers is what Gerrit's index says, by the
// operator footer and by the ids that it tracks.
func TestFooters(t *testing.T) {
	g, _ := realServer(t).(*realGerrit)
	project := g.projects.plain + "-footers"
	ok(t, g.setUpProject(project))
	ok(t, g.admin("PUT", "/projects/"+url.PathEscape(project)+"/config", map[string]string{"require_change_id": "FALSE"}, nil))
	c := clientOf(t, g, sync)

	messages := slices.Clone(footerMessages)
	for random := rand.New(rand.NewPCG(1, uint64(*randomMessages))); len(messages) < len(footerMessages)+*randomMessages; {
		messages = append(messages, randomFooters(random))
	}
	number := g.pushMessages(t, c, project, messages)

	trailers := map[string][]int{} // numbers of the changes by "Key: value", in lower case
	ids := map[int][]string{}
	for i, n := range number {
		for _, f := range review.Trailers(messages[i]) {
			text := strings.ToLower(f.Key + ": " + f.Value)
			trailers[text] = append(trailers[text], n)
			if strings.EqualFold(f.Key, "Bug") {
				ids[n] = append(ids[n], regexp.MustCompile(`T\d+`).FindAllString(f.Value, -1)...)
			}
		}
	}
	for id := range 10 {
		text := fmt.Sprintf("bug: t%d", id)
		found := map[int]bool{}
		ok(t, c.Each(t.Context(), fmt.Sprintf("project:%s footer:%s", gerrit.Quote(project), gerrit.Quote(text)), 500, func(rows []gerrit.Row) error {
			for _, r := range rows {
				found[r.Number] = true
			}
			return nil
		}))
		for i, n := range number {
			if ours := slices.Contains(trailers[text], n); ours != found[n] {
				t.Errorf("footer:%q finds change %d: %t, we: %t\n%q", text, n, found[n], ours, messages[i])
			}
		}
	}
	for i, n := range number {
		var change struct {
			TrackingIDs []struct{ ID, System string } `json:"tracking_ids"`
		}
		ok(t, g.admin("GET", fmt.Sprintf("/changes/%s~%d?o=TRACKING_IDS", url.PathEscape(project), n), nil, &change))
		var tracked []string
		for _, id := range change.TrackingIDs {
			tracked = append(tracked, id.ID)
		}
		theirs, ours := slices.Sorted(slices.Values(tracked)), slices.Sorted(slices.Values(ids[n]))
		if theirs, ours = slices.Compact(theirs), slices.Compact(ours); !slices.Equal(theirs, ours) {
			t.Errorf("Gerrit tracks %v, we %v\n%q", theirs, ours, messages[i])
		}
	}
}

// pushMessages pushes a chain of commits with these messages, and returns the numbers of
// their changes.
func (g *realGerrit) pushMessages(t *testing.T, c *gerrit.Client, project string, messages []string) []int {
	t.Helper()
	g.alone.Lock()
	defer g.alone.Unlock()
	tip, err := g.tip(project, "master")
	ok(t, err)
	var stream strings.Builder
	for i, m := range messages {
		if !slices.Contains(review.Trailers(m), review.Trailer{Key: "Change-Id", Value: "ID"}) {
			m = strings.Replace(m, "Change-Id", "Other-Id", 1) // Gerrit refuses one that is no footer, or goes on
		}
		m = strings.ReplaceAll(m, "ID", fmt.Sprintf("I%x%036x", 0xf007, i))
		from := tip
		if i > 0 {
			from = fmt.Sprintf(":%d", i)
		}
		fmt.Fprintf(&stream, "commit refs/footers\nmark :%d\ncommitter %s <%s@example.org> 1700000000 +0000\ndata %d\n%s\nfrom %s\nM 100644 inline f.txt\ndata %d\n%d\n", i+1, vol, vol, len(m), m, from, len(fmt.Sprint(i)), i)
	}
	_, err = g.git.run(nil, stream.String(), "fast-import", "--quiet", "--force")
	ok(t, err)
	ok(t, g.send(vol, project, "refs/footers", "refs/for/master"))
	shas, err := g.git.run(nil, "", "rev-list", "--reverse", tip+"..refs/footers")
	ok(t, err)
	var numbers []int
	for sha := range strings.FieldsSeq(shas) {
		rows, _, err := c.Query(t.Context(), "commit:"+sha, 2)
		ok(t, err)
		if len(rows) != 1 {
			t.Fatalf("%d changes have commit %s", len(rows), sha)
		}
		numbers = append(numbers, rows[0].Number)
	}
	return numbers
}
