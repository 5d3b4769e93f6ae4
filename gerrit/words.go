package gerrit

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	api "github.com/andygrunwald/go-gerrit"

	"reviewsync/internal/remote"
)

// Something between us and Gerrit can answer in its place: a proxy, a login page, a captive
// portal. Their answers mean nothing, so a refusal counts only in Gerrit's own words. After any
// other the request is tried again.

// classOf returns the class of a refusal: remote.Retry unless it has Gerrit's own words.
func classOf(op string, resp *http.Response, body string) remote.Class {
	if !canBeOwn(resp, body) {
		return remote.Retry
	}
	switch resp.StatusCode {
	case http.StatusUnauthorized:
		if unauthorized(resp, body) {
			return remote.Fatal
		}
	case http.StatusForbidden:
		if forbids.MatchString(body) {
			return remote.Blocked
		}
	case http.StatusNotFound:
		if names(op, body) {
			return remote.Blocked
		}
	case http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusConflict,
		http.StatusPreconditionFailed, http.StatusUnprocessableEntity:
		return remote.Blocked
	}
	return remote.Retry
}

// canBeOwn reports whether a refusal can be Gerrit's, which is plain text, or JSON with the
// prefix, and more than the name of the status.
func canBeOwn(resp *http.Response, body string) bool {
	kind := resp.Header.Get("Content-Type")
	text := strings.TrimSpace(body)
	if rest := api.RemoveMagicPrefixLine([]byte(text)); len(rest) < len(text) {
		return kind == "" || strings.HasPrefix(kind, "application/json")
	}
	return (kind == "" || strings.HasPrefix(kind, "text/plain")) && text != "" && text[0] != '<' && text[0] != '{' &&
		(!bare.MatchString(text) || resp.StatusCode == http.StatusUnauthorized)
}

// bare matches the name of a status, as servers of all kinds write it.
var bare = regexp.MustCompile(`(?i)^([345]\d\d\b.*|(error|bad request|forbidden|not found|method not allowed|conflict|precondition failed|unprocessable entity)\.?)$`)

// unauthorized reports whether a 401 is Gerrit's. It has no line end, unlike others. Every version
// sends a realm, but some proxies remove it.
func unauthorized(resp *http.Response, body string) bool {
	realm := resp.Header.Get("WWW-Authenticate")
	return body == "Unauthorized" && (realm == "" || strings.Contains(realm, "Gerrit"))
}

// forbids matches what Gerrit says about a missing permission.
var forbids = regexp.MustCompile(`(?i)not permitted|restricted|not allowed|requires login|authentication required|signed.in|not visible|prohibited`)

// names reports whether a 404 names what was requested, as Gerrit's do: "Not found:
// mediawiki/core~14", "Account 'bob' not found". If it names only a part of that, a proxy has
// changed the request.
func names(op, body string) bool {
	line, _, _ := strings.Cut(strings.TrimSpace(body), "\n")
	_, path, _ := strings.Cut(op, " /")
	parts := strings.Split(path, "/")
	for i, part := range parts { // kinds and ids alternate: changes/ID/revisions/ID/files
		id, err := url.PathUnescape(part)
		if err == nil && i%2 == 1 && (line == "Not found: "+id || strings.HasPrefix(line, "Account '"+id+"' ")) {
			return true
		}
	}
	return line == "HEAD" && parts[len(parts)-1] == line // a project whose HEAD stands for nothing
}

const hintFront = "Gerrit itself has not said this: see whether gerrit.url is its address, and what stands in front of it"

// hint returns how to fix a refusal (Doc/rest-api.txt, Response Codes).
func hint(class remote.Class, status int, body string) string {
	switch {
	case status == http.StatusTooManyRequests:
		return "Gerrit's quota is used up; it is asked again later"
	case status >= 300 && status < 400:
		return "check gerrit.url: it must be the address that answers itself, with its base path, e.g. /r"
	case class == remote.Retry && strings.HasPrefix(body, "Not found: "):
		return "Gerrit was asked for something else: let the proxy in front of it pass on addresses as they are, %2F too (nocanon, AllowEncodedSlashes NoDecode)"
	case class == remote.Retry && status < 500 && status != http.StatusRequestTimeout && status != 499:
		return hintFront
	}
	switch status {
	case http.StatusUnauthorized:
		return "check gerrit.user and gerrit.password_file; an HTTP password or auth token is made under Settings > HTTP credentials"
	case http.StatusForbidden:
		return "the account gerrit.user lacks a permission; give it to it in Gerrit"
	case http.StatusNotFound:
		return "does not exist or reviewsync may not see it"
	case http.StatusConflict:
		return "the change does not allow it: it is closed, or has been written to too often (change.maxUpdates)"
	}
	return ""
}
