package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"reviewsync/internal/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Memory is the path of a store in memory, which is gone once it is closed.
const Memory = ":memory:"

var _ store.Store = (*Store)(nil)

// Store is an open SQLite store. Each role of the contract has a type of its own, for the same file.
type Store struct {
	*file
	agenda
	asks
	boards
	cards
	changes
	deployments
	duplicates
	ops
	pauses
	rota
}

// The roles of a store.
type (
	agenda      struct{ *file }
	asks        struct{ *file }
	boards      struct{ *file }
	cards       struct{ *file }
	changes     struct{ *file }
	deployments struct{ *file }
	duplicates  struct{ *file }
	ops         struct{ *file }
	pauses      struct{ *file }
	rota        struct{ *file }
)

// file is the open file of a store.
type file struct {
	db      pool
	lock    *os.File // nil for a store in memory
	path    string
	info    os.FileInfo // of path, as it was opened
	scratch string      // a folder that Close removes; empty: none
	opened  time.Time

	listener listener

	mu      sync.Mutex
	created time.Time
}

// Open opens the store at path, creates it if there is none, and brings its tables up to date. It
// can be open in one process only; for a second one the error says so.
func Open(ctx context.Context, path string) (*Store, error) {
	f := &file{opened: time.Now()}
	if err := f.open(ctx, path); err != nil {
		f.Close()
		return nil, err
	}
	return &Store{f, agenda{f}, asks{f}, boards{f}, cards{f}, changes{f}, deployments{f}, duplicates{f}, ops{f}, pauses{f}, rota{f}}, nil
}

func (s *file) open(ctx context.Context, path string) (err error) {
	s.db.troubles.path = path
	if path != Memory {
		if path, err = filepath.Abs(path); err != nil {
			return fmt.Errorf("open store %s: %w", path, err)
		}
		s.db.troubles.path = path
		if s.lock, err = lockFile(path); err != nil {
			return s.db.troubles.explain(err)
		}
		if err = makePrivate(path); err != nil {
			return fmt.Errorf("open store: %w", s.db.troubles.explain(err))
		}
	}
	if s.path = path; path != Memory {
		if s.info, err = os.Stat(path); err != nil {
			return fmt.Errorf("open store: %w", err)
		}
	}
	if err := s.ready(ctx, path); err != nil {
		return fmt.Errorf("open store %s: %w", path, s.db.troubles.explain(err))
	}
	if s.created, _, err = s.moment(ctx, momentStore, "created"); err != nil {
		return err
	}
	if err := s.markOutdated(ctx); err != nil {
		return err
	}
	return s.hurryRetries(ctx)
}

// ready connects to the file, and prepares it for use.
func (s *file) ready(ctx context.Context, path string) (err error) {
	s.db.troubles.wrote = time.Now()
	if s.db.DB, err = connect(path); err != nil {
		return err
	}
	if err := s.Inspect(ctx); err != nil {
		return err
	}
	if err := migrate(ctx, s.db.DB); err != nil {
		return err
	}
	return s.db.prepare(ctx, hot)
}

// Close closes the store.
func (s *file) Close() error {
	var errs []error
	if s.db.DB != nil {
		errs = append(errs, s.db.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	if s.scratch != "" {
		errs = append(errs, os.RemoveAll(s.scratch))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// makePrivate creates the file if it is missing, readable only by its owner: snapshots hold
// everything that the service's account may see.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// connect opens a pool with one connection, which it keeps. So the database is never locked, a
// store in memory is no special case, and the cache has the pages that the next statement needs.
// On two cores, more connections for reads made a transition slower.
func connect(path string) (*sql.DB, error) {
	// The timeout and the lock at the beginning of transactions are for other programs that read
	// the file meanwhile. 4000 pages are 16 MB of log before a checkpoint.
	dsn := "file:" + Memory
	if path != Memory {
		dsn = (&url.URL{Scheme: "file", OmitHost: true, Path: path}).String()
	}
	dsn += "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)" +
		"&_pragma=foreign_keys(1)&_pragma=wal_autocheckpoint(4000)&_txlock=immediate"
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	return db, nil
}

// migrate brings the tables to the newest version of this program.
func migrate(ctx context.Context, db *sql.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	have, know, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the version of its tables: %w", err)
	}
	if have > know {
		return fmt.Errorf("its tables have version %d and this reviewsync knows %d: use the newer reviewsync, or move the file away and let the next sweep fill a new one", have, know)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring its tables up to date: %w", err)
	}
	return nil
}

// millis converts a time to how it is stored.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// date is the inverse of millis.
func date(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
