package models

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// Migration is one step of the schema.
type Migration struct {
	Version   int64
	Name      string
	AppliedAt time.Time // zero if it is pending
}

// migrateWait is how long a starter waits for another one's migration.
const migrateWait = 2 * time.Minute

// Migrate brings the schema up to date and returns the steps it applied. A schema with steps this program does not know is refused: it
// would read it wrongly. Several starters at once are safe: MySQL
// uses a lock row, SQLite a lock file beside the database (two of four concurrent starters failed without it).
func (s *Store) Migrate(ctx context.Context) ([]Migration, error) {
	var done []Migration
	err := s.migrator(ctx, func(p *goose.Provider) error {
		if has, knows, err := p.GetVersions(ctx); err == nil && has > knows {
			return fmt.Errorf("the database was used by a newer Siyu (its step %d, this program knows %d): start that one, or go back to the backup from before", has, knows)
		}
		results, err := p.Up(ctx)
		for _, r := range results {
			done = append(done, Migration{Version: r.Source.Version, Name: r.Source.Path})
		}
		if err == nil && s.engine == SQLite {
			err = s.planSQLite(ctx)
		}
		return err
	})
	return done, err
}

// MigrateDown takes the newest step back.
func (s *Store) MigrateDown(ctx context.Context) error {
	return s.migrator(ctx, func(p *goose.Provider) error {
		_, err := p.Down(ctx)
		return err
	})
}

// Migrations lists all steps, applied or pending, oldest first.
func (s *Store) Migrations(ctx context.Context) ([]Migration, error) {
	var all []Migration
	err := s.migrator(ctx, func(p *goose.Provider) error {
		status, err := p.Status(ctx)
		for _, st := range status {
			all = append(all, Migration{Version: st.Source.Version, Name: st.Source.Path, AppliedAt: st.AppliedAt})
		}
		return err
	})
	return all, err
}

func (s *Store) migrator(ctx context.Context, fn func(*goose.Provider) error) error {
	dir, err := fs.Sub(migrations, "migrations/"+string(s.engine))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	pool, err := s.db.DB()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	dialect, opts := goose.DialectSQLite3, []goose.ProviderOption{}
	if s.engine == MySQL {
		dialect = goose.DialectMySQL
		locker, err := lock.NewMySQLTableLocker()
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		opts = append(opts, goose.WithLocker(locker))
	} else {
		unlock, err := lockFile(ctx, s.path+".migrate.lock")
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		defer unlock()
	}
	p, err := goose.NewProvider(dialect, pool, dir, opts...)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := fn(p); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func lockFile(ctx context.Context, path string) (unlock func(), err error) {
	l := flock.New(path)
	ctx, cancel := context.WithTimeout(ctx, migrateWait)
	defer cancel()
	if _, err := l.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { _ = l.Unlock() }, nil
}

// Serve claims the store for this process until release is called. A second process on the same SQLite file is
// refused: it would take this one's jobs for abandoned. On MySQL any number may serve.
func (s *Store) Serve() (release func(), err error) {
	if s.engine != SQLite {
		return func() {}, nil
	}
	l := flock.New(s.path + ".serve.lock")
	got, err := l.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock %s.serve.lock: %w", s.path, err)
	}
	if !got {
		return nil, Errorf(Conflict, "store_in_use", "another Siyu serves %s; use MySQL to run several", s.path)
	}
	return func() { _ = l.Unlock() }, nil
}
