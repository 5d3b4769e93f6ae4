// Package tell makes sentences for people. It is the only one that does, from values, where they are
// printed; nothing reads a sentence back.
package tell

import (
	"fmt"
	"strings"
)

// Counted is a number of something: "1 card", "2 cards". what is the word for one.
func Counted(n int, what string) string {
	return fmt.Sprintf("%d %s", n, Plural(n, what, what+"s"))
}

// Plural is the word for one or the word for any other number.
func Plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// VotesOf says how many of the required votes of the team there are.
func VotesOf(n, required int) string {
	if n > required {
		return fmt.Sprintf("%s, %d required", Counted(n, "team vote"), required)
	}
	return fmt.Sprintf("%d of %d team votes", n, required)
}

// OneOf lists words with an "or" before the last.
func OneOf(words []string) string { return Listed(words, "or") }

// Listed lists words with a word such as "or" before the last.
func Listed(words []string, last string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " " + last + " " + words[n-1]
	}
	return strings.Join(words, "")
}
