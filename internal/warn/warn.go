// Package warn logs each warning once, however often its cause is met.
package warn

import (
	"fmt"
	"sync"

	"github.com/rs/zerolog"
)

// Once remembers which warnings it has logged.
type Once struct {
	log zerolog.Logger

	mu     sync.Mutex
	logged map[string]bool
}

// New makes a Once.
func New(log zerolog.Logger) *Once { return &Once{log: log, logged: map[string]bool{}} }

// Warn logs a warning about what key names, unless it was logged before.
func (o *Once) Warn(key, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	o.mu.Lock()
	before := o.logged[key+text]
	o.logged[key+text] = true
	o.mu.Unlock()
	if !before {
		o.log.Warn().Msg(text)
	}
}
