package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"reviewsync/internal/store"
)

// troubles is what is wrong with the file at path.
type troubles struct {
	path string

	mu      sync.Mutex
	damaged *store.Trouble // the first one, which does not end
	failing *store.Trouble // why the newest write failed; nil: it did not
	wrote   time.Time      // when the newest good write ended
}

// Trouble returns what keeps the store from being read or written now; nil if nothing does.
func (s *file) Trouble() *store.Trouble {
	t := &s.db.troubles
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.damaged != nil {
		return t.damaged
	}
	if lost, ok := errors.AsType[*store.Trouble](s.There()); ok {
		return lost
	}
	return t.failing
}

// Wrote returns when something was last written.
func (s *file) Wrote() time.Time {
	t := &s.db.troubles
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.wrote
}

// beats is how often an idle service checks that the store can be written.
const beats = time.Minute

// Beat writes something, unless something was written a moment ago, so that an idle service finds
// out whether it can.
func (s *file) Beat(ctx context.Context) error {
	if s.wroteLately() {
		return nil
	}
	return s.change(ctx, "see whether the store can be written", func(ctx context.Context, t tx) error {
		return t.exec(ctx, sqlSetMoment, momentStore, "beat", millis(s.Now()))
	})
}

func (s *file) wroteLately() bool {
	t := &s.db.troubles
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failing == nil && time.Since(t.wrote) < beats
}

// read notes an error of a read, and returns it with the fix.
func (t *troubles) read(err error) error {
	if err == nil {
		return nil
	}
	err = t.explain(err)
	if found, ok := errors.AsType[*store.Trouble](err); ok && found.Damaged {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.damaged == nil {
			t.damaged = found
		}
	}
	return err
}

// written notes how a transaction ended, and returns its error with the fix.
func (t *troubles) written(wrote bool, err error) error {
	err = t.read(err)
	found, ill := errors.AsType[*store.Trouble](err)
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err == nil && wrote:
		t.failing, t.wrote = nil, time.Now()
	case ill:
		t.failing = found
	}
	return err
}

// explain adds the fix to an error of the file or its disk.
func (t *troubles) explain(err error) error {
	if _, done := errors.AsType[*store.Trouble](err); done {
		return err
	}
	code := 0
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		code = e.Code() & 0xff // the primary code
	}
	switch {
	case code == sqlite3.SQLITE_CORRUPT:
		return t.damage(err)
	case code == sqlite3.SQLITE_NOTADB:
		return &store.Trouble{Damaged: true, What: "is damaged", Err: err, Fix: "is it a store of reviewsync? If so, its beginning was overwritten: " + t.away()}
	case code == sqlite3.SQLITE_FULL, errors.Is(err, syscall.ENOSPC), code == sqlite3.SQLITE_IOERR && full(t.path):
		return &store.Trouble{What: "cannot be written, its disk is full", Err: err, Fix: fmt.Sprintf("the disk that %s is on is full: make room there; nothing is lost by it", t.path)}
	case code == sqlite3.SQLITE_READONLY:
		return &store.Trouble{What: "cannot be written", Err: err, Fix: fmt.Sprintf("%s cannot be written: give the service's account the right to, or see why its disk has become read-only", t.path)}
	case code == sqlite3.SQLITE_IOERR:
		return &store.Trouble{What: "cannot be read or written", Err: err, Fix: fmt.Sprintf("%s cannot be read or written: see what the system's log says of its disk, and whether a quota is used up", t.path)}
	}
	return err
}

func (t *troubles) damage(err error) error {
	return &store.Trouble{Damaged: true, What: "is damaged", Err: err, Fix: "the store is damaged: " + t.away()}
}

// away says how to begin with a new store. The log of SQLite has to be moved, too: it would be
// applied to the new one.
func (t *troubles) away() string {
	if t.path == Memory {
		return "start again"
	}
	return fmt.Sprintf("stop the service, move %s away, and %[1]s-wal and %[1]s-shm if they are there, and start it; a new store costs a sweep and no wrong move", t.path)
}

// full reports whether the disk of a file has no room left for us.
func full(path string) bool {
	var st syscall.Statfs_t
	return syscall.Statfs(filepath.Dir(path), &st) == nil && st.Bavail == 0
}

// Inspect makes SQLite check the pages of the file, which finds most damages. It takes about a
// millisecond per megabyte.
func (s *file) Inspect(ctx context.Context) error {
	found, err := all(ctx, &s.db, scalar[string], "pragma quick_check(3)")
	if err != nil || len(found) == 1 && found[0] == "ok" {
		return err
	}
	t := &s.db.troubles
	said := strings.ReplaceAll(strings.Join(found, "; "), "\n", "; ")
	return t.read(t.damage(errors.New("quick_check: " + said)))
}
