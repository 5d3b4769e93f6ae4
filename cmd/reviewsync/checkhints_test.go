package main

import (
	"slices"
	"strings"
	"testing"
)

func TestCheckOfWebhooks(t *testing.T) {
	const path = "/hooks/0c4f1a9be2d7536880aa17c3d94e6f25"
	for listen, want := range map[string]bool{"127.0.0.1:LISTEN": true, ":LISTEN": true, "localhost:LISTEN": true, "0.0.0.0:LISTEN": false} {
		c := newChecked(t)
		port := deadAddress(t)
		c.address["LISTEN"] = port[strings.LastIndexByte(port, ':')+1:]
		c.yaml += "web: {listen: \"" + listen + "\", webhooks: {gerrit_path: " + path + "}}\n"
		lines, status := c.run()
		if status != 0 {
			t.Errorf("%s: exit status %d", listen, status)
		}
		about := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "info  web.webhooks: ") })
		if (about >= 0) != want {
			t.Errorf("%s: reported %v, want %v, in\n%s", listen, about >= 0, want, strings.Join(lines, "\n"))
		}
		if strings.Contains(strings.Join(lines, "\n"), path) {
			t.Errorf("it tells the path:\n%s", strings.Join(lines, "\n"))
		}
	}
}
