package config

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// syntax reports text that is not YAML.
func (r *reader) syntax(data []byte, err error) {
	line, text, fix := 1, err.Error(), "look at indentation, brackets and quotes here and on the line before"
	if e, ok := errors.AsType[*yaml.LoadError](err); ok {
		text = e.Message
		if e.Mark.Line > 0 {
			line = e.Mark.Line
		}
		if e.ContextMsg != "" {
			text += " " + e.ContextMsg
		}
		if e.ContextMark.Line > 0 && e.ContextMark.Line != line {
			text += fmt.Sprintf(" that began on line %d", e.ContextMark.Line)
		}
		switch {
		case strings.HasSuffix(e.ContextMsg, "alias"), strings.HasPrefix(e.Message, "unknown anchor"):
			fix = "put text that begins with * in quotes"
		case strings.HasPrefix(e.Message, "did not find expected ','"):
			fix = "put a comma between two elements (several values are a list: [a, b]), or close the bracket"
		}
		if at, hashtag := commented(data, line); at > 0 {
			line, fix = at, fmt.Sprintf("a # begins a comment unless it is in quotes, so the rest of this line is not read; write %q", hashtag)
		} else if strings.HasPrefix(e.Message, "did not find expected key") && twoQuoted.Match(lineOf(data, line)) {
			fix = "two values where one was expected; write a list with a comma between them: [a, b]"
		}
	}
	if lines := bytes.Split(data, []byte("\n")); line <= len(lines) && bytes.HasPrefix(bytes.TrimLeft(lines[line-1], " "), []byte("\t")) {
		fix = "indent with spaces instead of tabs"
	}
	r.wrong(line, "", "not YAML: %s; %s", text, fix)
}

// twoQuoted matches two quoted texts, one after the other.
var twoQuoted = regexp.MustCompile(`("[^"]*"|'[^']*')[ ]*,?[ ]*("[^"]*"|'[^']*')`)

func lineOf(data []byte, line int) []byte {
	lines := bytes.Split(data, []byte("\n"))
	if line > len(lines) {
		return nil
	}
	return lines[line-1]
}

// commented searches upwards from a line for an unquoted hashtag in an open bracket: it
// begins a comment, so that the bracket is never closed.
func commented(data []byte, line int) (at int, hashtag string) {
	for n := line; n > 0 && n > line-5; n-- {
		text, open := lineOf(data, n), 0
		quote := byte(0)
		for i, c := range text {
			switch {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '[' || c == '{':
				open++
			case c == ']' || c == '}':
				open--
			case c == '#' && open > 0 && i > 0 && bytes.IndexByte([]byte(" [{,"), text[i-1]) >= 0:
				word, _, _ := strings.Cut(string(text[i:]), " ")
				if word = strings.TrimRight(word, ",]}"); len(word) > 1 {
					return n, word
				}
			}
		}
	}
	return 0, ""
}
