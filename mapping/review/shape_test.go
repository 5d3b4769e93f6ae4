package review

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// A Change is stored as JSON. A change to the struct must consider those that are stored.
func TestShape(t *testing.T) {
	got := fmt.Sprintf("shape %d\n%s", Shape, fieldsOf(reflect.TypeFor[Change](), ""))
	golden := filepath.Join("testdata", "shape.txt")
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("a Change is stored as something else than before. If the rules go by that, raise Shape, so that what is stored is read again; then put this into %s:\n%s", golden, got)
	}
}

// fieldsOf lists what the JSON of a type has, a field a line.
func fieldsOf(t reflect.Type, indent string) string {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Map {
		return fieldsOf(t.Elem(), indent)
	}
	if t.Kind() != reflect.Struct || t.PkgPath() == "time" {
		return ""
	}
	var b strings.Builder
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || !f.IsExported() {
			continue
		}
		fmt.Fprintf(&b, "%s%s %s\n%s", indent, name, f.Type, fieldsOf(f.Type, indent+"  "))
	}
	return b.String()
}
