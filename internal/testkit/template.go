package testkit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	mysqldriver "github.com/go-sql-driver/mysql"

	"siyu/models"
)

// A store is migrated once for each engine and copied for every test: the migrations take a second or two on a server and
// under the race detector, and there are some thousand tests. They have tests of their own. Within one run of all tests the
// processes share the copy.

// tmpEnv names the environment variable with the directory of one run of all tests, which goes away with it.
const tmpEnv = "SIYU_TEST_TMP"

// shared is what a file of the run's directory holds; the first process makes it.
func shared(name string, make func() ([]byte, error)) ([]byte, error) {
	dir := os.Getenv(tmpEnv)
	if dir == "" {
		return make()
	}
	path := filepath.Join(dir, name)
	if had, err := os.ReadFile(path); err == nil {
		return had, nil
	}
	made, err := make()
	if err != nil {
		return nil, err
	}
	part, err := os.CreateTemp(dir, name)
	if err != nil {
		return nil, err
	}
	_, err = part.Write(made)
	return made, errors.Join(err, part.Close(), os.Rename(part.Name(), path)) // another process reads all of it or nothing
}

// sqliteFile is a migrated, empty database file.
var sqliteFile = sync.OnceValues(func() ([]byte, error) { return shared("template.db", makeSQLite) })

func makeSQLite() ([]byte, error) {
	dir, err := os.MkdirTemp("", "siyu-template-")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "siyu.db")
	err = migrate("sqlite:" + path)
	var file []byte
	if err == nil {
		file, err = os.ReadFile(path)
	}
	return file, errors.Join(err, os.RemoveAll(dir))
}

// mysqlTables are the statements that make a migrated, empty database.
var mysqlTables = sync.OnceValues(func() (string, error) {
	all, err := shared("template.sql", makeMySQL)
	return string(all), err
})

func makeMySQL() ([]byte, error) {
	admin, name, err := newDatabase()
	if err != nil {
		return nil, err
	}
	defer func() { _ = admin.Close() }()
	dsn, err := inDatabase(name)
	if err == nil {
		err = migrate("mysql:" + dsn)
	}
	var all string
	if err == nil {
		all, err = dump(dsn)
	}
	_, drop := admin.ExecContext(context.Background(), "DROP DATABASE "+name)
	return []byte(all), errors.Join(err, drop)
}

func migrate(dsn string) error {
	ctx := context.Background()
	s, err := models.Open(ctx, models.Options{DSN: dsn, Secret: []byte(Secret), Clock: models.NewManualClock(start), Throwaway: true})
	if err != nil {
		return fmt.Errorf("open template: %w", err)
	}
	_, err = s.Migrate(ctx)
	return errors.Join(err, s.Close())
}

// newDatabase makes a database on the server of [MySQLEnv].
func newDatabase() (*sql.DB, string, error) {
	name := fmt.Sprintf("%s%d_%d_%d", prefix, models.WallClock{}.Now().Unix(), os.Getpid(), databases.Add(1))
	admin, err := sql.Open("mysql", os.Getenv(MySQLEnv))
	if err != nil {
		return nil, "", err
	}
	if _, err := admin.ExecContext(context.Background(), "CREATE DATABASE "+name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"); err != nil {
		return nil, "", errors.Join(err, admin.Close())
	}
	return admin, name, nil
}

// inDatabase is the DSN of a database on that server.
func inDatabase(name string) (string, error) {
	cfg, err := mysqldriver.ParseDSN(os.Getenv(MySQLEnv))
	if err != nil {
		return "", err
	}
	cfg.DBName = name
	return cfg.FormatDSN(), nil
}

// dump writes down the tables of a database, and which migrations it has. It refuses one with other rows.
func dump(dsn string) (string, error) {
	ctx := context.Background()
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		return "", err
	}
	defer func() { _ = db.Close() }()
	names, err := texts(ctx, db, "SHOW TABLES", 1)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, row := range names {
		table := row[0]
		made, err := texts(ctx, db, "SHOW CREATE TABLE "+table, 2)
		if err != nil {
			return "", err
		}
		b.WriteString(made[0][1] + ";\n")
		if strings.HasPrefix(table, "goose_") { // the migrations' own
			continue
		}
		rows, err := texts(ctx, db, "SELECT COUNT(*) FROM "+table, 1)
		if err != nil {
			return "", err
		}
		if rows[0][0] != "0" {
			return "", fmt.Errorf("table %s of an empty store has rows: a copy would lack them", table)
		}
	}
	versions, err := texts(ctx, db, "SELECT version_id, is_applied FROM "+migrated+" ORDER BY id", 2)
	for _, v := range versions {
		fmt.Fprintf(&b, "INSERT INTO %s (version_id, is_applied) VALUES (%s, %s);\n", migrated, v[0], v[1])
	}
	return b.String(), err
}

// migrated is the table in which the migrations are noted.
const migrated = "goose_db_version"

// texts reads rows of so many columns as text.
func texts(ctx context.Context, db *sql.DB, query string, columns int) ([][]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all [][]string
	for rows.Next() {
		row, into := make([]string, columns), make([]any, columns)
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

// fill makes the tables of a store in a database that has none.
func fill(dsn string) error {
	tables, err := mysqlTables()
	if err != nil {
		return err
	}
	return execAll(dsn, tables)
}
