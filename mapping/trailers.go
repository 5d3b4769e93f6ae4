package mapping

import (
	"slices"
	"strconv"
	"strings"
)

// Trailer is one line of the block that ends a commit message, e.g. "Bug: T12".
type Trailer struct {
	Key   string
	Value string
}

// MaxTasks is how many tasks one commit message may name. A message that names more
// is no list of bugs; the rest of it is not followed.
const MaxTasks = 100

// Tasks lists the tasks that a commit message names in the trailers with one of these
// keys (compared without case), each once, in ascending order.
func Tasks(message string, footers []string) []int {
	var tasks []int
	for _, t := range Trailers(message) {
		if !slices.ContainsFunc(footers, func(f string) bool { return strings.EqualFold(f, t.Key) }) {
			continue
		}
		for _, n := range taskNames(t.Value) {
			if len(tasks) < MaxTasks && !slices.Contains(tasks, n) {
				tasks = append(tasks, n)
			}
		}
	}
	slices.Sort(tasks)
	return tasks
}

// taskNames finds every T123 that stands as a word in a text.
func taskNames(text string) []int {
	var names []int
	for i := 0; i < len(text); i++ {
		if c := text[i]; c != 'T' && c != 't' || i > 0 && isWordByte(text[i-1]) {
			continue
		}
		end := i + 1
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		n, err := strconv.ParseInt(text[i+1:end], 10, 32)
		if err == nil && n > 0 && (end == len(text) || !isWordByte(text[end])) {
			names = append(names, int(n))
		}
		i = max(i, end-1)
	}
	return names
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// Trailers reads the trailers of a commit message as `git interpret-trailers --parse`
// does (git's trailer.c): the last block of lines that follows an empty line and is
// either nothing but trailers, or at least a quarter trailers with one that git itself
// writes ("Signed-off-by: ", "(cherry picked from commit ").
func Trailers(message string) []Trailer {
	lines := upToPatch(strings.SplitAfter(message, "\n"))
	lines = lines[:len(lines)-ignoredAtEnd(lines)]
	var found []Trailer
	open := false // may the next line continue the last trailer?
	for _, line := range lines[blockStart(lines):] {
		line = strings.TrimSuffix(line, "\n")
		if line != "" && isSpace(line[0]) {
			if open {
				found[len(found)-1].Value += " " + strings.TrimSpace(line)
			}
			continue
		}
		sep := separator(line)
		if open = sep >= 1; open {
			found = append(found, Trailer{Key: strings.TrimSpace(line[:sep]), Value: strings.TrimSpace(line[sep+1:])})
		}
	}
	for i := range found {
		found[i].Value = strings.TrimSpace(found[i].Value)
	}
	return found
}

// upToPatch cuts the message where a patch would begin, at a line "---".
func upToPatch(lines []string) []string {
	if n := len(lines); n > 0 && lines[n-1] == "" {
		lines = lines[:n-1]
	}
	for i, l := range lines {
		if strings.HasPrefix(l, "---") && len(l) > 3 && isSpace(l[3]) {
			return lines[:i]
		}
	}
	return lines
}

// ignoredAtEnd counts the comments, empty lines and lists of conflicts at the end,
// and all that follows a scissors line.
func ignoredAtEnd(lines []string) int {
	end := len(lines)
	for i, l := range lines {
		if l == "# ------------------------ >8 ------------------------\n" {
			end = i
			break
		}
	}
	first, conflicts := -1, false
	for i, l := range lines[:end] {
		switch {
		case l[0] == '#' || l[0] == '\n':
			if first < 0 {
				first = i
			}
		case l == "Conflicts:\n":
			conflicts = true
			if first < 0 {
				first = i
			}
		case conflicts && l[0] == '\t':
		case first >= 0:
			first, conflicts = -1, false
		}
	}
	if first >= 0 {
		return len(lines) - first
	}
	return len(lines) - end
}

// blockStart finds where the block of trailers begins; len(lines) if there is none.
func blockStart(lines []string) int {
	title := 0
	for title < len(lines) && (lines[title][0] == '#' || !isBlank(lines[title])) {
		title++
	}
	trailers, others, continued := 0, 0, 0
	gits, onlySpaces := false, true
	for i := len(lines) - 1; i >= title; i-- {
		line := lines[i]
		if line[0] == '#' {
			others += continued
			continued = 0
			continue
		}
		if isBlank(line) {
			if onlySpaces {
				continue
			}
			others += continued
			if gits && trailers*3 >= others || trailers > 0 && others == 0 {
				return i + 1
			}
			return len(lines)
		}
		onlySpaces = false
		switch {
		case strings.HasPrefix(line, "Signed-off-by: "), strings.HasPrefix(line, "(cherry picked from commit "):
			trailers++
			continued, gits = 0, true
		case separator(line) >= 1 && !isSpace(line[0]):
			trailers++
			continued = 0
		case isSpace(line[0]):
			continued++
		default:
			others += 1 + continued
			continued = 0
		}
	}
	return len(lines)
}

// separator finds the colon behind a key of letters, digits and dashes; -1 if there is none.
func separator(line string) int {
	space := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == ':':
			return i
		case !space && (c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'):
		case i > 0 && (c == ' ' || c == '\t'):
			space = true
		default:
			return -1
		}
	}
	return -1
}

func isBlank(line string) bool { return strings.TrimLeft(line, " \t\n\v\f\r") == "" }

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
