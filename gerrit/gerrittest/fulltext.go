package gerrittest

import (
	"slices"
	"strings"
	"unicode"
)

// mentions reports whether the current commit message has these words in a row, like message:
// (Doc/user-search.txt): whole words, in any case.
func (c *change) mentions(phrase string) bool {
	text, wanted := wordsOf(c.current().message), wordsOf(phrase)
	for i := 0; len(wanted) > 0 && i+len(wanted) <= len(text); i++ {
		if slices.Equal(text[i:i+len(wanted)], wanted) {
			return true
		}
	}
	return false
}

// wordsOf returns the words by the rules of Unicode (UAX 29), as far as commit messages need them:
// a colon between two letters does not separate words.
func wordsOf(text string) []string {
	runes := []rune(strings.ToLower(text))
	part := func(i int) bool {
		return i >= 0 && i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsDigit(runes[i]) || runes[i] == '_')
	}
	for i, r := range runes {
		if part(i) || r == ':' && part(i-1) && part(i+1) {
			continue
		}
		runes[i] = ' '
	}
	return strings.Fields(string(runes))
}
