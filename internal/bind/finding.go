package bind

import (
	"fmt"
	"strings"

	"reviewsync/internal/remote"
)

// Level says how bad a finding is.
type Level string

// The levels.
const (
	OK   Level = "ok"
	Info Level = "info" // what cannot be found out, or is neither right nor wrong
	Warn Level = "warn"
	Fail Level = "fail" // the service cannot do what the config asks of it
)

// Finding says one thing about one thing that the config names. As an error, it is one that a
// person must fix.
type Finding struct {
	Level Level
	Of    string // the thing, as the config calls it: "gerrit", "team cpt", "board #name"
	Key   string // of the config, within it
	Text  string // what is wrong with it, or right
	Fix   string // what to do in the config
	Else  string // what to do elsewhere
	File  string // the config
	Lines []int  // where to look in it
	Out   bool   // the thing is left out because of it
	Log   string // what the log calls the thing
	Err   error  // what the log says instead of Text and Fix, such as the answer of a server
}

// Line is what check prints.
func (f Finding) Line() string { return fmt.Sprintf("%-5s %s: %s", f.Level, f.Of, f.says(true)) }

// Error is what the log says.
func (f Finding) Error() string {
	var parts []string
	for _, part := range []string{f.places(), f.Log, f.Key} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if f.Err != nil {
		parts = append(parts, f.Err.Error())
	} else {
		parts = append(parts, f.says(false))
	}
	return strings.Join(parts, ": ")
}

// Unwrap lets others see that it is nothing to be tried again.
func (f Finding) Unwrap() []error {
	return []error{f.Err, &remote.Error{Class: remote.Blocked, Server: "phabricator", Op: "bind", Detail: f.Text}}
}

// says is what is wrong and what to do.
func (f Finding) says(places bool) string {
	text := f.Text
	if f.Fix != "" {
		text += "; " + f.Fix
	}
	if places && len(f.Lines) > 0 && (f.Fix != "" || f.Else == "") {
		text += " (" + f.places() + ")"
	}
	switch {
	case f.Else == "":
	case f.Fix == "":
		text += "; " + f.Else
	default:
		text += ", or " + f.Else
	}
	return text
}

func (f Finding) places() string {
	var all []string
	for _, line := range f.Lines {
		all = append(all, fmt.Sprintf("%s:%d", f.File, line))
	}
	return strings.Join(all, ", ")
}

// report collects what is found of one thing.
type report struct {
	of, log  string // what check and the log call it
	file     string // the config
	findings []Finding
	out      *Finding // why the thing is left out; nil: it is not
}

func (b *Binder) report(format string, args ...any) report {
	name := fmt.Sprintf(format, args...)
	return report{of: name, log: name, file: b.o.Config.Path}
}

// Findings are what was found of it.
func (r *report) Findings() []Finding { return r.findings }

func (r *report) add(f Finding) {
	f.Of, f.Log, f.File = r.of, r.log, r.file
	r.findings = append(r.findings, f)
}

// fine says what is as it should be.
func (r *report) fine(format string, args ...any) {
	r.add(Finding{Level: OK, Text: fmt.Sprintf(format, args...)})
}

// leave leaves the thing out. The log gives the first reason.
func (r *report) leave(f Finding) {
	f.Level, f.Out = Fail, true
	if r.add(f); r.out == nil {
		r.out = &r.findings[len(r.findings)-1]
	}
}

// refused leaves the thing out if a server refuses to answer about it alone. Otherwise it returns
// the error: the server or the store does not answer at all.
func (r *report) refused(what string, err error) error {
	if remote.ClassOf(err) != remote.Blocked {
		return err
	}
	r.leave(Finding{Text: fmt.Sprintf("%s could not be checked: %s", what, strings.TrimPrefix(err.Error(), "phabricator: ")), Err: err})
	return nil
}
