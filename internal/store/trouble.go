package store

import "errors"

// Trouble is an error of the store itself, such as of its file or disk, and not of what was asked.
// Its text says what to do.
type Trouble struct {
	Damaged bool   // what is stored cannot be read, and will not heal
	What    string // in short, without the path of the store
	Fix     string
	Err     error
}

func (t *Trouble) Error() string { return t.Err.Error() + ": " + t.Fix }

func (t *Trouble) Unwrap() error { return t.Err }

// Damaged reports whether an error comes from a damaged store.
func Damaged(err error) bool {
	t, ok := errors.AsType[*Trouble](err)
	return ok && t.Damaged
}
