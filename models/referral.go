package models

// Referral is who brought a member here. It is written once and never changed, only for knowing it: nothing is given for it
// and nothing depends on it.
type Referral struct {
	ID          ID[Referral] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	MemberID    MemberID // who came; unique
	ReferrerID  MemberID // who brought her
	At          Millis
}

// TableName names the table.
func (Referral) TableName() string { return "referrals" }

// Referrer is the code in the cards a member passes on. It tells nothing of her.
type Referrer struct {
	MemberID    MemberID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Code        string // unique
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Referrer) TableName() string { return "referrers" }

// AddReferrer stores a member's code, or returns the one she has.
func (sc *Scope) AddReferrer(member MemberID, code string) (Referrer, error) {
	r := Referrer{MemberID: member, CommunityID: sc.Community, Code: code, CreatedAt: sc.Now}
	_, err := insertOnce(sc.Tx, &r, "referrer", func() error {
		var known Referrer
		err := one(sc.rows().Where("member_id = ?", int64(member)), &known, "referrer")
		if err == nil {
			r = known
		}
		return err
	})
	return r, err
}

// ReferrerByCode finds whose code it is; zero if nobody's.
func (sc *Scope) ReferrerByCode(code string) (MemberID, error) {
	var r Referrer
	err := one(sc.rows().Where("code = ?", code), &r, "referrer")
	if IsKind(err, NotFound) {
		return 0, nil
	}
	return r.MemberID, err
}

// AddReferral stores who brought a member; it reports false if that is known.
func (sc *Scope) AddReferral(r *Referral) (bool, error) {
	r.ID, r.CommunityID, r.At = newID[Referral](sc.Tx), sc.Community, sc.Now
	return insertOnce(sc.Tx, r, "referral", func() error {
		known, err := sc.ReferralOf(r.MemberID)
		if err == nil {
			*r = known
		}
		return err
	})
}

// ReferralOf returns who brought a member; NotFound if nobody did.
func (sc *Scope) ReferralOf(member MemberID) (Referral, error) {
	var r Referral
	return r, one(sc.rows().Where("member_id = ?", int64(member)), &r, "referral")
}

// ReferralWeek is how many people were brought in a stretch of time, by how many, and how far they came.
type ReferralWeek struct {
	Brought   int // people
	Referrers int // who brought them
	Claimed   int // of them claimed
	Redeemed  int // and had a voucher written off
}

// CountReferrals counts the people brought in [from, to).
func (sc *Scope) CountReferrals(from, to Millis) (ReferralWeek, error) {
	var w ReferralWeek
	reached := func(kind TouchKind) string {
		return "COALESCE(SUM(CASE WHEN EXISTS (SELECT 1 FROM touches t WHERE t.member_id = r.member_id AND t.kind = '" +
			string(kind) + "' AND t.at >= r.at) THEN 1 ELSE 0 END), 0)"
	}
	q := sc.db.Table("referrals r").Select("COUNT(*) AS brought, COUNT(DISTINCT r.referrer_id) AS referrers, "+
		reached(TouchClaim)+" AS claimed, "+reached(TouchRedeem)+" AS redeemed").
		Where("r.community_id = ? AND r.at >= ? AND r.at < ?", int64(sc.Community), int64(from), int64(to))
	return w, translate(q.Scan(&w).Error, "count referrals")
}

// FirstTouch is when a person was first seen; zero if she has done nothing.
func (sc *Scope) FirstTouch(member MemberID) (Millis, error) {
	var at Millis
	err := sc.rows().Model(&Touch{}).Select("COALESCE(MIN(at), 0)").Where("member_id = ?", int64(member)).Scan(&at).Error
	return at, translate(err, "find the first touch")
}

// repointReferrals makes who brought one person, and whom she brought, another's. The older of two facts stays; who would have
// brought herself was not brought.
func (sc *Scope) repointReferrals(from, to MemberID) error {
	mine, err := sc.ReferralOf(from)
	known := err == nil
	if err != nil && !IsKind(err, NotFound) {
		return err
	}
	other, err := sc.ReferralOf(to)
	both := known && err == nil
	if err != nil && !IsKind(err, NotFound) {
		return err
	}
	if both {
		drop := mine
		if mine.At < other.At || (mine.At == other.At && mine.ID < other.ID) {
			drop = other
		}
		if err := sc.rows().Where("id = ?", int64(drop.ID)).Delete(&Referral{}).Error; err != nil {
			return translate(err, "merge referrals")
		}
	}
	for _, column := range []string{"member_id", "referrer_id"} {
		err := sc.rows().Model(&Referral{}).Where(column+" = ?", int64(from)).Update(column, int64(to)).Error
		if err != nil {
			return translate(err, "merge referrals")
		}
	}
	if err := sc.rows().Where("member_id = ? AND referrer_id = ?", int64(to), int64(to)).Delete(&Referral{}).Error; err != nil {
		return translate(err, "merge referrals")
	}
	return sc.cutLoop(to)
}

// maxReferralDepth bounds how far up a chain of referrals is followed.
const maxReferralDepth = 32

// cutLoop drops the youngest referral of the chain above a person if the chain leads back to her.
func (sc *Scope) cutLoop(person MemberID) error {
	var youngest Referral
	at := person
	for range maxReferralDepth {
		r, err := sc.ReferralOf(at)
		if IsKind(err, NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if r.At > youngest.At || (r.At == youngest.At && r.ID > youngest.ID) {
			youngest = r
		}
		if at, err = sc.Canonical(r.ReferrerID); err != nil {
			return err
		}
		if at == person {
			return translate(sc.rows().Where("id = ?", int64(youngest.ID)).Delete(&Referral{}).Error, "merge referrals")
		}
	}
	return nil
}

// Brought reports whether a member was brought by a person, directly or by way of others.
func (sc *Scope) Brought(person, by MemberID) (bool, error) {
	for range maxReferralDepth {
		r, err := sc.ReferralOf(person)
		if IsKind(err, NotFound) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if person, err = sc.Canonical(r.ReferrerID); err != nil || person == by {
			return person == by, err
		}
	}
	return true, nil // as deep as this no chain grows by itself
}
