// Package internal_test holds what is true of the module as a whole.
package internal_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	module = "reviewsync"
	demo   = "internal/demo"
	world  = "internal/testworld"
)

// pkg is what `go list -json` says of a package of this module.
type pkg struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

// The direction of imports is in the table of packages in docs/develop.md: it names every
// package and what it imports of this module, no less and no more.
func TestImportDirection(t *testing.T) {
	allowed := table(t)
	for _, p := range packages(t) {
		name := short(p.ImportPath)
		may, known := allowed[name]
		if !known {
			t.Errorf("%s is not in the table of packages", name)
		}
		delete(allowed, name)
		for _, i := range p.Imports {
			ours, isOurs := strings.CutPrefix(i, module+"/")
			switch {
			case !isOurs:
			case strings.HasPrefix(ours, "cmd/"):
				t.Errorf("%s imports the command %s", name, ours)
			case !slices.Contains(may, ours):
				t.Errorf("%s may not import %s", name, ours)
			}
		}
		for _, i := range may {
			if !slices.Contains(p.Imports, module+"/"+i) {
				t.Errorf("%s does not import %s: take it out of the table of packages", name, i)
			}
		}
	}
	for name := range allowed {
		t.Errorf("%s is in the table of packages, but there is no such package", name)
	}
}

// table reads which packages docs/develop.md has, and what each may import of this module.
func table(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../docs/develop.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## The packages\n")
	section, _, _ = strings.Cut(section, "\n## ")
	names := func(cell string) (list []string) {
		for _, found := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cell, -1) {
			list = append(list, found[1])
		}
		return list
	}
	allowed := map[string][]string{}
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|") // the first and the last one are empty
		if len(cells) != 5 {
			continue
		}
		for _, name := range names(cells[1]) {
			allowed[name] = names(cells[3])
		}
	}
	return allowed
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
	standIns := []string{module + "/gerrit/gerrittest", module + "/phab/phabtest", module + "/mapping/review/reviewtest", module + "/internal/store/storetest", module + "/" + world}
	tested := 0
	for _, p := range packages(t) {
		for _, i := range p.Imports {
			if slices.Contains(standIns, i) && short(p.ImportPath) != demo && short(p.ImportPath) != world {
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
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...", "./testdata") // which ... leaves out
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
