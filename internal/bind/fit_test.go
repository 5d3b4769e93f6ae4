package bind

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"reviewsync/mapping"
)

// What a name of the config means, after people changed the columns of a board.
func TestFindColumns(t *testing.T) {
	const doing, done = "p-doing", "p-done"
	known := map[string]string{"Doing": doing, "Done": done}
	shown := func(id, name string) mapping.Column { return mapping.Column{ID: id, Name: name} }
	hidden := func(id, name string) mapping.Column { return mapping.Column{ID: id, Name: name, Hidden: true} }
	for name, c := range map[string]struct {
		known map[string]string
		there []mapping.Column
		want  string
	}{
		"as they were":          {known, []mapping.Column{shown(doing, "Doing"), shown(done, "Done")}, "Doing=p-doing Done=p-done"},
		"never seen before":     {nil, []mapping.Column{shown(doing, "Doing"), shown(done, "Done")}, "Doing=p-doing Done=p-done"},
		"renamed":               {known, []mapping.Column{shown(doing, "Doing"), shown(done, "Old")}, "Doing=p-doing Done=p-done(2)"},
		"renamed, and made new": {known, []mapping.Column{shown(doing, "Doing"), shown(done, "Old"), shown("p-new", "Done")}, "Doing=p-doing Done=p-new"},
		"made new, and then renamed": {
			known, []mapping.Column{shown(doing, "Doing"), shown("p-new", "Done"), shown(done, "Old")}, "Doing=p-doing Done=p-new",
		},
		"hidden":               {known, []mapping.Column{shown(doing, "Doing"), hidden(done, "Done")}, "Doing=p-doing Done=p-done(3)"},
		"hidden, and made new": {known, []mapping.Column{shown(doing, "Doing"), hidden(done, "Done"), shown("p-new", "Done")}, "Doing=p-doing Done=p-new"},
		"renamed and hidden":   {known, []mapping.Column{shown(doing, "Doing"), hidden(done, "Old")}, "Doing=p-doing Done=p-done(3)"},
		"renamed, and a hidden one of the name": {
			known, []mapping.Column{shown(doing, "Doing"), shown(done, "Old"), hidden("p-other", "Done")}, "Doing=p-doing Done=p-done(2)",
		},
		"swapped":           {known, []mapping.Column{shown(doing, "Done"), shown(done, "Doing")}, "Doing=p-done Done=p-doing"},
		"half swapped":      {known, []mapping.Column{shown(doing, "Done"), shown(done, "tmp")}, "Doing=(4) Done=p-doing"},
		"one takes over":    {known, []mapping.Column{shown(doing, "Done"), hidden(done, "Done")}, "Doing=(4) Done=p-doing"},
		"gone":              {known, []mapping.Column{shown(doing, "Doing")}, "Doing=p-doing Done=(5)"},
		"two of the name":   {known, []mapping.Column{shown(doing, "Doing"), shown("p-new", "Done"), shown(done, "Done")}, "Doing=p-doing Done=p-done"},
		"two new ones":      {known, []mapping.Column{shown(doing, "Doing"), shown("p-1", "Done"), shown("p-2", "Done")}, "Doing=p-doing Done=(6)"},
		"taken before":      {map[string]string{"Doing": "", "Done": doing}, []mapping.Column{shown(doing, "Old")}, "Doing=(5) Done=p-doing(2)"},
		"never there":       {nil, []mapping.Column{shown(doing, "Doing"), hidden(done, "Done")}, "Doing=p-doing Done=(7)"},
		"another case":      {nil, []mapping.Column{shown(doing, "doing"), shown(done, "Done ")}, "Doing=(7) Done=(7)"},
		"nothing was known": {map[string]string{"Doing": doing}, []mapping.Column{shown(doing, "Old"), shown(done, "Done")}, "Doing=p-doing(2) Done=p-done"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := foundText(findColumns([]string{"Doing", "Done"}, c.known, c.there)); got != c.want {
				t.Errorf("found %s, want %s", got, c.want)
			}
		})
	}
}

// foundText writes names and IDs, and the fit in brackets where it is not by name.
func foundText(all map[string]found) string {
	text := ""
	for _, name := range slices.Sorted(maps.Keys(all)) {
		f := all[name]
		text += " " + name + "=" + f.column.ID
		if f.fit != fitsByName {
			text += fmt.Sprintf("(%d)", f.fit)
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
		var there []mapping.Column
		for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(1, 5), 0, 5, rapid.ID).Draw(t, "columns") {
			there = append(there, mapping.Column{
				ID: fmt.Sprint(n), Name: rapid.SampledFrom(append(names, "X", "Y")).Draw(t, "name"), Hidden: rapid.Bool().Draw(t, "hidden"),
			})
		}
		all := findColumns(names, known, there)
		meant := map[string]string{}
		for _, name := range names {
			f := all[name]
			visible := 0
			for _, c := range there {
				if c.Name == name && !c.Hidden {
					visible++
				}
			}
			if usable := f.fit == fitsByName || f.fit == fitsRenamed; visible == 1 && f.fit != fitsByName || usable == (f.column.ID == "" || f.column.Hidden) {
				t.Fatalf("%s: %+v", name, f)
			}
			if f.column.ID == "" {
				continue
			}
			if other := meant[f.column.ID]; other != "" {
				t.Fatalf("%s and %s are one column", name, other)
			}
			meant[f.column.ID] = name
			if f.column.Name != name && known[name] != f.column.ID {
				t.Fatalf("%s never was %+v", name, f.column)
			}
		}
		slices.Reverse(there)
		if again := findColumns(names, known, there); !maps.Equal(all, again) {
			t.Fatalf("the order of the columns matters: %v, %v", all, again)
		}
	})
}
