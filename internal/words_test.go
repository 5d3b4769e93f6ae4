package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// The documents have each word of the rules that people write or read. For a new one the test says
// where to explain it.
func TestWordsAreInTheDocuments(t *testing.T) {
	for _, s := range review.States() {
		named(t, "docs/rules.md", "review state", string(s))
		named(t, "docs/config.md", "review state", string(s))
	}
	for _, k := range mapping.TargetKinds() {
		named(t, "docs/config.md", "target of a rule", string(k))
	}
	for _, v := range mapping.Verdicts() {
		if v != mapping.Unread && v != mapping.Unlooked { // an explanation has read and looked
			named(t, "docs/commands.md", "verdict", string(v))
		}
	}
	for _, k := range mapping.CommentKinds() {
		named(t, "docs/config.md", "kind of comment", string(k))
	}
	commands := text(t, "docs/commands.md")
	for _, c := range mapping.WhyCodes() {
		row := regexp.MustCompile("(?m)^\\| `" + string(c.Verdict()) + "` \\|[^|]*`" + string(c) + "`")
		if !row.MatchString(commands) {
			t.Errorf("docs/commands.md has no row for the verdict %s with the code %s", c.Verdict(), c)
		}
	}
}

func named(t *testing.T, document, what, word string) {
	t.Helper()
	if !slices.ContainsFunc([]string{"`" + word + "`", "`" + word + ":", "| " + word + " |"}, func(s string) bool { return strings.Contains(text(t, document), s) }) {
		t.Errorf("%s does not name the %s %q", document, what, word)
	}
}

func text(t *testing.T, document string) string {
	t.Helper()
	b, err := os.ReadFile("../" + document)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

type oldWord struct {
	pattern *regexp.Regexp
	better  string
}

func older(word, better string) oldWord {
	return oldWord{regexp.MustCompile(`(?i)\b(` + word + `)\b`), better}
}

// oldWords must be read twice, or are not what an engineer would say; with a better word for each.
var oldWords = []oldWord{
	older(`whoever|whomever|whosoever`, "anybody who, the person who, or a name"),
	older(`mend(s|ed|ing)?`, "fix"),
	older(`tell(s|ing)?|told`, "say, report, show"),
	older(`so (long|often|many)`, "for this long, as often, that many"),
	older(`to and fro`, "back and forth"),
	older(`as yet|thereof|whereof|hereby|therein|wherein`, "a plain word"),
	older(`no matter whom`, "by anybody"),
}

// No page has the old words, nor "who" for "anybody who" at the beginning of a sentence.
func TestPlainWordsInTheDocs(t *testing.T) {
	quoted := regexp.MustCompile("`[^`]*`|\\]\\([^)]*\\)") // and where links lead to
	british := older(`behavior|colors?|favor|honor|labeled|canceled|recogniz\w+|organiz\w+`, "the British spelling")
	for name, page := range pages(t) {
		page = quoted.ReplaceAllString(prose(page), "``")
		for _, old := range append(oldWords, british) {
			for _, found := range old.pattern.FindAllStringIndex(page, -1) {
				t.Errorf("%s: %q; write: %s", name, around(page, found), old.better)
			}
		}
		for _, found := range regexp.MustCompile(`(?:^|[.:;] |\n\n|- )Who [^.?]*\.`).FindAllStringIndex(page, -1) {
			t.Errorf("%s: %q; write: anybody who, people who, or a name", name, page[found[0]:found[1]])
		}
	}
}

// around is what stands around a place of a text.
func around(text string, place []int) string {
	from, to := max(0, place[0]-30), min(len(text), place[1]+30)
	return strings.ToValidUTF8(strings.Join(strings.Fields(text[from:to]), " "), "")
}

// Nor have the comments, errors, help texts and logs of the code.
func TestPlainWordsInTheCode(t *testing.T) {
	quoted := regexp.MustCompile("`[^`\n]*`|\"[^\"\n]*\"|\\b(mapping/)?tell\\b(\\.[A-Z]\\w*)?")
	for name, code := range sources(t) {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		files := token.NewFileSet()
		tree, err := parser.ParseFile(files, name, code, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		check := func(at token.Pos, said string) {
			for _, old := range oldWords {
				for _, found := range old.pattern.FindAllStringIndex(said, -1) {
					t.Errorf("%s: %q; write: %s", files.Position(at), around(said, found), old.better)
				}
			}
		}
		for _, c := range tree.Comments {
			check(c.Pos(), quoted.ReplaceAllString(c.Text(), "``"))
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if _, is := n.(*ast.ImportSpec); is {
				return false
			}
			if lit, is := n.(*ast.BasicLit); is && lit.Kind == token.STRING && strings.Contains(lit.Value, " ") { // others are keys
				check(lit.Pos(), lit.Value)
			}
			return true
		})
	}
}
