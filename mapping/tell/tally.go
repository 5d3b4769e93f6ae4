package tell

import (
	"fmt"
	"strings"

	"reviewsync/mapping"
)

// Tally says what a sweep saw. moved is the word for the cards that the rules move: they "would move",
// or have "moved".
func Tally(t mapping.Tally, moved string) string {
	cards, groups := 0, []group{{mapping.Move, "", moved}}
	groups = append(groups, standing...)
	var parts []string
	for _, g := range groups {
		if n := g.count(t); n > 0 {
			cards += n
			parts = append(parts, fmt.Sprintf("%d %s", n, g.words))
		}
	}
	text := fmt.Sprintf("%s, %d %s; %s", Counted(t.Open, "open change"), t.Counted, Plural(t.Counted, "counts", "count"), Counted(cards, "card"))
	if cards > 0 {
		text += ": " + strings.Join(parts, ", ")
	}
	return text
}

// group is cards that are counted together.
type group struct {
	verdict mapping.Verdict
	code    mapping.WhyCode // empty: every one of the verdict
	words   string
}

func (g group) count(t mapping.Tally) int {
	if g.code != "" {
		return t.Cards[g.code]
	}
	return t.Of(g.verdict)
}

// standing are the cards that stay where they are, in the order in which they are listed.
var standing = []group{
	{mapping.Unread, "", "to be looked at"},
	{mapping.Unlooked, "", "waiting for a look at branches"},
	{mapping.There, "", "in place"},
	{mapping.Held, mapping.WhyHeld, "held by people"},
	{mapping.Held, mapping.WhyBeforeStart, "held by the start"},
	{mapping.Known, "", "left as they were settled"},
	{mapping.Stays, mapping.WhyStayRule, "kept by a rule"},
	{mapping.Stays, mapping.WhyNoRule, "without a rule"},
	{mapping.Peoples, "", "in people's columns"},
	{mapping.Closed, "", "closed"},
	{mapping.NoChange, "", "without a change that counts"},
	{mapping.Off, "", "off the board"},
	{mapping.Fault, "", "that cannot be moved"},
}
