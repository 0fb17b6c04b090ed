package models

import (
	"encoding/json"
	"fmt"
)

// MenuButton is one item of an Official Account's menu, in the words of the platform. A button with SubButtons opens
// them and does nothing else.
type MenuButton struct {
	Name       string       `json:"name"`
	Type       string       `json:"type,omitempty"`
	Key        string       `json:"key,omitempty"`      // pushed back when it is tapped; reply rules name it
	URL        string       `json:"url,omitempty"`      // of a view; of a Mini Program: for clients that cannot open it
	AppID      string       `json:"appid,omitempty"`    // of a Mini Program
	PagePath   string       `json:"pagepath,omitempty"` // of a Mini Program
	MediaID    string       `json:"media_id,omitempty"`
	ArticleID  string       `json:"article_id,omitempty"`
	SubButtons []MenuButton `json:"sub_button,omitempty"`
}

// MenuRevision is one state of a menu's draft. Revisions are only added; the newest is the draft.
type MenuRevision struct {
	ID          ID[MenuRevision] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	ChannelID   ChannelID
	Rev         int // counted from 1, unique with the channel
	ButtonsJSON string
	Digest      string // of the buttons: equal menus have equal digests
	Note        string
	CreatedBy   AccountID
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (MenuRevision) TableName() string { return "menu_revisions" }

// Buttons reads the revision's menu.
func (r MenuRevision) Buttons() ([]MenuButton, error) {
	var all []MenuButton
	if err := json.Unmarshal([]byte(r.ButtonsJSON), &all); err != nil {
		return nil, fmt.Errorf("menu revision %s: %w", r.ID, err)
	}
	return all, nil
}

// PublicationState is where a menu's publication stands.
type PublicationState string

// The states of a publication.
const (
	PublicationCalling PublicationState = "calling" // WeChat is being asked
	PublicationDone    PublicationState = "done"
	PublicationFailed  PublicationState = "failed"
)

// MenuPublication is one attempt to put a revision in force. Rows are only added; at most one at a time is calling.
type MenuPublication struct {
	ID          ID[MenuPublication] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	ChannelID   ChannelID
	Seq         int // counted from 1, unique with the channel: of two that publish at once one loses
	Rev         int
	Digest      string // of what was published
	Base        string // digest of what was on WeChat before, as the organiser had seen it
	State       PublicationState
	Error       string // the code of the failure
	CreatedBy   AccountID
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
	DoneAt      Millis
}

// TableName names the table.
func (MenuPublication) TableName() string { return "menu_publications" }

// AddMenuRevision stores the next revision of a menu if the newest is still base, 0 for none; else it is a Conflict.
func (sc *Scope) AddMenuRevision(r *MenuRevision, base int, buttons []MenuButton) error {
	text, err := json.Marshal(buttons)
	if err != nil {
		return fmt.Errorf("write menu: %w", err)
	}
	last, err := sc.MenuDraft(r.ChannelID)
	if err != nil && !IsKind(err, NotFound) {
		return err
	}
	if last.Rev != base {
		return Errorf(Conflict, "menu_edited", "the menu's draft has changed since it was read")
	}
	r.ID, r.CommunityID, r.CreatedAt = newID[MenuRevision](sc.Tx), sc.Community, sc.Now
	r.Rev, r.ButtonsJSON = base+1, string(text)
	err = insert(sc.Tx, r, "menu revision")
	if IsDuplicate(err) {
		return &Error{Kind: Conflict, Code: "menu_edited", Text: "the menu's draft was changed at the same moment", Err: err}
	}
	return err
}

// MenuDraft returns the newest revision of a menu.
func (sc *Scope) MenuDraft(channel ChannelID) (MenuRevision, error) {
	var r MenuRevision
	return r, one(sc.rows().Where("channel_id = ?", int64(channel)).Order("rev DESC"), &r, "menu")
}

// MenuRevision returns one revision of a menu.
func (sc *Scope) MenuRevision(channel ChannelID, rev int) (MenuRevision, error) {
	var r MenuRevision
	err := one(sc.rows().Where("channel_id = ? AND rev = ?", int64(channel), rev), &r, "menu revision")
	if IsKind(err, NotFound) {
		return r, Errorf(NotFound, "menu_revision_not_found", "no such revision of the menu")
	}
	return r, err
}

// MenuRevisions lists the revisions before one, the newest first; 0 begins with the newest.
func (sc *Scope) MenuRevisions(channel ChannelID, before, limit int) ([]MenuRevision, error) {
	q := sc.rows().Where("channel_id = ?", int64(channel))
	if before > 0 {
		q = q.Where("rev < ?", before)
	}
	var all []MenuRevision
	return all, list(q.Order("rev DESC").Limit(limit), &all, "menu revisions")
}

// LastPublication returns the newest publication of a menu in any of the states, any at all if none is named.
func (sc *Scope) LastPublication(channel ChannelID, states ...PublicationState) (MenuPublication, error) {
	q := sc.rows().Where("channel_id = ?", int64(channel))
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	var p MenuPublication
	return p, one(q.Order("seq DESC"), &p, "menu publication")
}

// OpenPublication writes down that a revision is about to be published. One that has been calling since before stale is
// taken for crashed and failed; a younger one is a Conflict.
func (sc *Scope) OpenPublication(p *MenuPublication, stale Millis) error {
	last, err := sc.LastPublication(p.ChannelID)
	if err != nil && !IsKind(err, NotFound) {
		return err
	}
	busy := Errorf(Conflict, "menu_busy", "the menu is being published by somebody else")
	if last.State == PublicationCalling {
		if last.CreatedAt > stale {
			return busy
		}
		if err := sc.ClosePublication(last.ID, PublicationFailed, "interrupted"); err != nil {
			return err
		}
	}
	p.ID, p.CommunityID, p.CreatedAt = newID[MenuPublication](sc.Tx), sc.Community, sc.Now
	p.Seq, p.State = last.Seq+1, PublicationCalling
	if err = insert(sc.Tx, p, "menu publication"); IsDuplicate(err) {
		return busy
	}
	return err
}

// ClosePublication books how a publication ended; one that has ended stays as it is.
func (sc *Scope) ClosePublication(id ID[MenuPublication], to PublicationState, why string) error {
	_, err := swap(sc.rows().Where("id = ? AND state = ?", int64(id), PublicationCalling), &MenuPublication{},
		map[string]any{"state": to, "error": why, "done_at": int64(sc.Now)}, "menu publication")
	return err
}
