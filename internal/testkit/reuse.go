package testkit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	mysqldriver "github.com/go-sql-driver/mysql"

	"siyu/models"
)

// A MySQL database of some seventy tables takes a server half a second to make and to drop, and to empty a few milliseconds:
// the tests of a process hand theirs on. What the last of them leaves is dropped by a later run.

// prefix begins the names of all databases of tests; the second they were made in follows.
const prefix = "siyu_test_"

// leftAfter is the age at which nobody uses a database any more.
const leftAfter = 2 * time.Hour

var free struct {
	sync.Mutex
	dsns []string
}

// emptied is the DSN of a migrated, empty database, which the test may use alone. A test that fails keeps nobody from a
// sound one.
func emptied(t testing.TB) string {
	t.Helper()
	needMySQL(t)
	if err := dropLeft(); err != nil {
		t.Fatal(err)
	}
	dsn := taken()
	if dsn == "" {
		var err error
		if dsn, err = filled(); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			return
		}
		if err := empty(dsn); err != nil {
			t.Error(err)
			return
		}
		free.Lock()
		defer free.Unlock()
		free.dsns = append(free.dsns, dsn)
	})
	return dsn
}

// taken is a database that another test has left, if there is one.
func taken() string {
	free.Lock()
	defer free.Unlock()
	n := len(free.dsns)
	if n == 0 {
		return ""
	}
	dsn := free.dsns[n-1]
	free.dsns = free.dsns[:n-1]
	return dsn
}

// filled makes another one.
func filled() (string, error) {
	admin, name, err := newDatabase()
	if err != nil {
		return "", err
	}
	dsn, err := inDatabase(name)
	if err == nil {
		err = fill(dsn)
	}
	return dsn, errors.Join(err, admin.Close())
}

// empty removes all rows but those about migrations.
func empty(dsn string) error {
	tables, err := mysqlTables()
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("SET FOREIGN_KEY_CHECKS = 0; START TRANSACTION;\n")
	for line := range strings.Lines(tables) {
		if name, made := strings.CutPrefix(line, "CREATE TABLE "); made && !strings.HasPrefix(name, "`goose_") {
			name, _, _ = strings.Cut(name, " ")
			b.WriteString("DELETE FROM " + name + ";\n")
		}
	}
	b.WriteString("COMMIT")
	return execAll(dsn, b.String())
}

// execAll runs several statements.
func execAll(dsn, statements string) error {
	cfg, err := mysqldriver.ParseDSN(dsn)
	if err != nil {
		return err
	}
	cfg.MultiStatements = true
	db, err := sql.Open("mysql", cfg.FormatDSN())
	if err != nil {
		return err
	}
	_, err = db.ExecContext(context.Background(), statements)
	return errors.Join(err, db.Close())
}

// dropLeft drops what earlier runs have left, once.
var dropLeft = sync.OnceValue(func() error {
	db, err := sql.Open("mysql", os.Getenv(MySQLEnv))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	ctx := context.Background()
	names, err := texts(ctx, db, "SHOW DATABASES", 1)
	if err != nil {
		return err
	}
	old := models.WallClock{}.Now().Add(-leftAfter).Unix()
	for _, row := range names {
		rest, ours := strings.CutPrefix(row[0], prefix)
		second, _, _ := strings.Cut(rest, "_")
		made, err := strconv.ParseInt(second, 10, 64)
		if !ours || err != nil || made > old {
			continue
		}
		if _, err := db.ExecContext(ctx, "DROP DATABASE IF EXISTS "+row[0]); err != nil {
			return fmt.Errorf("drop what a test left: %w", err)
		}
	}
	return nil
})
