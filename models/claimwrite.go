package models

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// The columns of the rows that a claim writes, as the INSERTs below fill them.
const (
	voucherColumns = "id, community_id, offer_id, brand_id, member_id, seq, claim_key, code_ref, code_proof, state, valid_to, group_id, " +
		"placement_id, issued_at, redeemed_at, ver, terms_id, valid_from, units, used"
	voucherLater = ", household_id, household_seq, reserved_by, reserved_until, reserve_token, voided_at, void_reason, " +
		"stock_returned, cycles, qr_window" // left to the table's defaults where no row of an INSERT has any of them
	eventColumns = "id, community_id, voucher_id, n, kind, at, account_id, shop_id, units, ref, cause"
	touchColumns = "id, community_id, uid, kind, at, received_at, member_id, video_id, entry_id, group_id, offer_id, brand_id, " +
		"placement_id, voucher_id"
	markColumns     = "member_id, community_id, marked_at"
	transferColumns = "id, community_id, code, ref, unit, amount, debit, credit, owner_id, offer_id, contract_id, pending_id, " +
		"reverses_id, expires_at, note, at"
)

// How many bytes a row takes in the text of its INSERT, more or less.
const (
	voucherWidth = 360
	eventWidth   = 140
	touchWidth   = 280
	markWidth    = 64

	transferWidth = 320
)

// InsertVouchers stores new vouchers, which have their ids, with the event and the touch of each claim, marks the people's
// journeys, and books what their brand is charged. A taken unique key is a Conflict for which IsDuplicate holds.
func (sc *Scope) InsertVouchers(all []*Voucher, charges []Transfer) error {
	p := &packet{sc: sc}
	sc.writeVouchers(p, all, charges)
	_, err := p.send()
	return err
}

// GiveVouchers is InsertVouchers, and takes their places from the stock of their offer, which was read as approved: the stock is
// the last that is written. Of the vouchers, kept ones had been promised to who waited and are promised no more; the others are of
// what nobody waits for. If the offer is approved no more, or fewer are left, the transaction runs again and reads anew. It returns
// the live cards of the offer that nothing new is waiting for, as they are when the stock is taken. With idle false none was seen
// before; then a batch on MySQL is committed when this returns, unless there is one after all, and nothing may follow.
func (sc *Scope) GiveVouchers(offer OfferID, all []*Voucher, kept int, charges []Transfer, idle bool) ([]LiveCard, error) {
	p := &packet{sc: sc}
	sc.writeVouchers(p, all, charges)
	n := len(all)
	before := "promised + waiting"
	if kept == n {
		before = "promised"
	}
	p.write("take stock", fmt.Sprintf("UPDATE offers SET claimed = claimed + %d WHERE community_id = %d AND id = %d AND state = '%s' AND claimed + %d + %s <= stock",
		n, sc.Community, offer, OfferApproved, n, before)) // numbers and our own words: a text without parameters is not read once more
	if !idle && sc.pipe != nil && sc.try == 0 { // what has lost once looks at each answer before it commits
		done, err := p.finish(condition{text: "NOT " + sc.cardWaits(offer)})
		if err == nil && !done {
			err = noPlace(offer, n)
		}
		return nil, err
	}
	var cards []LiveCard
	p.read("list live cards", rowsInto(sc, &cards), sc.idleCards("*", offer)+" ORDER BY id")
	taken, err := p.send()
	if err == nil && taken != 1 {
		err = noPlace(offer, n)
	}
	return cards, err
}

// noPlace says that the stock has no place for n vouchers any more, is given no more, or that a card waits which did not before.
func noPlace(offer OfferID, n int) error {
	return fmt.Errorf("take %d from the stock of offer %s: %w", n, offer, errMoved)
}

// writeVouchers puts the rows of new vouchers into a packet, and what is charged for them.
func (sc *Scope) writeVouchers(p *packet, all []*Voucher, charges []Transfer) {
	n := len(all)
	members := make([]MemberID, n)
	for i, v := range all {
		members[i] = v.MemberID
	}
	event, touch := newIDs[VoucherEvent](sc.Tx, n), newIDs[Touch](sc.Tx, n)
	if n >= followFrom && sc.s.maria && alike(all) {
		writeAlike(p, all)
	} else {
		writeEach(p, all)
	}
	if n >= followFrom && int(all[n-1].ID-all[0].ID) == n-1 && slices.IsSortedFunc(all, func(a, b *Voucher) int { return cmp.Compare(a.ID, b.ID) }) {
		charges = sc.followVouchers(p, all, event, touch, charges)
	} else {
		sc.writeFollowing(p, all, event, touch)
	}
	sc.writeMarks(p, members)
	sc.writeTransfers(p, charges)
}

// alike reports whether vouchers of one offer, issued together, differ in nothing but what [writeAlike] writes for each, and are
// plain: a text that is none is refused by MariaDB in a row, and mended in silence on its way through a table.
func alike(all []*Voucher) bool {
	first := all[0]
	return !slices.ContainsFunc(all, func(v *Voucher) bool {
		return hasMore(v) || !plain(v.ClaimKey) || v.CommunityID != first.CommunityID || v.OfferID != first.OfferID || v.BrandID != first.BrandID || v.State != first.State ||
			v.ValidTo != first.ValidTo || v.IssuedAt != first.IssuedAt || v.RedeemedAt != first.RedeemedAt || v.Ver != first.Ver ||
			v.TermsID != first.TermsID || v.Units != first.Units || v.Used != first.Used
	})
}

// writeAlike puts vouchers into a packet that have most in common, which is said once: on MariaDB that is 5% more claims of 1,024
// clients. SQLite reads it no faster, and MySQL has another word for it.
func writeAlike(p *packet, all []*Voucher) {
	w, same := insertInto("vouchers", voucherColumns, len(all), voucherWidth), &insertion{}
	w.text = append(w.text[:len(w.text)-len("VALUES ")], "WITH v (a, b, c, d, e, f, g, h, i) AS (VALUES "...)
	for _, v := range all {
		w.row().nums(int64(v.ID), int64(v.MemberID), int64(v.Seq)).string(v.ClaimKey).bytes(v.CodeRef).bytes(v.CodeProof).
			nums(int64(v.GroupID), int64(v.PlacementID), int64(v.ValidFrom))
	}
	v := all[0]
	same.string(string(v.State)).nums(int64(v.ValidTo))
	w.add(p, "insert vouchers", fmt.Sprintf(") SELECT a, %d, %d, %d, b, c, d, e, f, %s, g, h, %d, %d, %d, %d, i, %d, %d FROM v", v.CommunityID, v.OfferID, v.BrandID,
		same.text, v.IssuedAt, v.RedeemedAt, v.Ver, v.TermsID, v.Units, v.Used))
}

// writeEach puts vouchers into a packet, each with all it has.
func writeEach(p *packet, all []*Voucher) {
	columns, later := voucherColumns, slices.ContainsFunc(all, hasMore)
	if later {
		columns += voucherLater
	}
	vouchers := insertInto("vouchers", columns, len(all), voucherWidth)
	for _, v := range all {
		vouchers.row().nums(int64(v.ID), int64(v.CommunityID), int64(v.OfferID), int64(v.BrandID), int64(v.MemberID), int64(v.Seq)).
			string(v.ClaimKey).bytes(v.CodeRef).bytes(v.CodeProof).string(string(v.State)).
			nums(int64(v.ValidTo), int64(v.GroupID), int64(v.PlacementID), int64(v.IssuedAt), int64(v.RedeemedAt)).
			nums(int64(v.Ver), int64(v.TermsID), int64(v.ValidFrom), int64(v.Units), int64(v.Used))
		if later {
			nullable(vouchers, v.HouseholdID)
			nullable(vouchers, v.HouseholdSeq)
			vouchers.nums(int64(v.ReservedBy), int64(v.ReservedUntil)).string(v.ReserveToken).nums(int64(v.VoidedAt)).string(v.VoidReason).
				nums(bit(v.StockReturned), int64(v.Cycles), v.QRWindow)
		}
	}
	vouchers.add(p, "insert vouchers", "")
}

// followFrom is how many vouchers there must be for their events and touches to be copied from them: below that, rows of their own
// are read as fast.
const followFrom = 16

// followVouchers has the database make the event, the touch and the charge of each new voucher from the voucher itself: a third of
// the text comes to it. The ids of the vouchers are a run, so nobody else's can be among them. It returns the charges that are still
// to be written.
func (sc *Scope) followVouchers(p *packet, all []*Voucher, event ID[VoucherEvent], touch TouchID, charges []Transfer) []Transfer {
	first, n := int64(all[0].ID), len(all)
	from := fmt.Sprintf(" FROM vouchers WHERE community_id = %d AND id BETWEEN %d AND %d", sc.Community, first, first+int64(n)-1)
	p.write("insert voucher events", fmt.Sprintf("INSERT INTO voucher_events ("+eventColumns+") SELECT id + %d, community_id, id, ver, '%s', %d, 0, 0, units, '', ''",
		int64(event)-first, EventClaimed, sc.Now)+from)
	p.write("insert touches", fmt.Sprintf("INSERT INTO touches ("+touchColumns+") SELECT id + %d, community_id, CONCAT('claim:', id), '%s', %[3]d, %[3]d, "+
		"member_id, 0, 0, group_id, offer_id, brand_id, placement_id, id", int64(touch)-first, TouchClaim, sc.Now)+from)
	if !oneCharge(all, charges) {
		return charges
	}
	c, w, hexed := charges[0], &insertion{}, "LPAD(LOWER(HEX(id)), 16, '0')"
	if sc.s.engine == SQLite {
		hexed = "PRINTF('%016x', id)"
	}
	w.string(c.Code)
	w.text = append(w.text, ",CONCAT('voucher:', id)"...)
	w.string(c.Unit).nums(c.Amount).string(string(c.Debit)).string(string(c.Credit)).nums(c.OwnerID, int64(c.OfferID), int64(c.ContractID))
	p.write("insert transfers", fmt.Sprintf("INSERT INTO transfers (%s) SELECT CONCAT(%s, '%s'), community_id, %s, NULL, NULL, 0, '', %d%s",
		transferColumns, hexed, chargeEnd(CodeClaim), w.text, sc.Now, from), w.args...)
	return nil
}

// oneCharge reports whether charges are the same charge for each voucher.
func oneCharge(all []*Voucher, charges []Transfer) bool {
	if len(charges) != len(all) {
		return false
	}
	for i, v := range all {
		c := charges[0]
		c.Ref = "voucher:" + v.ID.String()
		if c.Code != CodeClaim || c.PendingID != nil || c.ReversesID != nil || c.ExpiresAt != 0 || c.Note != "" || charges[i] != c {
			return false
		}
	}
	return true
}

// writeFollowing puts the event and the touch of each new voucher into a packet, as rows of their own.
func (sc *Scope) writeFollowing(p *packet, all []*Voucher, event ID[VoucherEvent], touch TouchID) {
	n, community, now := len(all), int64(sc.Community), int64(sc.Now)
	events := insertInto("voucher_events", eventColumns, n, eventWidth)
	touches := insertInto("touches", touchColumns, n, touchWidth)
	for i, v := range all {
		events.row().nums(int64(event)+int64(i), community, int64(v.ID), int64(v.Ver)).string(string(EventClaimed)).
			nums(now, 0, 0, int64(v.Units)).string("").string("")
		touches.row().nums(int64(touch)+int64(i), community).string("claim:"+strconv.FormatInt(int64(v.ID), 10)).string(string(TouchClaim)).
			nums(now, now, int64(v.MemberID), 0, 0, int64(v.GroupID), int64(v.OfferID), int64(v.BrandID), int64(v.PlacementID), int64(v.ID))
	}
	events.add(p, "insert voucher events", "")
	touches.add(p, "insert touches", "")
}

// hasMore reports whether a voucher has anything that a new one usually has not.
func hasMore(v *Voucher) bool {
	return v.HouseholdID != nil || v.HouseholdSeq != nil || v.ReservedBy != 0 || v.ReservedUntil != 0 || v.ReserveToken != "" ||
		v.VoidedAt != 0 || v.VoidReason != "" || v.StockReturned || v.Cycles != 0 || v.QRWindow != 0
}

// writeTransfers puts transfers into a packet, and gives them their ids.
func (sc *Scope) writeTransfers(p *packet, all []Transfer) {
	if len(all) == 0 {
		return
	}
	w := insertInto("transfers", transferColumns, len(all), transferWidth)
	for i := range all {
		t := &all[i]
		sc.Name(t)
		w.row().string(string(t.ID)).nums(int64(t.CommunityID)).string(t.Code).string(t.Ref).string(t.Unit).nums(t.Amount).
			string(string(t.Debit)).string(string(t.Credit)).nums(t.OwnerID, int64(t.OfferID), int64(t.ContractID))
		for _, id := range []*TransferID{t.PendingID, t.ReversesID} {
			if id == nil {
				w.null()
				continue
			}
			w.string(string(*id))
		}
		w.nums(int64(t.ExpiresAt)).string(t.Note).nums(int64(t.At))
	}
	w.add(p, "insert transfers", "")
}

// writeMarks puts the marks of people whose touches changed into a packet. A reader that takes a mark meanwhile is waited for.
func (sc *Scope) writeMarks(p *packet, members []MemberID) {
	slices.Sort(members)
	members = slices.Compact(members)
	if len(members) == 0 {
		return
	}
	marks := insertInto("journey_dirty", markColumns, len(members), markWidth)
	for _, m := range members {
		marks.row().nums(int64(m), int64(sc.Community), int64(sc.Now))
	}
	again := " ON CONFLICT (member_id) DO UPDATE SET marked_at = excluded.marked_at"
	if sc.s.engine == MySQL {
		again = " ON DUPLICATE KEY UPDATE marked_at = VALUES(marked_at)"
	}
	marks.add(p, "mark journeys", again)
}

// nullable appends a number, or NULL where there is none.
func nullable[N ~int64 | ~int](w *insertion, n *N) {
	if n == nil {
		w.null()
		return
	}
	w.nums(int64(*n))
}

func bit(is bool) int64 {
	if is {
		return 1
	}
	return 0
}
