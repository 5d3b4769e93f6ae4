package explain

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"reviewsync/internal/config"
	"reviewsync/mapping/review"
)

// Target is what is to be explained: a task, or a change with all tasks that it names.
type Target struct {
	Task    int
	Change  int
	Project string // of the change, if it was named
}

// String is how the target is named.
func (t Target) String() string {
	if t.Task > 0 {
		return fmt.Sprintf("T%d", t.Task)
	}
	return fmt.Sprintf("change %d", t.Change)
}

// names are those of several targets.
func names(targets []Target) string {
	var all []string
	for _, t := range targets {
		all = append(all, t.String())
	}
	return strings.Join(all, ", ")
}

var (
	taskName   = regexp.MustCompile(`^[Tt]([1-9]\d{0,8})$`)
	number     = regexp.MustCompile(`^[1-9]\d{0,8}$`)
	taskPath   = regexp.MustCompile(`^/T([1-9]\d{0,8})/?$`)
	changePath = regexp.MustCompile(`^/(?:c/(?:(.+?)/\+/)?)?([1-9]\d{0,8})(?:/.*)?$`)
)

// ParseTargets reads several of what ParseTarget reads, each once.
func ParseTargets(words []string, cfg *config.Config) ([]Target, error) {
	all, err := ParseTarget(words, cfg)
	if err == nil || len(words) < 2 {
		return []Target{all}, err
	}
	var targets []Target
	for len(words) > 0 {
		n := 1
		if words[0] == "change" && len(words) > 1 {
			n = 2
		}
		t, err := ParseTarget(words[:n], cfg)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(targets, t) {
			targets = append(targets, t)
		}
		words = words[n:]
	}
	return targets, nil
}

// ParseTarget reads what somebody wants explained: T123, change 456, 456, project~456, or
// the address of a task or change on one of the two servers.
func ParseTarget(words []string, cfg *config.Config) (Target, error) {
	word := strings.Join(words, " ")
	if n, ok := strings.CutPrefix(word, "change "); ok && number.MatchString(n) {
		return Target{Change: atoi(n)}, nil
	}
	if word == "" {
		return Target{}, errors.New("say what to explain: T123, change 456, or the address of one of them")
	}
	if m := taskName.FindStringSubmatch(word); m != nil {
		return Target{Task: atoi(m[1])}, nil
	}
	if number.MatchString(word) {
		return Target{Change: atoi(word)}, nil
	}
	if strings.Contains(word, "://") {
		return parseURL(word, cfg)
	}
	if key, err := review.ParseKey(word); err == nil {
		return Target{Change: key.Number, Project: key.Project}, nil
	}
	return Target{}, fmt.Errorf("%q is neither a task nor a change: write T123, change 456, or the address of one of them", word)
}

func atoi(digits string) int {
	n, _ := strconv.Atoi(digits) // at most nine digits
	return n
}

// parseURL reads the address of a page of one of the two servers.
func parseURL(text string, cfg *config.Config) (Target, error) {
	u, err := url.Parse(text)
	if err != nil {
		return Target{}, fmt.Errorf("%q is no address", text)
	}
	onTasks, path := below(u, cfg.Phabricator.URL)
	if m := taskPath.FindStringSubmatch(path); onTasks && m != nil {
		return Target{Task: atoi(m[1])}, nil
	}
	onChanges, path := below(u, cfg.Gerrit.URL)
	if rest, old := strings.CutPrefix(u.Fragment, "/c/"); onChanges && old && strings.Trim(path, "/") == "" { // the pages of Gerrit 2
		path = "/c/" + rest
	}
	if m := changePath.FindStringSubmatch(path); onChanges && m != nil {
		return Target{Project: m[1], Change: atoi(m[2])}, nil
	}
	if onTasks || onChanges {
		return Target{}, fmt.Errorf("%s is not the page of a task or of a change", text)
	}
	return Target{}, fmt.Errorf("%s is on neither server of the config: Gerrit is %s, Phabricator is %s", text, cfg.Gerrit.URL, cfg.Phabricator.URL)
}

// below says whether an address is on a server, and gives its path there. Whether it is http
// or https makes no difference: both lead to the same pages.
func below(u *url.URL, server string) (bool, string) {
	s, err := url.Parse(server)
	if err != nil || !strings.EqualFold(u.Host, s.Host) {
		return false, ""
	}
	path, ok := strings.CutPrefix(u.Path+"/", strings.TrimSuffix(s.Path, "/")+"/")
	return ok, "/" + strings.TrimSuffix(path, "/")
}
