package main

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
				w.cfg.Gerrit.Sweep = time.Hour
				var tasks, changes []int
				for range 4 {
					task := w.task(external, "In Progress")
					tasks, changes = append(tasks, task), append(changes, w.push("vol1", core, task))
				}
				w.sync(false)
				db, err := sql.Open("sqlite", w.cfg.Store.Path)
				w.ok(err)
				_, err = db.Exec(spoil, fmt.Sprintf("%s~%d", core, changes[1]))
				w.ok(err)
				w.ok(db.Close())
				for _, c := range changes[2:] {
					w.vote("alice", c, 1)
				}
				w.phab.Drag("dave", tasks[1], external, "In Progress")
				w.run()
				w.wait(10 * time.Minute)
				w.wantHealthy()
				for _, task := range tasks[2:] {
					w.want(task, external, "Review Completed")
				}
				if n := w.warned("cannot be read, and is read from Gerrit again"); n != 1 {
					t.Errorf("told %d times\n%s", n, w.log.tail(20))
				}
				w.vote("alice", changes[1], 1)
				w.wait(time.Minute)
				w.want(tasks[1], external, "Review Completed")
				w.noWaste()
			})
		})
	}
}

// So it is for a command that compares everything once.
func TestAnUnreadableRowBeforeASync(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(external, "In Progress")
		change := w.push("vol1", core, task)
		w.sync(false)
		w.wait(time.Minute)
		db, err := sql.Open("sqlite", w.cfg.Store.Path)
		w.ok(err)
		_, err = db.Exec(`update snapshot set body = 'x'`)
		w.ok(err)
		w.ok(db.Close())
		w.sync(false)
		w.wantMoves(task, "Review Needed")
		w.vote("alice", change, 1)
		w.wait(time.Minute)
		w.sync(false)
		w.wantMoves(task, "Review Needed", "Review Completed")
	})
}
