package models

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	mysqldriver "github.com/go-sql-driver/mysql"
	"gorm.io/gorm"
)

// How batches reach MySQL. None is a platform's number.
const (
	batchPoolSize = 8 // connections: as many batches as run at once, and each serves hundreds
	batchPatience = 3 // seconds a batch waits for a lock: everybody in it waits with it
)

// batchPool makes the connections for batches, none of which is opened yet. They take several statements at once, which only a
// [packet] uses: its texts are ours, and what people wrote stands in them as parameters.
func batchPool(cfg *mysqldriver.Config) (*sql.DB, error) {
	cfg = cfg.Clone()
	cfg.MultiStatements = true
	if cfg.Params["innodb_lock_wait_timeout"] == "" {
		cfg.Params["innodb_lock_wait_timeout"] = strconv.Itoa(batchPatience)
	}
	connector, err := mysqldriver.NewConnector(cfg)
	if err != nil {
		return nil, fmt.Errorf("read the MySQL DSN: %w", err)
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(batchPoolSize)
	pool.SetMaxIdleConns(batchPoolSize)
	pool.SetConnMaxLifetime(time.Hour)
	return pool, nil
}

// by names the index a table is to be read by, where finding it out takes long: there is one that is made for it. (That a server
// guesses what the values of a list find, eq_range_index_dive_limit = 1, was slower by a quarter beside it.)
func (sc *Scope) by(index string) string {
	if sc.s.engine == MySQL {
		return " FORCE INDEX (" + index + ")"
	}
	return " INDEXED BY " + index
}

// Batch is Tx for a transaction that serves many callers at once. On MySQL it has connections of its own, so that it never waits
// for other work, sends some of its statements together, its BEGIN among them, and waits for a lock for three seconds at most.
func (s *Store) Batch(ctx context.Context, fn func(*Tx) error) error {
	if s.batch == nil {
		return s.Tx(ctx, fn)
	}
	return s.again(ctx, func(try int) error { return s.piped(ctx, try, fn) })
}

// ReadBatch is Read on the connections of batches.
func (s *Store) ReadBatch(ctx context.Context) *Tx {
	if s.batch == nil {
		return s.Read(ctx)
	}
	return &Tx{Now: MillisOf(s.clock.Now()), db: s.batched(ctx), s: s, several: true}
}

// batched is gorm on the connections of batches.
func (s *Store) batched(ctx context.Context) *gorm.DB {
	db := s.db.Session(&gorm.Session{Context: ctx})
	db.Statement.ConnPool = s.batch
	return db
}
