package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Probe reports whether there is a store at path, and whether another process has it open, without
// creating it.
func Probe(path string) (there, inUse bool, err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".reviewsync-check-*")
	if err != nil {
		return false, false, fmt.Errorf("folder %s cannot be written to: %w; make it, let the account of the service write there", dir, cause(err))
	}
	_ = f.Close()
	_ = os.Remove(f.Name())
	switch f, err = os.OpenFile(path, os.O_RDWR, 0); {
	case errors.Is(err, fs.ErrNotExist):
		return false, locked(path), nil
	case err != nil:
		return true, false, fmt.Errorf("%s cannot be written to: %w; let the account of the service write it", path, cause(err))
	}
	_ = f.Close()
	return true, locked(path), nil
}

// cause returns the system's error without the operation and path.
func cause(err error) error {
	if e, ok := errors.AsType[syscall.Errno](err); ok {
		return e
	}
	return err
}
