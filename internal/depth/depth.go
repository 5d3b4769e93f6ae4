// Package depth says how much the tests try of what repeats, such as a kill at each step of a
// story: a sample, the same in every run, or all of it.
package depth

import (
	"hash/crc32"
	"os"
	"testing"
)

// Env is the variable that asks for all with the value "full".
const Env = "REVIEWSYNC_TEST_DEPTH"

// Full says whether all is to be tried.
func Full() bool {
	switch depth := os.Getenv(Env); depth {
	case "full":
		return true
	case "":
		return false
	default:
		panic(Env + " is " + depth + "; write full, or unset it")
	}
}

// Of is how much there is of something: in a sample, or in full.
func Of[T any](sample, full T) T {
	if Full() {
		return full
	}
	return sample
}

// Variant skips most variants of one test in a sample. The name decides: a variant is in each
// sample or in none.
func Variant(t *testing.T) {
	t.Helper()
	if !Full() && crc32.ChecksumIEEE([]byte(t.Name()))%5 != 0 {
		t.Skip("one of many variants; " + Env + "=full plays all")
	}
}

// Long skips, with -short, a story of days. Each has thousands of polls, which the race detector
// makes slow and in which it finds no race that it does not find in shorter stories.
func Long(t *testing.T) {
	t.Helper()
	if testing.Short() && !Full() {
		t.Skip("takes seconds; played without -short")
	}
}
