package ingest

import (
	"regexp"
	"slices"
	"strings"

	"reviewsync/gerrit"
)

// Scope is the query that holds every repository that fits one of the patterns. It is
// empty, which means all, if there are none or Gerrit cannot say one of them.
func Scope(patterns []string) string {
	var terms []string
	for _, pattern := range patterns {
		if strings.ContainsAny(pattern, `[\`) {
			return "" // nothing that Gerrit's expressions share
		}
		if term := repository(pattern); !slices.Contains(terms, term) {
			terms = append(terms, term)
		}
	}
	if len(terms) == 0 {
		return ""
	}
	slices.Sort(terms)
	// OR binds less tightly than AND, against Gerrit's manual: always in parentheses.
	return "(" + strings.Join(terms, " OR ") + ")"
}

// repository is the query for one pattern of mapping.Match: a name, all below a folder, or a regular expression.
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
