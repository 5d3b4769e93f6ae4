package service

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
)

// A line that asks for a second review is found at the end of long texts, too.
func TestLinesInLongTexts(t *testing.T) {
	const line = "\n\nSecond review please"
	short, long := strings.Repeat("A word on it. ", 80), strings.Repeat("A word on it.\n", 600)
	for name, in := range map[string]gerrittest.ReviewInput{
		"a comment on a patch set": {Comments: []gerrittest.CommentInput{{Path: gerrittest.PatchSetLevel, Text: short + line}}},
		"a comment on a line":      {Comments: []gerrittest.CommentInput{{Path: "a.txt", Line: 1, Text: long + line + "\n\n" + long}}},
		"a message":                {Message: long + line},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.asking(review.Requests{Line: regexp.MustCompile(`(?i)^second review please`)}, ask.Rules{Cap: 3})
				task := w.Task(external, "In Progress")
				w.run()
				w.Wait(time.Minute)
				change := w.Push("vol1", core, task)
				w.Vote("alice", change, 1)
				w.Wait(within)
				w.Want(task, external, "Review Completed")
				_, err := w.Gerrit.Review("alice", change, in)
				w.OK(err)
				w.Wait(within)
				w.Want(task, external, "Review Needed")
				w.wantAsked(change, "bob")
			})
		})
	}
}
