package models

import (
	"fmt"

	"gorm.io/gorm/clause"
)

// WaiterState is where somebody who waits for a voucher stands.
type WaiterState string

// The states: waiting → promised → claimed, or lapsed, or left.
const (
	WaiterWaiting  WaiterState = "waiting"
	WaiterPromised WaiterState = "promised" // one of the stock is hers until a time
	WaiterClaimed  WaiterState = "claimed"
	WaiterLapsed   WaiterState = "lapsed" // she let the time pass, or the offer ended
	WaiterLeft     WaiterState = "left"
)

// Waiter is a member's place in the waiting list of an offer (候补). The offer's row counts how many wait and how many are promised
// one, so both change only under its lock; what others may claim is what is left after them.
type Waiter struct {
	ID          WaiterID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	OfferID     OfferID
	MemberID    MemberID
	N           int // her place, counted from 1 as people came; unique in the offer
	State       WaiterState
	Live        *int // 1 while waiting or promised: one person waits once
	JoinedAt    Millis
	PromisedAt  Millis
	Until       Millis // the promise's end
	EndedAt     Millis
}

// TableName names the table.
func (Waiter) TableName() string { return "waiters" }

// AddWaiter puts a person at the end of an offer's list. The offer must be locked and she must not wait.
func (sc *Scope) AddWaiter(w *Waiter) error {
	var last struct{ N int }
	err := sc.rows().Model(&Waiter{}).Select("COALESCE(MAX(n), 0) AS n").Where("offer_id = ?", int64(w.OfferID)).Scan(&last).Error
	if err != nil {
		return translate(err, "read waiters")
	}
	live := 1
	w.ID, w.CommunityID, w.JoinedAt, w.State, w.Live, w.N = newID[Waiter](sc.Tx), sc.Community, sc.Now, WaiterWaiting, &live, last.N+1
	if err := insert(sc.Tx, w, "waiter"); err != nil {
		return err
	}
	return sc.countWaiters(w.OfferID, 1, 0)
}

// LiveWaiters finds who of some ids waits for an offer or is promised one, in the order of their places.
func (sc *Scope) LiveWaiters(offer OfferID, ids []MemberID) ([]Waiter, error) {
	var all []Waiter
	err := inBatches(ids, func(some []MemberID) error {
		var part []Waiter
		err := list(sc.rows().Where("member_id IN ? AND offer_id = ? AND live = 1", ints(some), int64(offer)).Order("n"), &part, "waiters")
		all = append(all, part...)
		return err
	})
	return all, err
}

// WaitingOf lists what a person, under all her ids, waits for or is promised, newest first.
func (sc *Scope) WaitingOf(ids []MemberID) ([]Waiter, error) {
	var all []Waiter
	return all, list(sc.rows().Where("member_id IN ? AND live = 1", ints(ids)).Order("id DESC"), &all, "waiters")
}

// Ahead counts who waits for an offer before a place.
func (sc *Scope) Ahead(offer OfferID, n int) (int, error) {
	var ahead int64
	err := sc.rows().Model(&Waiter{}).Where("offer_id = ? AND state = ? AND n < ?", int64(offer), WaiterWaiting, n).Count(&ahead).Error
	return int(ahead), translate(err, "count waiters")
}

// NextWaiters lists who waits for an offer first, at most limit, and reads what was committed last.
func (sc *Scope) NextWaiters(offer OfferID, limit int) ([]Waiter, error) {
	var all []Waiter
	q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
		Where("offer_id = ? AND state = ?", int64(offer), WaiterWaiting).Order("n").Limit(limit)
	return all, list(q, &all, "waiters")
}

// EndedWaiters lists whose promises ended by now, and if the offer is over everybody in its list, in order, at most limit.
func (sc *Scope) EndedWaiters(offer OfferID, over bool, limit int) ([]Waiter, error) {
	q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("offer_id = ?", int64(offer)).
		Order("n").Limit(limit)
	if over {
		q = q.Where("state IN ?", []WaiterState{WaiterWaiting, WaiterPromised})
	} else {
		q = q.Where("state = ? AND until <= ?", WaiterPromised, int64(sc.Now))
	}
	var all []Waiter
	return all, list(q, &all, "waiters")
}

// MoveWaiters takes people who are in from to another state; with until it is a promise. Their offer must be locked. All of them
// must still be in from.
func (sc *Scope) MoveWaiters(offer OfferID, ids []WaiterID, from, to WaiterState, until Millis) error {
	if len(ids) == 0 {
		return nil
	}
	set := map[string]any{"state": to}
	waiting, promised := 0, 0
	switch from {
	case WaiterWaiting:
		waiting -= len(ids)
	case WaiterPromised:
		promised -= len(ids)
	case WaiterClaimed, WaiterLapsed, WaiterLeft:
		return fmt.Errorf("move waiters from %s: it is an end", from)
	}
	if to == WaiterPromised {
		set["promised_at"], set["until"] = int64(sc.Now), int64(until)
		promised += len(ids)
	} else {
		set["live"], set["ended_at"] = nil, int64(sc.Now)
	}
	r := sc.rows().Model(&Waiter{}).Where("id IN ? AND offer_id = ? AND state = ?", ints(ids), int64(offer), from).Updates(set)
	if r.Error != nil {
		return translate(r.Error, "move waiters")
	}
	if r.RowsAffected != int64(len(ids)) {
		return fmt.Errorf("move %d waiters, of whom %d had moved: %w", len(ids), int64(len(ids))-r.RowsAffected, errMoved)
	}
	return sc.countWaiters(offer, waiting, promised)
}

// countWaiters keeps the offer's counts of its list.
func (sc *Scope) countWaiters(offer OfferID, waiting, promised int) error {
	r := sc.db.Exec("UPDATE offers SET waiting = waiting + ?, promised = promised + ? WHERE community_id = ? AND id = ? "+
		"AND waiting + ? >= 0 AND promised + ? >= 0", waiting, promised, int64(sc.Community), int64(offer), waiting, promised)
	if r.Error == nil && r.RowsAffected != 1 {
		return fmt.Errorf("count the waiters of offer %s: %w", offer, errMoved)
	}
	return translate(r.Error, "count waiters")
}

// OffersWaitedFor lists the offers of every community that somebody waits for or is promised one of, after an id, at most limit.
func (tx *Tx) OffersWaitedFor(after OfferID, limit int) ([]Offer, error) {
	var all []Offer
	return all, list(tx.db.Where("id > ? AND (waiting > 0 OR promised > 0)", int64(after)).Order("id").Limit(limit), &all, "offers")
}

// NextLapse is when the first promise of all communities lapses, zero if nobody is promised anything.
func (tx *Tx) NextLapse() (Millis, error) {
	var first []Waiter
	err := list(tx.db.Where("state = ?", WaiterPromised).Order("until").Limit(1), &first, "waiters")
	if err != nil || len(first) == 0 {
		return 0, err
	}
	return first[0].Until, nil
}

// repointWaiters gives a person's places to who she is now. Where both wait for one offer, a promise stays, else the better place.
func (sc *Scope) repointWaiters(from, to MemberID) error {
	var all []Waiter
	q := sc.rows().Where("member_id IN ? AND live = 1", []int64{int64(from), int64(to)})
	if err := list(q.Order("offer_id, n"), &all, "waiters"); err != nil {
		return err
	}
	kept := map[OfferID]Waiter{}
	for _, w := range all {
		before, both := kept[w.OfferID]
		if !both {
			kept[w.OfferID] = w
			continue
		}
		if w.State == WaiterPromised && before.State != WaiterPromised {
			kept[w.OfferID], w = w, before
		}
		if _, err := sc.OffersByID([]OfferID{w.OfferID}, true); err != nil {
			return err
		}
		if err := sc.MoveWaiters(w.OfferID, []WaiterID{w.ID}, w.State, WaiterLeft, 0); err != nil {
			return err
		}
	}
	err := sc.rows().Model(&Waiter{}).Where("member_id = ?", int64(from)).Update("member_id", int64(to)).Error
	return translate(err, "merge waiters")
}
