package models

import (
	"crypto/rand"
	"log/slog"
	"time"
)

// ShopInvitation is a link by which a clerk makes herself an account and her place in a shop. It is used once, and only the hash
// of its code is stored.
type ShopInvitation struct {
	ID          ID[ShopInvitation] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	ShopID      ShopID
	CodeHash    string
	Name        string // that the account will be shown by, unless she chooses another
	Manager     bool
	DailyLimit  int
	CreatedBy   AccountID
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
	ExpiresAt   Millis
	AccountID   AccountID // that came of it
	EndedAt     Millis    // when it was used or taken back; zero: it is open
}

// TableName names the table.
func (ShopInvitation) TableName() string { return "shop_invitations" }

// LogValue keeps names out of logs.
func (i ShopInvitation) LogValue() slog.Value {
	return slog.StringValue("shop invitation " + i.ID.String())
}

// AddShopInvitation stores an invitation that lives for ttl and returns its code: 128 random bits, shown once and never stored.
func (sc *Scope) AddShopInvitation(i *ShopInvitation, ttl time.Duration) (code string, err error) {
	code = rand.Text()
	i.ID, i.CommunityID, i.CreatedAt = newID[ShopInvitation](sc.Tx), sc.Community, sc.Now
	i.CodeHash, i.ExpiresAt = hashToken(code), sc.Now.Add(ttl)
	return code, insert(sc.Tx, i, "shop invitation")
}

// OpenShopInvitations lists the invitations into a shop that can still be used, the newest first.
func (sc *Scope) OpenShopInvitations(shop ShopID) ([]ShopInvitation, error) {
	var all []ShopInvitation
	q := sc.rows().Where("shop_id = ? AND ended_at = 0 AND expires_at > ?", int64(shop), int64(sc.Now)).Order("id DESC")
	return all, list(q, &all, "shop invitations")
}

// ShopInvitationByCode finds the open invitation of any community that a code belongs to. A used, withdrawn, old or unknown one
// is NotFound: who guesses learns nothing.
func (tx *Tx) ShopInvitationByCode(code string) (ShopInvitation, error) {
	var i ShopInvitation
	err := one(tx.db.Where("code_hash = ? AND ended_at = 0 AND expires_at > ?", hashToken(code), int64(tx.Now)), &i, "shop invitation")
	if IsKind(err, NotFound) {
		return i, Errorf(NotFound, "invitation_over", "the invitation was used or taken back, or it is too old")
	}
	return i, err
}

// EndShopInvitation ends an open invitation, with the account that came of it if one did; it reports false if it had ended.
func (sc *Scope) EndShopInvitation(id ID[ShopInvitation], account AccountID) (bool, error) {
	return swap(sc.rows().Where("id = ? AND ended_at = 0", int64(id)), &ShopInvitation{},
		map[string]any{"ended_at": int64(sc.Now), "account_id": int64(account)}, "shop invitation")
}
