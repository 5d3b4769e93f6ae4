package config

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/mapping/review"
)

func TestDeployed(t *testing.T) {
	secrets(t)
	const rule = "      - {to: Done, when: {review: deployed}}\n"
	with := strings.Replace(small, "      - {stay:", rule+"      - {stay:", 1)
	for _, c := range []struct {
		text, line string
		want       []review.Deployment
		warning    string
	}{
		{with, `{refs: ["refs/heads/wmf/*"], after: 2h}`, []review.Deployment{{Refs: []string{"refs/heads/wmf/*"}, After: 2 * time.Hour}}, ""},
		{with, `{after: 0h}`, []review.Deployment{{}}, ""},
		{
			with, `[{repositories: labs/*, after: 0h}, {refs: ["refs/tags/v*", refs/heads/live]}]`,
			[]review.Deployment{{Repositories: []string{"labs/*"}}, {Refs: []string{"refs/tags/v*", "refs/heads/live"}}},
			"",
		},
		{with, "", nil, "no card of #external-code-reviews is ever deployed"},
		{strings.Replace(small, "deployed, ", "", 1), `{after: 1h}`, []review.Deployment{{After: time.Hour}}, "no rule of #external-code-reviews speaks of deployed changes"},
	} {
		text := c.text
		if c.line != "" {
			text = strings.Replace(text, "    team: cpt", "    team: cpt\n    deployed: "+c.line, 1)
		}
		cfg := parse(t, text)
		if d := cmp.Diff(c.want, cfg.Boards[0].Deployed); d != "" {
			t.Errorf("%s (-want +got)\n%s", c.line, d)
		}
		if got := strings.Join(cfg.Warnings, "\n"); c.warning == "" && strings.Contains(got, "deployed") && !strings.Contains(got, "no rule for") || !strings.Contains(got, c.warning) {
			t.Errorf("%s: warnings %q, want %q", c.line, got, c.warning)
		}
	}
}
