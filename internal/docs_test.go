package internal_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// pages reads what people read, by its name from the top of the repository.
func pages(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("../docs/*.md")
	if err != nil || len(names) == 0 {
		t.Fatalf("docs: %v, %v", names, err)
	}
	texts := map[string]string{}
	for _, name := range append(names, "../README.md", "../testdata/scenarios/README.md") {
		name = strings.TrimPrefix(filepath.ToSlash(name), "../")
		texts[name] = text(t, name)
	}
	return texts
}

var fence = regexp.MustCompile("(?ms)^ *```.*?^ *```$")

// prose is a page without its examples.
func prose(page string) string { return fence.ReplaceAllString(page, "") }

// anchors are the names by which GitHub and others link to the headings of a page.
func anchors(page string) map[string]bool {
	names := map[string]bool{}
	for _, h := range headings(page) {
		kept := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, h)
		names[kept] = true
	}
	return names
}

func headings(page string) (all []string) {
	for _, h := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(prose(page), -1) {
		all = append(all, strings.ReplaceAll(h[1], "`", ""))
	}
	return all
}

// No link of a page is dead, neither to a file nor to a heading.
func TestLinksOfTheDocs(t *testing.T) {
	links := 0
	texts := pages(t)
	for name, page := range texts {
		for _, link := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(prose(page), -1) {
			if strings.Contains(link[1], "://") {
				continue
			}
			links++
			file, anchor, _ := strings.Cut(link[1], "#")
			to := name
			if file != "" {
				to = filepath.ToSlash(filepath.Join(filepath.Dir(name), file))
				if _, err := os.Stat("../" + to); err != nil {
					t.Errorf("%s links to %s, which is not there", name, link[1])
					continue
				}
			}
			if anchor != "" && !anchors(texts[to])[anchor] {
				t.Errorf("%s links to %s, but %s has no such heading", name, link[1], to)
			}
		}
	}
	if links < 50 {
		t.Errorf("only %d links were found", links)
	}
}

// Each page is within reach of README.md.
func TestReadmeLinksToEachPage(t *testing.T) {
	readme := text(t, "README.md")
	for name := range pages(t) {
		if strings.HasPrefix(name, "docs/") && !strings.Contains(readme, "("+name+")") {
			t.Errorf("README.md does not link to %s", name)
		}
	}
}

// Lines have at most 100 columns, where they are not examples. Of a table, what a reader sees
// counts; the table of packages is for a test.
func TestDocsFitThePage(t *testing.T) {
	target := regexp.MustCompile(`\]\([^)]+\)`)
	for name, page := range pages(t) {
		switch name {
		case "testdata/scenarios/README.md":
			continue // has examples that are indented
		case "docs/develop.md":
			_, section, _ := strings.Cut(page, "\n## The packages\n")
			section, _, _ = strings.Cut(section, "\n## ")
			page = strings.Replace(page, section, "", 1)
		}
		for line := range strings.Lines(prose(page)) {
			line = strings.TrimSuffix(line, "\n")
			seen := line
			if strings.HasPrefix(line, "|") {
				seen = target.ReplaceAllString(line, "]")
			}
			if n := utf8.RuneCountInString(seen); n > 100 {
				t.Errorf("%s: a line of %d columns: %s", name, n, line)
			}
			if strings.TrimRight(line, " \t") != line {
				t.Errorf("%s: spaces at the end of %q", name, line)
			}
		}
	}
}

// Each test that the docs name is there.
func TestDocsNameTests(t *testing.T) {
	there := map[string]bool{}
	for _, code := range sources(t) {
		for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(code, -1) {
			there[m[1]] = true
		}
	}
	named := 0
	for name, page := range pages(t) {
		for _, m := range regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(page, -1) {
			if named++; !there[m[1]] {
				t.Errorf("%s names %s, which is no test", name, m[1])
			}
		}
	}
	if named == 0 {
		t.Error("no page names a test")
	}
}

// What the docs say to run with go test is there: the packages, and tests of these names.
func TestDocsRunTests(t *testing.T) {
	there := map[string][]string{} // names by package
	for name, code := range sources(t) {
		folder := filepath.ToSlash(filepath.Dir(name))
		for _, m := range regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz)\w+)\(`).FindAllStringSubmatch(code, -1) {
			there[folder] = append(there[folder], m[1])
		}
	}
	flags := regexp.MustCompile(`-(run|bench|fuzz) (\w{4,})`)
	folders := regexp.MustCompile(` \./([\w/]+\w)`)
	tried := 0
	for page, text := range pages(t) {
		for _, call := range regexp.MustCompile("\\bgo test ([^`\n]*)").FindAllStringSubmatch(text, -1) {
			var names []string
			for _, folder := range folders.FindAllStringSubmatch(" "+call[1], -1) {
				if there[folder[1]] == nil {
					t.Errorf("%s: %s: %s has no tests", page, call[0], folder[1])
				}
				names = append(names, there[folder[1]]...)
			}
			for _, f := range flags.FindAllStringSubmatch(call[1], -1) {
				tried++
				if !slices.ContainsFunc(names, func(name string) bool { return strings.Contains(name, f[2]) }) {
					t.Errorf("%s: %s: there is no %s in these packages", page, call[0], f[2])
				}
			}
		}
	}
	if tried < 5 {
		t.Errorf("only %d names of tests were looked for", tried)
	}
}

// sources reads the code of this module and the samples beside it, by name.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, top := range []string{"cmd", "deploy", "gerrit", "internal", "mapping", "phab", "testdata"} {
		err := filepath.WalkDir("../"+top, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !slices.Contains([]string{".go", ".yaml", ".service"}, filepath.Ext(path)) {
				return err
			}
			code, err := os.ReadFile(path)
			all[strings.TrimPrefix(filepath.ToSlash(path), "../")] = string(code)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// What the code says of a page is true: the page is there, and so is the heading in quotes.
func TestCodePointsToPages(t *testing.T) {
	pointer := regexp.MustCompile(`\bdocs/(\w+)\.md(?:, "([^"\n]+)")?`)
	comment := regexp.MustCompile(`\n\s*(//|#)\s*`)
	texts, found := pages(t), 0
	for name, code := range sources(t) {
		for _, p := range pointer.FindAllStringSubmatch(comment.ReplaceAllString(code, " "), -1) {
			found++
			page, there := texts["docs/"+p[1]+".md"]
			switch {
			case !there:
				t.Errorf("%s names docs/%s.md, which is not there", name, p[1])
			case p[2] != "" && !slices.Contains(headings(page), p[2]):
				t.Errorf("%s names %q of docs/%s.md, which has no such heading", name, p[2], p[1])
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d pointers to pages were found", found)
	}
}

// A sentence or an error that a page explains is one that the service says. What differs from
// case to case is in dots or, as names, numbers and times, is not compared.
func TestDocsQuoteTheService(t *testing.T) {
	var said, told strings.Builder
	for name, code := range sources(t) {
		if !strings.HasSuffix(name, "docs_test.go") {
			said.WriteString(code)
		}
	}
	golden, err := filepath.Glob("../mapping/tell/testdata/*.txt")
	if err != nil || len(golden) == 0 {
		t.Fatalf("%v, %v", golden, err)
	}
	for _, name := range golden {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		told.Write(b)
	}
	all := told.String() + said.String()
	for page, header := range map[string]string{"docs/team.md": "| sentence |", "docs/hints.md": "| reason |", "docs/running.md": "| the log says |"} {
		quotes := 0
		for _, cell := range firstCells(text(t, page), header) {
			for _, quote := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cell, -1) {
				for part := range strings.SplitSeq(quote[1], "…") {
					quotes++
					if part = strings.Trim(part, " ;:()"); !strings.Contains(all, part) && !like(part).MatchString(all) {
						t.Errorf("%s quotes %q, which the service does not say", page, part)
					}
				}
			}
		}
		if quotes == 0 {
			t.Errorf("%s has no table %q", page, header)
		}
	}
}

// The table of /healthz has its fields, and no others.
func TestHealthFieldsAreInTheDocs(t *testing.T) {
	documented := map[string]bool{}
	for _, cell := range firstCells(text(t, "docs/running.md"), "| field |") {
		for _, field := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(cell, -1) {
			documented[field[1]] = true
		}
	}
	var answer []string
	for _, s := range regexp.MustCompile(`(?ms)^type \w+ struct \{$.*?^\}$`).FindAllString(text(t, "internal/web/web.go"), -1) {
		if strings.Contains(s, `json:"seconds_since_poll"`) {
			answer = append(answer, s)
		}
	}
	if len(answer) != 1 {
		t.Fatalf("internal/web/web.go has %d types of the answer of /healthz", len(answer))
	}
	for _, tag := range regexp.MustCompile(`json:"(\w+)`).FindAllStringSubmatch(answer[0], -1) {
		if !documented[tag[1]] {
			t.Errorf("docs/running.md does not explain %s of /healthz", tag[1])
		}
		delete(documented, tag[1])
	}
	for name := range documented {
		t.Errorf("docs/running.md explains %s, which /healthz does not have", name)
	}
}

// The pages name each environment variable that is read, and no other.
func TestEnvironmentIsInTheDocs(t *testing.T) {
	variable := regexp.MustCompile(`\bREVIEWSYNC_[A-Z_]+[A-Z]\b`)
	read, named := map[string]bool{}, map[string]bool{}
	for _, code := range sources(t) {
		for _, v := range variable.FindAllString(code, -1) {
			read[v] = true
		}
	}
	for name, page := range pages(t) {
		for _, v := range variable.FindAllString(page, -1) {
			if named[v] = true; !read[v] {
				t.Errorf("%s names %s, which nothing reads", name, v)
			}
		}
	}
	for v := range read {
		if !named[v] && v != "REVIEWSYNC_TEST_STAND_INS" { // by which a benchmark calls itself
			t.Errorf("no page names %s", v)
		}
	}
}

// The glossary has twenty words.
func TestGlossary(t *testing.T) {
	if n := len(firstCells(text(t, "docs/develop.md"), "| word |")); n != 20 {
		t.Errorf("the glossary of docs/develop.md has %d rows, want 20", n)
	}
}

// firstCells gives the first cells of a table.
func firstCells(page, header string) (cells []string) {
	_, table, _ := strings.Cut(page, "\n"+header)
	for i, line := range strings.Split(table, "\n") {
		switch {
		case i < 2: // the rest of the header, and the rule below it
		case !strings.HasPrefix(line, "| "):
			return cells
		default:
			cells = append(cells, strings.Split(line, " | ")[0])
		}
	}
	return cells
}

var varies = regexp.MustCompile(`#[a-z-]+|\b[A-Z][a-z][a-z] \d\d:\d\d|\b(alice|bob|carol|dan|dave|erin|vol\d)\b|[+-]?\b\d+\b`)

// like matches a sentence with other names, numbers and times in it.
func like(sentence string) *regexp.Regexp {
	parts := varies.Split(sentence, -1)
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile(strings.Join(parts, `[\w#.:+ -]{1,24}`))
}
