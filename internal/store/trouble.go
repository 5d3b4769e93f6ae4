package store

import "errors"

// Trouble is an error that comes from the store itself, such as its file or the disk that it is
// on, and not from what was asked. Its text says what to do.
type Trouble struct {
	Damaged bool   // what is stored: it does not heal
	What    string // in short, and without where the store is
	Mend    string
	Err     error
}

func (t *Trouble) Error() string { return t.Err.Error() + ": " + t.Mend }

func (t *Trouble) Unwrap() error { return t.Err }

// Damaged says whether an error comes from what is stored and cannot be read.
func Damaged(err error) bool {
	t, ok := errors.AsType[*Trouble](err)
	return ok && t.Damaged
}
