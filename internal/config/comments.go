package config

import (
	"slices"
	"strings"

	"reviewsync/mapping"
)

// Comments are the templates of the comments on tasks. A kind without one is not commented on.
type Comments map[mapping.CommentKind]*mapping.CommentText

// comments reads which comments are made on tasks, and for changes in which repositories.
func (r *reader) comments(v value) (out Comments, repositories []string) {
	if v.isEmptyMapping() {
		v.wrong("has no comment; write which there are, such as {merged: true}, or take the key out")
		return nil, nil
	}
	out = Comments{}
	var fields []field
	for _, kind := range mapping.CommentKinds() {
		fields = append(fields, field{name: string(kind), read: func(v value) {
			if t := v.comment(kind); t != nil {
				out[kind] = t
			}
		}})
	}
	fields = append(fields, field{name: "repositories", read: func(v value) { repositories = v.patterns() }})
	v.fields(fields)
	return out, repositories
}

// comment is a template, true for the default, or false for none.
func (v value) comment(kind mapping.CommentKind) *mapping.CommentText {
	text, ok := v.scalar()
	switch {
	case !ok:
		return nil
	case v.isBool() && strings.EqualFold(text, "false") && kind == mapping.CommentAsked:
		v.wrong("has no effect: whether asks are commented on is set by comment under a board's ask; take this out")
		return nil
	case v.isBool() && strings.EqualFold(text, "false"):
		return nil
	case v.isBool():
		text = mapping.DefaultComment(kind)
	case strings.TrimSpace(text) == "":
		v.wrong("an empty text; write a template, true for the default text, or false for no such comment")
		return nil
	}
	t, err := mapping.ParseComment(kind, text)
	if err != nil {
		v.wrong("%v", err)
	}
	return t
}

// askedComment sets the default text for boards that comment asks, and warns about a text that no board uses.
func (r *reader) askedComment(c *Config, root value) {
	used := slices.ContainsFunc(c.Boards, func(b Board) bool { return b.AskComment })
	switch {
	case used && c.Comments[mapping.CommentAsked] == nil:
		text, err := mapping.ParseComment(mapping.CommentAsked, mapping.DefaultComment(mapping.CommentAsked))
		if err != nil {
			root.wrong("%v", err)
			return
		}
		if c.Comments == nil {
			c.Comments = Comments{}
		}
		c.Comments[mapping.CommentAsked] = text
	case len(c.CommentRepositories) > 0 && len(c.Comments) == 0:
		root.doubt("comments.repositories is for no comment: write which there are, such as merged: true")
	case !used && c.Comments[mapping.CommentAsked] != nil:
		root.doubt("comments.asked is never used: no board has comment: true under its ask")
	}
}

// OfChanges reports whether changes are commented on, and not only asks.
func (c Comments) OfChanges() bool {
	for kind := range c {
		if kind != mapping.CommentAsked {
			return true
		}
	}
	return false
}
