package service

import (
	"database/sql"
	"fmt"
	"testing"
	"time"
)

// A stored change that cannot be read is read again, and stops nothing else meanwhile.
func TestAnUnreadableRowIsReadAgain(t *testing.T) {
	for name, spoil := range map[string]string{
		"half of it":            `update snapshot set body = substr(body, 1, 40) where key = ?`,
		"nothing":               `update snapshot set body = '' where key = ?`,
		"null":                  `update snapshot set body = 'null' where key = ?`,
		"noise":                 `update snapshot set body = x'a5a5a5' where key = ?`,
		"a number":              `update snapshot set body = 12 where key = ?`,
		"that of another one":   `update snapshot set body = (select body from snapshot s where s.key <> snapshot.key limit 1) where key = ?`,
		"a list, as was stored": `update snapshot set body = '[]' where key = ?`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.Config.Gerrit.Sweep = time.Hour
				var tasks, changes []int
				for range 4 {
					task := w.Task(external, "In Progress")
					tasks, changes = append(tasks, task), append(changes, w.Push("vol1", core, task))
				}
				w.sync(false)
				db, err := sql.Open("sqlite", w.Config.Store.Path)
				w.OK(err)
				_, err = db.Exec(spoil, fmt.Sprintf("%s~%d", core, changes[1]))
				w.OK(err)
				w.OK(db.Close())
				for _, c := range changes[2:] {
					w.Vote("alice", c, 1)
				}
				w.Phab.Drag("dave", tasks[1], external, "In Progress")
				w.run()
				w.Wait(10 * time.Minute)
				w.wantHealthy()
				for _, task := range tasks[2:] {
					w.Want(task, external, "Review Completed")
				}
				if n := w.warned("cannot be read, and is read from Gerrit again"); n != 1 {
					t.Errorf("logged %d times\n%s", n, w.Log.Tail(20))
				}
				w.Vote("alice", changes[1], 1)
				w.Wait(time.Minute)
				w.Want(tasks[1], external, "Review Completed")
				w.NoWaste()
			})
		})
	}
}

// So it is for a command that compares everything once.
func TestAnUnreadableRowBeforeASync(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "In Progress")
		change := w.Push("vol1", core, task)
		w.sync(false)
		w.Wait(time.Minute)
		db, err := sql.Open("sqlite", w.Config.Store.Path)
		w.OK(err)
		_, err = db.Exec(`update snapshot set body = 'x'`)
		w.OK(err)
		w.OK(db.Close())
		w.sync(false)
		w.WantMoves(task, "Review Needed")
		w.Vote("alice", change, 1)
		w.Wait(time.Minute)
		w.sync(false)
		w.WantMoves(task, "Review Needed", "Review Completed")
	})
}

// What another version stored in another shape is read again before anything is decided on it, each change once.
func TestChangesOfAnotherShapeAreReadAgain(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Config.Gerrit.Sweep = time.Hour
		var changes []int
		for range 4 {
			changes = append(changes, w.Push("vol1", core, w.Task(external, "In Progress")))
		}
		stop := w.start()
		w.Wait(time.Minute)
		w.merge(changes[0])
		w.Wait(time.Minute)
		w.OK(stop())
		db, err := sql.Open("sqlite", w.Config.Store.Path)
		w.OK(err)
		_, err = db.Exec(`update change set shape = 0; update snapshot set body = '{"another": "shape"}'`)
		w.OK(err)
		w.OK(db.Close())
		w.Vote("alice", changes[1], 1)
		w.Log.Clear()
		w.reset()
		w.run()
		w.Wait(90 * time.Minute) // a sweep, which looks at the merged one too
		if n := w.Gerrit.Requests()["change"]; n != len(changes) {
			t.Errorf("%d reads of %d changes\n%s", n, len(changes), w.Log.Tail(30))
		}
		w.WantMoves(1, "Review Needed", "Review Completed")
		w.WantMoves(2, "Review Needed", "Review Completed")
		w.WantMoves(3, "Review Needed")
		if loud := w.Log.All("warn", "error"); len(loud) > 0 {
			t.Errorf("the log says %q", loud)
		}
		w.NoWaste()
	})
}
