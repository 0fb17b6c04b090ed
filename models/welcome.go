package models

import (
	"encoding/json"
	"fmt"
)

// WelcomeKind says who is welcomed.
type WelcomeKind string

// The kinds of welcome.
const (
	WelcomeContact WelcomeKind = "contact" // somebody who has added a colleague: one to one, sent by us
	WelcomeGroup   WelcomeKind = "group"   // whoever joins a WeCom group: kept at WeCom, shown by WeCom
)

// WelcomeSync is how a group's welcome stands at WeCom.
type WelcomeSync string

// The standings of a welcome at WeCom. One for contacts has none: it is ours alone.
const (
	WelcomeOurs    WelcomeSync = ""        // WeCom does not have it
	WelcomeCalling WelcomeSync = "calling" // WeCom is being asked to keep it
	WelcomeKept    WelcomeSync = "kept"    // WeCom has it as it stands here
	WelcomeChanged WelcomeSync = "changed" // somebody changed it at WeCom; Remote is what it says there
	WelcomeGone    WelcomeSync = "gone"    // somebody deleted it at WeCom
	WelcomeFailed  WelcomeSync = "failed"  // WeCom refused it; Problem says why
	WelcomeUnknown WelcomeSync = "unknown" // WeCom's answer was lost: it may have it, under an id nobody knows
)

// Welcome is what newcomers read first. For a contact the most specific one counts: of the State she came with, of her
// entry, of her entry's video, of everybody.
type Welcome struct {
	ID          WelcomeID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Kind        WelcomeKind
	Name        string // what the organiser calls it
	Enabled     bool
	EntryID     EntryID // zero: not about an entry
	VideoID     VideoID // zero: not about a video
	State       string  // what WeCom tells of the way somebody came; empty: not about one
	Texts       string  // JSON of texts by language
	Part        string  // JSON of what comes with it
	ChannelID   ChannelID
	TemplateID  string // WeCom's; of a group's
	Sync        WelcomeSync
	Problem     string
	Remote      string // the text WeCom has, if it is another
	CalledAt    Millis // when WeCom was asked to keep it
	CheckedAt   Millis // when WeCom said last what it has
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
	UpdatedAt   Millis `gorm:"autoUpdateTime:false"`
}

// TableName names the table.
func (Welcome) TableName() string { return "welcomes" }

// WelcomePart is what comes with a welcome's text, at most one thing. Which fields count depends on Kind.
type WelcomePart struct {
	Kind    string `json:"kind"`  // entry, miniprogram, link, image, file or video; empty: nothing
	Title   string `json:"title"` // of entry, miniprogram and link
	Desc    string `json:"desc"`  // of link
	URL     string `json:"url"`   // of link
	PicURL  string `json:"pic_url"`
	Page    string `json:"page"`     // of miniprogram
	MediaID string `json:"media_id"` // of file and video
}

// SetWords writes texts by language and the part into their columns.
func (w *Welcome) SetWords(texts map[string]string, part WelcomePart) error {
	t, err := json.Marshal(texts)
	if err != nil {
		return fmt.Errorf("write a welcome: %w", err)
	}
	p, err := json.Marshal(part)
	if err != nil {
		return fmt.Errorf("write a welcome: %w", err)
	}
	w.Texts, w.Part = string(t), string(p)
	return nil
}

// Words reads the texts by language and the part.
func (w Welcome) Words() (texts map[string]string, part WelcomePart, err error) {
	texts = map[string]string{}
	if err := json.Unmarshal([]byte(w.Texts), &texts); err != nil {
		return nil, part, fmt.Errorf("read a welcome: %w", err)
	}
	if err := json.Unmarshal([]byte(w.Part), &part); err != nil {
		return nil, part, fmt.Errorf("read a welcome: %w", err)
	}
	return texts, part, nil
}

// InsertWelcome stores a new welcome and fills its id.
func (sc *Scope) InsertWelcome(w *Welcome) error {
	w.ID, w.CommunityID, w.CreatedAt, w.UpdatedAt = newID[Welcome](sc.Tx), sc.Community, sc.Now, sc.Now
	return insert(sc.Tx, w, "welcome")
}

// Welcome returns one welcome.
func (sc *Scope) Welcome(id WelcomeID) (Welcome, error) {
	var w Welcome
	err := one(sc.rows().Where("id = ?", int64(id)), &w, "welcome")
	if IsKind(err, NotFound) {
		return w, Errorf(NotFound, "welcome_not_found", "no such welcome")
	}
	return w, err
}

// Welcomes lists up to limit welcomes of a kind, of any if it is empty, the oldest first and after one; zero begins with the
// oldest.
func (sc *Scope) Welcomes(kind WelcomeKind, after WelcomeID, limit int) ([]Welcome, error) {
	q := sc.rows().Where("id > ?", int64(after))
	if kind != "" {
		q = q.Where("kind = ?", kind)
	}
	var all []Welcome
	return all, list(q.Order("id").Limit(limit), &all, "welcomes")
}

// ChangeWelcome stores what an organiser wants w to say; its standing at WeCom stays.
func (sc *Scope) ChangeWelcome(w Welcome) error {
	_, err := swap(sc.rows().Where("id = ?", int64(w.ID)), &Welcome{}, map[string]any{"name": w.Name, "enabled": w.Enabled,
		"entry_id": int64(w.EntryID), "video_id": int64(w.VideoID), "state": w.State, "texts": w.Texts, "part": w.Part,
		"updated_at": int64(sc.Now)}, "welcome")
	return err
}

// MoveWelcome takes a welcome from one standing at WeCom to w's, and reports false if it was not in from.
func (sc *Scope) MoveWelcome(from WelcomeSync, w Welcome) (bool, error) {
	set := map[string]any{"sync": w.Sync, "template_id": w.TemplateID, "problem": w.Problem, "remote": w.Remote}
	switch w.Sync {
	case WelcomeCalling:
		set["called_at"] = int64(sc.Now)
	case WelcomeKept, WelcomeChanged, WelcomeGone:
		set["checked_at"] = int64(sc.Now)
	case WelcomeOurs, WelcomeFailed, WelcomeUnknown:
	}
	return swap(sc.rows().Where("id = ? AND sync = ?", int64(w.ID), from), &Welcome{}, set, "welcome")
}

// CountGroupWelcomes counts the group welcomes a corp keeps or may keep for us; LockChannel first.
func (sc *Scope) CountGroupWelcomes(channel ChannelID) (int64, error) {
	var n int64
	err := sc.rows().Model(&Welcome{}).Where("kind = ? AND channel_id = ? AND sync IN ?", WelcomeGroup, int64(channel),
		[]WelcomeSync{WelcomeCalling, WelcomeKept, WelcomeChanged, WelcomeUnknown}).Count(&n).Error
	return n, translate(err, "count welcomes")
}

// DeleteWelcome removes a welcome, and what was said about the groups it was switched on in; it reports false if there is
// none.
func (sc *Scope) DeleteWelcome(id WelcomeID) (bool, error) {
	if err := sc.rows().Where("welcome_id = ?", int64(id)).Delete(&GroupWelcome{}).Error; err != nil {
		return false, translate(err, "delete welcome")
	}
	r := sc.rows().Where("id = ?", int64(id)).Delete(&Welcome{})
	return r.RowsAffected == 1, translate(r.Error, "delete welcome")
}

// GroupWelcome says that a group's owner has switched a welcome on in her WeCom client. Nobody but her can, and no API tells
// whether she has: it is the organiser's word.
type GroupWelcome struct {
	GroupID     GroupID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	WelcomeID   WelcomeID
	AccountID   AccountID // who said so
	OnAt        Millis
}

// TableName names the table.
func (GroupWelcome) TableName() string { return "group_welcomes" }

// SetGroupWelcome stores that a welcome is switched on in a group; welcome zero: nobody knows of one.
func (sc *Scope) SetGroupWelcome(group GroupID, welcome WelcomeID, by AccountID) error {
	if err := sc.rows().Where("group_id = ?", int64(group)).Delete(&GroupWelcome{}).Error; err != nil || welcome == 0 {
		return translate(err, "forget a group's welcome")
	}
	return insert(sc.Tx, &GroupWelcome{GroupID: group, CommunityID: sc.Community, WelcomeID: welcome, AccountID: by, OnAt: sc.Now},
		"a group's welcome")
}

// GroupWelcomes reads which welcomes are switched on, by group; of all groups if none is named.
func (sc *Scope) GroupWelcomes(groups []GroupID) (map[GroupID]GroupWelcome, error) {
	q := sc.rows()
	if groups != nil {
		q = q.Where("group_id IN ?", ints(groups))
	}
	var all []GroupWelcome
	err := list(q, &all, "welcomes of groups")
	by := make(map[GroupID]GroupWelcome, len(all))
	for _, g := range all {
		by[g.GroupID] = g
	}
	return by, err
}

// WeComGroups lists up to limit WeCom groups after one, the oldest first.
func (sc *Scope) WeComGroups(after GroupID, limit int) ([]Group, error) {
	var all []Group
	q := sc.rows().Where("kind = ? AND id > ? AND gone_at = 0", WeComGroup, int64(after)).Order("id").Limit(limit)
	return all, list(q, &all, "WeCom groups")
}
