package models

// Refusal is a member's wish to see no advertising, or with a brand none of that brand. It stays when she leaves a group and
// comes back, and follows her when two members turn out to be one.
type Refusal struct {
	ID          ID[Refusal] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	MemberID    MemberID
	BrandID     BrandID // zero: of every brand
	At          Millis
}

// TableName names the table.
func (Refusal) TableName() string { return "refusals" }

// AddRefusal stores that a member refuses a brand's advertising (zero: all); it reports false if that is known.
func (sc *Scope) AddRefusal(member MemberID, brand BrandID) (bool, error) {
	r := Refusal{ID: newID[Refusal](sc.Tx), CommunityID: sc.Community, MemberID: member, BrandID: brand, At: sc.Now}
	return insertOnce(sc.Tx, &r, "refusal", func() error {
		var known Refusal
		return one(sc.rows().Where("member_id = ? AND brand_id = ?", int64(member), int64(brand)), &known, "refusal")
	})
}

// DropRefusal takes a refusal back and reports whether there was one.
func (sc *Scope) DropRefusal(member MemberID, brand BrandID) (bool, error) {
	r := sc.rows().Where("member_id = ? AND brand_id = ?", int64(member), int64(brand)).Delete(&Refusal{})
	return r.RowsAffected > 0, translate(r.Error, "delete refusal")
}

// RefusalsOf lists what a member refuses.
func (sc *Scope) RefusalsOf(member MemberID) ([]Refusal, error) {
	var all []Refusal
	return all, list(sc.rows().Where("member_id = ?", int64(member)).Order("brand_id"), &all, "refusals")
}

// Refusers lists who refuses all advertising, or with a brand also who refuses that one.
func (sc *Scope) Refusers(brand BrandID) (map[MemberID]bool, error) {
	var all []Refusal
	err := list(sc.rows().Where("brand_id IN ?", []int64{0, int64(brand)}), &all, "refusals")
	who := make(map[MemberID]bool, len(all))
	for _, r := range all {
		who[r.MemberID] = true
	}
	return who, err
}

// GroupRefusals is how many known members of a group refuse a brand's advertising, or with brand zero all of it.
type GroupRefusals struct {
	GroupID GroupID
	BrandID BrandID
	Members int
}

// RefusalsIn counts the refusals among those who are in some groups now. Who refuses everything is counted under brand zero
// and not again under a brand.
func (sc *Scope) RefusalsIn(groups []GroupID) ([]GroupRefusals, error) {
	var all []GroupRefusals
	err := inBatches(groups, func(some []GroupID) error {
		var part []GroupRefusals
		q := sc.db.Table("group_members m").
			Select("m.group_id, r.brand_id, COUNT(DISTINCT m.member_id) AS members").
			Joins("JOIN refusals r ON r.community_id = m.community_id AND r.member_id = m.member_id").
			Where("m.community_id = ? AND m.group_id IN ? AND m.left_at = 0", int64(sc.Community), ints(some)).
			Where("r.brand_id = 0 OR NOT EXISTS (SELECT 1 FROM refusals a WHERE a.community_id = r.community_id AND " +
				"a.member_id = r.member_id AND a.brand_id = 0)").
			Group("m.group_id, r.brand_id").Order("m.group_id, r.brand_id")
		err := translate(q.Scan(&part).Error, "count refusals")
		all = append(all, part...)
		return err
	})
	return all, err
}

// KnownIn counts the known members who are in some groups now; the corp's own people are left out.
func (sc *Scope) KnownIn(groups []GroupID) (map[GroupID]int, error) {
	known := make(map[GroupID]int, len(groups))
	err := inBatches(groups, func(some []GroupID) error {
		var part []struct {
			GroupID GroupID
			Members int
		}
		q := sc.rows().Model(&GroupMember{}).Select("group_id, COUNT(DISTINCT member_id) AS members").
			Where("group_id IN ? AND left_at = 0 AND member_id <> 0", ints(some)).Group("group_id")
		err := translate(q.Scan(&part).Error, "count known members")
		for _, p := range part {
			known[p.GroupID] = p.Members
		}
		return err
	})
	return known, err
}

// repointRefusals gives one person the refusals of another.
func (sc *Scope) repointRefusals(from, to MemberID) error {
	all, err := sc.RefusalsOf(from)
	if err != nil {
		return err
	}
	for _, r := range all {
		if _, err := sc.AddRefusal(to, r.BrandID); err != nil {
			return err
		}
	}
	return translate(sc.rows().Where("member_id = ?", int64(from)).Delete(&Refusal{}).Error, "merge refusals")
}
