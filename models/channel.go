package models

import (
	"encoding/json"
	"fmt"
	"log/slog"

	"gorm.io/gorm/clause"
)

// ChannelKind is the kind of a connected WeChat account.
type ChannelKind string

// The kinds of channel; the words are those of the webhook paths.
const (
	OfficialAccount ChannelKind = "official"
	MiniProgram     ChannelKind = "miniprogram"
	WeCom           ChannelKind = "work"
)

// Channel is a connected Official Account, Mini Program or WeCom corp. Its secrets are sealed.
type Channel struct {
	ID          ChannelID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Kind        ChannelKind
	AppID       string // appid, or corpid of a WeCom corp; unique per kind
	AgentID     string // of a WeCom app
	Plain       bool   // the account is configured without encryption; AES is never downgraded otherwise
	Sealed      []byte // ChannelSecrets, sealed
	Cards       string // of a Mini Program: JSON of CardRights; empty: nobody has said
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Channel) TableName() string { return "channels" }

// ChannelSecrets are what WeChat's console shows once.
type ChannelSecrets struct {
	Secret string `json:"secret"`  // AppSecret or corp secret
	Token  string `json:"token"`   // of the message push
	AESKey string `json:"aes_key"` // EncodingAESKey, 43 characters
}

// LogValue keeps secrets out of logs.
func (ChannelSecrets) LogValue() slog.Value { return slog.StringValue("[secrets]") }

// String keeps secrets out of everything that prints.
func (ChannelSecrets) String() string { return "[secrets]" }

// GoString keeps secrets out of %#v.
func (ChannelSecrets) GoString() string { return "[secrets]" }

const sealChannel = "channel.secrets"

// InsertChannel stores a new channel with its secrets and fills its id. An app connected before is a Conflict.
func (sc *Scope) InsertChannel(c *Channel, secrets ChannelSecrets) error {
	plain, err := json.Marshal(secrets)
	if err != nil {
		return fmt.Errorf("seal channel: %w", err)
	}
	c.ID, c.CommunityID, c.CreatedAt = newID[Channel](sc.Tx), sc.Community, sc.Now
	c.Sealed = sc.Keys().Seal(sealChannel, plain)
	err = insert(sc.Tx, c, "channel")
	if IsDuplicate(err) {
		return &Error{Kind: Conflict, Code: "channel_taken", Text: "this account is connected already", Err: err}
	}
	return err
}

// ReplaceChannelSecrets stores what WeChat's console shows now in place of what it showed before.
func (sc *Scope) ReplaceChannelSecrets(id ChannelID, agentID string, secrets ChannelSecrets) error {
	plain, err := json.Marshal(secrets)
	if err != nil {
		return fmt.Errorf("seal channel: %w", err)
	}
	_, err = swap(sc.rows().Where("id = ?", int64(id)), &Channel{},
		map[string]any{"agent_id": agentID, "sealed": sc.Keys().Seal(sealChannel, plain)}, "channel")
	return err
}

// OpenChannel returns a channel's secrets.
func (tx *Tx) OpenChannel(c Channel) (ChannelSecrets, error) {
	var s ChannelSecrets
	plain, err := tx.Keys().Open(sealChannel, c.Sealed)
	if err != nil {
		return s, fmt.Errorf("channel %s %s: %w", c.Kind, c.AppID, err)
	}
	if err := json.Unmarshal(plain, &s); err != nil {
		return s, fmt.Errorf("channel %s %s: %w", c.Kind, c.AppID, err)
	}
	return s, nil
}

// AllChannels lists the channels of every community, oldest first: a push names an app, not a community.
func (tx *Tx) AllChannels() ([]Channel, error) {
	var all []Channel
	return all, list(tx.db.Order("id"), &all, "channels")
}

// ChannelByApp finds the channel of an app.
func (tx *Tx) ChannelByApp(kind ChannelKind, appID string) (Channel, error) {
	var c Channel
	return c, one(tx.db.Where("kind = ? AND app_id = ?", kind, appID), &c, "channel")
}

// Channel finds the community's first channel of a kind.
func (sc *Scope) Channel(kind ChannelKind) (Channel, error) {
	var c Channel
	return c, one(sc.rows().Where("kind = ?", kind).Order("id"), &c, "channel")
}

// LockChannel keeps every other transaction that locks the account waiting until this one ends: what may be done by one at a
// time only is done after it.
func (sc *Scope) LockChannel(id ChannelID) error {
	var c Channel
	lock := clause.Locking{Strength: clause.LockingStrengthUpdate}
	return one(sc.rows().Clauses(lock).Where("id = ?", int64(id)), &c, "channel")
}
