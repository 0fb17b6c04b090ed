package models

import (
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Follower is whether a person follows an Official Account, as far as its pushes told. Pushes come late, twice and in
// any order; what she did last by the platform's clock counts.
type Follower struct {
	ID          ID[Follower] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	ChannelID   ChannelID
	Person      string // as [Tx.SenderKey] writes her
	Following   bool
	At          Millis // when she did it, by the platform's clock, which has seconds
	HeardAt     Millis // when its push came: what came later is newer when both were in one second
}

// TableName names the table.
func (Follower) TableName() string { return "followers" }

// newer reports whether f is what a person did after g.
func (f Follower) newer(g Follower) bool {
	return f.At > g.At || f.At == g.At && f.HeardAt > g.HeardAt
}

// SetFollowing books that a person follows or has left; it reports false for what is not newer than what is known.
func (sc *Scope) SetFollowing(f Follower) (bool, error) {
	f.ID, f.CommunityID = newID[Follower](sc.Tx), sc.Community
	var known Follower
	err := one(locked(sc.follower(f.ChannelID, f.Person)), &known, "follower")
	switch {
	case IsKind(err, NotFound):
		err = insert(sc.Tx, &f, "follower")
		if IsDuplicate(err) { // booked by another transaction at the same moment: run again and compare
			return false, errIDCollision
		}
		return err == nil, err
	case err != nil:
		return false, err
	case !f.newer(known):
		return false, nil
	}
	return swap(sc.rows().Where("id = ?", int64(known.ID)), &Follower{}, map[string]any{"following": f.Following,
		"at": int64(f.At), "heard_at": int64(f.HeardAt)}, "follower")
}

// Follower returns what is known of a person's following; NotFound when no push has told anything.
func (sc *Scope) Follower(channel ChannelID, openID string) (Follower, error) {
	var f Follower
	return f, one(sc.follower(channel, sc.SenderKey(channel, openID)), &f, "follower")
}

// LockFollower is [Scope.Follower], and keeps a push that says otherwise waiting until this transaction ends.
func (sc *Scope) LockFollower(channel ChannelID, openID string) (Follower, error) {
	var f Follower
	return f, one(locked(sc.follower(channel, sc.SenderKey(channel, openID))), &f, "follower")
}

// CountFollowers counts who follows a channel now, as far as its pushes told.
func (sc *Scope) CountFollowers(channel ChannelID) (int64, error) {
	var n int64
	q := sc.rows().Model(&Follower{}).Where("channel_id = ? AND following = ?", int64(channel), true)
	return n, translate(q.Count(&n).Error, "count followers")
}

// ForgetFollower erases that a person ever followed or left.
func (sc *Scope) ForgetFollower(channel ChannelID, openID string) error {
	err := sc.follower(channel, sc.SenderKey(channel, openID)).Delete(&Follower{}).Error
	return translate(err, "forget follower")
}

func locked(q *gorm.DB) *gorm.DB {
	return q.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}

func (sc *Scope) follower(channel ChannelID, person string) *gorm.DB {
	return sc.rows().Where("channel_id = ? AND person = ?", int64(channel), person)
}
