package demo

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"reviewsync/gerrit/gerrittest"
)

// byHand is Gerrit with the one write that is needed to try things by hand:
// POST /a/changes/PROJECT~NUMBER/revisions/current/review (Doc/rest-api-changes.txt, Set Review).
type byHand struct{ s *gerrittest.Server }

// maxReview is the size of the largest review that is read, in bytes.
const maxReview = 64 << 10

func (h byHand) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, isReview := strings.CutSuffix(r.URL.Path, "/revisions/current/review")
	if r.Method != http.MethodPost || !isReview {
		h.s.ServeHTTP(w, r)
		return
	}
	err := h.review(path, r)
	if err == nil {
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		_, _ = w.Write([]byte(")]}'\n{}\n"))
		return
	}
	status := http.StatusBadRequest
	if refused, ok := errors.AsType[*gerrittest.Refusal](err); ok {
		status = refused.Status
	}
	http.Error(w, err.Error(), status)
}

func (h byHand) review(path string, r *http.Request) error {
	user, password, _ := r.BasicAuth()
	if user == "" || password != h.s.Password(user) {
		return &gerrittest.Refusal{Status: http.StatusUnauthorized, Text: "Unauthorized"}
	}
	number, err := strconv.Atoi(path[strings.LastIndexAny(path, "/~")+1:])
	if err != nil {
		return &gerrittest.Refusal{Status: http.StatusNotFound, Text: "Not found: " + path}
	}
	var in struct {
		Labels  map[string]int `json:"labels"`
		Message string         `json:"message"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxReview)).Decode(&in); err != nil {
		return err
	}
	_, err = h.s.Review(user, number, gerrittest.ReviewInput{Labels: in.Labels, Message: in.Message})
	return err
}
