package models

// ReminderKind says what somebody is reminded of.
type ReminderKind string

// The kinds of reminder.
const (
	RemindExpiring ReminderKind = "expiring" // a voucher of hers ends soon
	RemindOffer    ReminderKind = "offer"    // there is something new of a brand or category she knows
	RemindSilence  ReminderKind = "silence"  // she has not been here for long
)

// ReminderState is where a reminder stands.
type ReminderState string

// The states of a reminder. What became of the message of one that is booked, its notice says.
const (
	ReminderHeld    ReminderState = "held"    // not now: Reason says why; it is looked at again while it is of use
	ReminderBooked  ReminderState = "booked"  // its message is on its way, or was sent
	ReminderDropped ReminderState = "dropped" // never: Reason says why
)

// Reminder is one reason to write to one member; it leads to one message at most.
type Reminder struct {
	ID          ReminderID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	UID         string // such as expiring:<voucher>; unique
	Kind        ReminderKind
	MemberID    MemberID
	OfferID     OfferID
	VoucherID   VoucherID
	State       ReminderState
	Reason      string
	NoticeID    NoticeID
	At          Millis // when its state last changed
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Reminder) TableName() string { return "reminders" }

// AddReminder stores a reminder; it reports false if its key is taken, and then r is the known one.
func (sc *Scope) AddReminder(r *Reminder) (bool, error) {
	r.ID, r.CommunityID, r.At, r.CreatedAt = newID[Reminder](sc.Tx), sc.Community, sc.Now, sc.Now
	return insertOnce(sc.Tx, r, "reminder", func() error {
		var known Reminder
		err := one(sc.rows().Where("uid = ?", r.UID), &known, "reminder")
		if err == nil {
			*r = known
		}
		return err
	})
}

// MoveReminder writes what became of a reminder that is held; it reports false if it is held no more.
func (sc *Scope) MoveReminder(r Reminder) (bool, error) {
	return swap(sc.rows().Where("id = ? AND state = ?", int64(r.ID), ReminderHeld), &Reminder{},
		map[string]any{"state": r.State, "reason": r.Reason, "notice_id": int64(r.NoticeID), "at": int64(sc.Now)}, "reminder")
}

// RemindersNamed returns the reminders with some keys, by key; those that are not there are left out.
func (sc *Scope) RemindersNamed(uids []string) (map[string]Reminder, error) {
	by := make(map[string]Reminder, len(uids))
	for len(uids) > 0 {
		n := min(len(uids), 500)
		var part []Reminder
		if err := list(sc.rows().Where("uid IN ?", uids[:n]), &part, "reminders"); err != nil {
			return nil, err
		}
		for _, r := range part {
			by[r.UID] = r
		}
		uids = uids[n:]
	}
	return by, nil
}

// CountReminders counts the messages a person was sent, or is being sent, of a kind since a time.
func (sc *Scope) CountReminders(person []MemberID, kind ReminderKind, since Millis) (int, error) {
	var n int64
	err := sc.rows().Model(&Reminder{}).Where("member_id IN ? AND kind = ? AND at >= ? AND state = ?", ints(person), kind,
		int64(since), ReminderBooked).Count(&n).Error
	return int(n), translate(err, "count reminders")
}

// Reminders lists the community's reminders, newest first, those before a given id if it is not zero, at most limit; with a
// state only those in it.
func (sc *Scope) Reminders(state ReminderState, before ReminderID, limit int) ([]Reminder, error) {
	var all []Reminder
	q := sc.rows().Order("id DESC").Limit(limit)
	if state != "" {
		q = q.Where("state = ?", state)
	}
	if before != 0 {
		q = q.Where("id < ?", int64(before))
	}
	return all, list(q, &all, "reminders")
}

// WaitingNotices counts the notices of a template that wait for somebody's credits.
func (sc *Scope) WaitingNotices(appID, openID, templateID string) (int, error) {
	var n int64
	err := sc.rows().Model(&Notice{}).Where("app_id = ? AND open_id = ? AND template_id = ? AND state = ?", appID, openID, templateID,
		NoticeWaiting).Count(&n).Error
	return int(n), translate(err, "count notices")
}

// VouchersEnding lists the vouchers of an offer that can still be used and end in (from, to], those after a given member and
// number, at most limit: in the order of the key that makes them one for each person.
func (sc *Scope) VouchersEnding(offer OfferID, from, to Millis, after Voucher, limit int) ([]Voucher, error) {
	var all []Voucher
	q := sc.rows().Where("offer_id = ? AND state = ? AND valid_to > ? AND valid_to <= ?", int64(offer), VoucherIssued, int64(from), int64(to)).
		Where("member_id > ? OR (member_id = ? AND seq > ?)", int64(after.MemberID), int64(after.MemberID), after.Seq).
		Order("member_id, seq").Limit(limit)
	return all, list(q, &all, "vouchers")
}

// RedeemersOf lists who has had a voucher of some offers written off, each once, those after a given member, at most limit.
func (sc *Scope) RedeemersOf(offers []OfferID, after MemberID, limit int) ([]MemberID, error) {
	var all []MemberID
	err := sc.rows().Model(&Voucher{}).Where("offer_id IN ? AND used > 0 AND member_id > ?", ints(offers), int64(after)).
		Distinct("member_id").Order("member_id").Limit(limit).Pluck("member_id", &all).Error
	return all, translate(err, "list redeemers")
}

// SilentReaders lists who was last here in [from, to) and can be reached, those after a given row, at most limit.
func (sc *Scope) SilentReaders(appID string, from, to Millis, after ID[Reader], limit int) ([]Reader, error) {
	var all []Reader
	q := sc.rows().Where("app_id = ? AND id > ? AND seen_at >= ? AND seen_at < ? AND gone_at = 0", appID, int64(after), int64(from), int64(to)).
		Order("id").Limit(limit)
	return all, list(q, &all, "readers")
}

// RemindedOf reports whether a person was sent a reminder of a kind about an offer, under whichever of her ids.
func (sc *Scope) RemindedOf(person []MemberID, kind ReminderKind, offer OfferID) (bool, error) {
	var n int64
	err := sc.rows().Model(&Reminder{}).Where("member_id IN ? AND kind = ? AND offer_id = ? AND state = ?", ints(person), kind, int64(offer),
		ReminderBooked).Count(&n).Error
	return n > 0, translate(err, "count reminders")
}

// LastTouch is when a person last did something, leaving a group and no longer following apart; zero if she did nothing.
func (sc *Scope) LastTouch(member MemberID) (Millis, error) {
	var at Millis
	err := sc.rows().Model(&Touch{}).Select("COALESCE(MAX(at), 0)").
		Where("member_id = ? AND kind NOT IN ?", int64(member), []TouchKind{TouchAway, TouchLeave}).Scan(&at).Error
	return at, translate(err, "find the last touch")
}
