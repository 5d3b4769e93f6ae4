package remote

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
)

// How many bytes of an answer are read at a time.
const (
	firstPiece = 4 << 10
	lastPiece  = 256 << 10
)

// largeKey marks the context of a request whose answer may be large.
type largeKey struct{}

// AllowLarge returns a context whose requests may have answers of up to limit bytes,
// whatever Options.MaxBody is.
func AllowLarge(ctx context.Context, limit int64) context.Context {
	return context.WithValue(ctx, largeKey{}, limit)
}

// TooLarge is the cause of an error: an answer was larger than the limit.
type TooLarge struct{ Limit int64 }

func (e *TooLarge) Error() string { return fmt.Sprintf("answer of more than %d MiB", e.Limit>>20) }

// read reads the body of an answer. Of an error it keeps only the beginning.
func (c *Client) read(ctx context.Context, r *http.Request, resp *http.Response) (*body, error) {
	limit := c.o.MaxBody
	if large, ok := ctx.Value(largeKey{}).(int64); ok {
		limit = large
	}
	var pieces [][]byte
	var err error
	size := int64(0)
	switch {
	case resp.StatusCode >= 300:
		pieces, size, err = readUpTo(resp.Body, maxErrorBody)
	case resp.ContentLength > limit:
		size = resp.ContentLength // too large, so nothing is read
	default:
		pieces, size, err = readUpTo(resp.Body, limit+1)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("answer cut short after %d bytes: %w", size, cause(ctx, err))
	case size > limit:
		return nil, &Error{Class: Retry, Server: c.o.Server, Op: Path(r), Err: &TooLarge{limit}}
	}
	return &body{pieces: pieces, size: size}, nil
}

// body is the body of an answer, in memory. It can be read once.
type body struct {
	pieces [][]byte
	size   int64
}

func (b *body) Close() error { return nil }

func (b *body) Read(p []byte) (n int, err error) {
	for len(b.pieces) > 0 {
		if n = copy(p, b.pieces[0]); n > 0 || len(p) == 0 {
			b.pieces[0] = b.pieces[0][n:]
			return n, nil
		}
		b.next()
	}
	return 0, io.EOF
}

// WriteTo grows a bytes.Buffer once for all of it, and frees what it has written.
func (b *body) WriteTo(w io.Writer) (n int64, err error) {
	if g, ok := w.(interface{ Grow(n int) }); ok {
		g.Grow(int(b.size))
	}
	for ; len(b.pieces) > 0; b.next() {
		m, err := w.Write(b.pieces[0])
		n += int64(m)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func (b *body) next() { b.pieces[0], b.pieces = nil, b.pieces[1:] }

// readUpTo reads at most limit bytes, in pieces: a buffer that doubles would need up to three
// times the memory.
func readUpTo(from io.Reader, limit int64) (pieces [][]byte, size int64, err error) {
	for piece := int64(firstPiece); size < limit; piece = min(2*piece, lastPiece) {
		want := min(piece, limit-size)
		b := bytes.NewBuffer(make([]byte, 0, want+bytes.MinRead))
		n, err := b.ReadFrom(io.LimitReader(from, want))
		pieces, size = append(pieces, b.Bytes()), size+n
		if err != nil || n < want {
			return pieces, size, err
		}
	}
	return pieces, size, nil
}
