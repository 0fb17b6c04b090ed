package models

import (
	"context"

	"gorm.io/gorm"
)

// WrongCode is that a clerk asked for a code, or for a phone's last digits, that nobody has. It does not say which.
type WrongCode struct {
	ID          ID[WrongCode] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	AccountID   AccountID
	At          Millis
}

// TableName names the table.
func (WrongCode) TableName() string { return "wrong_codes" }

// AddWrongCodes notes one for each of the accounts.
func (sc *Scope) AddWrongCodes(accounts []AccountID) error {
	all := make([]WrongCode, len(accounts))
	for i, a := range accounts {
		all[i] = WrongCode{ID: newID[WrongCode](sc.Tx), CommunityID: sc.Community, AccountID: a, At: sc.Now}
	}
	return insertAll(sc.Tx, all, "wrong codes")
}

// WrongCodesSince lists when each of some accounts asked wrongly since a time, the newest first.
func (sc *Scope) WrongCodesSince(accounts []AccountID, since Millis) (map[AccountID][]Millis, error) {
	var all []WrongCode
	err := list(sc.rows().Where("account_id IN ? AND at >= ?", ints(accounts), int64(since)).Order("at DESC, id DESC"), &all, "wrong codes")
	found := map[AccountID][]Millis{}
	for _, w := range all {
		found[w.AccountID] = append(found[w.AccountID], w.At)
	}
	return found, err
}

// DeleteWrongCodes removes what was asked wrongly before a time and returns how many.
func (s *Store) DeleteWrongCodes(ctx context.Context, before Millis) (int64, error) {
	return s.inParts(ctx, "delete wrong codes", func(db *gorm.DB) *gorm.DB {
		return db.Model(&WrongCode{}).Where("at < ?", int64(before)).Order("at")
	}, func(db *gorm.DB, ids []int64) *gorm.DB {
		return db.Where("id IN ?", ids).Delete(&WrongCode{})
	})
}
