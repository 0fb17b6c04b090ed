package models

import (
	"encoding/json"
	"fmt"
)

// BroadcastState is where a broadcast stands.
type BroadcastState string

// The states of a broadcast: draft → scheduled → sending → sent or failed; draft and scheduled may be cancelled.
const (
	BroadcastDraft     BroadcastState = "draft"
	BroadcastScheduled BroadcastState = "scheduled" // confirmed; waits for its time
	BroadcastSending   BroadcastState = "sending"
	BroadcastSent      BroadcastState = "sent" // every part ended and at least one reached somebody
	BroadcastFailed    BroadcastState = "failed"
	BroadcastCancelled BroadcastState = "cancelled"
)

// BroadcastContent is what is sent: text, pictures or a news draft.
type BroadcastContent struct {
	Kind     string   `json:"kind"` // text, image or news
	Text     string   `json:"text,omitempty"`
	MediaIDs []string `json:"media_ids,omitempty"` // of pictures; the draft's of news
	Caption  string   `json:"caption,omitempty"`   // of pictures
}

// BroadcastAudience says who gets a broadcast.
type BroadcastAudience struct {
	Kind    string     `json:"kind"` // everyone, tag or members
	Tag     TagID      `json:"tag,omitempty"`
	Rule    *TagRule   `json:"rule,omitempty"`    // of members: who meets it
	Members []MemberID `json:"members,omitempty"` // of members: these
}

// Broadcast is a message to many followers at once (群发).
type Broadcast struct {
	ID            BroadcastID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID   CommunityID
	ChannelID     ChannelID
	Name          string // for the organiser
	State         BroadcastState
	ContentJSON   string
	AudienceJSON  string
	Sponsored     bool    // it sells something: it carries the label of advertising
	BrandID       BrandID // whose; zero if none is registered
	OverQuiet     bool    // the organiser wants it sent in quiet hours too
	SendAt        Millis  // not before; zero: at once when it is confirmed
	People        int     // how many were meant, as far as we know them
	ExpectedSkips int     // how many of them WeChat was expected to skip without a word
	Ver           int     // grows with every edit: a confirmation names what was read
	CreatedBy     AccountID
	CreatedAt     Millis `gorm:"autoCreateTime:false"`
	ConfirmedBy   AccountID
	ConfirmedAt   Millis
	StartedAt     Millis
	DoneAt        Millis
}

// TableName names the table.
func (Broadcast) TableName() string { return "broadcasts" }

// Content reads what is sent.
func (b Broadcast) Content() (BroadcastContent, error) {
	var c BroadcastContent
	return c, readJSON(b.ContentJSON, &c, "broadcast", b.ID.String())
}

// Audience reads who gets it.
func (b Broadcast) Audience() (BroadcastAudience, error) {
	var a BroadcastAudience
	return a, readJSON(b.AudienceJSON, &a, "broadcast", b.ID.String())
}

// SetContent stores what is sent and to whom in the row.
func (b *Broadcast) SetContent(c BroadcastContent, a BroadcastAudience) error {
	content, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("write broadcast: %w", err)
	}
	audience, err := json.Marshal(a)
	b.ContentJSON, b.AudienceJSON = string(content), string(audience)
	return err
}

func readJSON(text string, out any, what, id string) error {
	if err := json.Unmarshal([]byte(text), out); err != nil {
		return fmt.Errorf("%s %s: %w", what, id, err)
	}
	return nil
}

// InsertBroadcast stores a new draft and fills its id.
func (sc *Scope) InsertBroadcast(b *Broadcast) error {
	b.ID, b.CommunityID, b.CreatedAt = newID[Broadcast](sc.Tx), sc.Community, sc.Now
	b.State, b.Ver = BroadcastDraft, 1
	return insert(sc.Tx, b, "broadcast")
}

// Broadcast returns one broadcast of the community.
func (sc *Scope) Broadcast(id BroadcastID) (Broadcast, error) {
	var b Broadcast
	err := one(sc.rows().Where("id = ?", int64(id)), &b, "broadcast")
	if IsKind(err, NotFound) {
		return b, Errorf(NotFound, "broadcast_not_found", "no such broadcast")
	}
	return b, err
}

// Broadcasts lists up to limit broadcasts before an id, the newest first; zero begins with the newest.
func (sc *Scope) Broadcasts(before BroadcastID, limit int) ([]Broadcast, error) {
	q := sc.rows()
	if before != 0 {
		q = q.Where("id < ?", int64(before))
	}
	var all []Broadcast
	return all, list(q.Order("id DESC").Limit(limit), &all, "broadcasts")
}

// EditBroadcast replaces a draft that is still as it was read; it reports false if it is not.
func (sc *Scope) EditBroadcast(b Broadcast) (bool, error) {
	q := sc.rows().Where("id = ? AND state = ? AND ver = ?", int64(b.ID), BroadcastDraft, b.Ver)
	return swap(q, &Broadcast{}, map[string]any{"name": b.Name, "content_json": b.ContentJSON,
		"audience_json": b.AudienceJSON, "sponsored": b.Sponsored, "brand_id": int64(b.BrandID), "ver": b.Ver + 1}, "broadcast")
}

// ConfirmBroadcast takes a draft that is still as it was read to scheduled; it reports false if it is not.
func (sc *Scope) ConfirmBroadcast(b Broadcast, by AccountID, sendAt Millis, overQuiet bool) (bool, error) {
	q := sc.rows().Where("id = ? AND state = ? AND ver = ?", int64(b.ID), BroadcastDraft, b.Ver)
	return swap(q, &Broadcast{}, map[string]any{"state": BroadcastScheduled, "send_at": int64(sendAt), "over_quiet": overQuiet,
		"confirmed_by": int64(by), "confirmed_at": int64(sc.Now)}, "broadcast")
}

// StartBroadcast takes a scheduled broadcast to sending; it reports false if it is not scheduled any more.
func (sc *Scope) StartBroadcast(id BroadcastID, people, skips int) (bool, error) {
	q := sc.rows().Where("id = ? AND state = ?", int64(id), BroadcastScheduled)
	return swap(q, &Broadcast{}, map[string]any{"state": BroadcastSending, "started_at": int64(sc.Now), "people": people,
		"expected_skips": skips}, "broadcast")
}

// MoveBroadcast takes a broadcast from one state to another; it reports false if it was not in from.
func (sc *Scope) MoveBroadcast(id BroadcastID, from, to BroadcastState) (bool, error) {
	set := map[string]any{"state": to}
	switch to {
	case BroadcastSent, BroadcastFailed, BroadcastCancelled:
		set["done_at"] = int64(sc.Now)
	case BroadcastDraft, BroadcastScheduled, BroadcastSending:
	}
	return swap(sc.rows().Where("id = ? AND state = ?", int64(id), from), &Broadcast{}, set, "broadcast")
}

// BroadcastSettings are what an account may and what its organiser wants. An account without a row has the defaults.
type BroadcastSettings struct {
	ChannelID   ChannelID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Kind        string // service or subscription
	Monthly     int    // messages a follower may get a month; service accounts
	QuietFrom   int    // minutes after local midnight; equal to QuietTo: no quiet hours
	QuietTo     int
	UpdatedAt   Millis `gorm:"autoUpdateTime:false"`
}

// TableName names the table.
func (BroadcastSettings) TableName() string { return "broadcast_settings" }

// The kinds of Official Account.
const (
	ServiceAccount      = "service"      // 服务号: each follower gets at most 4 a month
	SubscriptionAccount = "subscription" // 订阅号: one broadcast a day
)

// DefaultBroadcastSettings hold while the organiser has said nothing. Four a month is the platform's number (China's
// calendar, what is sent from WeChat's own console counts too); the quiet hours are ours.
func DefaultBroadcastSettings() BroadcastSettings {
	return BroadcastSettings{Kind: ServiceAccount, Monthly: 4, QuietFrom: 22 * 60, QuietTo: 8 * 60}
}

// BroadcastSettings returns an account's settings.
func (sc *Scope) BroadcastSettings(channel ChannelID) (BroadcastSettings, error) {
	var s BroadcastSettings
	err := one(sc.rows().Where("channel_id = ?", int64(channel)), &s, "broadcast settings")
	if IsKind(err, NotFound) {
		s = DefaultBroadcastSettings()
		s.ChannelID, s.CommunityID = channel, sc.Community
		return s, nil
	}
	return s, err
}

// SetBroadcastSettings stores an account's settings.
func (sc *Scope) SetBroadcastSettings(s BroadcastSettings) error {
	s.CommunityID, s.UpdatedAt = sc.Community, sc.Now
	fresh, err := insertOnce(sc.Tx, &s, "broadcast settings", func() error {
		_, err := sc.BroadcastSettings(s.ChannelID)
		return err
	})
	if err != nil || fresh {
		return err
	}
	_, err = swap(sc.rows().Where("channel_id = ?", int64(s.ChannelID)), &BroadcastSettings{}, map[string]any{"kind": s.Kind,
		"monthly": s.Monthly, "quiet_from": s.QuietFrom, "quiet_to": s.QuietTo, "updated_at": int64(sc.Now)}, "broadcast settings")
	return err
}
