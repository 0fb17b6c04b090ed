package models

import (
	"encoding/json"
	"fmt"
)

// CardPage is the Mini Program page that cards open.
const CardPage = "pages/offer/index"

// CardPath is what a card opens: the page, and the code by which the card is known.
func CardPath(code string) string { return CardPage + "?p=" + code }

// CardKind is what a card can do after it was posted.
type CardKind string

// The kinds of card. (Platform documentation "updatable messages", of the chat tool, and of group to-dos, read in 2026.)
const (
	CardPlain     CardKind = "plain"     // it stays as it is
	CardUpdatable CardKind = "updatable" // an updatable message: how many of how many, and that it is over
	CardChatTool  CardKind = "chat_tool" // posted from the chat tool: going on, ends soon, ended
	CardTodo      CardKind = "todo"      // the owner can pin it; the same again is the same bubble
)

// CardState is where a card that can change stands.
type CardState string

// The states of a live card.
const (
	CardMaking CardState = "making" // the platform is being asked for its activity; an unused one ends by itself
	CardLive   CardState = "live"
	CardEnded  CardState = "ended" // it cannot be changed any more; Problem says why if it ended before its time
)

// LiveCard is the card of one task, which changes in place instead of being posted again.
type LiveCard struct {
	ID          LiveCardID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	TaskID      TaskID // unique
	PlacementID PlacementID
	GroupID     GroupID
	OfferID     OfferID
	AppID       string // of the Mini Program
	Kind        CardKind
	Why         Strings // the reasons of its kind, as a list of codes
	State       CardState
	ActivityID  string // the platform's
	TemplateID  string
	Target      int    // the state the platform was told last
	Said        string // what the card was told last, such as 3/100
	ExpiresAt   Millis // the end of its activity
	CalledAt    Millis // when the platform was last asked
	DueAt       Millis // when it will be told something new; zero: nothing is new
	Problem     string // why it ended before its time
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
	UpdatedAt   Millis `gorm:"autoUpdateTime:false"` // when the card itself changed last
	EndedAt     Millis
}

// TableName names the table.
func (LiveCard) TableName() string { return "live_cards" }

// CardRights is what an organiser says of her Mini Program: no API tells it.
type CardRights struct {
	NoUpdatable    bool   `json:"no_updatable"`    // she wants no updatable messages
	ChatTool       string `json:"chat_tool"`       // beta (granted by review) or open; empty: not granted
	TradeGuarantee bool   `json:"trade_guarantee"` // it has the badge
	Category       string `json:"category"`        // of the account, such as social
	Todo           bool   `json:"todo"`            // owners pin cards as to-dos
	BaseLibrary    string `json:"base_library"`    // the lowest its owners have, such as 3.7.12; empty: not known
	Long           bool   `json:"long"`            // also for offers that go on when the card says that it has ended
}

// CardRights reads what the organiser says of a Mini Program.
func (c Channel) CardRights() (CardRights, error) {
	var r CardRights
	if c.Cards == "" {
		return r, nil
	}
	if err := json.Unmarshal([]byte(c.Cards), &r); err != nil {
		return r, fmt.Errorf("read what cards may do: %w", err)
	}
	return r, nil
}

// SetCardRights stores what the organiser says of a Mini Program; it reports false if there is no such channel.
func (sc *Scope) SetCardRights(id ChannelID, r CardRights) (bool, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return false, fmt.Errorf("write what cards may do: %w", err)
	}
	return swap(sc.rows().Where("id = ? AND kind = ?", int64(id), MiniProgram), &Channel{}, map[string]any{"cards": string(text)}, "channel")
}

// AddLiveCard stores the card of a task; it reports false if the task has one, and then c is that one.
func (sc *Scope) AddLiveCard(c *LiveCard) (bool, error) {
	c.ID, c.CommunityID, c.CreatedAt, c.UpdatedAt, c.CalledAt = newID[LiveCard](sc.Tx), sc.Community, sc.Now, sc.Now, sc.Now
	return insertOnce(sc.Tx, c, "live card", func() error {
		known, err := sc.LiveCardOfTask(c.TaskID)
		if err == nil {
			*c = known
		}
		return err
	})
}

// LiveCard returns one card.
func (sc *Scope) LiveCard(id LiveCardID) (LiveCard, error) {
	var c LiveCard
	return c, one(sc.rows().Where("id = ?", int64(id)), &c, "live card")
}

// LiveCardOfTask returns the card of a task.
func (sc *Scope) LiveCardOfTask(t TaskID) (LiveCard, error) {
	var c LiveCard
	return c, one(sc.rows().Where("task_id = ?", int64(t)), &c, "live card")
}

// LiveCardOf returns the newest card of a placement.
func (sc *Scope) LiveCardOf(p PlacementID) (LiveCard, error) {
	var c LiveCard
	return c, one(sc.rows().Where("placement_id = ?", int64(p)).Order("id DESC").Limit(1), &c, "live card")
}

// IdleCards lists the live cards of an offer that nothing new is waiting for.
func (sc *Scope) IdleCards(offer OfferID) ([]LiveCard, error) {
	var all []LiveCard
	q := sc.rows().Where("offer_id = ? AND state = ? AND due_at = 0", int64(offer), CardLive).Order("id")
	return all, list(q, &all, "live cards")
}

// LiveCards lists the community's cards in a state, oldest first.
func (sc *Scope) LiveCards(state CardState) ([]LiveCard, error) {
	var all []LiveCard
	return all, list(sc.rows().Where("state = ?", state).Order("id"), &all, "live cards")
}

// DueLiveCard says that there is something new for a card, and when it is to be told; it reports false if it waits already.
func (sc *Scope) DueLiveCard(id LiveCardID, at Millis) (bool, error) {
	return swap(sc.rows().Where("id = ? AND state = ? AND due_at = 0", int64(id), CardLive), &LiveCard{},
		map[string]any{"due_at": int64(at)}, "live card")
}

// MoveLiveCard stores what to says of a card that is still in the state from and was last called at called; it reports false
// if it is not.
func (sc *Scope) MoveLiveCard(from CardState, called Millis, to LiveCard) (bool, error) {
	set := map[string]any{"state": to.State, "activity_id": to.ActivityID, "template_id": to.TemplateID, "target": to.Target,
		"said": to.Said, "expires_at": int64(to.ExpiresAt), "called_at": int64(to.CalledAt), "due_at": int64(to.DueAt),
		"problem": to.Problem, "updated_at": int64(to.UpdatedAt)}
	if to.State == CardEnded && from != CardEnded {
		set["ended_at"] = int64(sc.Now)
	}
	q := sc.rows().Where("id = ? AND state = ? AND called_at = ?", int64(to.ID), from, int64(called))
	return swap(q, &LiveCard{}, set, "live card")
}
