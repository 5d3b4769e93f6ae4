// Package golden compares the output of a package with golden files, for tests. Run with -update,
// a test writes the files.
package golden

import (
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// Is compares a text with a file.
func Is(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got), go test -update writes it:\n%s", file, diff)
	}
}

// JSON compares a value with a file of its JSON, and returns the value that is read back from it.
func JSON[T any](t *testing.T, file string, value T) (back T) {
	t.Helper()
	text, err := json.MarshalIndent(value, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	Is(t, file, string(text)+"\n")
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

// Constant is a declared string constant.
type Constant struct {
	Type  string // empty: untyped
	Name  string
	Value string
}

// Constants lists the string constants that files declare, in order, except empty ones.
func Constants(t *testing.T, files ...string) []Constant {
	t.Helper()
	var all []Constant
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, is := n.(*ast.ValueSpec)
			if !is || len(spec.Values) != 1 {
				return true
			}
			if lit, is := spec.Values[0].(*ast.BasicLit); is && lit.Kind == token.STRING && lit.Value != `""` {
				c := Constant{Name: spec.Names[0].Name}
				c.Value, _ = strconv.Unquote(lit.Value)
				if typ, named := spec.Type.(*ast.Ident); named {
					c.Type = typ.Name
				}
				all = append(all, c)
			}
			return true
		})
	}
	return all
}
