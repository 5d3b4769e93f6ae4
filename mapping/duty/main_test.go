package duty_test

import (
	"os"
	"testing"

	"reviewsync/internal/proptest"
)

func TestMain(m *testing.M) { os.Exit(proptest.Main(m)) }
