package models

import (
	"context"
	"errors"
	"time"
)

// Facts are what an operator wants to know about the database itself.
type Facts struct {
	Engine  Engine
	Version string        // as the engine tells it
	Now     time.Time     // by the database's own clock; zero for SQLite, which has this machine's
	Answers time.Duration // how long it took to answer
}

// Facts asks the database about itself.
func (s *Store) Facts(ctx context.Context) (Facts, error) {
	f := Facts{Engine: s.engine}
	begin := WallClock{}.Now()
	if s.engine == SQLite {
		err := s.db.WithContext(ctx).Raw("SELECT sqlite_version()").Scan(&f.Version).Error
		f.Answers = WallClock{}.Now().Sub(begin)
		return f, translate(err, "ask the database")
	}
	var row struct {
		Version string
		Ms      int64
	}
	err := s.db.WithContext(ctx).Raw("SELECT VERSION() AS version, " +
		"CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS ms").Scan(&row).Error
	f.Answers = WallClock{}.Now().Sub(begin)
	f.Version, f.Now = row.Version, time.UnixMilli(row.Ms)
	return f, translate(err, "ask the database")
}

// errUndo rolls a transaction back that was only a trial.
var errUndo = errors.New("undo")

// CheckWrite proves that the database takes a change, and leaves none.
func (s *Store) CheckWrite(ctx context.Context) error {
	err := s.Tx(ctx, func(tx *Tx) error {
		if err := tx.ensureToken("doctor"); err != nil {
			return err
		}
		return errUndo
	})
	if errors.Is(err, errUndo) {
		return nil
	}
	return err
}
