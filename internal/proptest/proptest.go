// Package proptest runs tests of properties on random input that is the same in every run.
package proptest

import (
	"flag"
	"testing"
)

// Main runs the tests of a package that uses rapid. Whoever looks for more gives
// -rapid.checks or -rapid.seed.
func Main(m *testing.M) int {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.seed" || f.Name == "rapid.checks" })
	if !given {
		for name, value := range map[string]string{"rapid.checks": "500", "rapid.seed": "1"} {
			if err := flag.Set(name, value); err != nil {
				panic(err)
			}
		}
	}
	return m.Run()
}
