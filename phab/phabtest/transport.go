package phabtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Transport carries requests to the Server within the process, for tests with a
// simulated clock and for benchmarks. Give it to remote.Options as Base.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ s *Server }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	w := &recorder{header: http.Header{}, status: http.StatusOK}
	done := make(chan error, 1)
	go func() {
		defer func() {
			v := recover()
			if err, ok := v.(error); v == nil || ok && errors.Is(err, http.ErrAbortHandler) {
				done <- nil
				return
			}
			done <- fmt.Errorf("phabtest: %v", v)
		}()
		t.s.ServeHTTP(w, r)
	}()
	select {
	case err := <-done:
		return w.response(r), err
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) WriteHeader(status int)      { w.status = status }
func (w *recorder) Write(b []byte) (int, error) { return w.body.Write(b) }

func (w *recorder) response(r *http.Request) *http.Response {
	body := io.Reader(&w.body)
	if announced := w.header.Get("Content-Length"); announced != "" && announced != fmt.Sprint(w.body.Len()) {
		body = io.MultiReader(body, broken{})
	}
	return &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(body), ContentLength: -1, Request: r,
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
