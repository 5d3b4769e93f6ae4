package review

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Links says which footers of a commit message link its change to tasks.
type Links struct {
	Footers []string // their keys, compared without case
	Hosts   []string // of the addresses that name tasks; on other hosts, T123 is another tracker's
	Max     int      // how many tasks a change is linked to at a time; 0: all that it names
}

// Tasks are the tasks that a change with this commit message is linked to: those that it inherits as
// a revert, then those that the footers name, in the order of the message, up to Max.
func (l Links) Tasks(inherited []int, message string) []int {
	return l.first(l.Named(inherited, message))
}

func (l Links) first(tasks []int) []int {
	if l.Max > 0 && len(tasks) > l.Max {
		return tasks[:l.Max]
	}
	return tasks
}

// Named are the inherited tasks and those that the footers name, each once, however many there are.
func (l Links) Named(inherited []int, message string) []int {
	var tasks []int
	met := map[int]bool{}
	add := func(all []int) {
		for _, n := range all {
			if !met[n] {
				met[n] = true
				tasks = append(tasks, n)
			}
		}
	}
	add(inherited)
	for _, t := range Trailers(message) {
		if l.has(t.Key) {
			add(l.names(t.Value))
		}
	}
	return tasks
}

func (l Links) has(footer string) bool {
	return slices.ContainsFunc(l.Footers, func(f string) bool { return strings.EqualFold(f, footer) })
}

// names finds every T123 that stands as a word in a text, but not in an address of another tracker.
func (l Links) names(text string) []int {
	var names []int
	for _, m := range mentions(text) {
		if m.host == "" || l.ours(m.host) {
			names = append(names, m.tasks...)
		}
	}
	return names
}

func (l Links) ours(host string) bool {
	return slices.ContainsFunc(l.Hosts, func(h string) bool { return strings.EqualFold(h, host) })
}

// mention is what an address, or a text without one (no host), names.
type mention struct {
	host  string
	tasks []int
}

func mentions(text string) []mention {
	var found []mention
	for _, part := range strings.FieldsFunc(text, endsAddress) {
		for part != "" {
			start := addressStart(part)
			end := start + addressLength(part[start:])
			host, path := splitAddress(part[start:end])
			found = append(found, mention{tasks: taskNames(part[:start])}, mention{host, taskNames(path)})
			part = part[end:]
		}
	}
	return found
}

// endsAddress: blanks, quotes and what lists are written with, in any script, are no part of an address.
func endsAddress(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' || strings.ContainsRune("<>\"'`|,;\x7f", r)
	}
	return !isWord(r) && !unicode.IsMark(r)
}

// An address has a scheme, or begins at least with the dotted name of a host.
var beginsAddress = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://|(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+(?::\d+)?/`)

// addressStart is where an address begins in a text; its length if none does.
func addressStart(text string) int {
	if at := beginsAddress.FindStringIndex(text); at != nil {
		return at[0]
	}
	return len(text)
}

// addressLength is that of the address which begins a text: a bracket that was opened before it ends it.
func addressLength(text string) int {
	open := 0
	for i, r := range text {
		switch r {
		case '(', '[', '{':
			open++
		case ')', ']', '}':
			if open--; open < 0 {
				return i
			}
		}
	}
	return len(text)
}

// splitAddress cuts the host out of an address.
func splitAddress(address string) (host, path string) {
	if _, rest, found := strings.Cut(address, "://"); found {
		address = rest
	}
	end := strings.IndexAny(address, `/?#\`)
	if end < 0 {
		end = len(address)
	}
	host = address[:end]
	host = host[strings.LastIndexByte(host, '@')+1:]
	if inner, isIPv6 := strings.CutPrefix(host, "["); isIPv6 {
		host, _, _ = strings.Cut(inner, "]")
	} else {
		host, _, _ = strings.Cut(host, ":")
	}
	return strings.TrimSuffix(host, "."), address[end:]
}

// taskNames finds every T123 that stands as a word in a text.
func taskNames(text string) []int {
	var names []int
	for i := 0; i < len(text); i++ {
		if c := text[i]; c != 'T' && c != 't' {
			continue
		}
		end := i + 1
		for end < len(text) && isDigit(text[end]) {
			end++
		}
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[end:])
		n, err := strconv.ParseInt(text[i+1:end], 10, 32)
		if err == nil && n > 0 && !isWord(before) && !isWord(after) {
			names = append(names, int(n))
		}
		i = end - 1
	}
	return names
}

// isWord: letters and digits of any script are parts of words.
func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

func isDigit(b byte) bool { return '0' <= b && b <= '9' }
