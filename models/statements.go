package models

import (
	"errors"
	"sync/atomic"

	"gorm.io/gorm"
)

// statements counts what is asked of the database.
type statements struct{ n atomic.Int64 }

// watch has every statement of a connection counted.
func (s *statements) watch(db *gorm.DB) error {
	one := func(*gorm.DB) { s.n.Add(1) }
	c := db.Callback()
	return errors.Join(
		c.Create().After("gorm:create").Register("siyu:count_create", one),
		c.Query().After("gorm:query").Register("siyu:count_query", one),
		c.Update().After("gorm:update").Register("siyu:count_update", one),
		c.Delete().After("gorm:delete").Register("siyu:count_delete", one),
		c.Row().After("gorm:row").Register("siyu:count_row", one),
		c.Raw().After("gorm:raw").Register("siyu:count_raw", one))
}

// Statements counts the statements this store has made since it was opened: what a benchmark divides by its work.
func (s *Store) Statements() int64 { return s.made.n.Load() }
