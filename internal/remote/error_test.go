package remote

import (
	"errors"
	"testing"
)

// Only a refusal by the server itself means that nothing was written: a proxy may have passed
// the request on and lost the answer.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{&Error{Status: 400, Class: Blocked}, true},
		{&Error{Status: 409, Class: Blocked}, true},
		{&Error{Status: 200, Code: "ERR-CONDUIT-CORE", Class: Retry}, true},
		{&Error{Status: 429, Class: Retry}, false},
		{&Error{Status: 404, Class: Retry}, false},
		{&Error{Status: 502, Class: Retry}, false},
		{errors.New("connection reset"), false},
	} {
		if got := Refused(c.err); got != c.want {
			t.Errorf("%#v: %t, want %t", c.err, got, c.want)
		}
	}
}
