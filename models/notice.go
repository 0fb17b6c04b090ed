package models

import "log/slog"

// NoticeState is where a notice stands.
type NoticeState string

// The states of a notice. Sending means that a credit is spent and the platform is being asked. An answer that was lost
// leaves Unknown, which is never sent again: the platform's sent event may still settle it.
const (
	NoticeWaiting   NoticeState = "waiting"
	NoticeSending   NoticeState = "sending"
	NoticeAccepted  NoticeState = "accepted"  // the platform took it; whether it arrived is told by an event
	NoticeDelivered NoticeState = "delivered" // the event said so
	NoticeFailed    NoticeState = "failed"    // Reason says why
	NoticeUnknown   NoticeState = "unknown"
)

// Notice is one subscription message to one person, sent at most once.
type Notice struct {
	ID          NoticeID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Idem        string // the caller's key: one notice per key, such as expiry:<voucher>
	AppID       string
	TemplateID  string // the platform's
	MemberID    MemberID
	OpenID      string
	Page        string // where a tap leads; empty: nowhere
	Lang        string // zh_CN, zh_TW, zh_HK or en_US
	Data        string // JSON: the fields' values
	State       NoticeState
	Reason      string // why it waits or failed
	MsgID       string // the platform's
	EpochAt     Millis // of the credit it took
	NotBefore   Millis
	UntilAt     Millis // it is of no use after this; zero: always
	CalledAt    Millis
	DoneAt      Millis
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Notice) TableName() string { return "notices" }

// LogValue keeps names and texts out of logs.
func (n Notice) LogValue() slog.Value { return slog.StringValue("notice " + n.ID.String()) }

// AddNotice stores a new notice; it reports false if its key is taken, and then n is the known one.
func (sc *Scope) AddNotice(n *Notice) (bool, error) {
	n.ID, n.CommunityID, n.CreatedAt, n.State = newID[Notice](sc.Tx), sc.Community, sc.Now, NoticeWaiting
	return insertOnce(sc.Tx, n, "notice", func() error {
		var known Notice
		err := one(sc.rows().Where("idem = ?", n.Idem), &known, "notice")
		if err == nil {
			*n = known
		}
		return err
	})
}

// Notice returns one notice of the community.
func (sc *Scope) Notice(id NoticeID) (Notice, error) {
	var n Notice
	err := one(sc.rows().Where("id = ?", int64(id)), &n, "notice")
	if IsKind(err, NotFound) {
		return n, Errorf(NotFound, "notice_not_found", "no such notice")
	}
	return n, err
}

// Notices lists a template's notices, newest first, those before a given id, at most limit.
func (sc *Scope) Notices(appID, templateID string, before NoticeID, limit int) ([]Notice, error) {
	var all []Notice
	q := sc.rows().Where("app_id = ? AND template_id = ?", appID, templateID).Order("id DESC").Limit(limit)
	if before != 0 {
		q = q.Where("id < ?", int64(before))
	}
	return all, list(q, &all, "notices")
}

// MoveNotice takes a notice from one state to another and reports false if it was not in from.
func (sc *Scope) MoveNotice(n Notice, from, to NoticeState, reason string) (bool, error) {
	set := map[string]any{"state": to, "reason": reason}
	switch to {
	case NoticeSending:
		set["called_at"], set["epoch_at"] = int64(sc.Now), int64(n.EpochAt)
	case NoticeAccepted:
		set["msg_id"] = n.MsgID
	case NoticeDelivered, NoticeFailed, NoticeUnknown:
		set["done_at"] = int64(sc.Now)
		if n.MsgID != "" {
			set["msg_id"] = n.MsgID
		}
	case NoticeWaiting:
	}
	return swap(sc.rows().Where("id = ? AND state = ?", int64(n.ID), from), &Notice{}, set, "notice")
}

// SentNotice finds the notice a sent event tells of: by the platform's message id, else the oldest to this openid whose
// answer was lost or has not come yet.
func (sc *Scope) SentNotice(appID, openID, templateID, msgID string) (Notice, error) {
	var n Notice
	err := one(sc.rows().Where("app_id = ? AND msg_id = ? AND open_id = ?", appID, msgID, openID), &n, "notice")
	if msgID != "" && !IsKind(err, NotFound) {
		return n, err
	}
	q := sc.rows().Where("app_id = ? AND open_id = ? AND template_id = ? AND msg_id = ? AND state IN ?", appID, openID,
		templateID, "", []NoticeState{NoticeUnknown, NoticeSending}).Order("called_at, id")
	n = Notice{}
	return n, one(q, &n, "notice")
}

// BlankNotices empties the texts of notices that were done before a time and returns how many.
func (tx *Tx) BlankNotices(before Millis) (int64, error) {
	r := tx.db.Model(&Notice{}).Where("done_at > 0 AND done_at < ? AND data <> ?", int64(before), "{}").Update("data", "{}")
	return r.RowsAffected, translate(r.Error, "blank notices")
}
