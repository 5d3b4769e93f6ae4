package review

import (
	"slices"
	"strings"
	"testing"
	"time"
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
		{"S\n\nBUG: t12, T3 T3", []int{12, 3}},
		{"S\n\nBug: XT12 T12x T_1 T0 T T99999999999 AT5 äT5 T5ä", nil},
		{"S T9\n\nsee T9\n\nFixes: T9", nil},
		{long, []int{5, 6, 7}},
		{many.String(), []int{1, 11, 111}},
	} {
		if got := links.Tasks(nil, tc.message); !slices.Equal(got, tc.want) {
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
		"[[https://phabricator.example.org/T8|see T5]]":      {8, 5},
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
		if got := links.Tasks(nil, "S\n\nBug: "+value+"\nX: y\n"); !slices.Equal(got, want) {
			t.Errorf("Bug: %s links %v, want %v", value, got, want)
		}
	}
}

func TestLinksBeyondMax(t *testing.T) {
	for name, tc := range map[string]struct {
		max       int
		inherited []int
		value     string
		linked    []int
		beyond    []Beyond
	}{
		"no limit":                    {0, nil, "T3 T1 T2", []int{3, 1, 2}, nil},
		"as many as there may be":     {3, nil, "T3 T1 T2", []int{3, 1, 2}, nil},
		"in the order of the message": {2, nil, "T3 T1 T2 T9", []int{3, 1}, []Beyond{{8, 2, 3, 4, 2}, {8, 9, 4, 4, 2}}},
		"each once":                   {2, nil, "T3 T3 T3 T1", []int{3, 1}, nil},
		"inherited first":             {2, []int{7}, "T3 T7 T1", []int{7, 3}, []Beyond{{8, 1, 3, 3, 2}}},
		"inherited are limited too":   {2, []int{9, 8, 7, 9}, "T1", []int{9, 8}, []Beyond{{8, 7, 3, 4, 2}, {8, 1, 4, 4, 2}}},
	} {
		t.Run(name, func(t *testing.T) {
			links := Links{Footers: []string{"Bug"}, Max: tc.max}
			message := "S\n\nBug: " + tc.value + "\n"
			if got := links.Tasks(tc.inherited, message); !slices.Equal(got, tc.linked) {
				t.Errorf("linked to %v, want %v", got, tc.linked)
			}
			c := Change{Key: Key{"p", 8}, Inherited: tc.inherited, PatchSets: []PatchSet{{Number: 2, Message: message}, {Number: 1, Message: "S\n\nBug: T55\n"}}}
			if got := links.Beyond(&c); !slices.Equal(got, tc.beyond) {
				t.Errorf("beyond are %v, want %v", got, tc.beyond)
			}
			c.PatchSets = c.PatchSets[:1]
			h := Reader{Footers: links.Footers, Max: tc.max}.Read(c)
			for i, task := range tc.linked {
				if !h.Linked(task) || h.Place(task) != i+1 {
					t.Errorf("T%d: linked %v, place %d", task, h.Linked(task), h.Place(task))
				}
			}
			if got := h.Tasks(); len(got) != len(tc.linked) {
				t.Errorf("read, it is linked to %v, want %v", got, tc.linked)
			}
		})
	}
}

// The places of tasks are those of all patch sets together, whenever it is asked.
func TestPlaceOfATask(t *testing.T) {
	set := func(n int, bugs string) PatchSet {
		return PatchSet{Number: n, Kind: rework, Created: time.Unix(int64(1000*n), 0), Message: "S\n\nBug: " + bugs + "\n"}
	}
	h := Reader{Footers: []string{"Bug"}, Max: 2}.Read(Change{
		Key: Key{"p", 8}, Created: time.Unix(1000, 0), PatchSets: []PatchSet{set(1, "T9 T8 T7"), set(2, "T7 T9"), set(3, "T8 T6")},
	})
	for task, want := range map[int]int{9: 1, 8: 2, 7: 3, 6: 4, 5: 0} {
		if got := h.Place(task); got != want {
			t.Errorf("T%d has place %d, want %d", task, got, want)
		}
		was := h.AsOf(time.Unix(2500, 0))
		if task != 6 && was.Place(task) != want || task == 6 && was.Place(task) != 0 {
			t.Errorf("before patch set 3, T%d had place %d", task, was.Place(task))
		}
	}
	if got := h.As(100, map[int]time.Time{6: {}, 8: {}}).Place(100); got != 2 {
		t.Errorf("the task that T8 and T6 were merged into has place %d, want the first of theirs", got)
	}
}

func FuzzTasks(f *testing.F) {
	for _, m := range []string{"", "S\n\nBug: T1", "S\nBug: T1,\n T2", "S\n\nBug: (https://a.b/T1)T2, c.de/T3", "S\r\n\r\nBug: T1\r\n", "\n\n \n:"} {
		f.Add(m)
	}
	f.Fuzz(func(t *testing.T, message string) {
		links := Links{Footers: []string{"Bug"}, Hosts: []string{"a.b"}, Max: 2}
		tasks := links.Tasks([]int{7}, message)
		links.Max = 0
		if all := links.Tasks([]int{7}, message); len(tasks) > 2 || tasks[0] != 7 || !slices.Equal(tasks, all[:len(tasks)]) {
			t.Errorf("Tasks(%q) = %v, of %v", message, tasks, all)
		}
	})
}
