package models

import (
	"encoding/hex"
	"log/slog"
)

// InboxState is where a push stands.
type InboxState string

// The states of a push.
const (
	InboxPending InboxState = "pending"
	InboxDone    InboxState = "done"
	InboxDead    InboxState = "dead" // failed for good; kept to be looked at and replayed
)

// Inbox is one push from WeChat, stored before it is answered.
type Inbox struct {
	ID          InboxID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	ChannelID   ChannelID
	DedupeKey   string // unique with the channel: MsgId of a message, hash of an event's body
	Body        []byte // decrypted, as received
	Format      string // "xml" or "json"
	Intent      string // what it means to us, as the bot's intents are called
	Event       string // what the platform calls it: the event, or the type of a message; at most [MaxEvent] bytes
	Sender      string // who sent it, as [Tx.SenderKey] writes her; empty when the platform itself did
	Reply       []byte // how it is answered, as the bot writes it: the same for every copy; empty: not at all
	State       InboxState
	Deliveries  int // how often WeChat delivered it
	ReceivedAt  Millis
	DoneAt      Millis
	LastError   string
}

// MaxEvent is how many bytes of an event's name are kept; the longest documented one has 30.
const MaxEvent = 64

// TableName names the table.
func (Inbox) TableName() string { return "inbox" }

// LogValue keeps the message out of logs.
func (i Inbox) LogValue() slog.Value { return slog.StringValue("push " + i.ID.String()) }

// AddInbox stores a push; it reports false if it was delivered before, counts the delivery and fills i with what is
// known.
func (sc *Scope) AddInbox(i *Inbox) (bool, error) {
	i.ID, i.CommunityID, i.ReceivedAt = newID[Inbox](sc.Tx), sc.Community, sc.Now
	i.State, i.Deliveries = InboxPending, 1
	fresh, err := insertOnce(sc.Tx, i, "push", func() error {
		var known Inbox
		q := sc.rows().Where("channel_id = ? AND dedupe_key = ?", int64(i.ChannelID), i.DedupeKey)
		if err := one(q, &known, "push"); err != nil {
			return err
		}
		*i = known
		return nil
	})
	if err != nil || fresh {
		return fresh, err
	}
	r := sc.db.Exec("UPDATE inbox SET deliveries = deliveries + 1 WHERE community_id = ? AND id = ?",
		int64(sc.Community), int64(i.ID))
	return false, translate(r.Error, "count delivery")
}

// Push returns one stored push of the community.
func (sc *Scope) Push(id InboxID) (Inbox, error) {
	var i Inbox
	return i, one(sc.rows().Where("id = ?", int64(id)), &i, "push")
}

// ReplyTo returns how a stored push is answered.
func (sc *Scope) ReplyTo(channel ChannelID, dedupeKey string) ([]byte, error) {
	var i Inbox
	err := one(sc.rows().Select("reply").Where("channel_id = ? AND dedupe_key = ?", int64(channel), dedupeKey), &i, "push")
	return i.Reply, err
}

// FinishPush marks a pending push as done, or as dead with why; it reports false if it was not pending.
func (sc *Scope) FinishPush(id InboxID, to InboxState, why string) (bool, error) {
	q := sc.rows().Where("id = ? AND state = ?", int64(id), InboxPending)
	return swap(q, &Inbox{}, map[string]any{"state": to, "done_at": int64(sc.Now), "last_error": why}, "push")
}

// SenderKey is what a push keeps of who sent it: enough to find all of one person's pushes by her openid, and nothing
// that tells her openid to whoever reads the database.
func (tx *Tx) SenderKey(channel ChannelID, openID string) string {
	if openID == "" {
		return ""
	}
	return hex.EncodeToString(tx.Keys().MAC("push-sender", []byte(channel.String()+"\n"+openID))[:16])
}

// PushesFrom lists what a person sent to a channel and we still have, the oldest first.
func (sc *Scope) PushesFrom(channel ChannelID, openID string) ([]Inbox, error) {
	var all []Inbox
	q := sc.rows().Where("sender = ? AND sender <> ''", sc.SenderKey(channel, openID)).Order("id")
	return all, list(q, &all, "a person's pushes")
}

// BlankPushesUntil forgets what came from a sender until a time, and returns how many pushes that were. What waits to be
// worked on has no effect any more: it would bring back what is being erased.
func (sc *Scope) BlankPushesUntil(sender string, until Millis) (int64, error) {
	if sender == "" {
		return 0, nil
	}
	r := sc.rows().Model(&Inbox{}).Where("sender = ? AND received_at <= ? AND state <> ?", sender, int64(until), InboxDone).
		Updates(map[string]any{"state": InboxDone, "done_at": int64(sc.Now), "last_error": "erased"})
	if r.Error != nil {
		return 0, translate(r.Error, "end a person's pushes")
	}
	return sc.BlankDonePushes(sender, until)
}

// BlankDonePushes forgets what was said in those pushes of a sender that came until a time and have had their effect; it
// returns how many they are.
func (sc *Scope) BlankDonePushes(sender string, until Millis) (int64, error) {
	if sender == "" {
		return 0, nil
	}
	r := sc.rows().Model(&Inbox{}).Where("sender = ? AND received_at <= ? AND state = ?", sender, int64(until), InboxDone).
		Updates(map[string]any{"body": []byte{}, "reply": nil})
	return r.RowsAffected, translate(r.Error, "blank a person's pushes")
}

// PushKind is how many pushes of one kind came.
type PushKind struct {
	Intent string
	Event  string
	Count  int64
}

// CountPushKinds counts the community's pushes by what they mean and how the platform calls them, the most frequent first.
func (sc *Scope) CountPushKinds() ([]PushKind, error) {
	var all []PushKind
	q := sc.rows().Model(&Inbox{}).Select("intent, event, COUNT(*) AS count").Group("intent, event").
		Order("COUNT(*) DESC, intent, event")
	return all, translate(q.Scan(&all).Error, "count kinds of pushes")
}

// InboxCount tells how the community's pushes stand.
type InboxCount struct {
	Accepted  int64 // distinct pushes stored
	Duplicate int64 // deliveries beyond the first of each
	Pending   int64
	Dead      int64
}

// CountInbox counts the community's pushes.
func (sc *Scope) CountInbox() (InboxCount, error) {
	var c InboxCount
	err := sc.rows().Model(&Inbox{}).Select("COUNT(*) AS accepted, COALESCE(SUM(deliveries), 0) - COUNT(*) AS duplicate, "+
		"COALESCE(SUM(CASE WHEN state = ? THEN 1 ELSE 0 END), 0) AS pending, "+
		"COALESCE(SUM(CASE WHEN state = ? THEN 1 ELSE 0 END), 0) AS dead", InboxPending, InboxDead).Take(&c).Error
	return c, translate(err, "count pushes")
}
