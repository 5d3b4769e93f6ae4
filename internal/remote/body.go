package remote

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
)

// How much of an answer is read at a time, in bytes.
const (
	firstPiece = 4 << 10
	lastPiece  = 256 << 10
)

// largeKey marks the context of a request whose answer may be large.
type largeKey struct{}

// Large lets the answers to requests under a context have up to limit bytes instead of
// Options.MaxBody.
func Large(ctx context.Context, limit int64) context.Context {
	return context.WithValue(ctx, largeKey{}, limit)
}

// TooLarge is the cause of an error: an answer had more bytes than are read.
type TooLarge struct{ Limit int64 }

func (e *TooLarge) Error() string { return fmt.Sprintf("answer of more than %d MiB", e.Limit>>20) }

// read reads what a server sent. Of an error only the beginning is kept.
func (c *Client) read(ctx context.Context, r *http.Request, resp *http.Response) ([]byte, error) {
	if resp.StatusCode >= 300 {
		return readUpTo(ctx, resp.Body, maxErrorBody)
	}
	limit := c.o.MaxBody
	if large, ok := ctx.Value(largeKey{}).(int64); ok {
		limit = large
	}
	tooLarge := &Error{Class: Retry, Server: c.o.Server, Op: Path(r), Err: &TooLarge{limit}}
	if resp.ContentLength > limit {
		return nil, tooLarge // nothing of it is worth reading
	}
	body, err := readUpTo(ctx, resp.Body, limit+1)
	if err == nil && int64(len(body)) > limit {
		return nil, tooLarge
	}
	return body, err
}

// readUpTo reads at most limit bytes, in pieces: a buffer that doubles would take up to three
// times what it holds.
func readUpTo(ctx context.Context, from io.Reader, limit int64) ([]byte, error) {
	var pieces [][]byte
	for size, left := int64(firstPiece), limit; left > 0; size = min(2*size, lastPiece) {
		size = min(size, left)
		b := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
		n, err := b.ReadFrom(io.LimitReader(from, size))
		pieces, left = append(pieces, b.Bytes()), left-n
		if err != nil {
			return nil, fmt.Errorf("answer cut short after %d bytes: %w", limit-left, cause(ctx, err))
		}
		if n < size {
			break
		}
	}
	if len(pieces) == 1 {
		return pieces[0], nil
	}
	return bytes.Join(pieces, nil), nil
}
