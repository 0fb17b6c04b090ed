package models

import "fmt"

// The columns of the rows that only a redemption writes, as the INSERTs below fill them.
const (
	redemptionColumns = "id, community_id, voucher_id, offer_id, brand_id, staff_id, shop_id, request_no, part, units, value, currency, proof, " +
		"device_id, device_at, at, live_no, reversed_at, reversed_by, reverse_reason"
	jobColumns = "id, kind, args, community_id, unique_key, periodic, run_at, state, attempts, owner, lease_until, last_error, created_at, done_at"
)

// How many bytes a row takes in the text of its INSERT, more or less.
const (
	redemptionWidth = 320
	jobWidth        = 200
)

// packetPart is how many ids stand in one list of a packet at most. MariaDB takes a list of a thousand for a table.
const packetPart = 500

// WrittenOff is everything that write-offs leave behind. Redemptions have their ids.
type WrittenOff struct {
	Changes     []VoucherChange // of vouchers that are locked
	Events      []VoucherEvent
	Redemptions []*Redemption
	Touches     []Touch
	Charges     []Transfer
	Then        Job // what is done after them
}

// WriteOff stores write-offs in one packet, and marks the people's journeys. The vouchers are written last: if one of them is not
// as it was read, the transaction runs again. A taken unique key is a Conflict for which IsDuplicate holds.
func (sc *Scope) WriteOff(w WrittenOff) error {
	p := &packet{sc: sc}
	sc.writeEvents(p, w.Events)
	sc.writeRedemptions(p, w.Redemptions)
	sc.writeTouches(p, w.Touches)
	sc.writeTransfers(p, w.Charges)
	w.Then.ID, w.Then.CreatedAt, w.Then.State = newID[Job](sc.Tx), sc.Now, JobReady
	sc.writeJob(p, w.Then)
	sc.writeChanges(p, w.Changes)
	moved, err := p.send()
	if err == nil && len(w.Changes) > 0 && int(moved) != len(w.Changes) {
		err = fmt.Errorf("move %d vouchers, of which %d are as they were read: %w", len(w.Changes), moved, errMoved)
	}
	return err
}

// writeEvents puts events into a packet, and gives them what they have by being new.
func (sc *Scope) writeEvents(p *packet, all []VoucherEvent) {
	if len(all) == 0 {
		return
	}
	w := insertInto("voucher_events", eventColumns, len(all), eventWidth)
	for i := range all {
		e := &all[i]
		sc.issueEvent(e)
		w.row().nums(int64(e.ID), int64(e.CommunityID), int64(e.VoucherID), int64(e.N)).string(string(e.Kind)).
			nums(int64(e.At), int64(e.AccountID), int64(e.ShopID), int64(e.Units)).string(e.Ref).string(e.Cause)
	}
	w.add(p, "insert voucher events", "")
}

// writeRedemptions puts redemptions into a packet.
func (sc *Scope) writeRedemptions(p *packet, all []*Redemption) {
	if len(all) == 0 {
		return
	}
	w := insertInto("redemptions", redemptionColumns, len(all), redemptionWidth)
	for _, r := range all {
		w.row().nums(int64(r.ID), int64(r.CommunityID), int64(r.VoucherID), int64(r.OfferID), int64(r.BrandID), int64(r.StaffID), int64(r.ShopID)).
			string(r.RequestNo).nums(int64(r.Part), int64(r.Units), r.Value).string(r.Currency).string(string(r.Proof)).
			string(r.DeviceID).nums(int64(r.DeviceAt), int64(r.At))
		if r.LiveNo.Valid {
			w.nums(r.LiveNo.Int64)
		} else {
			w.null()
		}
		w.nums(int64(r.ReversedAt), int64(r.ReversedBy)).string(r.ReverseReason)
	}
	w.add(p, "insert redemptions", "")
}

// writeTouches puts touches into a packet, gives them what they have by being new, and marks the people's journeys.
func (sc *Scope) writeTouches(p *packet, all []Touch) {
	if len(all) == 0 {
		return
	}
	w, members := insertInto("touches", touchColumns, len(all), touchWidth), make([]MemberID, len(all))
	for i := range all {
		t := &all[i]
		t.ID, t.CommunityID, t.At, t.ReceivedAt = newID[Touch](sc.Tx), sc.Community, sc.Now, sc.Now
		members[i] = t.MemberID
		w.row().nums(int64(t.ID), int64(t.CommunityID)).string(t.UID).string(string(t.Kind)).
			nums(int64(t.At), int64(t.ReceivedAt), int64(t.MemberID), int64(t.VideoID), int64(t.EntryID)).
			nums(int64(t.GroupID), int64(t.OfferID), int64(t.BrandID), int64(t.PlacementID), int64(t.VoucherID))
	}
	w.add(p, "insert touches", "")
	sc.writeMarks(p, members)
}

// writeJob puts a job into a packet.
func (sc *Scope) writeJob(p *packet, j Job) {
	w := insertInto("jobs", jobColumns, 1, jobWidth+len(j.Args))
	w.row().nums(int64(j.ID)).string(j.Kind).string(j.Args).nums(int64(j.CommunityID))
	if j.UniqueKey != nil {
		w.string(*j.UniqueKey)
	} else {
		w.null()
	}
	w.nums(bit(j.Periodic), int64(j.RunAt)).string(string(j.State)).nums(int64(j.Attempts)).string(j.Owner).nums(j.LeaseUntil).
		string(j.LastError).nums(int64(j.CreatedAt), int64(j.DoneAt))
	w.add(p, "insert job", "")
}

// cell is a value of a column that is a number or a text.
type cell struct {
	n    int64
	s    string
	text bool
}

// changeColumns are the columns of a voucher that may change once it is issued; the first is its version.
func changeColumns() []string {
	return []string{"ver", "state", "used", "redeemed_at", "reserved_by", "reserved_until", "reserve_token", "voided_at", "void_reason",
		"stock_returned", "cycles", "qr_window"}
}

// changeCells are the values of changeColumns.
func changeCells(v *Voucher) []cell {
	text, num := func(s string) cell { return cell{s: s, text: true} }, func(n int64) cell { return cell{n: n} }
	return []cell{num(int64(v.Ver)), text(string(v.State)), num(int64(v.Used)), num(int64(v.RedeemedAt)), num(int64(v.ReservedBy)),
		num(int64(v.ReservedUntil)), text(v.ReserveToken), num(int64(v.VoidedAt)), text(v.VoidReason), num(bit(v.StockReturned)),
		num(int64(v.Cycles)), num(v.QRWindow)}
}

// writeChanges puts changes of vouchers into a packet, as one UPDATE that finds those that are as they were read. A column says its
// value once if all of them get the same, which is nearly always so, and else which ids get which.
func (sc *Scope) writeChanges(p *packet, all []VoucherChange) {
	if len(all) == 0 {
		return
	}
	ids := make([]VoucherID, len(all))
	before, after := make([]cell, len(all)), make([][]cell, len(all))
	for i := range all {
		ids[i] = all[i].Before.ID
		before[i], after[i] = cell{n: int64(all[i].Before.Ver)}, changeCells(&all[i].After)
	}
	w := &insertion{text: make([]byte, 0, 512+40*len(all))}
	w.text = append(w.text, "UPDATE vouchers SET "...)
	column := make([]cell, len(all))
	for n, name := range changeColumns() {
		for i := range all {
			column[i] = after[i][n]
		}
		if n > 0 {
			w.text = append(w.text, ", "...)
		}
		w.text = append(append(w.text, name...), " = "...)
		w.oneOf(ids, column)
	}
	w.text = append(append(append(w.text, " WHERE "...), sc.ownRow()...), " = "...)
	w.cell = false
	w.nums(int64(sc.Community))
	w.text = append(w.text, " AND id IN ("...)
	w.text = append(w.text, numbers(sortedIDs(ids))...)
	w.text = append(w.text, ") AND ver = "...)
	w.oneOf(ids, before)
	p.write("move vouchers", string(w.text), w.args...)
}

// oneOf appends the value that each id gets.
func (w *insertion) oneOf(ids []VoucherID, values []cell) {
	var different []cell
	whose := map[cell][]VoucherID{}
	for i, v := range values {
		if whose[v] == nil {
			different = append(different, v)
		}
		whose[v] = append(whose[v], ids[i])
	}
	if len(different) == 1 {
		w.value(different[0])
		return
	}
	w.text = append(w.text, "CASE"...)
	for _, v := range different {
		w.text = append(append(append(w.text, " WHEN id IN ("...), numbers(whose[v])...), ") THEN "...)
		w.value(v)
	}
	w.text = append(w.text, " END"...)
}

// value appends a value that stands by itself.
func (w *insertion) value(v cell) {
	w.cell = false
	if v.text {
		w.string(v.s)
		return
	}
	w.nums(v.n)
}
