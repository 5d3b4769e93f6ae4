package mapping

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// What somebody wrote in Gerrit must not take effect in Remarkup: T123 would leave a
// mention on that task, @alice would subscribe her, {F1} would show a file. Monospaced
// text does nothing: its rule comes before all of those
// (src/infrastructure/markup/markuprule/PhutilRemarkupMonospaceRule.php).

// visible is a text on one line with nothing in it that cannot be seen: marks that turn the
// direction of what stands around it, letters without width, tags, fillers.
func visible(s string) string {
	s = strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// unseen: Unicode's format characters, and what else shows nothing by its nature.
func unseen(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point)
}

// literal is text in Remarkup that shows as it is, on one line, and does nothing.
func literal(s string) string {
	s = visible(s)
	s = strings.NewReplacer("`", "'", "##", "# #", "${{{", "${ {{", fragment, "# "+fragment[1:]).Replace(s)
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

// name is literal for a name, which can mostly stand as it is.
func name(s string) string {
	if isPlain(s) {
		return s
	}
	return literal(s)
}

// isPlain says whether a name means nothing in Remarkup: words, none of which could be
// one of its objects (T1, rREPO, a commit's hash).
func isPlain(s string) bool {
	odd := func(r rune) bool {
		return unseen(r) || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_./ ", r)
	}
	if s == "" || strings.ContainsFunc(s, odd) || strings.Contains(s, "//") || strings.Contains(s, "__") || strings.Contains(s, "--") || strings.TrimSpace(s) != s {
		return false
	}
	object := regexp.MustCompile(`^([A-Z]+[0-9]+|r[A-Z]+.*|[0-9a-f]{5,40})$`)
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune("-_./ ", r) }) {
		if object.MatchString(word) {
			return false
		}
	}
	return true
}

// Remarkup's rules for what is monospaced: Phorge's, and Phabricator's older one, which
// wants no letter right after it.
func monospaced() []*regexp.Regexp {
	return []*regexp.Regexp{regexp.MustCompile("##([\\s\\S]+?)##|\\B`(.+?)`"), regexp.MustCompile("##([\\s\\S]+?)##|\\B`(.+?)`\\B")}
}

// isLiteral says whether a part of a text is monospaced, wherever it stands in it.
func isLiteral(text, part string) bool {
	for _, rule := range monospaced() {
		spans := rule.FindAllStringIndex(text, -1)
		for at := 0; ; {
			i := strings.Index(text[at:], part)
			if i < 0 {
				break
			}
			begin, end := at+i, at+i+len(part)
			if !slices.ContainsFunc(spans, func(s []int) bool { return s[0] <= begin && end <= s[1] }) {
				return false
			}
			at = end
		}
	}
	return true
}

// showsOutside says whether a word stands in a text where it is not monospaced.
func showsOutside(text, word string) bool {
	return slices.ContainsFunc(monospaced(), func(rule *regexp.Regexp) bool {
		return strings.Contains(rule.ReplaceAllString(text, " "), word)
	})
}
