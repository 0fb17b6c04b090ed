package models

import (
	"fmt"
	"slices"

	"gorm.io/gorm/clause"
)

// VoucherChange is a voucher as it was read under its lock, and as it is to be.
type VoucherChange struct{ Before, After Voucher }

// VouchersFound reads vouchers by their ids or by what is kept of their codes; what is not there is left out.
func (sc *Scope) VouchersFound(ids []VoucherID, refs [][]byte) ([]Voucher, error) {
	var all []Voucher
	err := inBatches(ids, func(some []VoucherID) error {
		var part []Voucher
		err := list(sc.rows().Where("id IN ?", ints(some)), &part, "vouchers")
		all = append(all, part...)
		return err
	})
	for err == nil && len(refs) > 0 {
		n := min(len(refs), batch)
		var part []Voucher
		err = list(sc.rows().Where("code_ref IN ?", refs[:n]), &part, "vouchers")
		all, refs = append(all, part...), refs[n:]
	}
	return all, err
}

// LockVouchers reads vouchers and keeps every other transaction that locks or changes one of them waiting until this one ends.
// People and offers are locked before them, never after.
func (sc *Scope) LockVouchers(ids []VoucherID) (map[VoucherID]Voucher, error) {
	found := make(map[VoucherID]Voucher, len(ids))
	sorted := slices.Compact(slices.Sorted(slices.Values(ids)))
	err := inBatches(sorted, func(some []VoucherID) error {
		var part []Voucher
		q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("id IN ?", ints(some)).Order("id")
		err := list(q, &part, "vouchers")
		for _, v := range part {
			found[v.ID] = v
		}
		return err
	})
	return found, err
}

// voucherMoves is what may change of a voucher once it is issued.
type voucherMoves struct {
	state         VoucherState
	used          int
	redeemedAt    Millis
	reservedBy    AccountID
	reservedUntil Millis
	reserveToken  string
	voidedAt      Millis
	voidReason    string
	stockReturned bool
	cycles        int
	qrWindow      int64
}

// MoveVouchers stores changes and the events that made them, in as many statements as there are different changes. A voucher
// that is not as it was read makes the transaction run again.
func (sc *Scope) MoveVouchers(all []VoucherChange, events []VoucherEvent) error {
	type group struct {
		from, to int // versions
		set      voucherMoves
	}
	var order []group
	ids := map[group][]int64{}
	for _, c := range all {
		v := c.After
		g := group{c.Before.Ver, v.Ver, voucherMoves{state: v.State, used: v.Used, redeemedAt: v.RedeemedAt, reservedBy: v.ReservedBy,
			reservedUntil: v.ReservedUntil, reserveToken: v.ReserveToken, voidedAt: v.VoidedAt, voidReason: v.VoidReason,
			stockReturned: v.StockReturned, cycles: v.Cycles, qrWindow: v.QRWindow}}
		if ids[g] == nil {
			order = append(order, g)
		}
		ids[g] = append(ids[g], int64(c.Before.ID))
	}
	for _, g := range order {
		m := g.set
		r := sc.rows().Model(&Voucher{}).Where("id IN ? AND ver = ?", ids[g], g.from).Updates(map[string]any{
			"ver": g.to, "state": m.state, "used": m.used, "redeemed_at": int64(m.redeemedAt), "reserved_by": int64(m.reservedBy),
			"reserved_until": int64(m.reservedUntil), "reserve_token": m.reserveToken, "voided_at": int64(m.voidedAt),
			"void_reason": m.voidReason, "stock_returned": m.stockReturned, "cycles": m.cycles, "qr_window": m.qrWindow})
		if r.Error == nil && int(r.RowsAffected) != len(ids[g]) {
			return fmt.Errorf("move vouchers: %w", errMoved)
		}
		if r.Error != nil {
			return translate(r.Error, "move vouchers")
		}
	}
	return sc.AddVoucherEvents(events)
}

// UsableVouchers lists what some members hold of a brand that is not used up or taken back and valid by its times, the one that
// ends first first, at most limit.
func (sc *Scope) UsableVouchers(members []MemberID, brand BrandID, limit int) ([]Voucher, error) {
	if len(members) == 0 {
		return nil, nil
	}
	var all []Voucher
	q := sc.rows().Where("member_id IN ? AND brand_id = ? AND state = ? AND valid_to > ? AND valid_from <= ?", ints(members), int64(brand),
		VoucherIssued, int64(sc.Now), int64(sc.Now)).Order("valid_to, id").Limit(limit)
	return all, list(q, &all, "vouchers")
}
