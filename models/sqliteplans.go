package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// planSQLite tells SQLite's planner that a community's rows are many. Without statistics it believes that an index whose first
// column is the community finds ten rows, and reads everything the community has where another index would find a few: what one
// member holds, or one voucher's redemptions. The statistics are made up, so plans do not depend on when somebody counted.
func (s *Store) planSQLite(ctx context.Context) error {
	pool, err := s.db.DB()
	if err != nil {
		return err
	}
	if _, err := pool.ExecContext(ctx, "ANALYZE sqlite_schema"); err != nil { // makes the table for them
		return fmt.Errorf("plan: %w", err)
	}
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	if err := plan(ctx, tx); err != nil {
		return errors.Join(fmt.Errorf("plan: %w", err), tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	pool.SetMaxIdleConns(0) // a connection reads them when it is opened
	pool.SetMaxIdleConns(poolSize)
	return nil
}

// manyRows is how many rows a table is said to have; each column of an index after the community divides them by its share.
const (
	manyRows  = 1_000_000
	nextShare = 100
)

// plan replaces the statistics of all indexes that begin with the community.
func plan(ctx context.Context, tx *sql.Tx) error {
	rows, err := tx.QueryContext(ctx, `SELECT m.tbl_name, m.name, COUNT(*), l."unique" FROM sqlite_schema m
		JOIN pragma_index_list(m.tbl_name) l ON l.name = m.name JOIN pragma_index_info(m.name) i
		WHERE m.type = 'index' AND (SELECT f.name FROM pragma_index_info(m.name) f WHERE f.seqno = 0) = 'community_id'
		GROUP BY m.tbl_name, m.name`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	type index struct{ table, name, stat string }
	var all []index
	for rows.Next() {
		var i index
		var columns int
		var unique bool
		if err := rows.Scan(&i.table, &i.name, &columns, &unique); err != nil {
			return err
		}
		i.stat = shares(columns, unique)
		all = append(all, i)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM sqlite_stat1"); err != nil {
		return err
	}
	for _, i := range all {
		if _, err := tx.ExecContext(ctx, "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", i.table, i.name, i.stat); err != nil {
			return err
		}
	}
	return nil
}

// shares is the statistic of an index: all rows, then how many a value of its first column finds, of its first two, and so on.
func shares(columns int, unique bool) string {
	stat, n := []string{strconv.Itoa(manyRows)}, manyRows
	for i := range columns {
		if i > 0 {
			n = max(n/nextShare, 2)
		}
		if i == columns-1 && unique {
			n = 1
		}
		stat = append(stat, strconv.Itoa(n))
	}
	return strings.Join(stat, " ")
}
