// Package warn tells what needs mending once, however often it is met.
package warn

import (
	"fmt"
	"sync"

	"github.com/rs/zerolog"
)

// Once remembers what was told.
type Once struct {
	log zerolog.Logger

	mu   sync.Mutex
	said map[string]bool
}

// New makes a Once, which has told nothing.
func New(log zerolog.Logger) *Once { return &Once{log: log, said: map[string]bool{}} }

// Warn tells something about what key names, unless it said the same about it before.
func (o *Once) Warn(key, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	o.mu.Lock()
	said := o.said[key+text]
	o.said[key+text] = true
	o.mu.Unlock()
	if !said {
		o.log.Warn().Msg(text)
	}
}
