package main

import (
	"slices"
	"strings"
	"testing"
)

// What check says of columns that people changed.
func TestCheckOfChangedColumns(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(c *checked)
		says    []string
	}{
		"renamed, and one of the name made": {func(c *checked) {
			c.phab.RenameColumn("code-reviews", "Done", "Done in November")
			c.phab.AddColumns("code-reviews", "Done")
		}, []string{`ok    board #code-reviews: has the columns "Done", "In Progress", "Inbox", "Review Needed"`}},
		"hidden, and one of the name made": {func(c *checked) {
			c.phab.HideColumn("code-reviews", "Done", true)
			c.phab.AddColumns("code-reviews", "Done")
		}, []string{`ok    board #code-reviews: has the columns "Done", "In Progress", "Inbox", "Review Needed"`}},
		"swapped": {func(c *checked) {
			c.phab.RenameColumn("code-reviews", "Done", "for now")
			c.phab.RenameColumn("code-reviews", "Inbox", "Done")
			c.phab.RenameColumn("code-reviews", "for now", "Inbox")
		}, []string{`ok    board #code-reviews: has the columns "Done", "In Progress", "Inbox", "Review Needed"`}},
		"renamed to the name of another": {func(c *checked) {
			c.phab.RenameColumn("code-reviews", "Done", "Old")
			c.phab.RenameColumn("code-reviews", "Inbox", "Done")
		}, []string{
			`fail  board #code-reviews: the column that was called "Inbox" is now called "Done", which the config names too; no card is moved there: make "Inbox" again, or change the rules (FILE:11)`,
			`ok    board #code-reviews: has the columns "Done", "In Progress", "Review Needed"`,
		}},
		"renamed and hidden": {func(c *checked) {
			c.phab.RenameColumn("code-reviews", "Done", "Old")
			c.phab.HideColumn("code-reviews", "Old", true)
		}, []string{
			`fail  board #code-reviews: column "Done" is hidden, and called "Old" now; no card is moved there: show it, or change the rules (FILE:18)`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newChecked(t)
			for _, column := range []string{"Done", "Inbox", "In Progress", "Review Needed"} {
				w.bind(column)
			}
			c.happens(w)
			lines, _ := w.run()
			lines = slices.DeleteFunc(lines, func(l string) bool { return !strings.Contains(l, "column") })
			for _, want := range c.says {
				if !slices.Contains(lines, want) {
					t.Errorf("it does not say %q but %q", want, lines)
				}
			}
		})
	}
}
