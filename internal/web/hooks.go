package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"

	"reviewsync/phab"
)

// PhabricatorPath is where Herald webhooks are taken.
const PhabricatorPath = "/hooks/phabricator"

const signatureHeader = "X-Phabricator-Webhook-Signature"

const maxHint = 1 << 20 // bytes of a body

// Hooks are where a Server hands on hints that come as webhooks. The answer to a webhook
// waits for these functions: they must only note what they are given, and never block. A
// source without its function is not served.
type Hooks struct {
	GerritPath string                  // unguessable, as Gerrit's webhooks have no signature
	Gerrit     func(body []byte) error // the error says that it is no event; it is told to nobody

	PhabricatorKey string
	Phabricator    func(phab.Webhook)
}

// Why a hint was refused, as /healthz counts it. Names are fixed, so that monitoring can go by them.
const (
	byBusy       = "busy"       // had to leave for others, see door
	byMethod     = "method"     // not a POST
	byPath       = "path"       // a POST to where nothing is
	byReplay     = "replayed"   // had been taken before, to the byte
	bySignature  = "signature"  // missing or wrong
	bySize       = "size"       // larger than maxHint
	bySlow       = "slow"       // not there in time
	byTruncated  = "truncated"  // ended early
	byUnreadable = "unreadable" // no event
)

// hooks is the state of what takes webhooks.
type hooks struct {
	taken   atomic.Pointer[taken]
	replays replays
	refused counts
}

// taken is what hints are taken for now.
type taken struct {
	Hooks
	gerritPath [sha256.Size]byte
}

// Take lets the server take these hints, and no others from now on.
func (s *Server) Take(h Hooks) {
	s.hooks.taken.Store(&taken{h, sha256.Sum256([]byte(h.GerritPath))})
}

// isGerrit compares all of a path in a time that tells nothing of the right one.
func (h *taken) isGerrit(path string) bool {
	sum := sha256.Sum256([]byte(path))
	same := subtle.ConstantTimeCompare(sum[:], h.gerritPath[:]) == 1
	return same && h.Gerrit != nil && h.GerritPath != ""
}

func (h *hooks) fromGerrit(w http.ResponseWriter, r *http.Request, taken *taken) {
	body, ok := h.body(w, r)
	switch {
	case !ok:
	case taken.Gerrit(body) != nil:
		h.refuse(w, byUnreadable, http.StatusBadRequest)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func (h *hooks) fromPhabricator(w http.ResponseWriter, r *http.Request, taken *taken) {
	signature := r.Header.Get(signatureHeader)
	if r.Method == http.MethodPost && signature == "" { // not worth its body
		h.refuse(w, bySignature, http.StatusForbidden)
		return
	}
	body, ok := h.body(w, r)
	if !ok {
		return
	}
	hint, err := phab.ReadWebhook(taken.PhabricatorKey, signature, body)
	switch {
	case errors.Is(err, phab.ErrSignature):
		h.refuse(w, bySignature, http.StatusForbidden)
	case err != nil:
		h.refuse(w, byUnreadable, http.StatusBadRequest)
	case !h.replays.first(body):
		// Not an error: the server itself sends again what it thinks was lost.
		h.refuse(w, byReplay, http.StatusNoContent)
	default:
		taken.Phabricator(hint)
		w.WriteHeader(http.StatusNoContent)
	}
}

// body reads the body of a hint. If it is refused, that was answered. Nobody waits here for
// others: how many there are at a time is bounded by how many may be connected.
func (h *hooks) body(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		h.refuse(w, byMethod, http.StatusMethodNotAllowed)
		return nil, false
	}
	if r.ContentLength > maxHint {
		h.refuse(w, bySize, http.StatusRequestEntityTooLarge)
		return nil, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxHint))
	if err == nil {
		return body, true
	}
	_, large := errors.AsType[*http.MaxBytesError](err)
	switch {
	case large:
		h.refuse(w, bySize, http.StatusRequestEntityTooLarge)
	case errors.Is(err, os.ErrDeadlineExceeded):
		h.refuse(w, bySlow, http.StatusRequestTimeout)
	case errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		// It had to leave for others, and was counted then.
	default:
		h.refuse(w, byTruncated, http.StatusBadRequest)
	}
	return nil, false
}

// refuse counts a refusal and answers it. The answer says no more than its status does.
func (h *hooks) refuse(w http.ResponseWriter, reason string, status int) {
	h.refused.add(reason)
	answer(w, status)
}

func answer(w http.ResponseWriter, status int) {
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Connection", "close") // what is left of the body is not read
	http.Error(w, strconv.Itoa(status)+" "+http.StatusText(status), status)
}
