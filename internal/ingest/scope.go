package ingest

import (
	"regexp"
	"slices"
	"strings"

	"reviewsync/gerrit"
	"reviewsync/mapping"
)

// Scope is the query that holds every repository that one of the boards counts. It is
// empty, which means all, as soon as one board counts them all.
func Scope(boards []mapping.Board) string {
	var terms []string
	for _, b := range boards {
		if len(b.Count.Repositories) == 0 {
			return ""
		}
		for _, pattern := range b.Count.Repositories {
			if strings.ContainsAny(pattern, `[\`) {
				return "" // nothing that Gerrit's expressions share
			}
			if term := repository(pattern); !slices.Contains(terms, term) {
				terms = append(terms, term)
			}
		}
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
