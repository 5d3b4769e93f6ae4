package testworld

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

// Log is a log in memory, with lines of JSON.
type Log struct {
	mu   sync.Mutex
	text []string
}

func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, strings.TrimSuffix(string(b), "\n"))
	return len(b), nil
}

// All returns the lines of these levels, or all lines if none is named.
func (l *Log) All(levels ...string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []string
	for _, text := range l.text {
		var line struct{ Level string }
		_ = json.Unmarshal([]byte(text), &line)
		if len(levels) == 0 || slices.Contains(levels, line.Level) {
			out = append(out, text)
		}
	}
	return out
}

// Tail returns the last n lines.
func (l *Log) Tail(n int) string {
	all := l.All()
	return strings.Join(all[max(0, len(all)-n):], "\n")
}

// Clear removes all lines.
func (l *Log) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = nil
}
