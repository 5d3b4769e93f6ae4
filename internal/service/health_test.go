package service

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/internal/store"
	"reviewsync/internal/store/sqlite"
	"reviewsync/internal/web"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// healthz is what monitoring sees.
type healthz struct {
	code   int
	Status string
	Reason string
	Poll   int            `json:"seconds_since_poll"`
	Sweep  int            `json:"seconds_since_sweep"`
	Write  int            `json:"seconds_since_store_write"`
	Faults map[string]int `json:"faults"`
	Long   map[string]int `json:"faults_for_long"`
	Failed []string       `json:"failing"`
	Paused []mapping.Pause
}

func (w *world) healthz() healthz {
	w.Helper()
	rec := httptest.NewRecorder()
	web.New("", w.running.Load().health, zerolog.Nop()).Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/healthz", nil))
	h := healthz{code: rec.Code}
	w.OK(json.Unmarshal(rec.Body.Bytes(), &h))
	return h
}

// wantHealthy says that all is well.
func (w *world) wantHealthy() {
	w.Helper()
	if h := w.healthz(); h.code != http.StatusOK || h.Status != "ok" || h.Reason != "" {
		w.Errorf("%s: health says %d %s: %s\n%s", time.Now().UTC().Format("15:04:05"), h.code, h.Status, h.Reason, w.Log.Tail(8))
	}
}

// wantFailing says that health reports a trouble.
func (w *world) wantFailing(reasons ...string) {
	w.Helper()
	h := w.healthz()
	if h.code != http.StatusServiceUnavailable || h.Status != "failing" {
		w.Errorf("%s: health says %d %s, want a failure", time.Now().UTC().Format("15:04:05"), h.code, h.Status)
	}
	for _, r := range reasons {
		if !strings.Contains(h.Reason, r) {
			w.Errorf("the reason is %q, want %q in it", h.Reason, r)
		}
	}
}

// wantOnce says that the log has one line of the level error with these words.
func (w *world) wantOnce(words ...string) {
	w.Helper()
	n := 0
	for _, line := range w.Log.All("error") {
		has := true
		for _, word := range words {
			has = has && strings.Contains(line, word)
		}
		if has {
			n++
		}
	}
	if n != 1 {
		w.Errorf("%d errors in the log say %q, want one\n%s", n, words, w.Log.Tail(10))
	}
}

func TestHealthTellsOfSweeps(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Config.Gerrit.Sweep, w.Config.Store.Path = time.Hour, ":memory:"
		w.Task(external, "In Progress")
		w.run()
		w.Wait(30 * time.Minute)
		w.wantHealthy()
		if h := w.healthz(); h.Sweep != 30*60 || h.Write > 60 {
			t.Errorf("health says %+v", h)
		}
		w.ToPhab.Set(func(r *http.Request) trouble {
			if kind(r) == "project.search" {
				return answers(http.StatusInternalServerError, "text/plain", "no")
			}
			return nil
		})
		w.Wait(31 * time.Minute)
		w.wantFailing("failed the last time, the log says why: sweep")
		if h := w.healthz(); len(h.Failed) != 1 || h.Failed[0] != "sweep" || h.Sweep != 61*60 {
			t.Errorf("health says %+v", h)
		}
		w.Wait(20 * time.Minute)
		w.wantFailing("sweep")
		w.ToPhab.Set(nil)
		w.Wait(11 * time.Minute) // it is tried again before its hour
		w.wantHealthy()
		if len(w.Log.All("warn")) > 2 {
			t.Errorf("logged again and again: %q", w.Log.All("warn"))
		}
	})
}

// What a person must fix, and nobody does, fails health after ten minutes; a wrong number in a
// footer does not: anybody can write one.
func TestHealthTellsOfWhatIsBlocked(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Config.Gerrit.Sweep, w.Config.Store.Path = time.Hour, ":memory:"
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		w.ToPhab.Set(func(r *http.Request) trouble {
			if kind(r) == "maniphest.edit" {
				return json200(`{"result":null,"error_code":"ERR-CONDUIT-CORE","error_info":"You do not have permission to edit this object."}`)
			}
			return nil
		})
		w.Push("vol1", core, task)
		w.Wait(9 * time.Minute)
		w.wantHealthy()
		w.Wait(2 * time.Minute)
		w.wantFailing("for more than ten minutes, the log says why: 1 blocked")
		if h := w.healthz(); h.Faults[store.ClassBlocked] != 1 || h.Long[store.ClassBlocked] != 1 {
			t.Errorf("health says %+v", h)
		}
		w.ToPhab.Set(nil)
		w.Wait(time.Hour)
		w.Want(task, external, "Review Needed")
		w.wantHealthy()

		w.Push("vol1", core, 4711)
		w.Wait(30 * time.Minute)
		w.wantHealthy()
		if h := w.healthz(); h.Faults[store.ClassUnseen] != 1 {
			t.Errorf("health says %+v", h)
		}
	})
}

// A table that is damaged under the running service is an error, and fails health for good.
func TestHealthTellsOfADamagedStore(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Config.Gerrit.Sweep = time.Hour
		w.sync(false)
		s, err := sqlite.Open(w.Context(), w.Config.Store.Path)
		w.OK(err)
		for n := range 400 { // more than SQLite keeps in memory
			key := review.Key{Project: core, Number: 1000 + n}
			body, err := json.Marshal(review.Change{Key: key, Status: review.StatusMerged, Subject: strings.Repeat("x", 10_000)})
			w.OK(err)
			err = s.PutChange(w.Context(), store.ChangeRow{Key: key, Meta: "m", Snapshot: body, Tasks: []int{key.Number}}, 1)
			w.OK(err)
		}
		w.OK(s.Close())
		w.run()
		w.Wait(10 * time.Minute)
		w.wantHealthy()

		f, err := os.OpenFile(w.Config.Store.Path, os.O_RDWR, 0)
		w.OK(err)
		info, err := f.Stat()
		w.OK(err)
		_, err = f.WriteAt(bytes.Repeat([]byte{0xa5}, int(info.Size()/2)), info.Size()/4)
		w.OK(errors.Join(err, f.Close()))
		w.Wait(time.Hour)
		w.wantFailing("the store is damaged")
		if strings.Contains(w.healthz().Reason, w.Config.Store.Path) {
			t.Errorf("health tells a path: %s", w.healthz().Reason)
		}
		w.wantOnce("the store is damaged", "move "+w.Config.Store.Path+" away", "costs a sweep")
	})
}

// A store that was damaged while nobody used it ends every command, with what to do.
func TestADamagedStoreStopsTheStart(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.sync(false)
		text, err := os.ReadFile(w.Config.Store.Path)
		w.OK(err)
		for i := len(text) / 3; i < len(text)/2; i++ {
			text[i] = 0xa5
		}
		w.OK(os.WriteFile(w.Config.Store.Path, text, 0o600))
		for _, dry := range []bool{false, true} {
			o := w.options()
			o.DryRun = dry
			_, err = New(w.Context(), w.Config, o)
			if err == nil || !strings.Contains(err.Error(), "damaged") || !strings.Contains(err.Error(), "move "+w.Config.Store.Path+" away") {
				t.Errorf("the start ended with %v", err)
			}
		}
	})
}

// A full disk is called one. What was to be done is done when there is room again.
func TestHealthTellsOfAFullDisk(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("only root can mount a disk of a megabyte: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Error(err)
		}
	}()
	inWorld(t, func(w *world) {
		w.Config.Store.Path = filepath.Join(disk, "reviewsync.db")
		task := w.Task(external, "In Progress")
		change := w.Push("vol1", core, task)
		stop := w.run()
		w.Wait(10 * time.Minute)
		w.wantHealthy()
		filler := filepath.Join(disk, "filler")
		_ = os.WriteFile(filler, make([]byte, 1<<20), 0o600) // as much as there is room for
		w.Wait(5 * time.Minute)
		w.wantFailing("the store cannot be written, its disk is full")
		if h := w.healthz(); h.Write < 4*60 {
			t.Errorf("health says %+v", h)
		}
		w.wantOnce("is full: make room there")
		w.Vote("alice", change, 1)
		w.Wait(time.Minute)
		w.OK(os.Remove(filler))
		w.Wait(2 * time.Minute)
		w.wantHealthy()
		w.Want(task, external, "Review Completed")
		w.NoWaste()
		stop()
	})
}
