package models

import (
	"context"
	"maps"
	"slices"

	"gorm.io/gorm"
)

// Quota is how often all instances have called one API of one WeChat account, and what they found out about it. It
// belongs to an account and so to no community: like a token it is keyed by the account's name.
type Quota struct {
	Account string `gorm:"primaryKey"`
	API     string `gorm:"primaryKey;column:api"`
	Period  int    // in which Calls were counted: a day in China as 20260301, a month as 20260300
	Calls   int64
	Mark    string // of internal/weixin, for its instances; opaque here
}

// TableName names the table.
func (Quota) TableName() string { return "quotas" }

// AddCalls adds calls to the counts of an account's APIs in a period. A new period begins at 0; one that is over is
// ignored.
func (s *Store) AddCalls(ctx context.Context, account string, period int, calls map[string]int64) error {
	return s.Tx(ctx, func(tx *Tx) error {
		for _, api := range slices.Sorted(maps.Keys(calls)) { // always in one order: two instances must not deadlock
			q, err := tx.quota(account, api)
			if err != nil {
				return err
			}
			if _, err := swap(q().Where("period < ?", period), &Quota{}, map[string]any{"period": period, "calls": 0}, "quota"); err != nil {
				return err
			}
			// Never below 0: two instances that find at once that less was called than they thought both take it off.
			n := calls[api]
			add := gorm.Expr("CASE WHEN calls + ? < 0 THEN 0 ELSE calls + ? END", n, n)
			if _, err := swap(q().Where("period = ?", period), &Quota{}, map[string]any{"calls": add}, "quota"); err != nil {
				return err
			}
		}
		return nil
	})
}

// ClearCalls makes the calls of all the account's APIs 0 but those of the API except.
func (s *Store) ClearCalls(ctx context.Context, account, except string) error {
	return s.Tx(ctx, func(tx *Tx) error {
		_, err := swap(tx.db.Where("account = ? AND api <> ?", account, except), &Quota{}, map[string]any{"calls": 0}, "quota")
		return err
	})
}

// SaveMark keeps a mark with an account's API.
func (s *Store) SaveMark(ctx context.Context, account, api, mark string) error {
	return s.Tx(ctx, func(tx *Tx) error {
		q, err := tx.quota(account, api)
		if err != nil {
			return err
		}
		_, err = swap(q(), &Quota{}, map[string]any{"mark": mark}, "quota")
		return err
	})
}

// LoadQuotas hands every stored API of an account to row.
func (s *Store) LoadQuotas(ctx context.Context, account string, row func(api string, period int, calls int64, mark string)) error {
	var all []Quota
	if err := list(s.db.WithContext(ctx).Where("account = ?", account).Order("api"), &all, "quotas"); err != nil {
		return err
	}
	for _, q := range all {
		row(q.API, q.Period, q.Calls, q.Mark)
	}
	return nil
}

// quota makes sure that an API has its row and returns the query for it.
func (tx *Tx) quota(account, api string) (func() *gorm.DB, error) {
	q := func() *gorm.DB { return tx.db.Where("account = ? AND api = ?", account, api) }
	var known Quota
	err := one(q().Select("account"), &known, "quota")
	if IsKind(err, NotFound) {
		err = insert(tx, &Quota{Account: account, API: api}, "quota")
		if IsDuplicate(err) {
			err = nil
		}
	}
	return q, err
}
