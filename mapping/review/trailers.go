package review

import (
	"regexp"
	"strings"
)

// Trailer is a footer of a commit message, e.g. "Bug: T12".
type Trailer struct {
	Key   string
	Value string // blanks and a carriage return at its end belong to it
}

var fold = regexp.MustCompile(`\n +`)

// Trailers reads the footers of a commit message as Gerrit's index has them. That is what
// JGit's FooterLine.fromMessage finds (the same in Gerrit 3.10 to 3.14): every "Key: value"
// line of the last paragraph, whatever else stands there. Only an empty line separates
// paragraphs, a line that begins with a blank continues the one above, and the first line
// of the message is never a footer.
func Trailers(message string) []Trailer {
	var found []Trailer
	for rest := lastParagraph(message); rest != ""; {
		colon := keyEnd(rest)
		if colon < 0 {
			_, rest, _ = strings.Cut(rest, "\n")
			continue
		}
		var line string
		line, rest = foldedLine(rest)
		found = append(found, Trailer{Key: line[:colon], Value: fold.ReplaceAllString(strings.TrimLeft(line[colon+1:], " "), " ")})
	}
	return found
}

// lastParagraph is the part of a message that may hold footers.
func lastParagraph(message string) string {
	first, others := foldedLine(message)
	trimmed := strings.TrimRight(message, "\n ")
	switch end := strings.LastIndex(trimmed, "\n\n"); {
	case len(trimmed) <= len(first):
		return ""
	case end >= len(first):
		return message[end+2:]
	default: // no empty line: the lines below the first one are its paragraph
		return others
	}
}

// foldedLine is the first line of a text together with those that continue it, and the rest.
func foldedLine(text string) (line, rest string) {
	for end := 0; ; end++ {
		length := strings.IndexByte(text[end:], '\n')
		if length < 0 {
			return text, ""
		}
		end += length
		if !strings.HasPrefix(text[end+1:], " ") {
			return text[:end], text[end+1:]
		}
	}
}

// keyEnd is where the colon stands that ends the key of a footer; -1 if the line is none.
func keyEnd(line string) int {
	for i := range len(line) {
		switch c := line[i]; {
		case c == ':':
			return i
		case c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z'):
			return -1
		}
	}
	return -1
}
