package models

import (
	"context"
	"time"
)

// Token is an access token shared by all instances. Its value is sealed. Times here are the store's clock in
// milliseconds; the lease is wall time.
type Token struct {
	Name       string `gorm:"primaryKey"`
	Value      []byte // sealed; empty if there is none
	Digest     []byte // tells a token from its successor without opening it
	ExpiresAt  int64
	LeaseOwner string
	LeaseUntil int64
}

// TableName names the table.
func (Token) TableName() string { return "tokens" }

const sealToken = "token.value"

// LoadToken returns the stored token and when it expires, in UTC milliseconds; "" if there is none.
func (s *Store) LoadToken(ctx context.Context, key string) (value string, expiresMs int64, err error) {
	var t Token
	err = one(s.db.WithContext(ctx).Where("name = ?", key), &t, "token")
	if IsKind(err, NotFound) || (err == nil && len(t.Value) == 0) {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, err
	}
	plain, err := s.keys.Open(sealToken, t.Value)
	return string(plain), t.ExpiresAt, err
}

// SaveToken stores a token under key.
func (s *Store) SaveToken(ctx context.Context, key, value string, expiresMs int64) error {
	return s.Tx(ctx, func(tx *Tx) error {
		return tx.putToken(key, map[string]any{"value": tx.Keys().Seal(sealToken, []byte(value)),
			"digest": tx.Keys().MAC(sealToken, []byte(value)), "expires_at": expiresMs})
	})
}

// ClearToken forgets the token under key if it still is value.
func (s *Store) ClearToken(ctx context.Context, key, value string) error {
	return s.Tx(ctx, func(tx *Tx) error {
		q := tx.db.Where("name = ? AND digest = ?", key, tx.Keys().MAC(sealToken, []byte(value)))
		_, err := swap(q, &Token{}, map[string]any{"value": []byte{}, "digest": []byte{}, "expires_at": 0}, "token")
		return err
	})
}

// AcquireLease makes owner the only one who may refresh the token under key for ttl; it reports false if another
// owner holds the lease.
func (s *Store) AcquireLease(ctx context.Context, key, owner string, ttl time.Duration) (bool, error) {
	var got bool
	err := s.Tx(ctx, func(tx *Tx) error {
		if err := tx.ensureToken(key); err != nil {
			return err
		}
		now := WallClock{}.Now().UnixMilli()
		var err error
		q := tx.db.Where("name = ? AND (lease_owner = ? OR lease_until < ?)", key, owner, now)
		got, err = swap(q, &Token{}, map[string]any{"lease_owner": owner, "lease_until": now + ttl.Milliseconds()}, "lease")
		return err
	})
	return got, err
}

// ReleaseLease gives the lease back if owner holds it.
func (s *Store) ReleaseLease(ctx context.Context, key, owner string) error {
	return s.Tx(ctx, func(tx *Tx) error {
		q := tx.db.Where("name = ? AND lease_owner = ?", key, owner)
		_, err := swap(q, &Token{}, map[string]any{"lease_owner": "", "lease_until": 0}, "lease")
		return err
	})
}

func (tx *Tx) ensureToken(key string) error {
	var t Token
	err := one(tx.db.Select("name").Where("name = ?", key), &t, "token")
	if !IsKind(err, NotFound) {
		return err
	}
	err = insert(tx, &Token{Name: key, Value: []byte{}, Digest: []byte{}}, "token")
	if IsDuplicate(err) {
		return nil
	}
	return err
}

func (tx *Tx) putToken(key string, set map[string]any) error {
	if err := tx.ensureToken(key); err != nil {
		return err
	}
	_, err := swap(tx.db.Where("name = ?", key), &Token{}, set, "token")
	return err
}
