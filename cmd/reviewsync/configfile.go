package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"reviewsync/internal/config"
)

// Where the config file is looked for if nobody names one.
const (
	configVariable = "REVIEWSYNC_CONFIG"
	configHere     = "reviewsync.yaml"
	configSystem   = "/etc/reviewsync/reviewsync.yaml"
)

// configFlag is the file that every command but the demo reads.
type configFlag struct {
	Config string `help:"The config file. Default: $REVIEWSYNC_CONFIG, ./reviewsync.yaml or /etc/reviewsync/reviewsync.yaml, the first that there is." short:"c" placeholder:"FILE"`
}

// path is the config file to read.
func (f configFlag) path() (string, error) {
	if f.Config != "" {
		return f.Config, nil
	}
	return findConfig(os.Getenv(configVariable), configHere, configSystem)
}

// findConfig is the file that a variable names, or else the first of some that is there. One that
// cannot be looked at is taken for there, so that reading it says what is wrong.
func findConfig(named, here, system string) (string, error) {
	if named != "" {
		if _, err := os.Stat(named); errors.Is(err, fs.ErrNotExist) { //nolint:gosec // the variable is set by the account that runs this
			return "", fmt.Errorf("%s: there is no such file, but $%s names it; correct that, or name another file with --config", named, configVariable)
		}
		return named, nil
	}
	for _, path := range []string{here, system} {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
	}
	return "", fmt.Errorf("no config file: $%s is not set, and there is neither ./%s nor %s; name one with --config, or write one (README.md has a first one)",
		configVariable, here, system)
}

// load reads the config. Its warnings are for check and run to print: people who type other
// commands have seen them there.
func (f configFlag) load() (*config.Config, error) {
	path, err := f.path()
	if err != nil {
		return nil, err
	}
	return config.Load(path)
}
