package review

import (
	"slices"
	"strings"
	"testing"
)

func TestTasks(t *testing.T) {
	long := "Subject\n\n" + strings.Repeat("Bug: T5\n", 5000) + strings.Repeat("Bug: T6\nBug: T7\n", 2500)
	var many strings.Builder
	many.WriteString("Subject\n\n")
	for i := range 10_000 {
		many.WriteString("Bug: T" + strings.Repeat("1", 1+i%3) + "\n")
	}
	links := Links{Footers: []string{"Bug"}, Hosts: []string{"phabricator.example.org", "T9.example.org", "::1"}}
	for _, tc := range []struct {
		message string
		want    []int
	}{
		{"S\n\nBug: T12\nChange-Id: I1", []int{12}},
		{"S\n\nBUG: t12, T3 T3", []int{3, 12}},
		{"S\n\nBug: XT12 T12x T_1 T0 T T99999999999 AT5 äT5 T5ä", nil},
		{"S T9\n\nsee T9\n\nFixes: T9", nil},
		{long, []int{5, 6, 7}},
		{many.String(), []int{1, 11, 111}},
	} {
		if got := links.Tasks(tc.message); !slices.Equal(got, tc.want) {
			t.Errorf("Tasks(%.60q) = %v, want %v", tc.message, got, tc.want)
		}
	}
	for value, want := range map[string][]int{
		// separators of any kind
		"T5,\u00a0T6":              {5, 6},
		"T5，T6":                    {5, 6},
		"T5、T6。":                   {5, 6},
		"“T5”":                     {5},
		"«T5»":                     {5},
		"T5\u2009T6\u3000T7":       {5, 6, 7},
		"\u200bT5\u200b":           {5},
		"\ufeffT5":                 {5},
		"T5–T6":                    {5, 6},
		"T5…":                      {5},
		"✅T5":                      {5},
		"⚠\ufe0fT5":                {5},
		"T5\u0085T6\u2028T7\tT8\r": {5, 6, 7, 8},
		"(T5)[T6]{T7}":             {5, 6, 7},
		"T5/T6, 'T7', T8's":        {5, 6, 7, 8},
		"\xffT5\xff":               {5},

		// addresses
		"https://phabricator.example.org/T8#123":             {8},
		"https://phabricator.example.org/T78,T79.":           {78, 79},
		"http://PHABRICATOR.example.org:8443/T8":             {8},
		"https://somebody:secret@phabricator.example.org/T8": {8},
		"phabricator.example.org/T8":                         {8},
		"https://t9.example.org/T8":                          {8}, // T9 is the host
		"[[https://phabricator.example.org/T8|see T5]]":      {5, 8},
		"[T5](https://we.phorge.it/T6)":                      {5},
		"https://we.phorge.it/T15001":                        nil,
		"https://we.phorge.it/T15001, T5":                    {5},
		"https://we.phorge.it/T15001\u00a0T5":                {5},
		"https://we.phorge.it/T15001，T5":                     {5},
		"T5 (https://we.phorge.it/T15001)":                   {5},
		"(https://we.phorge.it/T15001)T5":                    {5},
		"<https://we.phorge.it/T15001>T5":                    {5},
		"“https://we.phorge.it/T15001”":                      nil,
		"https://en.example.org/wiki/A_(T6)":                 nil,
		"https://en.example.org/wiki/Ä/T6":                   nil,
		"we.phorge.it/T15001":                                nil,
		"//we.phorge.it/T15001":                              nil,
		"we.phorge.it:8080/T15001":                           nil,
		"http://phabricator/T15001":                          nil,
		"https://we.phorge.it?T15001":                        nil,
		"https://we.phorge.it#T15001":                        nil,
		"https://[::2]:8080/T15001":                          nil,
		"https://[::1]:8080/T8":                              {8},
		"https://we.phorge.it/phabricator.example.org/T8":    nil,
		"https://phabricator.example.org.evil.example/T8":    nil,
		"https://phabricator.example.org@we.phorge.it/T8":    nil,
		"see:https://we.phorge.it/T15001":                    nil,
		"//T5//":                                             {5}, // in italics
	} {
		if got := links.Tasks("S\n\nBug: " + value + "\nX: y\n"); !slices.Equal(got, want) {
			t.Errorf("Bug: %s links %v, want %v", value, got, want)
		}
	}
}

func FuzzTasks(f *testing.F) {
	for _, m := range []string{"", "S\n\nBug: T1", "S\nBug: T1,\n T2", "S\n\nBug: (https://a.b/T1)T2, c.de/T3", "S\r\n\r\nBug: T1\r\n", "\n\n \n:"} {
		f.Add(m)
	}
	f.Fuzz(func(t *testing.T, message string) {
		tasks := Links{Footers: []string{"Bug"}, Hosts: []string{"a.b"}}.Tasks(message)
		if len(tasks) > MaxTasks || !slices.IsSorted(tasks) {
			t.Errorf("Tasks(%q) = %v", message, tasks)
		}
	})
}
