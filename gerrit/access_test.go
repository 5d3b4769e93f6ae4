package gerrit_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"reviewsync/internal/remote"
)

func TestProjectNames(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		c, names := clientOf(t, s, sync), s.ProjectNames()
		prefix := strings.TrimSuffix(names.core, "core")
		got, err := c.ProjectNames(t.Context(), prefix, 100)
		ok(t, err)
		if !slices.IsSorted(got) || !slices.Contains(got, names.core) || !slices.Contains(got, names.plain) {
			t.Errorf("below %s: %v", prefix, got)
		}
		got, err = c.ProjectNames(t.Context(), prefix, 1)
		ok(t, err)
		if !slices.Equal(got, []string{names.core}) {
			t.Errorf("one below %s: %v", prefix, got)
		}
		got, err = c.ProjectNames(t.Context(), prefix+"no/such", 100)
		ok(t, err)
		if len(got) > 0 {
			t.Errorf("below a folder that is not there: %v", got)
		}
	})
}

func TestHeadTellsWhoMayReadTheBranch(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		names := s.ProjectNames()
		head, err := clientOf(t, s, sync).Head(t.Context(), names.core)
		ok(t, err)
		if head != "refs/heads/master" {
			t.Errorf("head %q", head)
		}
		_, err = clientOf(t, s, sync).Head(t.Context(), names.hidden)
		e, _ := errors.AsType[*remote.Error](err)
		if e == nil || e.Status != http.StatusForbidden && e.Status != http.StatusNotFound {
			t.Errorf("of a project that it may not read: %v", err)
		}
		if _, err = clientOf(t, s, alice).Head(t.Context(), names.hidden); err != nil {
			t.Errorf("of a project that is hers to read: %v", err)
		}
		if _, err = clientOf(t, s, alice).Head(t.Context(), "no/such"); !remote.NotFound(err) {
			t.Errorf("of an unknown project: %v", err)
		}
	})
}
