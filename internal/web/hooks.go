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

// PhabricatorPath is the path for Herald webhooks.
const PhabricatorPath = "/hooks/phabricator"

const signatureHeader = "X-Phabricator-Webhook-Signature"

const maxHint = 1 << 20 // bytes of a body

// Hooks receive webhooks. The answer to a webhook waits for these functions, so they must not
// block. Webhooks without a function are not accepted.
type Hooks struct {
	GerritPath string                  // unguessable, as Gerrit's webhooks have no signature
	Gerrit     func(body []byte) error // an error means that body is no event; it is not shown

	PhabricatorKey string
	Phabricator    func(phab.Webhook)
}

// Why a webhook was refused, as /healthz counts it. Monitoring may use these names, so they never change.
const (
	byBusy       = "busy"       // closed for another connection, see door
	byMethod     = "method"     // not a POST
	byPath       = "path"       // a POST to an unknown path
	byReplay     = "replayed"   // the same body was accepted before
	bySignature  = "signature"  // missing or wrong
	bySize       = "size"       // larger than maxHint
	bySlow       = "slow"       // not there in time
	byTruncated  = "truncated"  // ended early
	byUnreadable = "unreadable" // not an event
)

// hooks is the state of the webhook handlers.
type hooks struct {
	accepts atomic.Pointer[accepted]
	replays replays
	refused counts
}

// accepted says which webhooks are accepted now.
type accepted struct {
	Hooks
	gerritPath [sha256.Size]byte
}

// SetHooks replaces the webhooks that the server accepts.
func (s *Server) SetHooks(h Hooks) {
	s.hooks.accepts.Store(&accepted{h, sha256.Sum256([]byte(h.GerritPath))})
}

// isGerrit compares a path in constant time, so that the time does not reveal the right one.
func (h *accepted) isGerrit(path string) bool {
	sum := sha256.Sum256([]byte(path))
	same := subtle.ConstantTimeCompare(sum[:], h.gerritPath[:]) == 1
	return same && h.Gerrit != nil && h.GerritPath != ""
}

func (h *hooks) fromGerrit(w http.ResponseWriter, r *http.Request, accepted *accepted) {
	body, ok := h.body(w, r)
	switch {
	case !ok:
	case accepted.Gerrit(body) != nil:
		h.refuse(w, byUnreadable, http.StatusBadRequest)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func (h *hooks) fromPhabricator(w http.ResponseWriter, r *http.Request, accepted *accepted) {
	signature := r.Header.Get(signatureHeader)
	if r.Method == http.MethodPost && signature == "" { // its body is not even read
		h.refuse(w, bySignature, http.StatusForbidden)
		return
	}
	body, ok := h.body(w, r)
	if !ok {
		return
	}
	hint, err := phab.ReadWebhook(accepted.PhabricatorKey, signature, body)
	switch {
	case errors.Is(err, phab.ErrSignature):
		h.refuse(w, bySignature, http.StatusForbidden)
	case err != nil:
		h.refuse(w, byUnreadable, http.StatusBadRequest)
	case !h.replays.first(body):
		// Not an error: Phabricator itself repeats what it thinks was lost.
		h.refuse(w, byReplay, http.StatusNoContent)
	default:
		accepted.Phabricator(hint)
		w.WriteHeader(http.StatusNoContent)
	}
}

// body reads the body of a webhook, or refuses it. It has no limit on simultaneous calls: the
// number of connections is limited.
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
		// It was closed for another connection, and counted then.
	default:
		h.refuse(w, byTruncated, http.StatusBadRequest)
	}
	return nil, false
}

// refuse counts and answers a refusal. The answer says no more than its status.
func (h *hooks) refuse(w http.ResponseWriter, reason string, status int) {
	h.refused.add(reason)
	answer(w, status)
}

func answer(w http.ResponseWriter, status int) {
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Connection", "close") // the rest of the body is not read
	http.Error(w, strconv.Itoa(status)+" "+http.StatusText(status), status)
}
