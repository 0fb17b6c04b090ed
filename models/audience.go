package models

// Belonging is how a person is known to be in one of some groups.
type Belonging struct {
	Roster bool   // WeCom lists her among its members
	Since  Millis // else: since when openings of cards, or her name in it, show it; zero: nothing does
}

// BelongingTo finds which of some people are in any of some groups now, and by what it is known: WeCom's list of members, or what
// the platform said when they opened a card in a group. A group that became part of another counts as that one. Who is in none
// is left out.
func (sc *Scope) BelongingTo(groups []GroupID, people []MemberID) (map[MemberID]Belonging, error) {
	known := make(map[MemberID]Belonging, len(people))
	if len(groups) == 0 {
		return known, nil
	}
	var rooms []Group
	if err := list(sc.rows().Select("id, merged_into").Where("id IN ?", ints(groups)), &rooms, "groups"); err != nil {
		return nil, err
	}
	in := ints(groups)
	for _, g := range rooms {
		if g.MergedInto != 0 {
			in = append(in, int64(g.MergedInto))
		}
	}
	err := inBatches(people, func(some []MemberID) error {
		if err := sc.staysIn(in, some, known); err != nil {
			return err
		}
		return sc.openingsIn(in, some, known)
	})
	return known, err
}

// staysIn adds who is in one of the groups now.
func (sc *Scope) staysIn(groups []int64, people []MemberID, known map[MemberID]Belonging) error {
	var rows []struct {
		MemberID MemberID
		Kind     GroupKind
		JoinedAt Millis
	}
	err := sc.db.Table("group_members m").Select("m.member_id, g.kind, m.joined_at").
		Joins("JOIN chat_groups g ON g.id = m.group_id").
		Where("m.community_id = ? AND m.member_id IN ? AND m.group_id IN ? AND m.left_at = 0", int64(sc.Community), ints(people), groups).
		Scan(&rows).Error
	for _, r := range rows {
		b := known[r.MemberID]
		b.Roster = b.Roster || r.Kind == WeComGroup
		if b.Since == 0 || r.JoinedAt < b.Since {
			b.Since = max(r.JoinedAt, 1)
		}
		known[r.MemberID] = b
	}
	return translate(err, "read stays")
}

// openingsIn adds who opened a card in one of the groups, unless she has left it since.
func (sc *Scope) openingsIn(groups []int64, people []MemberID, known map[MemberID]Belonging) error {
	var rows []struct {
		MemberID MemberID
		Since    Millis
	}
	err := sc.db.Table("touches t").Select("t.member_id, MIN(t.at) AS since").
		Where("t.community_id = ? AND t.member_id IN ? AND t.kind = ? AND t.group_id IN ? AND t.uid LIKE ?", int64(sc.Community), ints(people),
			TouchGroup, groups, "enter:%").
		Where("NOT EXISTS (SELECT 1 FROM group_members m WHERE m.group_id = t.group_id AND m.member_id = t.member_id AND m.left_at >= t.at)").
		Group("t.member_id").Scan(&rows).Error
	for _, r := range rows {
		b := known[r.MemberID]
		if b.Since == 0 || r.Since < b.Since {
			b.Since = max(r.Since, 1)
		}
		known[r.MemberID] = b
	}
	return translate(err, "read group entries")
}

// TaggedAny finds which of some people have one of some tags.
func (sc *Scope) TaggedAny(tags []TagID, people []MemberID) (map[MemberID]bool, error) {
	has := make(map[MemberID]bool, len(people))
	if len(tags) == 0 {
		return has, nil
	}
	err := inBatches(people, func(some []MemberID) error {
		var ids []int64
		err := sc.rows().Model(&MemberTag{}).Where("member_id IN ? AND tag_id IN ? AND wanted = ?", ints(some), ints(tags), true).
			Pluck("member_id", &ids).Error
		for _, id := range ids {
			has[MemberID(id)] = true
		}
		return translate(err, "read tags")
	})
	return has, err
}

// HouseholdHolding is what a household has of an offer.
type HouseholdHolding struct {
	Held int // vouchers of everybody who lives there now, but those that went back into the stock
	Seq  int // the highest number a voucher of the household ever had
}

// HouseholdHoldings counts what some households have of an offer. Their numbers are read first: a voucher that is given while this
// reads is then either counted, or it has the number that the next one would take, and the unique key refuses that one.
func (sc *Scope) HouseholdHoldings(offer OfferID, households []HouseholdID) (map[HouseholdID]HouseholdHolding, error) {
	in, err := sc.PeopleIn(households)
	if err != nil {
		return nil, err
	}
	var everybody []MemberID
	for _, people := range in {
		everybody = append(everybody, people...)
	}
	ids, err := sc.PeopleOf(everybody)
	if err != nil {
		return nil, err
	}
	home, all := map[MemberID]HouseholdID{}, []MemberID{}
	for h, people := range in {
		for _, p := range people {
			for _, id := range ids[p] {
				home[id], all = h, append(all, id)
			}
		}
	}
	holdings := make(map[HouseholdID]HouseholdHolding, len(households))
	if err := sc.householdSeqs(offer, households, holdings); err != nil {
		return nil, err
	}
	return holdings, inBatches(all, func(some []MemberID) error {
		var rows []Voucher
		q := sc.rows().Select("member_id, state, stock_returned").Where("offer_id = ? AND member_id IN ?", int64(offer), ints(some))
		err := list(q, &rows, "vouchers")
		for _, v := range rows {
			if v.State != VoucherVoid || !v.StockReturned {
				h := holdings[home[v.MemberID]]
				h.Held++
				holdings[home[v.MemberID]] = h
			}
		}
		return err
	})
}

// householdSeqs reads the highest number that a voucher of each household ever had.
func (sc *Scope) householdSeqs(offer OfferID, households []HouseholdID, holdings map[HouseholdID]HouseholdHolding) error {
	return inBatches(households, func(some []HouseholdID) error {
		var rows []struct {
			HouseholdID HouseholdID
			Seq         int
		}
		err := sc.rows().Model(&Voucher{}).Select("household_id, MAX(household_seq) AS seq").
			Where("offer_id = ? AND household_id IN ?", int64(offer), ints(some)).Group("household_id").Scan(&rows).Error
		for _, r := range rows {
			h := holdings[r.HouseholdID]
			h.Seq = r.Seq
			holdings[r.HouseholdID] = h
		}
		return translate(err, "read vouchers")
	})
}
