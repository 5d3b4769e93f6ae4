// Package proptest runs tests of properties on random input that is the same in every run.
package proptest

import (
	"flag"
	"strconv"
	"testing"
)

// checks is how often each property is tried.
const checks = 500

// Main runs the tests of a package that uses rapid. For other input, give -rapid.checks or
// -rapid.seed.
func Main(m *testing.M) int {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.seed" || f.Name == "rapid.checks" })
	if !given {
		n := checks
		if testing.Short() {
			n *= 5 // rapid tries a fifth with -short, but some tests need to see what is rare
		}
		for name, value := range map[string]string{"rapid.checks": strconv.Itoa(n), "rapid.seed": "1"} {
			if err := flag.Set(name, value); err != nil {
				panic(err)
			}
		}
	}
	return m.Run()
}
