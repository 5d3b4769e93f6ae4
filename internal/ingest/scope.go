package ingest

import (
	"regexp"
	"slices"
	"strings"

	"reviewsync/gerrit"
)

// Scope returns a query for the repositories that match one of the patterns. It is empty,
// which means all, if there are no patterns or Gerrit cannot express one of them.
func Scope(patterns []string) string {
	var terms []string
	for _, pattern := range patterns {
		if strings.ContainsAny(pattern, `[\`) {
			return "" // Gerrit's expressions have no equivalent
		}
		if term := repository(pattern); !slices.Contains(terms, term) {
			terms = append(terms, term)
		}
	}
	if len(terms) == 0 {
		return ""
	}
	slices.Sort(terms)
	// In parentheses: OR binds less tightly than AND, whatever Gerrit's manual says.
	return "(" + strings.Join(terms, " OR ") + ")"
}

// repository returns the query for one pattern of review.Match: a name, all below a folder, or a regular expression.
func repository(pattern string) string {
	if folder, ok := strings.CutSuffix(pattern, "/*"); ok && !strings.ContainsAny(folder, "*?") {
		return "projects:" + gerrit.Quote(folder+"/")
	}
	if !strings.ContainsAny(pattern, "*?") {
		return "project:" + gerrit.Quote(pattern)
	}
	below := strings.HasSuffix(pattern, "/*")
	expr := strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSuffix(pattern, "/*")), `\*`, "[^/]*")
	expr = strings.ReplaceAll(expr, `\?`, "[^/]")
	if below {
		expr += "/.*"
	}
	return "project:" + gerrit.Quote("^"+expr)
}
