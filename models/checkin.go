package models

// CheckIn is that a member was here on one day of her own calendar. A day she missed and made up later is one as well.
type CheckIn struct {
	ID          ID[CheckIn] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	MemberID    MemberID
	Day         int    // of her calendar, counted from 1 January 1970; unique with the member
	Zone        string // IANA: whose calendar it was
	MadeUp      bool   // she was not here; she said so afterwards
	At          Millis // when it was written
}

// TableName names the table.
func (CheckIn) TableName() string { return "check_ins" }

// AddCheckIn stores a day; it reports false if the member has it already.
func (sc *Scope) AddCheckIn(c *CheckIn) (bool, error) {
	c.ID, c.CommunityID, c.At = newID[CheckIn](sc.Tx), sc.Community, sc.Now
	return insertOnce(sc.Tx, c, "check-in", func() error {
		var known CheckIn
		err := one(sc.rows().Where("member_id = ? AND day = ?", int64(c.MemberID), c.Day), &known, "check-in")
		if err == nil {
			*c = known
		}
		return err
	})
}

// CheckInsOf lists the days of a person, in their order.
func (sc *Scope) CheckInsOf(member MemberID) ([]CheckIn, error) {
	var all []CheckIn
	return all, list(sc.rows().Where("member_id = ?", int64(member)).Order("day"), &all, "check-ins")
}

// repointCheckIns makes the days of one person another's: a day that both have is one day, and the award of the younger's is
// void. Somebody who was here herself did not make the day up.
func (sc *Scope) repointCheckIns(from, to MemberID) error {
	theirs, err := sc.CheckInsOf(to)
	if err != nil {
		return err
	}
	has := make(map[int]CheckIn, len(theirs))
	for _, c := range theirs {
		has[c.Day] = c
	}
	mine, err := sc.CheckInsOf(from)
	if err != nil {
		return err
	}
	for _, c := range mine {
		known, both := has[c.Day]
		if !both {
			continue
		}
		drop, other := c, known
		if known.MadeUp && !c.MadeUp {
			drop, other = known, c
		}
		if !other.MadeUp {
			if err := sc.voidAward(AwardUID(ActVisit, int64(drop.ID)), "merged"); err != nil {
				return err
			}
		}
		if err := sc.rows().Where("id = ?", int64(drop.ID)).Delete(&CheckIn{}).Error; err != nil {
			return translate(err, "merge check-ins")
		}
	}
	err = sc.rows().Model(&CheckIn{}).Where("member_id = ?", int64(from)).Update("member_id", int64(to)).Error
	return translate(err, "merge check-ins")
}
