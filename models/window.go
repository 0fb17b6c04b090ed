package models

import "gorm.io/gorm/clause"

// WindowKind is what a person did that lets a channel write to her for a while.
type WindowKind string

// The kinds of window.
const (
	WindowMessage WindowKind = "message" // she wrote
	WindowFollow  WindowKind = "follow"  // she followed
	WindowScan    WindowKind = "scan"    // she scanned a parameter QR code
	WindowMenu    WindowKind = "menu"    // she tapped a menu item that answers, or scanned something from the menu
	WindowHelp    WindowKind = "help"    // she opened a Mini Program's customer service
)

// SendWindow is how many messages a channel may send to a person until when, because of one thing she did. There is one
// row per person and kind, the newest of that kind. A message that is sent counts in every window that is open.
type SendWindow struct {
	ID          ID[SendWindow] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	ChannelID   ChannelID
	Person      string // as [Tx.SenderKey] writes her: the ledger needs no openid
	Kind        WindowKind
	PushID      InboxID // the push that opened it
	OpenedAt    Millis  // when she did it, by the platform's clock
	ClosesAt    Millis  // when we stop, a little before the platform does
	Quota       int
	Used        int
	ClosedBy    string // why it ended before its time; empty: it did not
}

// TableName names the table.
func (SendWindow) TableName() string { return "send_windows" }

// SendWindows lists a person's windows of a channel, open or not.
func (sc *Scope) SendWindows(channel ChannelID, person string) ([]SendWindow, error) {
	var all []SendWindow
	q := sc.rows().Where("channel_id = ? AND person = ?", int64(channel), person).Order("id")
	return all, list(q, &all, "send windows")
}

// LockSendWindows is [Scope.SendWindows], and keeps every other transaction from changing them until this one ends.
func (sc *Scope) LockSendWindows(channel ChannelID, person string) ([]SendWindow, error) {
	var all []SendWindow
	q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
		Where("channel_id = ? AND person = ?", int64(channel), person).Order("id")
	return all, list(q, &all, "send windows")
}

// OpenSendWindow opens a window, in place of an older one of its kind; it reports false for one that is not newer than what is
// known, such as a push that comes late. Messages sent since she opened it, by mistake of both clocks at most skew
// before, count in it: the platform has counted them too.
func (sc *Scope) OpenSendWindow(w SendWindow, skew Millis) (bool, error) {
	w.ID, w.CommunityID = newID[SendWindow](sc.Tx), sc.Community
	known, err := sc.LockSendWindows(w.ChannelID, w.Person)
	if err != nil {
		return false, err
	}
	if w.Used, err = sc.countCharged(w, skew); err != nil {
		return false, err
	}
	for _, k := range known {
		if k.Kind != w.Kind {
			continue
		}
		if k.OpenedAt >= w.OpenedAt {
			return false, nil
		}
		return swap(sc.rows().Where("id = ?", int64(k.ID)), &SendWindow{}, map[string]any{"push_id": int64(w.PushID),
			"opened_at": int64(w.OpenedAt), "closes_at": int64(w.ClosesAt), "quota": w.Quota, "used": w.Used, "closed_by": ""}, "send window")
	}
	err = insert(sc.Tx, &w, "send window")
	if IsDuplicate(err) { // opened by another transaction at the same moment: run again and compare
		return false, errIDCollision
	}
	return err == nil, err
}

// countCharged counts what was sent to w's person since w was opened. It reads with a lock, so that it sees what was
// committed after this transaction began.
func (sc *Scope) countCharged(w SendWindow, skew Millis) (int, error) {
	var ids []int64
	err := sc.rows().Model(&Message{}).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
		Where("channel_id = ? AND person = ? AND charged_at >= ?", int64(w.ChannelID), w.Person, int64(max(1, w.OpenedAt-skew))).
		Pluck("id", &ids).Error
	return len(ids), translate(err, "count messages")
}

// UseSendWindow takes n messages from a window as it was read, or gives them back when n is negative; it reports false if
// the window has changed since.
func (sc *Scope) UseSendWindow(w SendWindow, n int) (bool, error) {
	q := sc.rows().Where("id = ? AND opened_at = ? AND used = ?", int64(w.ID), int64(w.OpenedAt), w.Used)
	return swap(q, &SendWindow{}, map[string]any{"used": max(0, w.Used+n)}, "send window")
}

// CloseSendWindows ends a person's windows that were opened before a time, and says why.
func (sc *Scope) CloseSendWindows(channel ChannelID, person string, openedBefore Millis, why string) error {
	r := sc.rows().Model(&SendWindow{}).
		Where("channel_id = ? AND person = ? AND opened_at <= ?", int64(channel), person, int64(openedBefore)).
		Updates(map[string]any{"closes_at": int64(min(sc.Now, openedBefore)), "closed_by": why})
	return translate(r.Error, "close send windows")
}

// ForgetSends erases what is known of writing to a person: her windows, and every message to her.
func (sc *Scope) ForgetSends(channel ChannelID, openID string) error {
	person := sc.SenderKey(channel, openID)
	for _, t := range []any{&SendWindow{}, &Message{}} {
		if err := sc.rows().Where("channel_id = ? AND person = ?", int64(channel), person).Delete(t).Error; err != nil {
			return translate(err, "forget sends")
		}
	}
	return nil
}
