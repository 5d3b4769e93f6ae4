package config

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// value is a place in the file: a YAML node and the key that leads to it.
type value struct {
	r    *reader
	node *yaml.Node // never an alias: the node that it stands for
	key  string     // such as boards[0].rules[2].when; empty for the whole file
}

// document returns the whole file as a mapping. It reports text that is not YAML, an
// empty file and a file of several documents.
func (r *reader) document(data []byte) (value, bool) {
	var docs []yaml.Node
	if err := yaml.Load(data, &docs, yaml.WithAllDocuments()); err != nil {
		r.syntax(data, err)
		return value{}, false
	}
	if len(docs) > 1 {
		r.wrong(docs[1].Line, "", "a second document begins here; keep one, and take out the line ---")
		return value{}, false
	}
	if len(docs) == 0 || len(docs[0].Content) == 0 || docs[0].Content[0].Tag == "!!null" {
		r.wrong(1, "", "the file is empty; README.md has a first configuration to copy")
		return value{}, false
	}
	v := r.value(docs[0].Content[0], "")
	return v, v.isMapping()
}

// value returns the place of a node, or of the node that an alias stands for.
func (r *reader) value(n *yaml.Node, key string) value {
	for n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	return value{r, n, key}
}

func (v value) line() int { return v.node.Line }

func (v value) wrong(format string, args ...any) { v.r.wrong(v.line(), v.key, format, args...) }
func (v value) doubt(format string, args ...any) { v.r.doubt(v.line(), v.key, format, args...) }

// isEmpty reports a key without a value. An unquoted # is the usual reason.
func (v value) isEmpty() bool {
	if v.node.Kind != yaml.ScalarNode || v.node.Tag != "!!null" {
		return false
	}
	v.wrong("has no value; give it one or take the key out (a # begins a comment unless it is in quotes)")
	return true
}

// A node with a tag of another program, such as !include, is none of these.

func (v value) isSingle() bool {
	return v.node.Kind == yaml.ScalarNode && strings.HasPrefix(v.node.Tag, "!!")
}
func (v value) isKeys() bool { return v.node.Kind == yaml.MappingNode && v.node.Tag == "!!map" }
func (v value) isList() bool { return v.node.Kind == yaml.SequenceNode && v.node.Tag == "!!seq" }

func (v value) isBool() bool         { return v.isSingle() && v.node.Tag == "!!bool" }
func (v value) isEmptyList() bool    { return v.isList() && len(v.node.Content) == 0 }
func (v value) isEmptyMapping() bool { return v.isKeys() && len(v.node.Content) == 0 }

// isMapping says whether v has keys, and reports an error if not.
func (v value) isMapping() bool {
	switch {
	case v.isEmpty():
		return false
	case !v.isKeys():
		v.wrong("%s where keys were expected; write KEY: VALUE lines or {KEY: VALUE, …}", v.kind())
		return false
	}
	return true
}

// kind names what v is, for messages that expected something else.
func (v value) kind() string {
	switch tag := v.node.Tag; {
	case strings.HasPrefix(tag, "!") && !strings.HasPrefix(tag, "!!"):
		return "the tag " + label(tag)
	case v.node.Kind == yaml.MappingNode:
		return "keys"
	case v.node.Kind == yaml.SequenceNode:
		return "a list"
	default:
		return "a single value"
	}
}

// entry is one key of a mapping with its value.
type entry struct {
	name string
	at   *yaml.Node // the key itself
	value
}

// entries returns the keys of a mapping in their order. It reports keys that are not
// texts, duplicate keys, and merge keys.
func (v value) entries() []entry {
	if !v.isMapping() {
		return nil
	}
	var out []entry
	first := map[string]int{}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		k := v.r.value(v.node.Content[i], v.key)
		if !k.isSingle() || k.node.Value == "" {
			k.wrong("%s stands where the name of a key was expected; write KEY: VALUE", k.kind())
			continue
		}
		name := k.node.Value
		e := entry{name, v.node.Content[i], v.r.value(v.node.Content[i+1], join(v.key, name))}
		if line, twice := first[name]; twice {
			e.atKey().wrong("there twice, first on line %d; keep one", line)
			continue
		}
		first[name] = e.at.Line
		if name == "<<" {
			e.atKey().wrong("merge keys are not read; write the keys out, or use an alias for a whole value")
			continue
		}
		out = append(out, e)
	}
	return out
}

// atKey is the entry for messages about the key rather than its value.
func (e entry) atKey() value { return value{e.r, e.at, e.key} }

// items returns the elements of a list. A single value is a list of one.
func (v value) items() []value {
	if !v.isList() {
		if v.isEmpty() {
			return nil
		}
		return []value{v}
	}
	var out []value
	for i, n := range v.node.Content {
		out = append(out, v.r.value(n, fmt.Sprintf("%s[%d]", v.key, i)))
	}
	return out
}

// elements is items, but a single value is an error.
func (v value) elements() []value {
	switch {
	case v.isEmpty():
		return nil
	case !v.isList():
		v.wrong("%s where a list was expected; begin each element with a dash", v.kind())
		return nil
	}
	return v.items()
}

// field is a key that a mapping may have.
type field struct {
	name  string
	need  string // if set, the key must be there; what to write
	later string // if set, the key is refused as not yet supported; what this version does instead
	never string // if set, the key is refused; what is wrong; what to do
	other string // with never: the key to use instead, which then is not reported as missing
	read  func(value)
}

// fields reads the keys of a mapping in the order of fs, and reports unknown and missing
// ones. It returns whether the keys were fine, whatever their values are.
func (v value) fields(fs []field) bool {
	if !v.isMapping() {
		return false
	}
	before := len(v.r.problems)
	there := map[string]bool{}
	found := map[string]entry{}
	for _, e := range v.entries() {
		found[e.name] = e
		there[e.name] = true
		if meant, known := e.isOneOf(fs); !known {
			there[meant] = true
		}
	}
	for _, f := range fs {
		if f.never != "" && there[f.name] {
			there[f.other] = true
		}
	}
	for _, f := range fs {
		if f.need != "" && !there[f.name] {
			value{v.r, v.node, join(v.key, f.name)}.wrong("missing; %s", f.need)
		}
		if e, ok := found[f.name]; ok && f.later != "" {
			e.atKey().wrong("not yet there; take it out (%s)", f.later)
		} else if ok && f.never != "" {
			e.atKey().wrong("%s", f.never)
		}
	}
	fine := len(v.r.problems) == before
	for _, f := range fs {
		if e, ok := found[f.name]; ok && f.read != nil {
			f.read(e.value)
		}
	}
	return fine
}

// isOneOf reports an unknown key, and returns the one that was probably meant.
func (e entry) isOneOf(fs []field) (meant string, known bool) {
	var names []string
	for _, f := range fs {
		if f.name == e.name {
			return "", true
		}
		if f.later == "" && f.never == "" {
			names = append(names, f.name)
		}
	}
	if meant = nearest(e.name, names); meant != "" {
		e.atKey().wrong("unknown key; did you mean %s?", meant)
	} else {
		e.atKey().wrong("unknown key; known here: %s", strings.Join(names, ", "))
	}
	return meant, false
}

// label is a text from the file as messages show it: short, on one line, and quoted if need be.
func label(s string) string {
	if r := []rune(s); len(r) > 64 {
		s = string(r[:64]) + "…"
	}
	odd := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-.#/*", r)
	}
	if s == "" || strings.ContainsFunc(s, odd) {
		return strconv.Quote(s)
	}
	return s
}

func join(key, name string) string {
	if key == "" {
		return label(name)
	}
	return key + "." + label(name)
}
