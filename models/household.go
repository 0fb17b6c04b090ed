package models

import (
	"slices"

	"gorm.io/gorm/clause"
)

// Household is people who live together (家庭), as far as limits go: those who verified the same phone number, or whom an
// organiser put together.
type Household struct {
	ID          HouseholdID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	PhoneHash   []byte      // of the number that made it; nil: an organiser did. Unique in the community
	MergedInto  HouseholdID // two households that somebody belonged to are one
	CreatedBy   AccountID   // zero: the number
	CreatedAt   Millis      `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Household) TableName() string { return "households" }

// HouseholdMember says in which household a person is.
type HouseholdMember struct {
	MemberID    MemberID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	HouseholdID HouseholdID // zero: an organiser said that she lives with nobody
	ByHand      bool        // an organiser said so; a phone number changes nothing then
	At          Millis
}

// TableName names the table.
func (HouseholdMember) TableName() string { return "household_members" }

// HouseholdsOf finds the households of some people; who has none is left out.
func (sc *Scope) HouseholdsOf(people []MemberID) (map[MemberID]HouseholdID, error) {
	of := make(map[MemberID]HouseholdID, len(people))
	err := inBatches(people, func(some []MemberID) error {
		var part []HouseholdMember
		err := list(sc.rows().Where("member_id IN ? AND household_id <> 0", ints(some)), &part, "household members")
		for _, m := range part {
			of[m.MemberID] = m.HouseholdID
		}
		return err
	})
	return of, err
}

// HouseOf says where a person lives; zero if nobody ever said anything of her.
func (sc *Scope) HouseOf(person MemberID) (HouseholdMember, error) {
	var m HouseholdMember
	err := one(sc.rows().Where("member_id = ?", int64(person)), &m, "household member")
	if IsKind(err, NotFound) {
		return HouseholdMember{}, nil
	}
	return m, err
}

// PeopleIn lists who lives in some households now, by household, oldest first.
func (sc *Scope) PeopleIn(households []HouseholdID) (map[HouseholdID][]MemberID, error) {
	in := make(map[HouseholdID][]MemberID, len(households))
	err := inBatches(households, func(some []HouseholdID) error {
		var part []HouseholdMember
		err := list(sc.rows().Where("household_id IN ?", ints(some)).Order("member_id"), &part, "household members")
		for _, m := range part {
			in[m.HouseholdID] = append(in[m.HouseholdID], m.MemberID)
		}
		return err
	})
	return in, err
}

// Households lists the households with at least two people, after an id, at most limit.
func (sc *Scope) Households(after HouseholdID, limit int) ([]HouseholdID, error) {
	var ids []int64
	err := sc.rows().Model(&HouseholdMember{}).Select("household_id").Where("household_id > ?", int64(after)).Group("household_id").
		Having("COUNT(*) > 1").Order("household_id").Limit(limit).Pluck("household_id", &ids).Error
	all := make([]HouseholdID, len(ids))
	for i, id := range ids {
		all[i] = HouseholdID(id)
	}
	return all, translate(err, "list households")
}

// Household returns one household, or the one it became part of.
func (sc *Scope) Household(id HouseholdID) (Household, error) {
	var h Household
	err := one(sc.rows().Where("id = ?", int64(id)), &h, "household")
	if err == nil && h.MergedInto != 0 {
		return sc.Household(h.MergedInto)
	}
	if IsKind(err, NotFound) {
		return h, Errorf(NotFound, "household_not_found", "no such household")
	}
	return h, err
}

// Join puts people, each named as who she is now, into one household by an organiser's hand and returns it. Households they were
// in by hand are left.
func (sc *Scope) Join(people []MemberID, by AccountID) (HouseholdID, error) {
	h := Household{ID: newID[Household](sc.Tx), CommunityID: sc.Community, CreatedBy: by, CreatedAt: sc.Now}
	if err := insert(sc.Tx, &h, "household"); err != nil {
		return 0, err
	}
	for _, p := range people {
		if err := sc.house(HouseholdMember{MemberID: p, HouseholdID: h.ID, ByHand: true}); err != nil {
			return 0, err
		}
	}
	return h.ID, nil
}

// Part says by an organiser's hand that a person lives with nobody; her phone number changes it no more.
func (sc *Scope) Part(person MemberID) error {
	return sc.house(HouseholdMember{MemberID: person, ByHand: true})
}

// house writes where a person lives.
func (sc *Scope) house(m HouseholdMember) error {
	m.CommunityID, m.At = sc.Community, sc.Now
	on := clause.OnConflict{Columns: []clause.Column{{Name: "member_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"household_id", "by_hand", "at"})}
	return translate(sc.db.Clauses(on).Create(&m).Error, "write household")
}

// houseByPhone puts a person into the household of her number, which it makes when she is the first with it. Two who come first
// at once meet at its unique key.
func (sc *Scope) houseByPhone(person MemberID, hash []byte) error {
	known, err := sc.HouseOf(person)
	if err != nil || known.ByHand {
		return err
	}
	h := Household{ID: newID[Household](sc.Tx), CommunityID: sc.Community, PhoneHash: hash, CreatedAt: sc.Now}
	_, err = insertOnce(sc.Tx, &h, "household", func() error {
		var known Household
		err := one(sc.rows().Where("phone_hash = ?", hash), &known, "household")
		h = known
		return err
	})
	if err != nil {
		return err
	}
	if h, err = sc.Household(h.ID); err != nil {
		return err
	}
	return sc.house(HouseholdMember{MemberID: person, HouseholdID: h.ID})
}

// repointHousehold makes two people's households one, when the two people are: who lived with either lives with her. What an
// organiser said of one of them holds against what a number says; if she said both, both hold.
func (sc *Scope) repointHousehold(from, to MemberID) error {
	var both []HouseholdMember
	err := list(sc.rows().Where("member_id IN ?", []int64{int64(from), int64(to)}), &both, "household members")
	if err != nil || !slices.ContainsFunc(both, func(m HouseholdMember) bool { return m.MemberID == from }) {
		return err
	}
	err = sc.rows().Where("member_id = ?", int64(from)).Delete(&HouseholdMember{}).Error
	if err != nil {
		return translate(err, "merge households")
	}
	was, now := both[0], HouseholdMember{}
	if len(both) == 2 {
		if was, now = both[0], both[1]; was.MemberID != from {
			was, now = now, was
		}
	}
	switch {
	case now.MemberID == 0 || was.ByHand && !now.ByHand:
		was.MemberID = to
		return sc.house(was)
	case now.ByHand && !was.ByHand, was.HouseholdID == now.HouseholdID, was.HouseholdID == 0:
		return nil
	case now.HouseholdID == 0:
		was.MemberID = to
		return sc.house(was)
	}
	return sc.mergeHouseholds(was.HouseholdID, now.HouseholdID)
}

func (sc *Scope) mergeHouseholds(from, to HouseholdID) error {
	err := sc.rows().Model(&HouseholdMember{}).Where("household_id = ?", int64(from)).Update("household_id", int64(to)).Error
	if err != nil {
		return translate(err, "merge households")
	}
	err = sc.rows().Model(&Household{}).Where("id = ? OR merged_into = ?", int64(from), int64(from)).Update("merged_into", int64(to)).Error
	return translate(err, "merge households")
}
