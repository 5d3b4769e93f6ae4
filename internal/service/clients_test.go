package service

import (
	"net/http"
	"strings"
	"testing"

	"reviewsync/internal/config"
	"reviewsync/internal/testworld"
	"reviewsync/internal/wiring"
)

// A text of one server may hold a secret of the other: both stand behind one proxy, or a
// comment quotes the configuration.
func TestNoClientRepeatsASecretOfEither(t *testing.T) {
	const password, token, basic = "gerrit-secret", "api-0123456789abcdefghijklmnopqr", "Ym90OmdlcnJpdC1zZWNyZXQ="
	cfg := &config.Config{
		Gerrit:      config.Gerrit{URL: "http://gerrit.example.org", User: "bot", Password: config.NewSecret(password)},
		Phabricator: config.Phabricator{URL: "http://phabricator.example.org", Token: config.NewSecret(token)},
	}
	words := strings.Join([]string{"bot", password, basic, token}, " ")
	proxy := &testworld.Way{}
	proxy.Set(func(*http.Request) trouble { return answers(http.StatusBadGateway, "text/plain", words) })
	g, p, err := wiring.Clients(cfg, wiring.Options{Gerrit: proxy, Phabricator: proxy})
	if err != nil {
		t.Fatal(err)
	}
	_, fromGerrit := g.Self(t.Context())
	_, fromPhabricator := p.Project(t.Context(), "x")
	for _, err := range []error{fromGerrit, fromPhabricator} {
		if err == nil || !strings.Contains(err.Error(), "bot *** *** ***") {
			t.Errorf("got %v", err)
		}
	}
}
