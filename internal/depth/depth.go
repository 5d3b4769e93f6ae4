// Package depth says how much of what repeats the tests try, such as a kill at each step of a
// story: a sample, which is the same in every run, or all of it.
package depth

import (
	"hash/crc32"
	"os"
	"testing"
)

// Env is the environment variable; its value "full" means all.
const Env = "REVIEWSYNC_TEST_DEPTH"

// Full reports whether all is to be tried.
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

// Of returns one of two amounts: the one for a sample, or the one for all.
func Of[T any](sample, full T) T {
	if Full() {
		return full
	}
	return sample
}

// Variant skips most variants of a test in a sample. The name of the test decides, so a variant
// is in every sample or in none.
func Variant(t *testing.T) {
	t.Helper()
	if !Full() && crc32.ChecksumIEEE([]byte(t.Name()))%5 != 0 {
		t.Skip("one of many variants; " + Env + "=full plays all")
	}
}

// Long skips a story of days if -short is given. Such a story has thousands of polls. The race
// detector makes it slow, and finds the same races in shorter stories.
func Long(t *testing.T) {
	t.Helper()
	if testing.Short() && !Full() {
		t.Skip("takes seconds; played without -short")
	}
}
