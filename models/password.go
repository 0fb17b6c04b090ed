package models

import (
	"fmt"

	"golang.org/x/crypto/bcrypt"
)

// MaxPassword is the longest password in bytes: bcrypt ignores what lies beyond.
const MaxPassword = 72

// MinPassword is the shortest password in bytes that an account may be given.
const MinPassword = 8

// HashPassword makes what an account stores of its password, with bcrypt at the given cost; 0 is its default.
func HashPassword(password string, cost int) ([]byte, error) {
	if len(password) < MinPassword || len(password) > MaxPassword {
		return nil, Errorf(Invalid, "bad_password", "a password has %d to %d bytes", MinPassword, MaxPassword).With("field", "password")
	}
	if cost == 0 {
		cost = bcrypt.DefaultCost
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), cost)
	if err != nil {
		return nil, fmt.Errorf("hash a password: %w", err)
	}
	return hash, nil
}

// nobody's hash is compared when a sign-in name is unknown, so that the answer takes as long as for a known one.
const nobody = "$2a$10$7EqJtq98hPqEX7fNZaFWoOaG8Q5Vh0ZCJ8gqfGd3gZ0u1l8u1gJ6e"

// CheckPassword reports whether password is the account's. A zero account has none.
func (a Account) CheckPassword(password string) bool {
	hash := a.PasswordHash
	if len(hash) == 0 {
		hash = []byte(nobody)
	}
	if len(password) > MaxPassword {
		return false
	}
	return bcrypt.CompareHashAndPassword(hash, []byte(password)) == nil && a.ID != 0
}
