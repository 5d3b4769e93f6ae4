package gerrittest

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// reviewInputJSON is the part of a ReviewInput that is supported. There are no mails, so notify is
// ignored, as are unknown fields, which Gerrit ignores, too.
type reviewInputJSON struct {
	Message   string         `json:"message"`
	Tag       string         `json:"tag"`
	Labels    map[string]int `json:"labels"`
	Reviewers []struct {
		Reviewer string `json:"reviewer"`
		State    string `json:"state"` // default: REVIEWER
	} `json:"reviewers"`
	Attention []struct {
		User   string `json:"user"`
		Reason string `json:"reason"`
	} `json:"add_to_attention_set"`
	Quiet bool `json:"ignore_automatic_attention_set_rules"`
}

// reviewResultJSON is a ReviewResult.
type reviewResultJSON struct {
	Reviewers map[string]*reviewerResultJSON `json:"reviewers,omitempty"`
	Change    *changeJSON                    `json:"change_info,omitempty"`
	Error     string                         `json:"error,omitempty"`
}

type reviewerResultJSON struct {
	Input     string         `json:"input"`
	Error     string         `json:"error,omitempty"`
	Reviewers []*accountJSON `json:"reviewers,omitempty"`
	CCs       []*accountJSON `json:"ccs,omitempty"`
}

// post answers a POST of a review, the only write by HTTP.
func (s *Server) post(r *http.Request, path string) (status int, body []byte, err error) {
	caller, number, set, err := s.reviewed(r, path)
	if err != nil {
		return 0, nil, err
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, nil, err
	}
	var in reviewInputJSON
	if json.Unmarshal(text, &in) != nil {
		return 0, nil, refuse(http.StatusBadRequest, "Invalid application/json in request")
	}
	out, review, err := s.prepare(caller, number, set, &in)
	if err != nil {
		return 0, nil, err
	}
	status = http.StatusBadRequest // a reviewer is not accepted: nothing is written
	if out.Error == "" {
		status = http.StatusOK
		if _, err := s.Review(caller, number, review); err != nil {
			return 0, nil, err
		}
		s.mu.RLock()
		defer s.mu.RUnlock()
		out.Change = s.changes[number].json(options{})
	}
	body, err = json.Marshal(out)
	return status, body, err
}

// reviewed finds the account, change and patch set of a POST.
func (s *Server) reviewed(r *http.Request, path string) (caller string, number, set int, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	who, path, err := s.caller(r, path)
	if err != nil {
		return "", 0, 0, err
	}
	rest, isChange := strings.CutPrefix(path, "changes/")
	id, rest, _ := strings.Cut(rest, "/revisions/")
	revision, isReview := strings.CutSuffix(rest, "/review")
	switch {
	case !isChange || !isReview:
		return "", 0, 0, refuse(http.StatusMethodNotAllowed, "Method not allowed: %s", r.Method)
	case who == nil:
		return "", 0, 0, refuse(http.StatusForbidden, "Authentication required")
	}
	name, err := url.PathUnescape(id)
	if err != nil {
		return "", 0, 0, refuse(http.StatusNotFound, "Not found")
	}
	c, err := s.change(who, name)
	if err != nil {
		return "", 0, 0, err
	}
	p, err := c.revision(revision)
	if err != nil {
		return "", 0, 0, err
	}
	return who.username, c.number, p.number, nil
}

// revision returns a patch set by its SHA, its number or "current".
func (c *change) revision(name string) (*patchSet, error) {
	for i := range c.patchSets {
		if p := &c.patchSets[i]; name == p.sha || name == strconv.Itoa(p.number) || name == "current" && p == c.current() {
			return p, nil
		}
	}
	return nil, refuse(http.StatusNotFound, "Not found: %s", name)
}

// filesJSON lists the files that a patch set changes and, as Gerrit does, the commit message.
func (c *change) filesJSON(revision string) (any, error) {
	p, err := c.revision(revision)
	if err != nil {
		return nil, err
	}
	found := map[string]struct{}{"/COMMIT_MSG": {}}
	for _, f := range p.files {
		found[f] = struct{}{}
	}
	return found, nil
}

// prepare finds the accounts of a review. Its answer has an Error if one of them cannot become a
// reviewer, else the new reviewers.
func (s *Server) prepare(caller string, number, set int, in *reviewInputJSON) (*reviewResultJSON, ReviewInput, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c := s.changes[number]
	if c == nil || !c.visible(s.accounts[caller]) {
		return nil, ReviewInput{}, refuse(http.StatusNotFound, "Not found: %d", number)
	}
	out := &reviewResultJSON{Reviewers: map[string]*reviewerResultJSON{}}
	review := ReviewInput{PatchSet: set, Message: in.Message, Tag: in.Tag, Labels: in.Labels, QuietAttention: in.Quiet}
	for _, r := range in.Reviewers {
		result := &reviewerResultJSON{Input: r.Reviewer}
		out.Reviewers[r.Reviewer] = result
		a := s.named(r.Reviewer)
		switch {
		case a == nil:
			result.Error = "Account '" + r.Reviewer + "' not found\n" + r.Reviewer + " does not identify a registered user or group"
		case !c.project.visible(a):
			result.Error = r.Reviewer + " does not have permission to see this change"
		}
		if result.Error != "" {
			out.Error = "error adding reviewer"
			continue
		}
		review.Reviewers = append(review.Reviewers, ReviewerInput{Name: a.username, State: r.State})
		state := cmp.Or(r.State, Reviewer)
		switch news := a != c.owner && c.state(a) != state; {
		case news && state == CC:
			result.CCs = []*accountJSON{detailed(a)}
		case news:
			result.Reviewers = []*accountJSON{detailed(a)}
		}
	}
	for _, t := range in.Attention {
		if a := s.named(t.User); a != nil { // others are silently left out
			review.Attention = append(review.Attention, AttentionInput{Name: a.username, Reason: t.Reason})
		}
	}
	return out, review, nil
}

// named returns an account by its number, user name or e-mail address.
func (s *Server) named(name string) *account {
	if a := s.accounts[name]; a != nil {
		return a
	}
	for _, a := range s.accounts {
		if strconv.Itoa(a.id) == name || a.email == name {
			return a
		}
	}
	return nil
}
