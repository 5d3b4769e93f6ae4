package internal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// executor is the only package that writes to a server.
const executor = "internal/effect"

// Only the executor calls a method of a client that writes to its server. Which methods these are is
// found in the clients' own code.
func TestOnlyTheExecutorWrites(t *testing.T) {
	checked := typeCheck(t, "phab", "gerrit")
	writers := map[string]bool{}
	for _, client := range []string{"phab", "gerrit"} {
		for _, name := range checked[client].writers(t) {
			writers[name] = true
		}
	}
	want := []string{
		"(*reviewsync/gerrit.Client).Ask", "(*reviewsync/gerrit.Client).Remind",
		"(*reviewsync/phab.Client).Edit", "(*reviewsync/phab.Client).EditMembers",
	}
	if got := slices.Sorted(maps.Keys(writers)); !slices.Equal(got, want) {
		t.Errorf("the clients write by %q, want %q", got, want)
	}
	called := map[string]bool{}
	for name, p := range checked {
		if name == "phab" || name == "gerrit" {
			continue
		}
		for id, used := range p.info.Uses {
			f, is := used.(*types.Func)
			switch {
			case !is || !writers[f.FullName()]:
			case name == executor:
				called[f.FullName()] = true
			default:
				t.Errorf("%s: %s writes to a server: have it done by %s", p.files.Position(id.Pos()), f.FullName(), executor)
			}
		}
	}
	if got := slices.Sorted(maps.Keys(called)); !slices.Equal(got, want) {
		t.Errorf("%s calls %q, want %q", executor, got, want)
	}
}

// code is a package with the types of what is in it.
type code struct {
	files *token.FileSet
	trees []*ast.File
	info  *types.Info
}

// typeCheck reads the code of all packages of this module that use one of these, and theirs.
func typeCheck(t *testing.T, of ...string) map[string]code {
	t.Helper()
	type compiled struct {
		ImportPath, Dir, Export string
		GoFiles, Deps           []string
	}
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles,Deps", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	exports, ours := map[string]string{}, []compiled{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p compiled
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		uses := slices.ContainsFunc(of, func(name string) bool {
			return p.ImportPath == module+"/"+name || slices.Contains(p.Deps, module+"/"+name)
		})
		if uses && strings.HasPrefix(p.ImportPath, module+"/") {
			ours = append(ours, p)
		}
	}
	checked := map[string]code{}
	for _, p := range ours {
		c := code{files: token.NewFileSet(), info: &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}}
		for _, name := range p.GoFiles {
			tree, err := parser.ParseFile(c.files, filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			c.trees = append(c.trees, tree)
		}
		imports := importer.ForCompiler(c.files, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
		if _, err := (&types.Config{Importer: imports}).Check(p.ImportPath, c.files, c.trees, c.info); err != nil {
			t.Fatal(err)
		}
		checked[short(p.ImportPath)] = c
	}
	return checked
}

// writers names the exported functions by which something is written: which name a method of
// Conduit that edits or a method of HTTP that writes, or call one that does.
func (c code) writers(t *testing.T) []string {
	t.Helper()
	bodies := map[*types.Func]*ast.FuncDecl{}
	for _, tree := range c.trees {
		for _, d := range tree.Decls {
			if f, is := d.(*ast.FuncDecl); is {
				bodies[c.info.Defs[f.Name].(*types.Func)] = f
			}
		}
	}
	writes := map[*types.Func]bool{}
	for more := true; more; {
		more = false
		for f, body := range bodies {
			if !writes[f] && c.writes(body, writes) {
				writes[f], more = true, true
			}
		}
	}
	var names []string
	for f := range writes {
		if f.Exported() {
			names = append(names, f.FullName())
		}
	}
	return names
}

func (c code) writes(body ast.Node, writers map[*types.Func]bool) (found bool) {
	methods := []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			text := strings.Trim(n.Value, "`\"")
			found = found || strings.HasSuffix(text, ".edit") || slices.Contains(methods, text)
		case *ast.Ident:
			used := c.info.Uses[n]
			f, isFunc := used.(*types.Func)
			constant, isConst := used.(*types.Const)
			found = found || isFunc && writers[f] ||
				isConst && constant.Pkg() != nil && constant.Pkg().Path() == "net/http" && slices.Contains(methods, strings.Trim(constant.Val().String(), `"`))
		}
		return true
	})
	return found
}
