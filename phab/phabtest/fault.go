package phabtest

import (
	"io"
	"maps"
	"net/http"
	"strconv"
)

// Request is what a fault hook sees of a request.
type Request struct {
	Method string         // "maniphest.edit"
	User   string         // "" if the token is not a known one
	Params map[string]any // numbers are json.Number
}

// Fault is what a request gets instead of its answer.
type Fault struct {
	Status      int    // default 200
	ContentType string // default text/html
	Header      http.Header
	Body        string
	Applied     bool            // do what was asked, then fail
	Truncated   bool            // do what was asked, send half of the answer, then cut the connection
	Huge        int64           // send this many bytes of an answer that does not end
	Hold        <-chan struct{} // wait until it is closed; if the client gives up before, do nothing
	Answer      bool            // after Hold, give the real answer
}

// OnRequest sets a hook that is asked before each request; nil, or a nil Fault, lets it pass.
func (s *Server) OnRequest(hook func(Request) *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = hook
}

// HTML is a page, as from a proxy.
func HTML(status int) *Fault {
	return &Fault{Status: status, Body: "<!DOCTYPE html><html><head><title>Unhandled</title></head><body>Something went wrong.</body></html>"}
}

// Text is a plain answer, as of the server's rate limit or of a crash of PHP.
func Text(status int, body string) *Fault {
	return &Fault{Status: status, ContentType: "text/plain; charset=utf-8", Body: body}
}

// Refused is an error in Conduit's form.
func Refused(code, info string) *Fault {
	return JSON(`{"result":null,"error_code":` + strconv.Quote(code) + `,"error_info":` + strconv.Quote(info) + `}`)
}

// JSON is any answer with the status 200.
func JSON(body string) *Fault { return &Fault{ContentType: "application/json", Body: body} }

// Deadlock is what two edits of one board at a time can end in: nothing is written.
func Deadlock() *Fault {
	return Refused("ERR-CONDUIT-CORE", "#1213: Deadlock found when trying to get lock; try restarting transaction")
}

func (f *Fault) serve(w http.ResponseWriter, r *http.Request, call func() []byte) {
	var real []byte
	if f.Applied {
		real = call()
	}
	if f.Hold != nil {
		select {
		case <-f.Hold:
		case <-r.Context().Done():
			return
		}
	}
	if !f.Applied && (f.Answer || f.Truncated) {
		real = call()
	}
	f.answer(w, real)
}

func (f *Fault) answer(w http.ResponseWriter, real []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	maps.Copy(h, f.Header)
	switch {
	case f.Answer:
		_, _ = w.Write(real)
	case f.Truncated:
		h.Set("Content-Length", strconv.Itoa(len(real)))
		_, _ = w.Write(real[:len(real)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case f.Huge > 0:
		_, _ = io.WriteString(w, `{"result":"`)
		_, _ = io.CopyN(w, endless{}, f.Huge)
	default:
		kind, status := f.ContentType, f.Status
		if kind == "" {
			kind = "text/html; charset=UTF-8"
		}
		if status == 0 {
			status = http.StatusOK
		}
		answerText(w, status, kind, f.Body)
	}
}

func answerText(w http.ResponseWriter, status int, kind, body string) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}
