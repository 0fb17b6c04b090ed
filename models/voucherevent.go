package models

import "cmp"

// VoucherEventKind is what happened to a voucher.
type VoucherEventKind string

// The kinds of event.
const (
	EventClaimed  VoucherEventKind = "claimed"
	EventReserved VoucherEventKind = "reserved" // it lies before a clerk
	EventReleased VoucherEventKind = "released" // the clerk gave it back unused; one that merely ran out leaves no event
	EventRedeemed VoucherEventKind = "redeemed" // Units of it were used
	EventReversed VoucherEventKind = "reversed" // Units of it were given back
	EventVoided   VoucherEventKind = "voided"
)

// VoucherEvent is one step in a voucher's life. Events are only added, in the transaction that changes the voucher: all of them
// together are its state.
type VoucherEvent struct {
	ID          ID[VoucherEvent] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	VoucherID   VoucherID
	N           int // the voucher's Ver after it; unique with the voucher
	Kind        VoucherEventKind
	At          Millis
	AccountID   AccountID // who did it; zero: the member herself
	ShopID      ShopID    // where; zero: nowhere in particular
	Units       int       // it was about so many
	Ref         string    // what it led to or came from, such as the redemption's id
	Cause       string    // why, if there is more to say
}

// TableName names the table.
func (VoucherEvent) TableName() string { return "voucher_events" }

// AddVoucherEvents stores events and fills their ids, and their times where they have none. A number that is taken is a Conflict
// for which IsDuplicate holds: somebody else changed the voucher.
func (sc *Scope) AddVoucherEvents(all []VoucherEvent) error {
	if len(all) == 0 {
		return nil
	}
	for i := range all {
		sc.issueEvent(&all[i])
	}
	return insert(sc.Tx, &all, "voucher events")
}

// issueEvent fills what an event has by being new.
func (sc *Scope) issueEvent(e *VoucherEvent) {
	e.ID, e.CommunityID = newID[VoucherEvent](sc.Tx), sc.Community
	e.At = cmp.Or(e.At, sc.Now)
}

// EventsOf lists what happened to some vouchers, each in its order.
func (sc *Scope) EventsOf(vouchers []VoucherID) (map[VoucherID][]VoucherEvent, error) {
	byVoucher := make(map[VoucherID][]VoucherEvent, len(vouchers))
	err := inBatches(vouchers, func(some []VoucherID) error {
		var part []VoucherEvent
		err := list(sc.rows().Where("voucher_id IN ?", ints(some)).Order("voucher_id, n"), &part, "voucher events")
		for _, e := range part {
			byVoucher[e.VoucherID] = append(byVoucher[e.VoucherID], e)
		}
		return err
	})
	return byVoucher, err
}
