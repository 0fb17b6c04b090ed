package models

import (
	"strconv"
	"strings"

	"gorm.io/gorm/clause"
)

// UnitPoints is the unit of points. Every other unit of a transfer is a currency (ISO 4217), its amounts in minor units.
const UnitPoints = "points"

// PurseName says whose purse one side of a transfer is. A purse is an account of the ledger; only a member's has a row of its
// own, with its balance. What is in any other is the sum of the transfers, so that no row is everybody's.
type PurseName string

// The purses that belong to nobody in particular.
const (
	PurseIssuance   PurseName = "issuance"   // where points come from
	PurseBurn       PurseName = "burn"       // where spent points go
	PurseExpiry     PurseName = "expiry"     // where points go that were not used in time
	PurseAdjustment PurseName = "adjustment" // the other side of what an organiser sets right by hand
	PurseHeld       PurseName = "held"       // points that are set aside for something that may not happen
	PurseMerge      PurseName = "merge"      // between two people who turn out to be one
	PurseIncome     PurseName = "income"     // what sponsors owe
	PurseOutside    PurseName = "outside"    // where a sponsor's payments come from
)

const (
	memberPurse  = "member:"
	debtPurse    = "debt:"
	sponsorPurse = "sponsor:"
)

// MemberPurse is where somebody's points are.
func MemberPurse(m MemberID) PurseName { return PurseName(memberPurse + m.String()) }

// DebtPurse is where somebody stands for points that were taken back after she had spent them. It is never above zero.
func DebtPurse(m MemberID) PurseName { return PurseName(debtPurse + m.String()) }

// SponsorPurse is a brand's; it is below zero by what the brand owes.
func SponsorPurse(b BrandID) PurseName { return PurseName(sponsorPurse + b.String()) }

// Member is whose points are in the purse, if it is a member's.
func (p PurseName) Member() (MemberID, bool) { return idOf[Member](p, memberPurse) }

// Debtor is who stands for the purse, if it is one of debts.
func (p PurseName) Debtor() (MemberID, bool) { return idOf[Member](p, debtPurse) }

// Sponsor is the brand whose purse it is, if it is a brand's.
func (p PurseName) Sponsor() (BrandID, bool) { return idOf[Brand](p, sponsorPurse) }

func idOf[T any](p PurseName, prefix string) (ID[T], bool) {
	text, ok := strings.CutPrefix(string(p), prefix)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return ID[T](n), err == nil && n > 0
}

// Known reports whether there is such a purse.
func (p PurseName) Known() bool {
	switch p {
	case PurseIssuance, PurseBurn, PurseExpiry, PurseAdjustment, PurseHeld, PurseMerge, PurseIncome, PurseOutside:
		return true
	}
	_, member := p.Member()
	_, debtor := p.Debtor()
	_, sponsor := p.Sponsor()
	return member || debtor || sponsor
}

// Purse is what a member has in points: Balance is the sum of her transfers and of what is left of her lots, Debt what the
// next points she gets are kept for.
type Purse struct {
	MemberID    MemberID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Balance     int64
	Debt        int64
	ChangedAt   Millis
}

// TableName names the table.
func (Purse) TableName() string { return "purses" }

// Lot is points that somebody got together and that lapse together. Remaining is what she has not used of them.
type Lot struct {
	ID          LotID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	MemberID    MemberID
	TransferID  TransferID // what brought them
	Amount      int64
	Remaining   int64
	Spent       bool   // nothing remains; those that lapse are found by it
	ExpiresAt   Millis // zero: never
	At          Millis
}

// TableName names the table.
func (Lot) TableName() string { return "lots" }

// LotMove is what one transfer took from a lot (below zero) or put back. What a lot has left is what it had and its moves.
type LotMove struct {
	TransferID  TransferID `gorm:"primaryKey"`
	LotID       LotID      `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Amount      int64
}

// TableName names the table.
func (LotMove) TableName() string { return "lot_moves" }

// PursesOf reads the purses of some people, by the id each is now; who never had points has none.
func (sc *Scope) PursesOf(people []MemberID) (map[MemberID]Purse, error) {
	found := make(map[MemberID]Purse, len(people))
	err := inBatches(people, func(some []MemberID) error {
		var part []Purse
		err := list(sc.rows().Where("member_id IN ?", ints(some)), &part, "purses")
		for _, p := range part {
			found[p.MemberID] = p
		}
		return err
	})
	return found, err
}

// PursesAfter lists purses in the order of their members, from the first after one, at most limit.
func (sc *Scope) PursesAfter(after MemberID, limit int) ([]Purse, error) {
	var all []Purse
	return all, list(sc.rows().Where("member_id > ?", int64(after)).Order("member_id").Limit(limit), &all, "purses")
}

// SetPurses stores purses as they are now, under their people's locks.
func (sc *Scope) SetPurses(all []Purse) error {
	for i := range all {
		all[i].CommunityID, all[i].ChangedAt = sc.Community, sc.Now
	}
	on := clause.OnConflict{Columns: []clause.Column{{Name: "member_id"}}, DoUpdates: clause.AssignmentColumns([]string{"balance", "debt", "changed_at"})}
	for len(all) > 0 {
		part := all[:min(len(all), 500)]
		all = all[len(part):]
		if err := translate(sc.db.Clauses(on).Create(&part).Error, "set purses"); err != nil {
			return err
		}
	}
	return nil
}

// LotsOf lists the lots of some people of which something is left; with all, the others too. The oldest come first.
func (sc *Scope) LotsOf(people []MemberID, all bool) (map[MemberID][]Lot, error) {
	found := make(map[MemberID][]Lot, len(people))
	err := inBatches(people, func(some []MemberID) error {
		var part []Lot
		q := sc.rows().Where("member_id IN ?", ints(some)).Order("id")
		if !all {
			q = q.Where("spent = ?", false)
		}
		err := list(q, &part, "lots")
		for _, l := range part {
			found[l.MemberID] = append(found[l.MemberID], l)
		}
		return err
	})
	return found, err
}

// LotsByID reads some lots.
func (sc *Scope) LotsByID(ids []LotID) ([]Lot, error) {
	var all []Lot
	err := inBatches(ids, func(some []LotID) error {
		var part []Lot
		err := list(sc.rows().Where("id IN ?", ints(some)).Order("id"), &part, "lots")
		all = append(all, part...)
		return err
	})
	return all, err
}

// LotsAfter lists all lots in their order, from the first after one, at most limit.
func (sc *Scope) LotsAfter(after LotID, limit int) ([]Lot, error) {
	var all []Lot
	return all, list(sc.rows().Where("id > ?", int64(after)).Order("id").Limit(limit), &all, "lots")
}

// NewLot names a lot that is to be stored.
func (sc *Scope) NewLot(m MemberID, of TransferID, amount int64, expires Millis) Lot {
	return Lot{ID: newID[Lot](sc.Tx), CommunityID: sc.Community, MemberID: m, TransferID: of, Amount: amount, Remaining: amount,
		ExpiresAt: expires, At: sc.Now}
}

// InsertLots stores new lots.
func (sc *Scope) InsertLots(all []Lot) error { return insertAll(sc.Tx, all, "lots") }

// UpdateLots stores what remains of lots and until when.
func (sc *Scope) UpdateLots(all []Lot) error {
	for len(all) > 0 {
		part := all[:min(len(all), 200)]
		all = all[len(part):]
		ids, set := make([]int64, len(part)), map[string][]any{}
		for i, l := range part {
			ids[i] = int64(l.ID)
			set["remaining"] = append(set["remaining"], l.Remaining)
			set["spent"] = append(set["spent"], l.Remaining == 0)
			set["expires_at"] = append(set["expires_at"], int64(l.ExpiresAt))
		}
		if _, err := updateRows(sc.rows(), &Lot{}, ids, set, "lots"); err != nil {
			return err
		}
	}
	return nil
}

// InsertLotMoves stores what transfers took from lots and put back.
func (sc *Scope) InsertLotMoves(all []LotMove) error {
	for i := range all {
		all[i].CommunityID = sc.Community
	}
	return insertAll(sc.Tx, all, "lot moves")
}

// LotMovesOf lists what some transfers took from lots.
func (sc *Scope) LotMovesOf(ids []TransferID) ([]LotMove, error) {
	var all []LotMove
	for len(ids) > 0 {
		part := ids[:min(len(ids), batch)]
		ids = ids[len(part):]
		var some []LotMove
		if err := list(sc.rows().Where("transfer_id IN ?", part).Order("lot_id"), &some, "lot moves"); err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// LotSums adds up the moves of some lots.
func (sc *Scope) LotSums(ids []LotID) (map[LotID]int64, error) {
	sums := make(map[LotID]int64, len(ids))
	err := inBatches(ids, func(some []LotID) error {
		var rows []struct {
			LotID LotID
			Sum   int64
		}
		err := sc.rows().Model(&LotMove{}).Select("lot_id, SUM(amount) AS sum").Where("lot_id IN ?", ints(some)).Group("lot_id").Find(&rows).Error
		for _, r := range rows {
			sums[r.LotID] = r.Sum
		}
		return translate(err, "add up lots")
	})
	return sums, err
}

// DueLots lists whose points have lapsed and are still in their purses, at most limit lots.
func (sc *Scope) DueLots(limit int) ([]Lot, error) {
	var all []Lot
	q := sc.rows().Where("spent = ? AND expires_at > 0 AND expires_at <= ?", false, int64(sc.Now)).Order("expires_at, id").Limit(limit)
	return all, list(q, &all, "lots")
}

// repointPurse moves the points and debts of somebody who turns out to be somebody else, each by transfers of its own: one out
// of the purse and one into the other, so that every transfer is about one person.
func (sc *Scope) repointPurse(from, to MemberID) error {
	has, err := sc.PursesOf([]MemberID{from, to})
	if err != nil {
		return err
	}
	out, had := has[from]
	if !had {
		return nil
	}
	// Also those of which nothing is left: what was taken from them may come back.
	if err := translate(sc.rows().Model(&Lot{}).Where("member_id = ?", int64(from)).Update("member_id", int64(to)).Error, "move lots"); err != nil {
		return err
	}
	if out.Balance == 0 && out.Debt == 0 {
		return nil
	}
	var moves []Transfer
	move := func(owner MemberID, code string, amount int64, debit, credit PurseName) {
		if amount > 0 {
			moves = append(moves, Transfer{Code: code, Ref: "member:" + from.String(), Unit: UnitPoints, Amount: amount,
				Debit: debit, Credit: credit, OwnerID: int64(owner)})
		}
	}
	move(from, CodeMergeOut, out.Balance, MemberPurse(from), PurseMerge)
	move(to, CodeMergeIn, out.Balance, PurseMerge, MemberPurse(to))
	move(from, CodeMergeDebtOut, out.Debt, PurseMerge, DebtPurse(from))
	move(to, CodeMergeDebtIn, out.Debt, DebtPurse(to), PurseMerge)
	if err := sc.InsertTransfers(moves); err != nil {
		return err
	}
	in := has[to]
	in.MemberID, in.Balance, in.Debt = to, in.Balance+out.Balance, in.Debt+out.Debt
	return sc.SetPurses([]Purse{{MemberID: from}, in})
}
