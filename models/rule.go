package models

import (
	"encoding/json"
	"fmt"
)

// RuleKind says what makes a reply rule match.
type RuleKind string

// The kinds of reply rule.
const (
	RuleKeyword RuleKind = "keyword" // what somebody wrote; Patterns are words or one regular expression
	RuleEvent   RuleKind = "event"   // something that came and is no text; Patterns name it, such as follow or image
	RuleMenu    RuleKind = "menu"    // a menu item was tapped; Patterns are its keys, none means any
	RuleEntry   RuleKind = "entry"   // a tracked code was scanned; Patterns are ids of entries, none means any
	RuleOutside RuleKind = "outside" // any message while the community is closed
	RuleDefault RuleKind = "default" // any message that no other rule has matched
)

// RuleHow says how a keyword is looked for.
type RuleHow string

// The ways to look for a keyword; other kinds of rule have none.
const (
	HowExact    RuleHow = "exact"
	HowContains RuleHow = "contains"
	HowRegex    RuleHow = "regex"
)

// ReplyRule is what an organiser wants answered on one channel. Rules are asked in the order of Position; the first one
// that matches answers.
type ReplyRule struct {
	ID          RuleID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	ChannelID   ChannelID
	Name        string // what the organiser calls it
	Kind        RuleKind
	How         RuleHow
	Patterns    Strings
	Answers     string // JSON, as the bot writes it
	Position    int    // counted from 1
	Enabled     bool
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
	UpdatedAt   Millis `gorm:"autoUpdateTime:false"`
}

// TableName names the table.
func (ReplyRule) TableName() string { return "reply_rules" }

// Strings is a list of texts in one column.
type Strings string

// List reads the texts.
func (s Strings) List() []string {
	var all []string
	if s != "" && json.Unmarshal([]byte(s), &all) != nil {
		return nil
	}
	return all
}

// StringsOf writes texts into one column.
func StringsOf(all []string) Strings {
	if len(all) == 0 {
		return "[]"
	}
	text, err := json.Marshal(all)
	if err != nil { // strings always marshal
		return "[]"
	}
	return Strings(text)
}

// ReplyBook is what holds for all reply rules of a community. Revision grows with every change to it or to a rule, so
// that whoever keeps compiled rules sees by one number that they are old.
type ReplyBook struct {
	CommunityID CommunityID `gorm:"primaryKey;autoIncrement:false"`
	Revision    int64
	Hours       string // JSON of []OpenHours
	UpdatedAt   Millis `gorm:"autoUpdateTime:false"`
}

// TableName names the table.
func (ReplyBook) TableName() string { return "reply_books" }

// OpenHours is one span of a week in which the community answers by hand, in the community's zone and as its clocks show.
type OpenHours struct {
	Day  int `json:"day"`  // 0 is Sunday
	From int `json:"from"` // minutes after midnight, 0..1439
	To   int `json:"to"`   // minutes after midnight, 1..1440; not after From: it ends on the next day
}

// OpenHours reads the week; none means always open.
func (b ReplyBook) OpenHours() ([]OpenHours, error) {
	var all []OpenHours
	if b.Hours == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(b.Hours), &all); err != nil {
		return nil, fmt.Errorf("read opening hours: %w", err)
	}
	return all, nil
}

// ReplyBook reads the community's book; one that was never written has revision 0.
func (sc *Scope) ReplyBook() (ReplyBook, error) {
	b := ReplyBook{CommunityID: sc.Community}
	err := one(sc.rows(), &b, "reply book")
	if IsKind(err, NotFound) {
		return ReplyBook{CommunityID: sc.Community}, nil
	}
	return b, err
}

// SetOpenHours stores the community's week and turns the page of its book.
func (sc *Scope) SetOpenHours(week []OpenHours) error {
	text, err := json.Marshal(week)
	if err != nil {
		return fmt.Errorf("write opening hours: %w", err)
	}
	if err := sc.TurnReplyBook(); err != nil {
		return err
	}
	_, err = swap(sc.rows(), &ReplyBook{}, map[string]any{"hours": string(text)}, "opening hours")
	return err
}

// TurnReplyBook gives the community's book its next revision. It locks the book, so that changes to rules happen one after
// the other.
func (sc *Scope) TurnReplyBook() error {
	r := sc.db.Exec("UPDATE reply_books SET revision = revision + 1, updated_at = ? WHERE community_id = ?",
		int64(sc.Now), int64(sc.Community))
	if r.Error != nil || r.RowsAffected == 1 {
		return translate(r.Error, "turn the reply book")
	}
	err := insert(sc.Tx, &ReplyBook{CommunityID: sc.Community, Revision: 1, Hours: "[]", UpdatedAt: sc.Now}, "reply book")
	if IsDuplicate(err) { // another transaction wrote it at the same moment: run again and turn its page
		return errIDCollision
	}
	return err
}

// ReplyRules lists a channel's rules in their order.
func (sc *Scope) ReplyRules(channel ChannelID) ([]ReplyRule, error) {
	var all []ReplyRule
	return all, list(sc.rows().Where("channel_id = ?", int64(channel)).Order("position, id"), &all, "reply rules")
}

// AllReplyRules lists the rules of all channels of the community, each channel's in their order.
func (sc *Scope) AllReplyRules() ([]ReplyRule, error) {
	var all []ReplyRule
	return all, list(sc.rows().Order("channel_id, position, id"), &all, "reply rules")
}

// ReplyRule returns one rule.
func (sc *Scope) ReplyRule(id RuleID) (ReplyRule, error) {
	var r ReplyRule
	err := one(sc.rows().Where("id = ?", int64(id)), &r, "reply rule")
	if IsKind(err, NotFound) {
		return r, Errorf(NotFound, "rule_not_found", "no such reply rule")
	}
	return r, err
}

// InsertReplyRule stores a new rule and fills its id.
func (sc *Scope) InsertReplyRule(r *ReplyRule) error {
	r.ID, r.CommunityID, r.CreatedAt, r.UpdatedAt = newID[ReplyRule](sc.Tx), sc.Community, sc.Now, sc.Now
	return insert(sc.Tx, r, "reply rule")
}

// ChangeReplyRule stores what r says in place of what its rule said; its channel and position stay.
func (sc *Scope) ChangeReplyRule(r ReplyRule) error {
	_, err := swap(sc.rows().Where("id = ?", int64(r.ID)), &ReplyRule{}, map[string]any{"name": r.Name, "kind": r.Kind,
		"how": r.How, "patterns": r.Patterns, "answers": r.Answers, "enabled": r.Enabled, "updated_at": int64(sc.Now)}, "reply rule")
	return err
}

// PlaceReplyRule gives a rule its place in the order.
func (sc *Scope) PlaceReplyRule(id RuleID, position int) error {
	_, err := swap(sc.rows().Where("id = ?", int64(id)), &ReplyRule{}, map[string]any{"position": position}, "reply rule")
	return err
}

// DeleteReplyRule removes a rule; it reports false if there is none.
func (sc *Scope) DeleteReplyRule(id RuleID) (bool, error) {
	r := sc.rows().Where("id = ?", int64(id)).Delete(&ReplyRule{})
	return r.RowsAffected == 1, translate(r.Error, "delete reply rule")
}
