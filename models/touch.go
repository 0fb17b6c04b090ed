package models

import (
	"strings"

	"gorm.io/gorm/clause"
)

// TouchKind says what somebody did.
type TouchKind string

// The kinds of touch.
const (
	TouchVideo  TouchKind = "video.scan"   // scanned a video's code
	TouchFollow TouchKind = "oa.follow"    // followed the Official Account
	TouchAway   TouchKind = "oa.unfollow"  // stopped following it
	TouchGroup  TouchKind = "group.join"   // joined a group, or was first seen in it
	TouchLeave  TouchKind = "group.leave"  // left a group of her own will or was removed
	TouchMini   TouchKind = "mini.open"    // opened the Mini Program
	TouchClaim  TouchKind = "offer.claim"  // claimed a voucher
	TouchRedeem TouchKind = "offer.redeem" // had it written off
	// TouchReverse takes a TouchRedeem back. Nobody counts either, see [Standing]; the two rows stay.
	TouchReverse TouchKind = "offer.reverse"
)

// Touch is an append-only fact. Only MemberID is derived: it follows merges.
type Touch struct {
	ID          TouchID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	UID         string // what makes it one fact however often it is told
	Kind        TouchKind
	At          Millis // when it happened
	ReceivedAt  Millis // when we heard of it
	MemberID    MemberID
	VideoID     VideoID
	EntryID     EntryID
	GroupID     GroupID
	OfferID     OfferID
	BrandID     BrandID
	PlacementID PlacementID
	VoucherID   VoucherID
}

// TableName names the table.
func (Touch) TableName() string { return "touches" }

// AddTouch stores a fact and marks its person's journey for recomputation; it reports false if it is known.
func (sc *Scope) AddTouch(t *Touch) (bool, error) {
	t.ID, t.CommunityID, t.ReceivedAt = newID[Touch](sc.Tx), sc.Community, sc.Now
	fresh, err := insertOnce(sc.Tx, t, "touch", func() error {
		var known Touch
		return one(sc.rows().Where("uid = ?", t.UID), &known, "touch")
	})
	if err != nil || !fresh {
		return false, err
	}
	return true, sc.markDirty(t.MemberID)
}

// The two halves of what a redemption was and that it was taken back, before what names it.
const (
	uidRedeem  = "redeem:"
	uidReverse = "reverse:"
)

// Standing leaves out what was taken back: the redemptions that were reversed, and their reversals. The order of the rest is
// kept, and whatever order the touches come in the same stand.
func Standing(all []Touch) []Touch {
	back := map[string]bool{}
	for _, t := range all {
		if name, is := strings.CutPrefix(t.UID, uidReverse); is && t.Kind == TouchReverse {
			back[name] = true
		}
	}
	if len(back) == 0 {
		return all
	}
	left := make([]Touch, 0, len(all))
	for _, t := range all {
		name, redeemed := strings.CutPrefix(t.UID, uidRedeem)
		if t.Kind == TouchReverse || redeemed && t.Kind == TouchRedeem && back[name] {
			continue
		}
		left = append(left, t)
	}
	return left
}

// TouchesOf lists what a person did and what stands of it, in the order it happened.
func (sc *Scope) TouchesOf(member MemberID) ([]Touch, error) {
	var all []Touch
	err := list(sc.rows().Where("member_id = ?", int64(member)).Order("at, id"), &all, "touches")
	return Standing(all), err
}

// TouchesOfAll is TouchesOf for some people.
func (sc *Scope) TouchesOfAll(members []MemberID) (map[MemberID][]Touch, error) {
	byMember := make(map[MemberID][]Touch, len(members))
	err := inBatches(members, func(some []MemberID) error {
		var part []Touch
		err := list(sc.rows().Where("member_id IN ?", ints(some)).Order("at, id"), &part, "touches")
		for _, t := range part {
			byMember[t.MemberID] = append(byMember[t.MemberID], t)
		}
		for id, touches := range byMember {
			byMember[id] = Standing(touches)
		}
		return err
	})
	return byMember, err
}

// Journey is how far a person came for one value of one dimension (see the funnel).
type Journey struct {
	ID          ID[Journey] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	MemberID    MemberID
	Dim         string // "all", "video" or "group"
	Val         int64  // id of the video or group; 0 for "all" and for "unknown"
	Level       int    // the furthest stage of her best attempt, counted from 1
	FirstAt     Millis // her first attempt
}

// TableName names the table.
func (Journey) TableName() string { return "journeys" }

// journeyDirty marks a person whose touches changed since her journeys were computed.
type journeyDirty struct {
	MemberID    MemberID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	MarkedAt    Millis
}

func (journeyDirty) TableName() string { return "journey_dirty" }

func (sc *Scope) markDirty(member MemberID) error {
	q := sc.rows().Where("member_id = ?", int64(member))
	marked, err := swap(q, &journeyDirty{}, map[string]any{"marked_at": int64(sc.Now)}, "journey mark")
	if err != nil || marked {
		return err
	}
	err = insert(sc.Tx, &journeyDirty{MemberID: member, CommunityID: sc.Community, MarkedAt: sc.Now}, "journey mark")
	if IsDuplicate(err) { // marked by another transaction at the same moment, which the reader has not taken yet
		return errIDCollision
	}
	return err
}

// DirtyMember is a person whose journeys must be recomputed.
type DirtyMember struct {
	Community CommunityID
	Member    MemberID
}

// DirtyMembers lists up to limit people whose journeys must be recomputed.
func (tx *Tx) DirtyMembers(limit int) ([]DirtyMember, error) {
	var rows []journeyDirty
	if err := list(tx.db.Order("member_id").Limit(limit), &rows, "journey marks"); err != nil {
		return nil, err
	}
	all := make([]DirtyMember, len(rows))
	for i, r := range rows {
		all[i] = DirtyMember{Community: r.CommunityID, Member: r.MemberID}
	}
	return all, nil
}

// TakeDirty removes a person's mark and reports whether there was one. It locks the mark, so that a touch written at
// the same moment waits and marks her again.
func (sc *Scope) TakeDirty(member MemberID) (bool, error) {
	var row journeyDirty
	q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("member_id = ?", int64(member))
	if err := one(q, &row, "journey mark"); err != nil {
		if IsKind(err, NotFound) {
			return false, nil
		}
		return false, err
	}
	r := sc.rows().Where("member_id = ?", int64(member)).Delete(&journeyDirty{})
	return r.RowsAffected == 1, translate(r.Error, "take journey mark")
}

// ReplaceJourneys stores a person's journeys in place of what was there.
func (sc *Scope) ReplaceJourneys(member MemberID, rows []Journey) error {
	if err := sc.rows().Where("member_id = ?", int64(member)).Delete(&Journey{}).Error; err != nil {
		return translate(err, "replace journeys")
	}
	if len(rows) == 0 {
		return nil
	}
	for i := range rows {
		rows[i].ID, rows[i].CommunityID, rows[i].MemberID = newID[Journey](sc.Tx), sc.Community, member
	}
	return insert(sc.Tx, &rows, "journeys")
}

// JourneysOf lists a person's stored journeys.
func (sc *Scope) JourneysOf(member MemberID) ([]Journey, error) {
	var all []Journey
	return all, list(sc.rows().Where("member_id = ?", int64(member)).Order("dim, val"), &all, "journeys")
}

// JourneyCount is how many people reached exactly Level for one value of a dimension.
type JourneyCount struct {
	Dim    string
	Val    int64
	Level  int
	People int64
}

// CountJourneys counts people whose first attempt lies in [from, to), by dimension, value and level.
func (sc *Scope) CountJourneys(from, to Millis) ([]JourneyCount, error) {
	var all []JourneyCount
	err := sc.rows().Model(&Journey{}).Select("dim, val, level, COUNT(*) AS people").
		Where("first_at >= ? AND first_at < ?", int64(from), int64(to)).
		Group("dim, val, level").Order("dim, val, level").Find(&all).Error
	return all, translate(err, "count journeys")
}

// CountPeople counts who has a touch of a kind in [from, to), each person once.
func (sc *Scope) CountPeople(kind TouchKind, from, to Millis) (int64, error) {
	var n int64
	err := sc.rows().Model(&Touch{}).Where("kind = ? AND at >= ? AND at < ?", kind, int64(from), int64(to)).
		Distinct("member_id").Count(&n).Error
	return n, translate(err, "count people")
}

// CountTouches counts the touches of a kind in [from, to).
func (sc *Scope) CountTouches(kind TouchKind, from, to Millis) (int64, error) {
	var n int64
	err := sc.rows().Model(&Touch{}).Where("kind = ? AND at >= ? AND at < ?", kind, int64(from), int64(to)).Count(&n).Error
	return n, translate(err, "count touches")
}
