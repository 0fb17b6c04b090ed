package models

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm/clause"
)

// LockPeople is [Scope.LockPerson] for many members in three statements: it locks the people they are, from the oldest to the
// youngest as a merge does, and returns the ids of each, the one she is now first. A member who does not exist is left out.
func (sc *Scope) LockPeople(members []MemberID) (map[MemberID][]MemberID, error) {
	return sc.people(members, true)
}

// PeopleOf is LockPeople without the locks.
func (sc *Scope) PeopleOf(members []MemberID) (map[MemberID][]MemberID, error) {
	return sc.people(members, false)
}

func (sc *Scope) people(members []MemberID, lock bool) (map[MemberID][]MemberID, error) {
	now := make(map[MemberID]MemberID, len(members)) // who each of them is
	if err := sc.whoAre(members, now, lock); err != nil {
		return nil, err
	}
	var older []MemberID // people only known by an id that was merged into them
	for _, p := range now {
		if _, read := now[p]; !read {
			older = append(older, p)
		}
	}
	if err := sc.whoAre(older, now, lock); err != nil {
		return nil, err
	}
	ids := make(map[MemberID][]MemberID, len(now))
	for _, p := range now {
		if now[p] != p {
			return nil, fmt.Errorf("lock person %s: %w", p, errMoved)
		}
		ids[p] = []MemberID{p}
	}
	err := inBatches(slices.Sorted(maps.Keys(ids)), func(some []MemberID) error {
		var merged []Member
		err := list(sc.rows().Where("merged_into IN ?", ints(some)).Order("id"), &merged, "members")
		for _, m := range merged {
			ids[m.MergedInto] = append(ids[m.MergedInto], m.ID)
		}
		return err
	})
	people := make(map[MemberID][]MemberID, len(members))
	for _, m := range members {
		if p, known := now[m]; known {
			people[m] = ids[p]
		}
	}
	return people, err
}

// whoAre notes who each member is now, and with lock keeps the rows.
func (sc *Scope) whoAre(members []MemberID, now map[MemberID]MemberID, lock bool) error {
	sorted := slices.Compact(slices.Sorted(slices.Values(members)))
	return inBatches(sorted, func(some []MemberID) error {
		var rows []Member
		q := sc.rows().Where("id IN ?", ints(some)).Order("id")
		if lock {
			q = q.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
		}
		err := list(q, &rows, "members")
		for _, m := range rows {
			now[m.ID] = cmp.Or(m.MergedInto, m.ID)
		}
		return err
	})
}

// VouchersFor lists what these member ids hold of an offer, and what they claimed with one of these keys, oldest first.
func (sc *Scope) VouchersFor(members []MemberID, offer OfferID, keys []string) ([]Voucher, error) {
	var all []Voucher
	err := inBatches(members, func(some []MemberID) error {
		var part []Voucher
		q := sc.rows().Where("member_id IN ? AND (offer_id = ? OR claim_key IN ?)", ints(some), int64(offer), keys)
		err := list(q, &part, "vouchers")
		all = append(all, part...)
		return err
	})
	slices.SortFunc(all, func(a, b Voucher) int { return cmp.Compare(a.ID, b.ID) })
	return all, err
}

// InsertVouchers stores new vouchers, which have their ids, with the event and the touch of each claim, and marks the people's
// journeys.
// A taken unique key is a Conflict for which IsDuplicate holds.
func (sc *Scope) InsertVouchers(all []*Voucher) error {
	touches := make([]Touch, len(all))
	members := make([]MemberID, len(all))
	events := make([]VoucherEvent, len(all))
	for i, v := range all {
		events[i] = VoucherEvent{VoucherID: v.ID, N: v.Ver, Kind: EventClaimed, Units: v.Units}
		touches[i] = Touch{ID: newID[Touch](sc.Tx), CommunityID: sc.Community, UID: "claim:" + v.ID.String(), Kind: TouchClaim,
			At: sc.Now, ReceivedAt: sc.Now, MemberID: v.MemberID, GroupID: v.GroupID, OfferID: v.OfferID, BrandID: v.BrandID,
			PlacementID: v.PlacementID, VoucherID: v.ID}
		members[i] = v.MemberID
	}
	if err := insert(sc.Tx, &all, "vouchers"); err != nil {
		return err
	}
	if err := sc.AddVoucherEvents(events); err != nil {
		return err
	}
	if err := insert(sc.Tx, &touches, "touches"); err != nil {
		return err
	}
	slices.Sort(members)
	return sc.renewMarks(slices.Compact(members))
}

// renewMarks marks people whose touches changed, in one statement. A reader that takes a mark meanwhile is waited for.
func (sc *Scope) renewMarks(members []MemberID) error {
	marks := make([]journeyDirty, len(members))
	for i, m := range members {
		marks[i] = journeyDirty{MemberID: m, CommunityID: sc.Community, MarkedAt: sc.Now}
	}
	on := clause.OnConflict{Columns: []clause.Column{{Name: "member_id"}}, DoUpdates: clause.AssignmentColumns([]string{"marked_at"})}
	return translate(sc.db.Clauses(on).Create(&marks).Error, "mark journeys")
}

// TakeStocks takes n vouchers from the stock of an offer that was read as approved. If it is so no more, or fewer are left, the
// transaction runs again and reads anew.
func (sc *Scope) TakeStocks(id OfferID, n int) error {
	r := sc.db.Exec("UPDATE offers SET claimed = claimed + ? WHERE community_id = ? AND id = ? AND state = ? AND claimed + ? <= stock",
		n, int64(sc.Community), int64(id), OfferApproved, n)
	if r.Error == nil && r.RowsAffected != 1 {
		return fmt.Errorf("take %d from the stock of offer %s: %w", n, id, errMoved)
	}
	return translate(r.Error, "take stock")
}

// Carried is a card's code and the person who came with it, under all her ids.
type Carried struct {
	Code   string
	Person []MemberID
}

// PlacementsCarried is [Scope.PlacementOfPerson] for many, in few statements. Where no placement has the card it is empty.
func (sc *Scope) PlacementsCarried(all []Carried) ([]Placement, error) {
	found := make([]Placement, len(all))
	var codes []string
	for _, c := range all {
		if c.Code != "" && !slices.Contains(codes, c.Code) {
			codes = append(codes, c.Code)
		}
	}
	if len(codes) == 0 {
		return found, nil
	}
	var own []Placement
	if err := list(sc.rows().Where("code IN ?", codes), &own, "placements"); err != nil {
		return nil, err
	}
	byCode := make(map[string]Placement, len(own))
	for _, p := range own {
		byCode[p.Code] = p
	}
	codes = slices.DeleteFunc(codes, func(c string) bool { _, known := byCode[c]; return known })
	for i, c := range all {
		found[i] = byCode[c.Code]
	}
	if len(codes) == 0 {
		return found, nil
	}
	return found, sc.carriedInEnvelopes(codes, all, found)
}

// carriedInEnvelopes finds the placements of cards that belong to an envelope: the groups she is in say which one.
func (sc *Scope) carriedInEnvelopes(codes []string, all []Carried, found []Placement) error {
	var envelopes []Envelope
	if err := list(sc.rows().Where("code IN ?", codes), &envelopes, "envelopes"); err != nil || len(envelopes) == 0 {
		return err
	}
	codeOf := make(map[EnvelopeID]string, len(envelopes))
	ids := make([]EnvelopeID, len(envelopes))
	for i, e := range envelopes {
		ids[i], codeOf[e.ID] = e.ID, e.Code
	}
	var tasks []Task
	if err := list(sc.rows().Where("envelope_id IN ?", ints(ids)).Order("id"), &tasks, "tasks"); err != nil {
		return err
	}
	byCode := map[string][]Task{}
	var wanted []PlacementID
	for _, t := range tasks {
		code := codeOf[t.EnvelopeID]
		byCode[code] = append(byCode[code], t)
		wanted = append(wanted, t.PlacementID)
	}
	known, err := sc.PlacementsByID(wanted)
	if err != nil {
		return err
	}
	var members []MemberID
	for _, c := range all {
		if byCode[c.Code] != nil {
			members = append(members, c.Person...)
		}
	}
	groups, err := sc.GroupsOfAll(members)
	if err != nil {
		return err
	}
	for i, c := range all {
		var in []GroupID
		for _, id := range c.Person {
			in = append(in, groups[id]...)
		}
		if of := byCode[c.Code]; of != nil {
			found[i], _ = postedFirst(of, known, in)
		}
	}
	return nil
}
