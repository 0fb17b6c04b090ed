// Package testkit gives every test a real store, a clock of its own and nothing to clean up.
//
// It is for tests and must never be imported by production code; it knows databases and clocks, no rules.
package testkit

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"siyu/models"
)

// MySQLEnv names the environment variable that points the suites at a MySQL or MariaDB server: a DSN without a
// database whose user may create databases, such as root@unix(/run/mysqld/mysqld.sock)/.
const MySQLEnv = "SIYU_TEST_MYSQL_DSN"

// Secret is the secret key of every test store.
const Secret = "a secret of thirty-two bytes or more, for tests"

// start is the time a test clock starts at: a Monday noon in Vancouver, not near any change of its clocks.
var start = time.Date(2026, 5, 4, 19, 0, 0, 0, time.UTC)

// Store opens a migrated store of its own on a fresh SQLite file, with a clock that stands still.
func Store(t testing.TB) (*models.Store, *models.ManualClock) {
	t.Helper()
	file, err := sqliteFile()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "siyu.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, "sqlite:"+path)
}

// Each runs fn on every engine, as subtests named for the engine. MySQL is skipped, and says so, when no server is
// given.
func Each(t *testing.T, fn func(t *testing.T, s *models.Store, clock *models.ManualClock)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		s, clock := Store(t)
		fn(t, s, clock)
	})
	t.Run("mysql", func(t *testing.T) {
		t.Parallel()
		s, clock := open(t, "mysql:"+emptied(t))
		fn(t, s, clock)
	})
}

var databases atomic.Int64

// MySQL makes a database of its own on the server of [MySQLEnv] and returns its DSN; it skips the test if there is
// no server.
func MySQL(t testing.TB) string {
	t.Helper()
	needMySQL(t)
	admin, name, err := newDatabase()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := admin.ExecContext(context.Background(), "DROP DATABASE "+name)
		if err := errors.Join(err, admin.Close()); err != nil {
			t.Error(err)
		}
	})
	dsn, err := inDatabase(name)
	if err != nil {
		t.Fatal(err)
	}
	return dsn
}

func needMySQL(t testing.TB) {
	t.Helper()
	if os.Getenv(MySQLEnv) == "" {
		t.Skipf("no MySQL or MariaDB server: set %s, or run make test", MySQLEnv)
	}
}

func open(t testing.TB, dsn string) (*models.Store, *models.ManualClock) {
	t.Helper()
	clock := models.NewManualClock(start)
	s, err := models.Open(context.Background(), models.Options{DSN: dsn, Secret: []byte(Secret), Clock: clock, Throwaway: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, clock
}

// Community makes an empty community and runs fn in a transaction within it.
func Community(t testing.TB, s *models.Store, fn func(*models.Scope) error) models.CommunityID {
	t.Helper()
	var id models.CommunityID
	err := s.Tx(context.Background(), func(tx *models.Tx) error {
		c := models.Community{Name: "北岸亲子圈", Zone: "America/Vancouver"}
		if err := tx.InsertCommunity(&c); err != nil {
			return err
		}
		id = c.ID
		if fn == nil {
			return nil
		}
		return fn(tx.In(id))
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// Migrated makes a migrated, empty database on the server of [MySQLEnv], the test's own, and returns the DSN without a
// scheme; it skips the test if there is no server.
func Migrated(t testing.TB) string { t.Helper(); return emptied(t) }
