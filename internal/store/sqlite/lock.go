package sqlite

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lockOf returns the file whose lock keeps a second process off a store.
func lockOf(path string) string { return path + ".lock" }

// locked reports whether another process has the lock of a store.
func locked(path string) bool {
	f, err := os.OpenFile(lockOf(path), os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // this releases our lock, too
	return errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}

// lockFile takes the lock that keeps a second process off the store. The kernel releases it when
// the process ends. It is a file beside the store, since closing any handle of the database file
// itself would release SQLite's own locks.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(lockOf(path), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open store: %w (store.path must name a file in a directory that can be written)", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("store %s is in use by another reviewsync: stop that one, or give this one another store.path", path)
	}
	return nil, fmt.Errorf("lock store %s: %w", path, err)
}
