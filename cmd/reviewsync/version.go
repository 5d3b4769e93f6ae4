package main

import (
	"fmt"
	"runtime/debug"

	"github.com/alecthomas/kong"

	"reviewsync/internal/service"
)

// A build outside a checkout sets these:
// go build -ldflags "-X main.release=1.4 -X main.commit=0a1b2c3".
var release, commit string

// unknown stands for what the program does not know of itself.
const unknown = "unknown"

// thisBuild is the program that runs.
func thisBuild() service.Build {
	info, _ := debug.ReadBuildInfo()
	return build(release, commit, info)
}

// build says which program this is: by what was set when it was linked, or else by what Go noted. info may be nil.
func build(version, commit string, info *debug.BuildInfo) service.Build {
	b := service.Build{Version: version, Commit: commit}
	if info == nil {
		info = &debug.BuildInfo{}
	}
	if b.Version == "" && info.Main.Version != "(devel)" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && b.Commit == "" {
			b.Commit = s.Value
		}
	}
	if b.Version == "" {
		b.Version = unknown
	}
	if b.Commit == "" {
		b.Commit = unknown
	}
	return b
}

// versionFlag prints which program this is.
type versionFlag bool

// BeforeReset prints it before the rest of the command line is looked at.
func (versionFlag) BeforeReset(app *kong.Kong) error {
	b := thisBuild()
	_, err := fmt.Fprintf(app.Stdout, "reviewsync %s, commit %s, schema %d\n", b.Version, b.Commit, b.Schema())
	app.Exit(0)
	return err
}
