package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"reviewsync/internal/store"
	"reviewsync/mapping/review"
)

// filled is the path of a store of some megabytes, which nobody has open.
func filled(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "reviewsync.db")
	s := open(t, path)
	fill(t, s, 400)
	must(t, s.Close())
	return path
}

// fill stores changes of ten thousand bytes each, each with a task.
func fill(t *testing.T, s *Store, n int) {
	t.Helper()
	for i := range n {
		must(t, put(t, s, i+1))
	}
}

func put(t *testing.T, s *Store, number int) error {
	body := fmt.Appendf(nil, `{"text":%q}`, strings.Repeat("x", 10_000))
	err := s.PutChange(t.Context(), store.ChangeRow{Key: review.Key{Project: "mediawiki/core", Number: number}, Meta: "m", Snapshot: body, Tasks: []int{number}}, 1)
	return err
}

// overwrite puts noise over bytes of a file, from one part of it to another, in percent.
func overwrite(t *testing.T, path string, from, to int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	defer f.Close()
	info, err := f.Stat()
	must(t, err)
	start, end := info.Size()*from/100, info.Size()*to/100
	_, err = f.WriteAt(bytes.Repeat([]byte{0xa5}, int(end-start)), start)
	must(t, err)
}

func TestADamagedFileIsRefusedAtTheStart(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(path string)
		says   string
	}{
		{"pages in the middle", func(path string) { overwrite(t, path, 40, 60) }, "the store is damaged"},
		{"the last page", func(path string) { overwrite(t, path, 99, 100) }, "the store is damaged"},
		{"all but the head", func(path string) { overwrite(t, path, 2, 100) }, "the store is damaged"},
		{"the first page", func(path string) { overwrite(t, path, 0, 1) }, "its beginning was overwritten"},
		{"cut short", func(path string) { must(t, os.Truncate(path, 1<<20)) }, "the store is damaged"},
		{"no database", func(path string) { must(t, os.WriteFile(path, bytes.Repeat([]byte("notes\n"), 1000), 0o600)) }, "is it a store of reviewsync?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filled(t)
			c.damage(path)
			_, err := Open(t.Context(), path)
			wantError(t, err, path, c.says, "stop the service, move "+path+" away, and "+path+"-wal", "a new store costs a sweep")
			if !store.Damaged(err) {
				t.Error("it is not called damaged")
			}
			_, err = OpenCopy(t.Context(), path)
			wantError(t, err, path, "a new store costs a sweep")

			must(t, os.Rename(path, path+".damaged")) // as it says
			open(t, path)
		})
	}
}

// Damage is remembered until the end, whatever finds it first.
func TestDamageUnderARunningStore(t *testing.T) {
	for name, meet := range map[string]func(s *Store) error{
		"a read": func(s *Store) error {
			var failed []error
			for n := range 400 {
				_, err := s.Changes(t.Context(), n+1)
				failed = append(failed, err)
			}
			return errors.Join(failed...)
		},
		"a write": func(s *Store) error {
			var failed []error
			for n := range 400 {
				failed = append(failed, put(t, s, n+1))
			}
			return errors.Join(failed...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filled(t)
			s := open(t, path)
			noTrouble(t, s)
			overwrite(t, path, 30, 70)
			err := meet(s)
			wantError(t, err, "malformed", "a new store costs a sweep")
			if !store.Damaged(err) || !store.Damaged(s.Trouble()) {
				t.Errorf("not called damaged; the store says %v", s.Trouble())
			}
			must(t, s.Beat(t.Context())) // where nothing is broken
			wantError(t, s.Trouble(), "move "+path+" away")
		})
	}
}

// A full disk is reported as such, nothing is lost, and it ends by itself.
func TestAFullDisk(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "reviewsync.db"))
	fill(t, s, 3)
	limit(t, s, "page_count") // what a full disk comes to
	begin := s.Wrote()
	wantFull(t, put(t, s, 4))
	wantFull(t, s.Trouble())
	same(t, "the newest good write", s.Wrote(), begin)
	if got := get(s.Changes(t.Context(), 3))(t); len(got) != 1 {
		t.Errorf("%d changes can be read", len(got))
	}
	limit(t, s, "1000000")
	must(t, put(t, s, 4))
	noTrouble(t, s)
	if !s.Wrote().After(begin) {
		t.Error("the newest good write is not noted")
	}
}

func noTrouble(t *testing.T, s *Store) {
	t.Helper()
	if trouble := s.Trouble(); trouble != nil {
		t.Fatal(trouble)
	}
}

func wantFull(t *testing.T, err error) {
	t.Helper()
	wantError(t, err, "the disk that ", "is full", "make room there", "nothing is lost")
	if store.Damaged(err) {
		t.Errorf("called damaged: %v", err)
	}
}

// limit limits the file to a number of pages.
func limit(t *testing.T, s *Store, pages string) {
	t.Helper()
	if pages == "page_count" {
		n, _, err := one(t.Context(), &s.db, scalar[int], "pragma page_count")
		must(t, err)
		pages = fmt.Sprint(n)
	}
	_, err := s.db.ExecContext(t.Context(), "pragma max_page_count = "+pages)
	must(t, err)
}

// The same on a disk that is really full.
func TestADiskOfAMegabyte(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("only root can mount a disk of a megabyte: %v", err)
	}
	defer func() { must(t, syscall.Unmount(disk, 0)) }()
	path := filepath.Join(disk, "reviewsync.db")
	s := open(t, path)
	defer s.Close()
	var err error
	n := 0
	for ; err == nil && n < 200; n++ {
		err = put(t, s, n+1)
	}
	wantFull(t, err)
	wantFull(t, s.Trouble())
	must(t, s.Close())

	filler := filepath.Join(disk, "filler")
	_ = os.WriteFile(filler, make([]byte, 2<<20), 0o600) // as much as there is room for
	if s, err := Open(t.Context(), path); err == nil {
		wantFull(t, put(t, s, n+1))
		must(t, s.Close())
	} else {
		wantFull(t, err)
	}
	other := filepath.Join(disk, "other.db")
	_, err = Open(t.Context(), other)
	wantFull(t, err)

	must(t, os.Remove(filler))
	must(t, os.RemoveAll(other))
	s = open(t, path)
	same(t, "what was written is there", len(get(s.Changes(t.Context(), n-1))(t)), 1)
	must(t, s.Close())
}
