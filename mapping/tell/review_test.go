package tell

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reviewsync/internal/golden"
	"reviewsync/mapping/review"
)

// read takes in a golden file of another package, such as "review/why.json".
func read(t *testing.T, name string, value any) {
	t.Helper()
	of, name := filepath.Split(name)
	text, err := os.ReadFile(filepath.Join("..", of, "testdata", name))
	if err == nil {
		err = json.Unmarshal(text, value)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// isGolden compares sentences with those in a file.
func isGolden(t *testing.T, name, got string) {
	t.Helper()
	golden.Is(t, filepath.Join("testdata", name), got)
}

// TestWhy tells every state for every reason, what stands, and what would make it another.
func TestWhy(t *testing.T) {
	var list []struct {
		Name     string
		Why      review.Why
		Standing []review.Stand
		Again    review.Act
		Acts     []review.Act
	}
	read(t, "review/why.json", &list)
	teller := Teller{Board: "#board", Now: time.Date(2026, 12, 7, 20, 0, 0, 0, time.UTC)}
	var b strings.Builder
	for _, c := range list {
		fmt.Fprintf(&b, "%s: %s\n\t%s\n", c.Name, c.Why.State, teller.Why(c.Why))
		for _, s := range c.Standing {
			fmt.Fprintf(&b, "\t- %s\n", teller.Standing(s))
		}
		if again := Act(c.Again, "Bug", 1); again != "" {
			fmt.Fprintf(&b, "\tagain: %s\n", again)
		}
		for _, a := range c.Acts {
			text := Act(a, "Bug", 1)
			if text == "" {
				t.Errorf("%s: nothing is told of %s", c.Name, a.Code)
			}
			fmt.Fprintf(&b, "\t%s: %s\n", a.State, text)
		}
	}
	isGolden(t, "why.txt", b.String())
}

// TestStory tells a time line.
func TestStory(t *testing.T) {
	var line review.Timeline
	read(t, "review/timeline.json", &line)
	var b strings.Builder
	for _, f := range Story(line, 1, time.Date(2026, 12, 8, 0, 0, 0, 0, time.UTC)) {
		fmt.Fprintf(&b, "%s %s", f.At.Format("Mon 15:04"), f.Text)
		if f.Decides {
			b.WriteString(" (decides)")
		}
		b.WriteString("\n")
	}
	isGolden(t, "story.txt", b.String())
}

// TestDate: the nearer, the shorter.
func TestDate(t *testing.T) {
	now := time.Date(2026, 12, 7, 20, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time]string{
		{}: "unknown", now.Add(-6*24*time.Hour + time.Second): "Tue 20:00", now.AddDate(0, 0, -6): "Dec 1 20:00",
		now.AddDate(0, 0, -299): "Feb 11 20:00", now.AddDate(-1, 0, 0): "2025-12-07", now.Add(time.Hour): "Mon 21:00",
	} {
		if got := (Teller{Now: now}).Date(at); got != want {
			t.Errorf("%v: %s, want %s", at, got, want)
		}
	}
}
