package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// mistyped says in two lines what was wrong with the command line, and what to type.
func mistyped(w io.Writer, parser *kong.Kong, err error) {
	parse, ok := errors.AsType[*kong.ParseError](err)
	switch {
	case !ok || parse.Context == nil:
	case parse.Context.Selected() != nil:
		command := parse.Context.Selected()
		fmt.Fprintf(w, "reviewsync: %v\nusage: reviewsync %s; 'reviewsync %s --help' says more\n", err, command.Summary(), command.Path())
		return
	case len(parse.Context.Args) == 0:
		err = errors.New("no command was given")
	}
	var names []string
	for _, command := range parser.Model.Leaves(true) {
		names = append(names, command.Path())
	}
	fmt.Fprintf(w, "reviewsync: %v\ncommands: %s; 'reviewsync --help' says what they do\n", err, strings.Join(names, ", "))
}
