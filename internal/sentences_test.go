package internal_test

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"
)

// teller is the only package that makes a sentence of what is decided.
const teller = "mapping/tell"

// printers are the packages that print what was decided. The others log a sentence where they
// make it, and hand values on.
var printers = []string{"cmd/reviewsync", "internal/check", "internal/demo", "internal/explain"}

// Sentences are made of what was decided, by one package, at the very end, and nobody carries or reads one.
func TestSentences(t *testing.T) {
	checked := typeCheck(t, "mapping/review", "mapping/duty")
	t.Run("only the teller makes them", func(t *testing.T) { onlyTellMakesSentences(t, checked) })
	t.Run("nobody else takes a reason apart", func(t *testing.T) { nobodyTakesAReasonApart(t, checked) })
	r := follow(t, checked)
	t.Run("nobody reads one", func(t *testing.T) { r.each(t, r.judge) })
	t.Run("nobody carries one", func(t *testing.T) { r.each(t, r.carried) })
}

// What decides writes no text but errors, keys and addresses.
func onlyTellMakesSentences(t *testing.T, checked map[string]code) {
	t.Helper()
	may := []string{"String", "Key", "cardKey", "Data"} // the functions that write what is no sentence
	for _, name := range []string{"mapping", "mapping/review", "mapping/ask", "mapping/duty"} {
		c, is := checked[name]
		if !is {
			t.Errorf("there is no package %s", name)
		}
		for _, tree := range c.trees {
			for _, d := range tree.Decls {
				f, is := d.(*ast.FuncDecl)
				if !is || slices.Contains(may, f.Name.Name) {
					continue
				}
				ast.Inspect(f, func(n ast.Node) bool {
					if id, is := n.(*ast.Ident); is {
						if used, is := c.info.Uses[id].(*types.Func); is && used.Pkg() != nil && used.Pkg().Path() == "fmt" && used.Name() != "Errorf" {
							t.Errorf("%s: %s writes a text with fmt.%s: make it of a value in %s", c.files.Position(id.Pos()), f.Name.Name, used.Name(), teller)
						}
					}
					return true
				})
			}
		}
	}
}

// Only the packages that decide and package tell use the parts of a reason: a sentence in another
// place would need them.
func nobodyTakesAReasonApart(t *testing.T, checked map[string]code) {
	t.Helper()
	parts := []string{"Cause", "Said", "Did", "Tie", "Also"} // of mapping.Why
	for name, c := range checked {
		if strings.HasPrefix(name, "mapping") {
			continue
		}
		for id, used := range c.info.Uses {
			v, is := used.(*types.Var)
			if is && v.IsField() && v.Pkg() != nil && v.Pkg().Path() == module+"/mapping" && slices.Contains(parts, v.Name()) {
				t.Errorf("%s: takes mapping.Why.%s out of a reason: have it told by %s", c.files.Position(id.Pos()), v.Name(), teller)
			}
		}
	}
}

// follow finds what holds a sentence. Sentences are what the functions of the teller give, the
// texts in its structs, and whatever is made of one.
func follow(t *testing.T, checked map[string]code) *reading {
	t.Helper()
	r := &reading{told: map[string]bool{}, code: checked}
	for more := true; more; {
		n := len(r.told)
		for _, c := range r.code {
			for _, tree := range c.trees {
				r.follow(c, tree)
			}
		}
		more = len(r.told) > n
	}
	if len(r.told) < 20 {
		t.Errorf("only %d variables were found to hold a sentence: does this test still see them?", len(r.told))
	}
	return r
}

// each has every file but those of the teller, which puts sentences together, looked at.
func (r *reading) each(t *testing.T, look func(t *testing.T, name string, c code, tree *ast.File)) {
	t.Helper()
	for name, c := range r.code {
		if name == teller {
			continue
		}
		for _, tree := range c.trees {
			look(t, name, c, tree)
		}
	}
}

// reading follows sentences through the code.
type reading struct {
	code map[string]code
	told map[string]bool // variables, fields and parameters that hold a sentence
}

// words are the functions of the teller whose results are words, or are posted on a change: no sentences.
var words = []string{"AskMessage", "Counted", "Plural", "VotesOf", "OneOf", "Listed", "Points", "Turn", "Date"}

// is says whether an expression is a sentence, or has one in it.
func (r *reading) is(c code, e ast.Expr) (sentence bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if f := called(c, n); f != nil && isText(f.Signature().Results()) && f.Pkg() != nil {
				switch {
				case f.Pkg().Path() == module+"/"+teller && f.Exported() && !slices.Contains(words, f.Name()):
					sentence = true
				case r.told[f.FullName()+" result"]:
					sentence = true
				case f.Pkg().Path() == "fmt": // what is made of a sentence
					return true
				}
			}
			return false // what becomes of its arguments, it says itself
		case *ast.Ident:
			if v, is := c.info.Uses[n].(*types.Var); is && r.told[key(c, v)] {
				sentence = true
			}
		case *ast.FuncLit:
			return false
		}
		return true
	})
	return sentence
}

func isText(t *types.Tuple) bool {
	for v := range t.Variables() {
		if basic, is := v.Type().Underlying().(*types.Basic); is && basic.Kind() == types.String {
			return true
		}
	}
	return false
}

// called is the function that is called; nil: not by its name.
func called(c code, call *ast.CallExpr) *types.Func {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		used, _ := c.info.Uses[f].(*types.Func)
		return used
	case *ast.SelectorExpr:
		used, _ := c.info.Uses[f.Sel].(*types.Func)
		return used
	}
	return nil
}

// key names a variable, in whatever package it is seen.
func key(c code, v *types.Var) string {
	pkg := ""
	if v.Pkg() != nil {
		pkg = v.Pkg().Path()
	}
	if v.IsField() {
		return pkg + "." + v.Name()
	}
	return pkg + c.files.Position(v.Pos()).String()
}

// follow notes what gets a sentence.
func (r *reading) follow(c code, tree *ast.File) {
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, to := range n.Lhs {
				from := n.Rhs[min(i, len(n.Rhs)-1)]
				if r.is(c, from) {
					r.note(c, to)
				}
			}
		case *ast.KeyValueExpr:
			if r.is(c, n.Value) {
				r.note(c, n.Key)
			}
		case *ast.RangeStmt:
			if n.Value != nil && r.is(c, n.X) {
				r.note(c, n.Value)
			}
		case *ast.CallExpr:
			f := called(c, n)
			if f == nil || f.Pkg() == nil || !strings.HasPrefix(f.Pkg().Path(), module+"/") {
				return true
			}
			for i, arg := range n.Args {
				if params := f.Signature().Params(); r.is(c, arg) && params.Len() > 0 {
					r.told[f.FullName()+" "+params.At(min(i, params.Len()-1)).Name()] = true
				}
			}
		case *ast.FuncDecl:
			f, is := c.info.Defs[n.Name].(*types.Func)
			if !is {
				return true
			}
			for v := range f.Signature().Params().Variables() {
				if r.told[f.FullName()+" "+v.Name()] {
					r.told[key(c, v)] = true
				}
			}
			r.followResults(c, f, n)
		}
		return true
	})
}

// followResults notes a function outside the teller that gives a sentence.
func (r *reading) followResults(c code, f *types.Func, tree *ast.FuncDecl) {
	if f.Pkg().Path() == module+"/"+teller {
		return
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			if slices.ContainsFunc(n.Results, func(e ast.Expr) bool { return r.is(c, e) }) {
				r.told[f.FullName()+" result"] = true
			}
		}
		return true
	})
}

// note notes that a variable or a field of texts holds a sentence.
func (r *reading) note(c code, e ast.Expr) {
	var id *ast.Ident
	switch e := e.(type) {
	case *ast.Ident:
		id = e
	case *ast.SelectorExpr:
		id = e.Sel
	case *ast.IndexExpr:
		r.note(c, e.X)
		return
	default:
		return
	}
	v, is := c.info.Defs[id].(*types.Var)
	if !is {
		v, is = c.info.Uses[id].(*types.Var)
	}
	if is && holdsText(v.Type()) {
		r.told[key(c, v)] = true
	}
}

func holdsText(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Kind() == types.String
	case *types.Slice:
		return holdsText(t.Elem())
	case *types.Map:
		return holdsText(t.Elem())
	}
	return false
}

// readers are the functions that look into a text. strings.Fields is none, by which texts are wrapped.
var readers = []string{
	"Contains", "ContainsAny", "ContainsRune", "Count", "Cut", "CutPrefix", "CutSuffix", "EqualFold", "HasPrefix", "HasSuffix", "Index", "IndexByte", "LastIndex",
	"LastIndexByte", "Replace", "ReplaceAll", "Split", "SplitN", "SplitSeq", "SplitAfter", "TrimPrefix", "TrimSuffix", "Sscanf", "Sscan", "MatchString", "FindString", "FindStringSubmatch",
}

// judge says where a sentence is read.
func (r *reading) judge(t *testing.T, _ string, c code, tree *ast.File) {
	t.Helper()
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			f := called(c, n)
			if f == nil || f.Pkg() == nil || !slices.Contains([]string{"strings", "regexp", "fmt"}, f.Pkg().Path()) || !slices.Contains(readers, f.Name()) {
				return true
			}
			if slices.ContainsFunc(n.Args, func(e ast.Expr) bool { return r.is(c, e) }) {
				t.Errorf("%s: %s.%s reads a sentence: take what it says from the value that it is made of", c.files.Position(n.Pos()), f.Pkg().Name(), f.Name())
			}
		case *ast.BinaryExpr:
			for x, y := range map[ast.Expr]ast.Expr{n.X: n.Y, n.Y: n.X} {
				if lit, is := y.(*ast.BasicLit); is && lit.Kind == token.STRING && lit.Value != `""` && (n.Op == token.EQL || n.Op == token.NEQ) && r.is(c, x) {
					t.Errorf("%s: compares a sentence with %s: take what it says from the value that it is made of", c.files.Position(n.Pos()), lit.Value)
				}
			}
		}
		return true
	})
}

// carried says where a sentence is kept in a struct, or handed to a function, by or to a package
// that prints none.
func (r *reading) carried(t *testing.T, name string, c code, tree *ast.File) {
	t.Helper()
	const log = "(*reviewsync/internal/warn.Once).Warn"
	prints := func(path string) bool {
		path = strings.TrimPrefix(path, module+"/")
		return path == teller || slices.Contains(printers, path)
	}
	kept := func(field ast.Expr) {
		sel, is := field.(*ast.SelectorExpr)
		if is {
			field = sel.Sel
		}
		id, is := field.(*ast.Ident)
		if !is {
			return
		}
		if v, is := c.info.Uses[id].(*types.Var); is && v.IsField() && v.Pkg() != nil && !prints(v.Pkg().Path()) {
			t.Errorf("%s: a sentence is kept in the field %s: keep the value, and have it told by %s where it is printed", c.files.Position(id.Pos()), v.Name(), teller)
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if r.is(c, n.Value) {
				kept(n.Key)
			}
		case *ast.AssignStmt:
			for i, to := range n.Lhs {
				if r.is(c, n.Rhs[min(i, len(n.Rhs)-1)]) {
					kept(to)
				}
			}
		case *ast.CallExpr:
			if prints(name) || !slices.ContainsFunc(n.Args, func(e ast.Expr) bool { return r.is(c, e) }) {
				return true
			}
			switch f := called(c, n); {
			case f == nil && !c.info.Types[n.Fun].IsBuiltin() && !c.info.Types[n.Fun].IsType():
				t.Errorf("%s: a sentence is handed to a listener: hand over the value", c.files.Position(n.Pos()))
			case f != nil && f.Pkg() != nil && strings.HasPrefix(f.Pkg().Path(), module+"/") && !prints(f.Pkg().Path()) && f.FullName() != log:
				t.Errorf("%s: a sentence is handed to %s: hand over the value", c.files.Position(n.Pos()), f.FullName())
			}
		}
		return true
	})
}
