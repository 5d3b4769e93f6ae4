package tell

import (
	"fmt"
	"strings"
	"testing"

	"reviewsync/mapping/ask"
)

// TestAsk tells every decision on asking, and what is posted of it.
func TestAsk(t *testing.T) {
	var list []struct {
		Name     string
		Decision ask.Decision
	}
	read(t, "ask/decisions.json", &list)
	var b strings.Builder
	for _, c := range list {
		fmt.Fprintf(&b, "%s:\n\t%s\n", c.Name, Ask(c.Decision))
		for _, p := range c.Decision.People {
			text := AskPerson(c.Decision, p)
			if strings.HasSuffix(text, " ") {
				t.Errorf("%s: nothing is told of %s", c.Name, p.Barred.By)
			}
			fmt.Fprintf(&b, "\t- %s\n", text)
		}
		if text := AskMessage(c.Decision); text != "" {
			fmt.Fprintf(&b, "\t\t%s\n", strings.ReplaceAll(text, "\n", "\n\t\t"))
		}
		if strings.HasSuffix(Ask(c.Decision), " ") {
			t.Errorf("%s: nothing is told of %s", c.Name, c.Decision.Why.Code)
		}
	}
	isGolden(t, "ask.txt", b.String())
}
