// Package testdata gives the sample configuration to what is built into the binary.
package testdata

import _ "embed"

// Process is the sample configuration process.yaml: the two boards of a team's review process.
//
//go:embed process.yaml
var Process string
