package config

import (
	"slices"
	"strings"

	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
)

// pools reads who is asked about certain changes instead of the whole team.
func (r *reader) pools(v value, b *Board, team Team) []ask.Pool {
	var out []ask.Pool
	items := v.elements()
	if v.isEmptyList() {
		v.wrong("no pool; say who is asked about what, such as {paths: [\"db/*\"], people: [NAME]}, or take the key out")
	}
	var lines []int
	for _, item := range items {
		before := len(r.problems)
		p := r.pool(item, team)
		if len(r.problems) == before {
			item.reached(p, out, lines, b)
		}
		out, lines = append(out, p), append(lines, item.line())
	}
	return out
}

func (r *reader) pool(v value, team Team) ask.Pool {
	var p ask.Pool
	v.fields([]field{
		{name: "repositories", read: func(v value) { p.Repositories = v.patterns() }},
		{name: "paths", read: func(v value) { p.Paths = v.paths() }},
		{name: "people", need: "write who of the team is asked", read: func(v value) {
			p.People = v.some()
			v.unique(nil)
			for _, item := range v.items() {
				item.inTeam(team.Name, team.Members)
			}
		}},
	})
	return p
}

// paths is a list of patterns for the files of a change.
func (v value) paths() []string {
	out := v.patterns()
	for _, item := range v.items() {
		switch p := item.node.Value; {
		case strings.HasPrefix(p, "/"), strings.HasPrefix(p, "./"):
			item.wrong("%s would fit no file; write the path from the top of the repository, without a slash before it", label(p))
		case strings.HasSuffix(p, "/"):
			item.wrong("%s would fit no file; write %s for all files below", label(p), label(p+"*"))
		case strings.Contains(p, "**"):
			item.doubt("** stands for no slash either, as * does; write a folder with /* behind it for all files below")
		}
	}
	return out
}

// reached refuses a pool that is never used: earlier pools take all of its changes, or the
// board counts none of them.
func (v value) reached(p ask.Pool, earlier []ask.Pool, lines []int, b *Board) {
	for i, e := range earlier {
		if covers(e.Repositories, p.Repositories) && covers(e.Paths, p.Paths) {
			v.wrong("can never be reached: the pool on line %d takes all of its changes; put this one before it, or take it out", lines[i])
			return
		}
	}
	counted := b.Count.Repositories
	if len(p.Repositories) > 0 && len(counted) > 0 && !slices.ContainsFunc(p.Repositories, func(name string) bool {
		return strings.ContainsAny(name, wildcards) || review.Match(counted, name)
	}) {
		v.wrong("can never be reached: count.repositories lets no change of %s through; add it there, or take the pool out", strings.Join(p.Repositories, ", "))
	}
}

const wildcards = `*?[\`

// covers reports whether all that matches a narrow pattern matches a wide one. No patterns match everything.
func covers(wide, narrow []string) bool {
	return len(wide) == 0 || len(narrow) > 0 && !slices.ContainsFunc(narrow, func(n string) bool {
		plain := !strings.ContainsAny(n, wildcards)
		return (!plain || !review.Match(wide, n)) && !slices.ContainsFunc(wide, func(w string) bool {
			folder, below := strings.CutSuffix(w, "/*")
			return w == n || below && !strings.ContainsAny(folder, wildcards) && strings.HasPrefix(n, folder+"/")
		})
	})
}
