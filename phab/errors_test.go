package phab_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"reviewsync/internal/remote"
	"reviewsync/phab"
	"reviewsync/phab/phabtest"
)

func TestErrors(t *testing.T) {
	const secret = "api-secretsecretsecretsecretsecr"
	core := func(info string) *phabtest.Fault { return phabtest.Refused("ERR-CONDUIT-CORE", info) }
	tests := map[string]struct {
		fault *phabtest.Fault
		class remote.Class
		says  string
	}{
		"html":              {phabtest.HTML(200), remote.Retry, "a page of HTML"},
		"html 502":          {phabtest.HTML(502), remote.Retry, "status 502: a page of HTML"},
		"html 404":          {phabtest.HTML(404), remote.Retry, "check phabricator.url"},
		"html 403":          {phabtest.HTML(403), remote.Retry, "let it pass to /api/"},
		"html 401":          {phabtest.HTML(401), remote.Retry, "let it pass to /api/"},
		"html 407":          {phabtest.HTML(407), remote.Retry, "let it pass to /api/"},
		"text 404":          {phabtest.Text(404, "404 page not found"), remote.Retry, "check phabricator.url"},
		"bad request":       {phabtest.Text(400, "Bad Request"), remote.Retry, "status 400"},
		"too large for it":  {phabtest.HTML(413), remote.Retry, "status 413"},
		"rate limit":        {phabtest.Text(429, "TOO MANY REQUESTS\nYou have issued too many requests recently."), remote.Retry, "TOO MANY REQUESTS"},
		"crash":             {phabtest.Text(500, ">>> UNRECOVERABLE FATAL ERROR <<<"), remote.Retry, "status 500: >>> UNRECOVERABLE"},
		"unavailable":       {phabtest.Text(503, "down"), remote.Retry, "status 503"},
		"redirect":          {&phabtest.Fault{Status: 301, Header: http.Header{"Location": {"https://elsewhere.example.org/"}}}, remote.Retry, "phabricator.url"},
		"login":             {&phabtest.Fault{Status: 302, Header: http.Header{"Location": {"/login"}}, Body: "<html>"}, remote.Retry, "phabricator.url"},
		"cut":               {&phabtest.Fault{Truncated: true}, remote.Retry, "cut short"},
		"half":              {phabtest.JSON(`{"result":{"data":[{"id":1,"fields":{"name":"a private tit`), remote.Retry, "no JSON, or only the start"},
		"huge":              {&phabtest.Fault{Huge: 3 << 20}, remote.Retry, "answer of more than 2 MiB"},
		"empty":             {phabtest.JSON(``), remote.Retry, "no JSON"},
		"no result":         {phabtest.JSON(`{}`), remote.Retry, "esult"},
		"null":              {phabtest.JSON(`null`), remote.Retry, "esult"},
		"result null":       {phabtest.JSON(`{"result":null,"error_code":null,"error_info":null}`), remote.Retry, "an answer without"},
		"result []":         {phabtest.JSON(`{"result":[],"error_code":null,"error_info":null}`), remote.Retry, "an answer without"},
		"result {}":         {phabtest.JSON(`{"result":{},"error_code":null,"error_info":null}`), remote.Retry, "an answer without"},
		"result text":       {phabtest.JSON(`{"result":"yes","error_code":null,"error_info":null}`), remote.Blocked, "does not understand"},
		"result list":       {phabtest.JSON(`{"result":["yes"],"error_code":null,"error_info":null}`), remote.Blocked, "does not understand"},
		"token":             {phabtest.Refused("ERR-INVALID-AUTH", `API token "`+secret+`" is not valid.`), remote.Fatal, "phabricator.token_file"},
		"account":           {phabtest.Refused("ERR-INVALID-AUTH", "User account is not permitted to use the API."), remote.Fatal, "the API token is right, but its account may not sign in (as an administrator, look at the account under People"},
		"session":           {phabtest.Refused("ERR-INVALID-SESSION", "Session key is not present."), remote.Fatal, "phabricator.token_file"},
		"deadlock":          {phabtest.Deadlock(), remote.Retry, "#1213: Deadlock found"},
		"duplicate":         {core("#1062: Duplicate entry 'x' for key 'boardPHID'"), remote.Retry, "#1062"},
		"lock wait":         {core("#1205: Lock wait timeout exceeded"), remote.Retry, "#1205"},
		"savepoint":         {core("#1305: SAVEPOINT Aphront_Savepoint_1 does not exist"), remote.Retry, "#1305"},
		"connection":        {core("Unable to connect to MySQL: #2002: Connection refused"), remote.Retry, "#2002"},
		"read-only":         {core("Unable to establish a write-mode connection because this server is in read-only mode."), remote.Retry, "read-only"},
		"long text":         {core("#1366: Incorrect string value"), remote.Blocked, "#1366"},
		"policy":            {core("[You Shall Not Pass: T1] (Can Edit)"), remote.Blocked, "You Shall Not Pass"},
		"text with token":   {core("oops " + secret), remote.Blocked, "oops ***"},
		"unknown method":    {phabtest.Refused("ERR-CONDUIT-CALL", `Conduit API method "x" does not exist.`), remote.Blocked, "too old"},
		"unknown attribute": {phabtest.Refused("ERR-INVALID-CONSTRAINT", `Parameter "constraints" includes an invalid key.`), remote.Blocked, "invalid key"},
		"application":       {phabtest.Refused("You do not have access to the application which provides this API method.", "Unknown Error"), remote.Blocked, "do not have access"},
	}
	calls := map[string]func(context.Context, *phab.Client) error{
		"user.whoami":             func(ctx context.Context, c *phab.Client) error { _, err := c.WhoAmI(ctx); return err },
		"maniphest.search":        func(ctx context.Context, c *phab.Client) error { _, err := c.Tasks(ctx, []int{1}); return err },
		"project.column.search":   func(ctx context.Context, c *phab.Client) error { _, err := c.Columns(ctx, "x"); return err },
		"maniphest.status.search": func(ctx context.Context, c *phab.Client) error { _, err := c.Statuses(ctx); return err },
		"maniphest.edit": func(ctx context.Context, c *phab.Client) error {
			_, err := c.Edit(ctx, 1, []phab.Edit{phab.Comment("x")})
			return err
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := phabtest.New(phabtest.Options{})
			s.AddUser("admin", false)
			s.NewTask("admin", "a task")
			s.OnRequest(func(r phabtest.Request) *phabtest.Fault {
				if r.Method == "conduit.getcapabilities" {
					return nil
				}
				return tt.fault
			})
			h := httptest.NewServer(s)
			t.Cleanup(h.Close)
			for method, call := range calls {
				// Another client for each call: 429 and 503 make one pause.
				c, err := phab.New(phab.Options{URL: h.URL, Token: secret, HTTP: remote.New(remote.Options{Server: "phabricator", MaxBody: 2 << 20})})
				if err != nil {
					t.Fatal(err)
				}
				err = call(t.Context(), c)
				wantClass(t, err, tt.class)
				if text := err.Error(); strings.Contains(text, secret) || strings.Contains(text, "private") ||
					!strings.Contains(text, tt.says) || !strings.Contains(text, method) || !strings.HasPrefix(text, "phabricator: ") {
					t.Errorf("want %q in: %s", tt.says, text)
				}
			}
		})
	}
}

// A history of nothing is [], which is no error.
func TestNoHistories(t *testing.T) {
	c := answering(t, []byte(`{"result":[],"error_code":null,"error_info":null}`))
	got, err := c.Transactions(t.Context(), []int{1})
	if err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestNoServer(t *testing.T) {
	h := httptest.NewServer(http.NotFoundHandler())
	h.Close()
	_, err := client(t, h.URL, "api-x").WhoAmI(t.Context())
	wantClass(t, err, remote.Retry)
}

func TestStoppedWhileWaiting(t *testing.T) {
	s := phabtest.New(phabtest.Options{})
	_, token := s.AddUser("reviewsync", true)
	hold := make(chan struct{})
	defer close(hold)
	s.OnRequest(func(phabtest.Request) *phabtest.Fault { return &phabtest.Fault{Hold: hold, Answer: true} })
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := client(t, h.URL, token).WhoAmI(ctx)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("want the context's error in the chain: %v", err)
	}
}

// An edit can have been applied although its answer got lost; the next one then has no effect.
func TestAppliedButFailed(t *testing.T) {
	s := phabtest.New(phabtest.Options{})
	_, token := s.AddUser("reviewsync", true)
	s.AddProject("Board", "board", "A", "B")
	id := s.NewTask("reviewsync", "x", phabtest.On("board", "A"))
	fault := phabtest.HTML(502)
	fault.Applied = true
	s.OnRequest(func(r phabtest.Request) *phabtest.Fault {
		if r.Method == "maniphest.edit" {
			return fault
		}
		return nil
	})
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	c := client(t, h.URL, token)
	_, err := c.Edit(t.Context(), id, []phab.Edit{phab.MoveTo(s.ColumnPHID("board", "B"))})
	wantClass(t, err, remote.Retry)
	if got := s.Where(id)["board"]; got != "B" {
		t.Errorf("in %q", got)
	}
	s.OnRequest(nil)
	made, err := c.Edit(t.Context(), id, []phab.Edit{phab.MoveTo(s.ColumnPHID("board", "B"))})
	if err != nil || len(made) != 0 || s.NoOps() != 1 {
		t.Errorf("%v, %v, %d no-ops", made, err, s.NoOps())
	}
}
