package models

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"time"
)

// SessionKind says which door a session opens.
type SessionKind string

// The kinds of session.
const (
	ConsoleSession SessionKind = "console"
	StaffSession   SessionKind = "staff"
	MiniSession    SessionKind = "mini"
)

// Session is a signed-in account or member. Only the hash of its token is stored.
type Session struct {
	TokenHash   string `gorm:"primaryKey"`
	Kind        SessionKind
	CommunityID CommunityID
	AccountID   AccountID // of a console or staff session
	MemberID    MemberID  // of a Mini Program session
	AppID       string    // the Mini Program that logged in
	SessionKey  []byte    // sealed; WeChat's session_key, which never leaves the server
	CreatedAt   Millis    `gorm:"autoCreateTime:false"`
	ExpiresAt   Millis
}

// TableName names the table.
func (Session) TableName() string { return "sessions" }

// LogValue keeps secrets out of logs.
func (s Session) LogValue() slog.Value { return slog.StringValue("session " + string(s.Kind)) }

// sealSessionKey is the purpose session keys are sealed for.
const sealSessionKey = "session.session_key"

// InsertSession stores s, which lives for ttl, and returns its token: 256 random bits, shown once and never stored.
// sessionKey is WeChat's, nil for accounts.
func (sc *Scope) InsertSession(s *Session, sessionKey []byte, ttl time.Duration) (token string, err error) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw)
	token = hex.EncodeToString(raw)
	s.TokenHash, s.CommunityID = hashToken(token), sc.Community
	s.CreatedAt, s.ExpiresAt = sc.Now, sc.Now.Add(ttl)
	if sessionKey != nil {
		s.SessionKey = sc.Keys().Seal(sealSessionKey, sessionKey)
	}
	return token, insert(sc.Tx, s, "session")
}

// SessionByToken finds a live session of a kind; a missing or expired one is Denied.
func (tx *Tx) SessionByToken(kind SessionKind, token string) (Session, error) {
	var s Session
	q := tx.db.Where("token_hash = ? AND kind = ? AND expires_at > ?", hashToken(token), kind, int64(tx.Now))
	err := one(q, &s, "session")
	if IsKind(err, NotFound) {
		return s, signedOut()
	}
	return s, err
}

func signedOut() error {
	return &Error{Kind: Denied, Code: "signed_out", Text: "no such session, or it has expired"}
}

// OpenSessionKey returns WeChat's session_key of a Mini Program session.
func (tx *Tx) OpenSessionKey(s Session) ([]byte, error) {
	return tx.Keys().Open(sealSessionKey, s.SessionKey)
}

// DeleteSession signs a token out; an unknown token is no error.
func (tx *Tx) DeleteSession(token string) error {
	return translate(tx.db.Where("token_hash = ?", hashToken(token)).Delete(&Session{}).Error, "delete session")
}

// DeleteExpiredSessions removes what no longer opens anything and returns how many.
func (tx *Tx) DeleteExpiredSessions() (int64, error) {
	r := tx.db.Where("expires_at <= ?", int64(tx.Now)).Delete(&Session{})
	return r.RowsAffected, translate(r.Error, "delete sessions")
}

func hashToken(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}
