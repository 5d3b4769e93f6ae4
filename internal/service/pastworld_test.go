package service

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// recordStore in the environment has the store that the story leaves written down, under this name.
const recordStore = "REVIEWSYNC_TEST_RECORD_STORE"

// past is a world in which a service of an earlier version ran. It is not there any more, but its
// store is (NAME.sql), and each request with which it wrote to a server (NAME.writes): they are
// sent again when their time comes, while people do again what they did. So both servers come to
// be as that store knows them.
//
// With recordStore, the service of today runs instead, and leaves both files.
type past struct {
	*world
	name string
	left []written // what is not sent again yet
	stop func()    // the service that is recorded
	made *record
}

// written is a request that wrote to a server.
type written struct {
	at     time.Time
	server string // "gerrit" or "phabricator"
	path   string
	body   string
}

func storeFile(name string) string {
	return filepath.Join("..", "..", "internal", "store", "sqlite", "testdata", name)
}

func newPast(w *world, name string) *past {
	w.Helper()
	p := &past{world: w, name: name, stop: func() {}}
	if as := os.Getenv(recordStore); as != "" {
		p.name, p.made = as, &record{}
		w.ToGerrit.Server, w.ToPhab.Server = p.made.of("gerrit", w.ToGerrit.Server), p.made.of("phabricator", w.ToPhab.Server)
		return p
	}
	text, err := os.ReadFile(storeFile(name + ".writes"))
	w.OK(err)
	for line := range strings.Lines(string(text)) {
		words := strings.SplitN(strings.TrimSpace(line), " ", 4)
		at, err := time.Parse(time.RFC3339Nano, words[0])
		w.OK(err)
		p.left = append(p.left, written{at: at, server: words[1], path: words[2], body: words[3]})
	}
	return p
}

// begin lets the service run, if it is there.
func (p *past) begin() {
	if p.made == nil {
		return
	}
	ctx, cancel := context.WithCancel(p.Context())
	s := p.service(p.options())
	p.running.Store(s)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := s.Run(ctx); err != nil {
			p.Errorf("the service ended with %v", err)
		}
		s.Close()
	}()
	p.stop = sync.OnceFunc(func() {
		cancel()
		<-ended
	})
	p.Cleanup(p.stop)
	p.wait(0)
}

// wait lets time pass for people, and for the service that is recorded or was.
func (p *past) wait(d time.Duration) {
	p.Helper()
	until := time.Now().Add(d)
	for len(p.left) > 0 && !p.left[0].at.After(until) {
		if p.left[0].at.Before(time.Now()) {
			p.Fatalf("%s: nobody waited for the service to write at %s", time.Now(), p.left[0].at)
		}
		p.Wait(time.Until(p.left[0].at))
		p.send(p.left[0])
		p.left = p.left[1:]
	}
	p.Wait(time.Until(until))
}

// send sends what the service once sent.
func (p *past) send(m written) {
	p.Helper()
	to, body, address := p.Gerrit.Transport(), m.body, p.Config.Gerrit.URL
	if m.server == "phabricator" {
		to, address = p.Phab.Transport(), p.Config.Phabricator.URL
		body = url.Values{"params": {m.body}, "output": {"json"}, "api.token": {p.Token}}.Encode()
	}
	r, err := http.NewRequestWithContext(p.Context(), http.MethodPost, strings.TrimSuffix(address, "/")+m.path, strings.NewReader(body))
	p.OK(err)
	r.Header.Set("Content-Type", "application/json; charset=UTF-8")
	if m.server == "phabricator" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	} else {
		r.SetBasicAuth("reviewsync", p.Gerrit.Password("reviewsync"))
	}
	resp, err := to.RoundTrip(r)
	p.OK(err)
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	p.OK(err)
	if resp.StatusCode != http.StatusOK {
		p.Fatalf("%s: %s %s: %s", m.at, m.server, m.path, answer)
	}
}

// leave ends the service at once, in the middle of what it does, and leaves its store for the next
// one: that of the file, or as the recorded one has it now.
func (p *past) leave() {
	p.Helper()
	p.wait(0)
	if len(p.left) > 0 {
		p.Fatalf("%d writes of the service were not played again, the next one of %s", len(p.left), p.left[0].at)
	}
	path := filepath.Join(p.TempDir(), "reviewsync.db")
	if p.made == nil {
		p.load(path)
	} else {
		for _, part := range []string{"", "-wal"} {
			text, err := os.ReadFile(p.Config.Store.Path + part)
			p.OK(err)
			p.OK(os.WriteFile(path+part, text, 0o600))
		}
		p.dump(path)
		p.made.write(p)
		p.stop()
	}
	p.Config.Store.Path = path
	p.Log.Clear()
	p.ToGerrit.Set(nil)
	p.ToPhab.Set(nil)
}

func (p *past) load(path string) {
	p.Helper()
	text, err := os.ReadFile(storeFile(p.name + ".sql"))
	p.OK(err)
	db, err := sql.Open("sqlite", path)
	p.OK(err)
	_, err = db.ExecContext(p.Context(), string(text))
	p.OK(err)
	p.OK(db.Close())
}

// dump writes a store as the statements that make it.
func (p *past) dump(path string) {
	p.Helper()
	db, err := sql.Open("sqlite", path)
	p.OK(err)
	defer func() { _ = db.Close() }()
	list := func(query string) (lines []string) {
		rows, err := db.QueryContext(p.Context(), query)
		p.OK(err)
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var line string
			p.OK(rows.Scan(&line))
			lines = append(lines, line)
		}
		p.OK(rows.Err())
		return lines
	}
	var out strings.Builder
	out.WriteString("begin;\n")
	for _, made := range list("select sql from sqlite_master where sql <> '' and name not like 'sqlite_%' order by type = 'index', rowid") {
		fmt.Fprintf(&out, "%s;\n", made)
	}
	for _, table := range list("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name") {
		columns := list("select name from pragma_table_info('" + table + "')")
		row := "quote(" + strings.Join(columns, ") || ', ' || quote(") + ")"
		for _, values := range list("select " + row + " from " + table + " order by 1") {
			fmt.Fprintf(&out, "insert into %s (%s) values (%s);\n", table, strings.Join(columns, ", "), values)
		}
	}
	out.WriteString("commit;\n")
	p.OK(os.WriteFile(storeFile(p.name+".sql"), []byte(out.String()), 0o600))
}

// record is each write that a server took.
type record struct {
	mu     sync.Mutex
	writes []written
}

// of is the way to a server that is recorded.
func (rec *record) of(server string, to http.RoundTripper) http.RoundTripper {
	return recorded{rec, server, to}
}

type recorded struct {
	*record
	server string
	to     http.RoundTripper
}

func (rec recorded) RoundTrip(r *http.Request) (*http.Response, error) {
	writes := strings.HasSuffix(r.URL.Path, ".edit") || rec.server == "gerrit" && r.Method == http.MethodPost
	if !writes {
		return rec.to.RoundTrip(r)
	}
	rec.mu.Lock() // one after the other, as they are sent again
	defer rec.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	m := written{at: time.Now().UTC(), server: rec.server, path: r.URL.EscapedPath(), body: string(body)}
	if rec.server == "phabricator" {
		m.body = withoutToken(string(body))
	}
	m.body = strings.TrimSpace(m.body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	resp, err := rec.to.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	if resp.StatusCode == http.StatusOK && !bytes.Contains(answer, []byte(`"error_code":"`)) {
		rec.writes = append(rec.writes, m)
	}
	return resp, err
}

// withoutToken is what a call of Conduit asks.
func withoutToken(form string) string {
	values, err := url.ParseQuery(form)
	if err != nil {
		return err.Error()
	}
	var params map[string]any
	if err := json.Unmarshal([]byte(values.Get("params")), &params); err != nil {
		return err.Error()
	}
	delete(params, "__conduit__")
	text, err := json.Marshal(params)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func (rec *record) write(p *past) {
	p.Helper()
	rec.mu.Lock()
	defer rec.mu.Unlock()
	var out strings.Builder
	for _, m := range rec.writes {
		fmt.Fprintln(&out, m.at.Format(time.RFC3339Nano), m.server, m.path, m.body)
	}
	p.OK(os.WriteFile(storeFile(p.name+".writes"), []byte(out.String()), 0o600))
}
