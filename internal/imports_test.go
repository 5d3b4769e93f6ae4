// Package internal_test holds what is true of the module as a whole.
package internal_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const (
	module = "reviewsync"
	wiring = "cmd/reviewsync" // may import all
	demo   = "internal/demo"
)

// pkg is what `go list -json` says of a package of this module.
type pkg struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

// The direction of imports: for each package, what it may import of this module. A
// package that is not listed may not be there.
var allowed = map[string][]string{
	"mapping":            {"mapping/duty"},
	"mapping/duty":       {},
	"internal/remote":    {},
	"gerrit":             {"internal/remote"},
	"gerrit/gerrittest":  {},
	"phab":               {"internal/remote"},
	"phab/phabtest":      {},
	"internal/config":    {"mapping", "mapping/duty"},
	"internal/scenario":  {}, // for tests
	"internal/proptest":  {}, // for tests
	"internal/store":     {"mapping", "mapping/duty"},
	"internal/work":      {"internal/store"},
	"internal/hint":      {"gerrit", "mapping", "internal/remote"},
	"internal/ingest":    {"gerrit", "mapping", "internal/hint", "internal/remote", "internal/store"},
	"internal/reconcile": {"gerrit", "phab", "mapping", "mapping/duty", "internal/config", "internal/remote", "internal/store"},
	"internal/explain":   {"gerrit", "phab", "mapping", "internal/config", "internal/ingest", "internal/reconcile", "internal/store"},
	"internal/web":       {"phab", "mapping", "internal/store"},
	"internal/check":     {"gerrit", "phab", "mapping", "internal/config", "internal/ingest", "internal/remote", "internal/store", "internal/web"},
	"internal/demo":      {"gerrit", "gerrit/gerrittest", "phab", "phab/phabtest", "mapping", "internal/config", "internal/remote", "testdata"},
	"testdata":           {}, // embeds its files
	"internal":           {},
}

func TestImportDirection(t *testing.T) {
	for _, p := range packages(t) {
		name := short(p.ImportPath)
		may, known := allowed[name]
		if !known && name != wiring {
			t.Errorf("%s is not in the table of imports", name)
		}
		for _, i := range p.Imports {
			ours, isOurs := strings.CutPrefix(i, module+"/")
			switch {
			case !isOurs:
			case strings.HasPrefix(ours, "cmd/"):
				t.Errorf("%s imports the command %s", name, ours)
			case name == wiring:
			case !slices.Contains(may, ours):
				t.Errorf("%s may not import %s", name, ours)
			}
		}
	}
}

// The rules know no clock, no context, no I/O and nothing beyond the standard library.
func TestMappingIsPure(t *testing.T) {
	for _, p := range packages(t) {
		name := short(p.ImportPath)
		if name != "mapping" && !strings.HasPrefix(name, "mapping/") {
			continue
		}
		for _, i := range p.Imports {
			if strings.Contains(strings.Split(i, "/")[0], ".") {
				t.Errorf("%s imports %s, which is not of the standard library", name, i)
			}
			if slices.Contains([]string{"context", "io", "net", "os", "log", "sync"}, strings.Split(i, "/")[0]) {
				t.Errorf("%s imports %s: it must stay pure", name, i)
			}
		}
	}
}

// The stand-ins serve tests and the demo.
func TestStandInsAreImportedByTestsAndTheDemo(t *testing.T) {
	standIns := []string{module + "/gerrit/gerrittest", module + "/phab/phabtest"}
	tested := 0
	for _, p := range packages(t) {
		for _, i := range p.Imports {
			if slices.Contains(standIns, i) && short(p.ImportPath) != demo && short(p.ImportPath) != wiring {
				t.Errorf("%s imports %s outside of its tests", p.ImportPath, i)
			}
		}
		for _, i := range slices.Concat(p.TestImports, p.XTestImports) {
			if slices.Contains(standIns, i) {
				tested++
			}
		}
	}
	if tested == 0 {
		t.Error("no test imports the stand-ins: is this list of packages complete?")
	}
}

func short(path string) string { return strings.TrimPrefix(path, module+"/") }

// packages lists those of this module.
func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			t.Fatalf("go list: %v: %s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
