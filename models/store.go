package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// Options is what a store needs.
type Options struct {
	// DSN is "sqlite:PATH" or "mysql:" followed by a go-sql-driver DSN (user:pass@tcp(host:3306)/db).
	DSN string
	// Secret seals secrets and makes lookup keys; at least [MinSecret] bytes.
	Secret []byte
	// Clock tells the business time; the wall clock if nil.
	Clock Clock
	// Logger gets warnings about retried transactions; discarded if nil.
	Logger *slog.Logger
	// Throwaway says that the data may be lost with the machine's power, as a demo's or a test's may: SQLite then does
	// not wait for the disk at every commit.
	Throwaway bool
}

// Store is the database. It is safe for concurrent use.
type Store struct {
	db     *gorm.DB
	batch  *sql.DB // connections for batches; nil: they use the others
	clock  Clock
	keys   *Keys
	ids    *idSource
	log    *slog.Logger
	engine Engine
	path   string // of the SQLite file
	maria  bool   // a MariaDB, which takes VALUES (…), (…) for a table
	writer turns  // SQLite has one writer; waiting here beats polling its lock
	made   *statements
	looks  sessionLooks
}

// Engine names the kind of database.
type Engine string

// The engines.
const (
	SQLite Engine = "sqlite"
	MySQL  Engine = "mysql"
)

// sqlitePragmas: immediate transactions because a deferred one that upgrades fails with SQLITE_BUSY whatever the
// timeout (measured: 7 of 100); WAL so that readers never wait; a commit is on the disk when it returns, because
// "success" to WeChat and a voucher's code are promises that must outlive a power cut. The log is copied into the file
// every 80 MB instead of every 4, 16 MB of pages are kept by a connection instead of 2, and what an INSERT of many rows
// keeps in case it fails is kept in memory: claims that come without end are a fifth faster by these three, and their
// p99 is four times as long, because somebody waits for a longer copy. Copying beside the work was no better: it is the
// disk that is waited for.
const sqlitePragmas = "?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)" +
	"&_pragma=foreign_keys(1)&_pragma=temp_store(MEMORY)&_pragma=wal_autocheckpoint(20000)&_pragma=cache_size(-16384)&_pragma=synchronous"

// poolSize is small on purpose: a big pool is a queue inside InnoDB.
const poolSize = 16

// Open connects to the database; it does not migrate.
func Open(ctx context.Context, o Options) (*Store, error) {
	keys, err := NewKeys(o.Secret)
	if err != nil {
		return nil, err
	}
	s := &Store{clock: o.Clock, keys: keys, ids: &idSource{}, log: o.Logger, made: &statements{}}
	if s.clock == nil {
		s.clock = WallClock{}
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	dialector, err := s.dialector(ctx, o)
	if err != nil {
		return nil, err
	}
	s.db, err = gorm.Open(dialector, &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true,
		Logger:                 logger.New(log.New(io.Discard, "", 0), logger.Config{LogLevel: logger.Silent}),
		NowFunc:                func() time.Time { return s.clock.Now().UTC() },
	})
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	if err := s.made.watch(s.db); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	pool, err := s.db.DB()
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	pool.SetMaxOpenConns(poolSize)
	pool.SetMaxIdleConns(poolSize)
	pool.SetConnMaxLifetime(time.Hour)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("reach the database: %w", err), pool.Close())
	}
	return s, nil
}

func (s *Store) dialector(ctx context.Context, o Options) (gorm.Dialector, error) {
	scheme, rest, _ := strings.Cut(o.DSN, ":")
	switch {
	case scheme == string(SQLite) && rest != "" && !strings.ContainsAny(rest, "?"):
		s.engine, s.path = SQLite, rest
		if err := createPrivate(rest); err != nil {
			return nil, err
		}
		sync := "(FULL)"
		if o.Throwaway {
			sync = "(OFF)"
		}
		return sqlite.Open("file:" + rest + sqlitePragmas + sync), nil
	case scheme == string(MySQL) && rest != "":
		s.engine = MySQL
		to, err := mysqlDialector(ctx, rest)
		s.batch, s.maria = to.batch, to.maria
		return to.Dialector, err
	}
	return nil, fmt.Errorf("the database %q is neither sqlite:PATH nor mysql:DSN", scheme+":…")
}

// createPrivate makes a new database file that only its owner may read; SQLite gives its companions the same mode.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	return f.Close()
}

// Close closes the database.
func (s *Store) Close() error {
	pool, err := s.db.DB()
	if err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	if s.batch != nil {
		err = s.batch.Close()
	}
	return errors.Join(err, pool.Close())
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	pool, err := s.db.DB()
	if err != nil {
		return err
	}
	return translate(pool.PingContext(ctx), "ping")
}

// Engine tells which engine it is.
func (s *Store) Engine() Engine { return s.engine }

// Clock returns the business clock.
func (s *Store) Clock() Clock { return s.clock }

// Keys returns the sealing keys.
func (s *Store) Keys() *Keys { return s.keys }

// Tx is a transaction, or with [Store.Read] a plain connection. Its Now is the one time of everything it writes.
type Tx struct {
	Now     Millis
	db      *gorm.DB
	s       *Store
	several bool  // the connection takes several statements at once
	pipe    *pipe // of a batch on MySQL
	try     int   // how often the transaction has lost before
}

// maxTries bounds the retries of a transaction that loses against others.
const maxTries = 12

// Tx runs fn in a transaction and commits if it returns nil. A deadlock or lock timeout rolls back and runs fn
// again, with a new Now: fn must have no effect but on the store.
func (s *Store) Tx(ctx context.Context, fn func(*Tx) error) error {
	return s.again(ctx, func(int) error { return s.once(ctx, fn) })
}

// again runs a transaction until it does not lose.
func (s *Store) again(ctx context.Context, once func(try int) error) error {
	var err error
	for try := range maxTries {
		err = once(try)
		if err == nil || !isRetryable(err) {
			return err
		}
		s.log.DebugContext(ctx, "transaction lost and runs again", "try", try+1)
		select {
		case <-ctx.Done():
			return translate(ctx.Err(), "run a transaction again")
		case <-time.After(time.Duration(rand.Int64N(int64(5*time.Millisecond) << min(try, 6)))):
		}
	}
	return &Error{Kind: Unavailable, Code: codeStoreUnavailable, Text: "the transaction kept losing against others", Err: err}
}

func (s *Store) once(ctx context.Context, fn func(*Tx) error) error {
	if s.engine == SQLite {
		if err := s.writer.take(ctx); err != nil {
			return translate(err, "wait for the writer")
		}
		defer s.writer.give()
	}
	ended := false
	err := s.db.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		err := fn(&Tx{Now: MillisOf(s.clock.Now()), db: db, s: s})
		ended = err == nil
		return err
	})
	if _, ours := errors.AsType[*Error](err); !ours && isAway(err) { // at BEGIN or COMMIT
		err = translate(err, "transaction")
	}
	if ended && err != nil {
		err = inDoubt(err)
	}
	return err
}

// Read returns a Tx outside any transaction, for reading: each query sees what is committed when it runs.
func (s *Store) Read(ctx context.Context) *Tx {
	return &Tx{Now: MillisOf(s.clock.Now()), db: s.db.WithContext(ctx), s: s}
}

// Keys returns the sealing keys.
func (tx *Tx) Keys() *Keys { return tx.s.keys }

// In narrows the transaction to one community.
func (tx *Tx) In(c CommunityID) *Scope { return &Scope{Tx: tx, Community: c} }

// Scope is a transaction within one community: everything that belongs to a community is a verb of it.
type Scope struct {
	*Tx
	Community CommunityID
}

// rows starts a query that is limited to the community.
func (sc *Scope) rows() *gorm.DB { return sc.db.Where("community_id = ?", int64(sc.Community)) }

// newID makes an id of any type.
func newID[T any](tx *Tx) ID[T] { return ID[T](tx.s.ids.next(tx.Now.Time())) }

// newIDs makes n ids, each one more than the one before, and returns the first.
func newIDs[T any](tx *Tx, n int) ID[T] { return ID[T](tx.s.ids.run(tx.Now.Time(), n)) }

// insert writes one row; a taken unique key is a Conflict for which IsDuplicate holds.
func insert(tx *Tx, row any, what string) error {
	return translate(tx.db.Create(row).Error, "insert "+what)
}

// insertOnce writes row and reports true; if its natural key is taken it reports false, after find has seen the row
// that holds the key. A duplicate that find cannot see is a collision of ids: the transaction runs again.
func insertOnce(tx *Tx, row any, what string, find func() error) (bool, error) {
	err := insert(tx, row, what)
	switch {
	case err == nil:
		return true, nil
	case !IsDuplicate(err):
		return false, err
	}
	if err := find(); err != nil {
		if IsKind(err, NotFound) {
			return false, fmt.Errorf("insert %s: %w", what, errIDCollision)
		}
		return false, err
	}
	return false, nil
}

// one reads one row into out.
func one(q *gorm.DB, out any, what string) error {
	return translate(q.Take(out).Error, "read "+what)
}

// list reads rows into out, a pointer to a slice.
func list(q *gorm.DB, out any, what string) error {
	return translate(q.Find(out).Error, "list "+what)
}

// swap is a compare-and-set: it reports whether the row was still as q says.
func swap(q *gorm.DB, model any, set map[string]any, what string) (bool, error) {
	r := q.Model(model).Updates(set)
	if r.Error != nil {
		return false, translate(r.Error, "update "+what)
	}
	return r.RowsAffected == 1, nil
}
