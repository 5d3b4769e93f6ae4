package service

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// The troubles that a request can meet.

// answers puts an answer in the place of the server's; the server does not see the request.
func answers(status int, kind, body string) trouble {
	return func(r *http.Request, _ http.RoundTripper) (*http.Response, error) {
		return response(r, status, kind, strings.NewReader(body)), nil
	}
}

func response(r *http.Request, status int, kind string, body io.Reader) *http.Response {
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(body), ContentLength: -1,
	}
}

// page is what a proxy or a login form gives.
func page(status int) trouble {
	return answers(status, "text/html", "<!DOCTYPE html><html><body>Please sign in</body></html>")
}

func text(status int) trouble {
	return answers(status, "text/plain", http.StatusText(status))
}

func json200(body string) trouble { return answers(http.StatusOK, "application/json", body) }

// cutShort lets the server do what was asked, and breaks the connection in the middle of the answer.
func cutShort(r *http.Request, server http.RoundTripper) (*http.Response, error) {
	resp, err := server.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, _ := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(string(body[:len(body)/2])), broken{}))
	return resp, nil
}

// half is an answer of which a proxy lost the second half without a word.
func half(r *http.Request, server http.RoundTripper) (*http.Response, error) {
	resp, err := server.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, _ := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(strings.NewReader(string(body[:len(body)/2])))
	return resp, nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// huge is an answer of 2 GB.
func huge(r *http.Request, _ http.RoundTripper) (*http.Response, error) {
	return response(r, http.StatusOK, "application/json", io.LimitReader(endless{}, 2<<30)), nil
}

type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '['
	}
	return len(b), nil
}

// applied lets the server do what was asked, and then something else happens to the answer.
func applied(then trouble) trouble {
	return func(r *http.Request, server http.RoundTripper) (*http.Response, error) {
		resp, err := server.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		_ = resp.Body.Close()
		return then(r, server)
	}
}

// held is a server that does not answer.
func held(r *http.Request, _ http.RoundTripper) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// reset is a connection that breaks.
func reset(*http.Request, http.RoundTripper) (*http.Response, error) { return nil, syscall.ECONNRESET }

// afterwards is a server that does what was asked when its answer is no longer waited for.
func afterwards(wait time.Duration) trouble { return doneAfter(wait, held) }

// doneAfter is a server that does after a while what was asked, and meanwhile something else answers.
func doneAfter(wait time.Duration, meanwhile trouble) trouble {
	return func(r *http.Request, server http.RoundTripper) (*http.Response, error) {
		body, _ := io.ReadAll(r.Body)
		again := r.Clone(context.WithoutCancel(r.Context()))
		again.Body = io.NopCloser(bytes.NewReader(body))
		go func() {
			time.Sleep(wait)
			if resp, err := server.RoundTrip(again); err == nil {
				_ = resp.Body.Close()
			}
		}()
		return meanwhile(r, server)
	}
}
