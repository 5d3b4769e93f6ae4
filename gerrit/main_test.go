package gerrit_test

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.g != nil {
		_ = os.RemoveAll(shared.g.git.path)
	}
	os.Exit(code)
}
