package gerrit

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

const (
	maxLine = 1 << 20   // the longest line that is read, in bytes
	maxSkip = 256 << 20 // the longest line that is skipped, in bytes
)

var (
	errCut     = errors.New("a line was left out")
	errEndless = fmt.Errorf("a line that does not end within %d MiB", maxSkip>>20)
)

// lineReader reads lines of any length in bounded memory.
type lineReader struct {
	in   *bufio.Reader
	line []byte
}

func newLineReader(r io.Reader) *lineReader { return &lineReader{in: bufio.NewReaderSize(r, 64<<10)} }

// next returns the next line without the space around it, which is valid until the next call.
// For a line that is too long or breaks off it returns errCut, and can be called again.
func (r *lineReader) next() ([]byte, error) {
	r.line = r.line[:0]
	for size := 0; ; {
		part, err := r.in.ReadSlice('\n')
		size += len(part)
		if size <= maxLine {
			r.line = append(r.line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull) && size > maxSkip:
			return nil, errEndless
		case errors.Is(err, bufio.ErrBufferFull):
		case err != nil && size > 0:
			return nil, fmt.Errorf("%w: it broke off after %d bytes", errCut, size)
		case err != nil:
			return nil, err
		case size > maxLine:
			return nil, fmt.Errorf("%w: it has %d bytes, more than %d MiB", errCut, size, maxLine>>20)
		default:
			return bytes.TrimSpace(r.line), nil
		}
	}
}

// head keeps the beginning of what is written to it.
type head struct {
	room int
	text []byte
}

func (h *head) Write(b []byte) (int, error) {
	h.text = append(h.text, b[:min(len(b), h.room-len(h.text))]...)
	return len(b), nil
}
