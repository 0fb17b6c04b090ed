package models

import "gorm.io/gorm/clause"

// The verbs of accounts that make a team of them.

// Team lists the community's organisers, whatever their scope, also those who have left; the oldest first.
func (sc *Scope) Team() ([]Account, error) { return sc.Accounts(Organiser) }

// LockTeam is Team, and keeps every other transaction from changing it until this one ends: who is the last owner is
// decided by one at a time.
func (sc *Scope) LockTeam() ([]Account, error) {
	var all []Account
	q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("role = ?", Organiser).Order("id")
	return all, list(q, &all, "team")
}

// SetAccountTeam stores what a team may change of one of its accounts: its name, its scope, until when she is away, and
// whether it was deactivated.
func (sc *Scope) SetAccountTeam(a Account) error {
	_, err := swap(sc.rows().Where("id = ?", int64(a.ID)), &Account{}, map[string]any{"name": a.Name, "scope": a.Scope,
		"away_until": int64(a.AwayUntil), "left_at": int64(a.LeftAt)}, "account")
	return err
}

// SetAccountTold stores when an account was sent a digest; it reports false if somebody else has sent one since was.
func (sc *Scope) SetAccountTold(id AccountID, was Millis) (bool, error) {
	return swap(sc.rows().Where("id = ? AND told_at = ?", int64(id), int64(was)), &Account{}, map[string]any{"told_at": int64(sc.Now)}, "account")
}

// DeleteSessionsOf signs an account out everywhere and returns how many sessions it had.
func (sc *Scope) DeleteSessionsOf(id AccountID) (int64, error) {
	r := sc.rows().Where("account_id = ?", int64(id)).Delete(&Session{})
	return r.RowsAffected, translate(r.Error, "delete sessions")
}
