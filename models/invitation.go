package models

import (
	"crypto/rand"
	"log/slog"
	"time"
)

// Invitation is a link by which a colleague makes herself an account of the team. It is used once, and only the hash of its
// code is stored.
type Invitation struct {
	ID          InvitationID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	CodeHash    string
	Name        string // that the account will be shown by, unless she chooses another
	Scope       AccountScope
	CreatedBy   AccountID
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
	ExpiresAt   Millis
	AccountID   AccountID // that came of it
	EndedAt     Millis    // when it was used or taken back; zero: it is open
}

// TableName names the table.
func (Invitation) TableName() string { return "invitations" }

// LogValue keeps names out of logs.
func (i Invitation) LogValue() slog.Value { return slog.StringValue("invitation " + i.ID.String()) }

// Live reports whether the invitation can be used at a time.
func (i Invitation) Live(at Millis) bool { return i.EndedAt == 0 && at < i.ExpiresAt }

// AddInvitation stores an invitation that lives for ttl and returns its code: 128 random bits, shown once and never stored.
func (sc *Scope) AddInvitation(i *Invitation, ttl time.Duration) (code string, err error) {
	code = rand.Text()
	i.ID, i.CommunityID, i.CreatedAt = newID[Invitation](sc.Tx), sc.Community, sc.Now
	i.CodeHash, i.ExpiresAt = hashToken(code), sc.Now.Add(ttl)
	return code, insert(sc.Tx, i, "invitation")
}

// OpenInvitations lists the invitations that can still be used, the newest first.
func (sc *Scope) OpenInvitations() ([]Invitation, error) {
	var all []Invitation
	return all, list(sc.rows().Where("ended_at = 0 AND expires_at > ?", int64(sc.Now)).Order("id DESC"), &all, "invitations")
}

// InvitationByCode finds the open invitation of any community that a code belongs to. A used, withdrawn, old or unknown one
// is NotFound: who guesses learns nothing.
func (tx *Tx) InvitationByCode(code string) (Invitation, error) {
	var i Invitation
	err := one(tx.db.Where("code_hash = ? AND ended_at = 0 AND expires_at > ?", hashToken(code), int64(tx.Now)), &i, "invitation")
	if IsKind(err, NotFound) {
		return i, Errorf(NotFound, "invitation_over", "the invitation was used or taken back, or it is too old")
	}
	return i, err
}

// EndInvitation ends an open invitation, with the account that came of it if one did; it reports false if it had ended.
func (sc *Scope) EndInvitation(id InvitationID, account AccountID) (bool, error) {
	return swap(sc.rows().Where("id = ? AND ended_at = 0", int64(id)), &Invitation{},
		map[string]any{"ended_at": int64(sc.Now), "account_id": int64(account)}, "invitation")
}
