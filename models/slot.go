package models

import "time"

// SlotState says what is done with a permanent QR code.
type SlotState string

// The states of a slot.
const (
	SlotReserved SlotState = "reserved" // an entry is about to take it
	SlotBound    SlotState = "bound"    // it means an entry
	SlotResting  SlotState = "resting"  // its entry is retired; from FreeAt on it may mean another one
)

// Slot is one of the permanent QR codes that an Official Account may ever have. WeChat never takes one back, so it is
// used again: Code, its scene, stays the same, and what it means is in [SlotUse].
type Slot struct {
	ID          SlotID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	ChannelID   ChannelID
	Code        string // the scene; unique per account
	Ticket      string // empty until WeChat has made the code
	URL         string
	State       SlotState
	EntryID     EntryID // that it means, or meant last
	ReservedAt  Millis
	FreeAt      Millis // when a resting slot may be used again
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Slot) TableName() string { return "qr_slots" }

// SlotUse is what a slot means from a time on, until its next use begins.
type SlotUse struct {
	ID          ID[SlotUse] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	SlotID      SlotID
	EntryID     EntryID
	FromAt      Millis
}

// TableName names the table.
func (SlotUse) TableName() string { return "slot_uses" }

// ReserveSlot finds a permanent QR code for an entry: one that may be used again, else a new one with the scene code, as
// long as the account has fewer than limit. A reservation older than abandoned was left behind by a process that died. A
// scene that is wanted exactly is never another slot's.
func (sc *Scope) ReserveSlot(channel ChannelID, e EntryID, code string, exact bool, limit int, abandoned time.Duration) (Slot, error) {
	if err := sc.LockChannel(channel); err != nil { // the limit is counted by one at a time
		return Slot{}, err
	}
	free, err := sc.freeSlots(channel, code, exact, sc.Now.Add(-abandoned))
	if err != nil {
		return Slot{}, err
	}
	if len(free) > 0 {
		s := free[0]
		ok, err := swap(sc.rows().Where("id = ? AND state = ? AND reserved_at = ?", int64(s.ID), s.State, int64(s.ReservedAt)), &Slot{},
			map[string]any{"state": SlotReserved, "entry_id": int64(e), "reserved_at": int64(sc.Now)}, "slot")
		if err == nil && !ok {
			err = errIDCollision
		}
		s.State, s.EntryID, s.ReservedAt = SlotReserved, e, sc.Now
		return s, err
	}
	var used int64
	if err := sc.rows().Model(&Slot{}).Where("channel_id = ?", int64(channel)).Count(&used).Error; err != nil {
		return Slot{}, translate(err, "count slots")
	}
	if used >= int64(limit) {
		return Slot{}, Errorf(Exhausted, "slots_used_up", "the account has used all its permanent QR codes").With("limit", limit)
	}
	s := Slot{ID: newID[Slot](sc.Tx), CommunityID: sc.Community, ChannelID: channel, Code: code, State: SlotReserved,
		EntryID: e, ReservedAt: sc.Now, CreatedAt: sc.Now}
	return s, insert(sc.Tx, &s, "slot")
}

// freeSlots finds the slot that may be taken now, the one that has rested longest.
func (sc *Scope) freeSlots(channel ChannelID, code string, exact bool, abandoned Millis) ([]Slot, error) {
	for _, q := range []struct {
		state SlotState
		where string
		than  Millis
	}{{SlotResting, "free_at <= ?", sc.Now}, {SlotReserved, "reserved_at < ?", abandoned}} {
		var found []Slot
		db := sc.rows().Where("channel_id = ? AND state = ?", int64(channel), q.state).Where(q.where, int64(q.than))
		if exact {
			db = db.Where("code = ?", code)
		}
		if err := list(db.Order("free_at, id").Limit(1), &found, "slots"); err != nil || len(found) > 0 {
			return found, err
		}
	}
	return nil, nil
}

// BindSlot gives a reserved slot its meaning from now on, and what WeChat said of its code; it reports false if the
// reservation was lost to another entry.
func (sc *Scope) BindSlot(s Slot) (bool, error) {
	q := sc.rows().Where("id = ? AND state = ? AND entry_id = ?", int64(s.ID), SlotReserved, int64(s.EntryID))
	ok, err := swap(q, &Slot{}, map[string]any{"state": SlotBound, "ticket": s.Ticket, "url": s.URL}, "slot")
	if err != nil || !ok {
		return false, err
	}
	use := SlotUse{ID: newID[SlotUse](sc.Tx), CommunityID: sc.Community, SlotID: s.ID, EntryID: s.EntryID, FromAt: sc.Now}
	return true, insert(sc.Tx, &use, "use of a slot")
}

// ReleaseSlot gives a reservation back; the slot may be taken at once.
func (sc *Scope) ReleaseSlot(s Slot) error {
	q := sc.rows().Where("id = ? AND state = ? AND entry_id = ?", int64(s.ID), SlotReserved, int64(s.EntryID))
	_, err := swap(q, &Slot{}, map[string]any{"reserved_at": 0, "ticket": s.Ticket, "url": s.URL}, "slot")
	return err
}

// RestSlot ends the use of a slot by an entry; it may be used again at freeAt.
func (sc *Scope) RestSlot(id SlotID, e EntryID, freeAt Millis) error {
	q := sc.rows().Where("id = ? AND entry_id = ? AND state = ?", int64(id), int64(e), SlotBound)
	_, err := swap(q, &Slot{}, map[string]any{"state": SlotResting, "free_at": int64(freeAt)}, "slot")
	return err
}

// EntryByScene finds what a scanned scene of an Official Account meant at a time. WeChat tells whole seconds.
func (sc *Scope) EntryByScene(channel ChannelID, scene string, at Millis) (Entry, error) {
	var s Slot
	err := one(sc.rows().Where("channel_id = ? AND code = ?", int64(channel), scene), &s, "slot")
	if IsKind(err, NotFound) { // a temporary code, whose scene is the entry's own
		e, err := sc.EntryByCode(scene)
		if err == nil && e.CommunityID != sc.Community {
			return Entry{}, Errorf(NotFound, codeRecordNotFound, "another community's entry")
		}
		return e, err
	}
	if err != nil {
		return Entry{}, err
	}
	var use SlotUse
	q := sc.rows().Where("slot_id = ? AND from_at <= ?", int64(s.ID), int64(at.Add(999*time.Millisecond)))
	if err := one(q.Order("from_at DESC"), &use, "use of a slot"); err != nil {
		return Entry{}, err
	}
	return sc.Entry(use.EntryID)
}

// SlotCount is how an account's permanent QR codes are used.
type SlotCount struct{ Bound, Reserved, Resting, Free int64 }

// CountSlots counts an account's slots by what is done with them.
func (sc *Scope) CountSlots(channel ChannelID) (SlotCount, error) {
	var n SlotCount
	for _, q := range []struct {
		into  *int64
		where string
		args  []any
	}{
		{&n.Bound, "state = ?", []any{SlotBound}},
		{&n.Reserved, "state = ?", []any{SlotReserved}},
		{&n.Resting, "state = ? AND free_at > ?", []any{SlotResting, int64(sc.Now)}},
		{&n.Free, "state = ? AND free_at <= ?", []any{SlotResting, int64(sc.Now)}},
	} {
		err := sc.rows().Model(&Slot{}).Where("channel_id = ?", int64(channel)).Where(q.where, q.args...).Count(q.into).Error
		if err != nil {
			return n, translate(err, "count slots")
		}
	}
	return n, nil
}
