package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"reviewsync/internal/web"
)

// release and drop hand on what they name, and say what became of it.
func TestReleaseAndDrop(t *testing.T) {
	file, socket := pokeConfig(t)
	poked(t, socket, func(_ context.Context, targets []string) ([]web.PokeResult, error) {
		var all []web.PokeResult
		for _, target := range targets {
			p := web.PokeResult{Target: target, Text: "heard"}
			if target == "core~9" {
				p.Error = "no edit waits of it"
			}
			all = append(all, p)
		}
		return all, nil
	})
	for args, want := range map[string]struct {
		out    string
		status int
	}{
		"release":                           {"all: heard\n", 0},
		"release #external-code-reviews #b": {"#external-code-reviews: heard\n#b: heard\n", 0},
		"drop --change 456":                 {"456: heard\n", 0},
		"drop --change core~9":              {"core~9: no edit waits of it\n", 1},
		"drop --change 4 --change core~5":   {"4: heard\ncore~5: heard\n", 0},
	} {
		words := strings.Fields(args)
		var out, said bytes.Buffer
		status := run(t.Context(), append([]string{words[0], "--config", file}, words[1:]...), &out, &said)
		if status != want.status || out.String() != want.out {
			t.Errorf("%s: status %d, %q, %q; want %d, %q", args, status, out.String(), said.String(), want.status, want.out)
		}
	}
	for args, want := range map[string]string{"drop": "--change", "drop --change what?": "what?", "drop 456": "456"} {
		words := strings.Fields(args)
		var out, said bytes.Buffer
		if status := run(t.Context(), append([]string{words[0], "--config", file}, words[1:]...), &out, &said); status == 0 || !strings.Contains(said.String(), want) {
			t.Errorf("%s: status %d, %q, %q", args, status, out.String(), said.String())
		}
	}
}
