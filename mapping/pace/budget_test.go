package pace_test

import (
	"testing"
	"time"

	"reviewsync/mapping/pace"
)

func TestParseBudget(t *testing.T) {
	for text, want := range map[string]pace.Budget{
		"50/10m":    {Edits: 50, In: 10 * time.Minute},
		"1/1s":      {Edits: 1, In: time.Second},
		"500/1h":    {Edits: 500, In: time.Hour},
		"7/1h30m":   {Edits: 7, In: 90 * time.Minute},
		"1000/24h":  {Edits: 1000, In: 24 * time.Hour},
		"20/1m30s":  {Edits: 20, In: 90 * time.Second},
		"99999/10m": {Edits: 99999, In: 10 * time.Minute},
	} {
		b, err := pace.ParseBudget(text)
		if err != nil || b != want || b.String() != text {
			t.Errorf("%s is read as %v (%v), %v", text, b, b.In, err)
		}
	}
	for text, want := range map[string]string{
		"":         `"" is no budget; write edits and a time, such as 50/10m`,
		"many":     `"many" is no budget; write edits and a time, such as 50/10m`,
		"1.5/10m":  `"1.5/10m" is no budget; write edits and a time, such as 50/10m`,
		"/10m":     `"/10m" is no budget; write edits and a time, such as 50/10m`,
		"10m":      `"10m" is no budget; write edits and a time, such as 50/10m`,
		"0":        `"0" allows no edit; write at least 1, such as 50/10m`,
		"0/10m":    `"0/10m" allows no edit; write at least 1, such as 50/10m`,
		"-5/10m":   `"-5/10m" allows no edit; write at least 1, such as 50/10m`,
		"10":       `"10" has no time; write 10/10m for that many edits in ten minutes`,
		"50/10":    `"50/10" has no unit; write 50/10m for minutes, or use s or h`,
		"50/":      `"50/" has no time that can be read; write it such as 50/10m`,
		"50/10min": `"50/10min" has no time that can be read; write it such as 50/10m`,
		"50/10m/2": `"50/10m/2" has no time that can be read; write it such as 50/10m`,
		"50/0m":    `"50/0m" has a time that is not between 1s and 24h; write it such as 50/10m`,
		"50/-10m":  `"50/-10m" has a time that is not between 1s and 24h; write it such as 50/10m`,
		"50/25h":   `"50/25h" has a time that is not between 1s and 24h; write it such as 50/10m`,
	} {
		if b, err := pace.ParseBudget(text); err == nil || err.Error() != want {
			t.Errorf("%q is read as %v, %v\nwant %s", text, b, err, want)
		}
	}
}

func TestDefaultBudgets(t *testing.T) {
	if got := pace.Default().Window(); got != 10*time.Minute {
		t.Errorf("edits of the last %s matter", got)
	}
	for _, limit := range pace.Limits() {
		b := pace.Default()[limit]
		if again, err := pace.ParseBudget(b.String()); err != nil || again != b {
			t.Errorf("%s: %s is %v, %v", limit, b, again, err)
		}
	}
}
