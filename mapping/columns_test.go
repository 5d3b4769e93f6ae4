package mapping

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// What a name of the config means, after people changed the columns of a board.
func TestFindColumns(t *testing.T) {
	const doing, done = "p-doing", "p-done"
	known := map[string]string{"Doing": doing, "Done": done}
	shown := func(id, name string) Column { return Column{ID: id, Name: name} }
	hidden := func(id, name string) Column { return Column{ID: id, Name: name, Hidden: true} }
	for name, c := range map[string]struct {
		known map[string]string
		there []Column
		want  string
	}{
		"as they were":          {known, []Column{shown(doing, "Doing"), shown(done, "Done")}, "Doing=p-doing Done=p-done"},
		"never seen before":     {nil, []Column{shown(doing, "Doing"), shown(done, "Done")}, "Doing=p-doing Done=p-done"},
		"renamed":               {known, []Column{shown(doing, "Doing"), shown(done, "Old")}, "Doing=p-doing Done=p-done(2)"},
		"renamed, and made new": {known, []Column{shown(doing, "Doing"), shown(done, "Old"), shown("p-new", "Done")}, "Doing=p-doing Done=p-new"},
		"made new, and then renamed": {
			known, []Column{shown(doing, "Doing"), shown("p-new", "Done"), shown(done, "Old")}, "Doing=p-doing Done=p-new",
		},
		"hidden":               {known, []Column{shown(doing, "Doing"), hidden(done, "Done")}, "Doing=p-doing Done=p-done(3)"},
		"hidden, and made new": {known, []Column{shown(doing, "Doing"), hidden(done, "Done"), shown("p-new", "Done")}, "Doing=p-doing Done=p-new"},
		"renamed and hidden":   {known, []Column{shown(doing, "Doing"), hidden(done, "Old")}, "Doing=p-doing Done=p-done(3)"},
		"renamed, and a hidden one of the name": {
			known, []Column{shown(doing, "Doing"), shown(done, "Old"), hidden("p-other", "Done")}, "Doing=p-doing Done=p-done(2)",
		},
		"swapped":           {known, []Column{shown(doing, "Done"), shown(done, "Doing")}, "Doing=p-done Done=p-doing"},
		"half swapped":      {known, []Column{shown(doing, "Done"), shown(done, "tmp")}, "Doing=(4) Done=p-doing"},
		"one takes over":    {known, []Column{shown(doing, "Done"), hidden(done, "Done")}, "Doing=(4) Done=p-doing"},
		"gone":              {known, []Column{shown(doing, "Doing")}, "Doing=p-doing Done=(5)"},
		"two of the name":   {known, []Column{shown(doing, "Doing"), shown("p-new", "Done"), shown(done, "Done")}, "Doing=p-doing Done=p-done"},
		"two new ones":      {known, []Column{shown(doing, "Doing"), shown("p-1", "Done"), shown("p-2", "Done")}, "Doing=p-doing Done=(6)"},
		"taken before":      {map[string]string{"Doing": "", "Done": doing}, []Column{shown(doing, "Old")}, "Doing=(5) Done=p-doing(2)"},
		"never there":       {nil, []Column{shown(doing, "Doing"), hidden(done, "Done")}, "Doing=p-doing Done=(7)"},
		"another case":      {nil, []Column{shown(doing, "doing"), shown(done, "Done ")}, "Doing=(7) Done=(7)"},
		"nothing was known": {map[string]string{"Doing": doing}, []Column{shown(doing, "Old"), shown(done, "Done")}, "Doing=p-doing(2) Done=p-done"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := foundText(FindColumns([]string{"Doing", "Done"}, c.known, c.there)); got != c.want {
				t.Errorf("found %s, want %s", got, c.want)
			}
		})
	}
}

// foundText writes names and IDs, and the fit in brackets where it is not by name.
func foundText(found map[string]Found) string {
	text := ""
	for _, name := range slices.Sorted(maps.Keys(found)) {
		f := found[name]
		text += " " + name + "=" + f.Column.ID
		if f.Fit != FitsByName {
			text += fmt.Sprintf("(%d)", f.Fit)
		}
	}
	return text[1:]
}

// Whatever people do to columns: a visible column of exactly the name is the one that is meant, no
// column is meant by two names, and what is meant has the name or had it before.
func TestPropertyColumns(t *testing.T) {
	names := []string{"A", "B", "C"}
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.SampledFrom([]string{"", "1", "2", "3", "4"})
		known := rapid.MapOf(rapid.SampledFrom(names), id).Draw(t, "known")
		var there []Column
		for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(1, 5), 0, 5, rapid.ID).Draw(t, "columns") {
			there = append(there, Column{
				ID: fmt.Sprint(n), Name: rapid.SampledFrom(append(names, "X", "Y")).Draw(t, "name"), Hidden: rapid.Bool().Draw(t, "hidden"),
			})
		}
		found := FindColumns(names, known, there)
		meant := map[string]string{}
		for _, name := range names {
			f := found[name]
			visible := 0
			for _, c := range there {
				if c.Name == name && !c.Hidden {
					visible++
				}
			}
			if usable := f.Fit == FitsByName || f.Fit == FitsRenamed; visible == 1 && f.Fit != FitsByName || usable == (f.Column.ID == "" || f.Column.Hidden) {
				t.Fatalf("%s: %+v", name, f)
			}
			if f.Column.ID == "" {
				continue
			}
			if other := meant[f.Column.ID]; other != "" {
				t.Fatalf("%s and %s are one column", name, other)
			}
			meant[f.Column.ID] = name
			if f.Column.Name != name && known[name] != f.Column.ID {
				t.Fatalf("%s never was %+v", name, f.Column)
			}
		}
		slices.Reverse(there)
		if again := FindColumns(names, known, there); !maps.Equal(found, again) {
			t.Fatalf("the order of the columns matters: %v, %v", found, again)
		}
	})
}
