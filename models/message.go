package models

import (
	"log/slog"

	"gorm.io/gorm/clause"
)

// MessageState is where a customer-service message stands.
type MessageState string

// The states of a message. A message is sent at most once: one whose answer was lost is not sent again.
const (
	MessageWaiting MessageState = "waiting"
	MessageCalling MessageState = "calling" // WeChat is being asked, and a window has been charged
	MessageSent    MessageState = "sent"
	MessageUnsent  MessageState = "unsent" // it was not sent and never will be; Reason says why
	MessageLost    MessageState = "lost"   // nobody knows whether it arrived
)

// Message is a customer-service message to one person. Who she is and what it says is kept until it has ended.
type Message struct {
	ID          MessageID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	ChannelID   ChannelID
	Person      string // as [Tx.SenderKey] writes her
	OpenID      string // blank when it has ended
	Ukey        string // makes it one message however often it is asked for
	Purpose     string // what it is for, such as rule:123
	Kind        string // text, image, news, …
	Body        string // JSON of the call without its receiver; blank when it has ended
	State       MessageState
	Through     WindowKind // the window that let it through
	ChargedAt   Millis     // when it was counted in the windows; zero: it is not
	NotAfter    Millis     // it is no use later; zero: as long as a window is open
	Reason      string     // why it was not sent
	ResumeAt    Millis     // when the account may send again, if Reason is about its quota
	LastError   string
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
	EndedAt     Millis
}

// TableName names the table.
func (Message) TableName() string { return "messages" }

// LogValue keeps the message out of logs.
func (m Message) LogValue() slog.Value { return slog.StringValue("message " + m.ID.String()) }

// AddMessage stores a message; it reports false if one with its key is known, and fills m with that one.
func (sc *Scope) AddMessage(m *Message) (bool, error) {
	m.ID, m.CommunityID, m.CreatedAt = newID[Message](sc.Tx), sc.Community, sc.Now
	if m.State != MessageWaiting {
		m.OpenID, m.Body, m.EndedAt = "", "", sc.Now
	}
	return insertOnce(sc.Tx, m, "message", func() error {
		var known Message
		if err := one(sc.rows().Where("ukey = ?", m.Ukey), &known, "message"); err != nil {
			return err
		}
		*m = known
		return nil
	})
}

// Message returns one message.
func (sc *Scope) Message(id MessageID) (Message, error) {
	var m Message
	return m, one(sc.rows().Where("id = ?", int64(id)), &m, "message")
}

// LockOpenMessages lists a person's messages that have not ended, oldest first, and keeps every other transaction from
// changing them until this one ends.
func (sc *Scope) LockOpenMessages(channel ChannelID, person string) ([]Message, error) {
	var all []Message
	q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
		Where("channel_id = ? AND person = ? AND state IN ?", int64(channel), person, []MessageState{MessageWaiting, MessageCalling}).
		Order("id")
	return all, list(q, &all, "messages")
}

// MoveMessage stores what to says of a message that is still in the state from; it reports false if it is not. A message that
// ends loses its receiver and its words.
func (sc *Scope) MoveMessage(from MessageState, to Message) (bool, error) {
	set := map[string]any{"state": to.State, "through": to.Through, "charged_at": int64(to.ChargedAt), "reason": to.Reason,
		"resume_at": int64(to.ResumeAt), "last_error": to.LastError}
	switch to.State {
	case MessageSent, MessageUnsent, MessageLost:
		set["open_id"], set["body"], set["ended_at"] = "", "", int64(sc.Now)
	case MessageWaiting, MessageCalling:
	}
	return swap(sc.rows().Where("id = ? AND state = ?", int64(to.ID), from), &Message{}, set, "message")
}

// MessageCount is how many messages stand in a state, for one reason.
type MessageCount struct {
	State  MessageState
	Reason string
	Count  int64
}

// CountMessages counts the community's messages by state and reason.
func (sc *Scope) CountMessages() ([]MessageCount, error) {
	var all []MessageCount
	q := sc.rows().Model(&Message{}).Select("state, reason, COUNT(*) AS count").Group("state, reason").Order("state, reason")
	return all, translate(q.Scan(&all).Error, "count messages")
}

// Messages lists messages in a state, or in all if it is empty, the newest first, at most limit, older than after if that is
// not zero.
func (sc *Scope) Messages(state MessageState, after MessageID, limit int) ([]Message, error) {
	var all []Message
	q := sc.rows().Order("id DESC").Limit(limit)
	if state != "" {
		q = q.Where("state = ?", state)
	}
	if after != 0 {
		q = q.Where("id < ?", int64(after))
	}
	return all, list(q, &all, "messages")
}
