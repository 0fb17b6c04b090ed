package models

import "gorm.io/gorm"

// Chat is what the sync knows of one WeCom group. It says nothing about the people in it: those are stays.
type Chat struct {
	ID            ID[Chat] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID   CommunityID
	ChannelID     ChannelID
	ChatID        string // unique in its corp
	GroupID       GroupID
	Status        int    // of its owner, as WeCom lists it: 0 well, 1 left, 2 handed over, 3 was handed over
	MemberVersion string // WeCom's name of the member list that was booked last; empty: none
	StaleVersion  string // the list that a change has made old: whoever reads this one was too early
	Facts         string // a digest of its name, owner, notice and administrators as they were booked
	Notice        string
	Admins        string // userids, with spaces between them
	FormedAt      Millis // when the group was made, as WeCom says
	Ver           int    // grows with every booking: who has read the group meanwhile has read something older, or newer
	Missed        int    // lists in a row that did not have it
	ListedIn      SyncID // the last sync whose list had it
	ReadIn        SyncID // the last sync that has read it
	FailedIn      SyncID // the last sync that could not
	ReadAt        Millis
	ChangedAt     Millis // when a reading last found something new
	GoneAt        Millis // zero while it lives
	CreatedAt     Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Chat) TableName() string { return "wecom_chats" }

// ListedChat is a group as WeCom lists it.
type ListedChat struct {
	ChatID string
	Status int
}

// ListChats books that a sync's list has some groups: new ones are made known, in few statements.
func (sc *Scope) ListChats(s Sync, all []ListedChat) error {
	for len(all) > 0 {
		n := min(len(all), batch)
		if err := sc.listChats(s, all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

func (sc *Scope) listChats(s Sync, all []ListedChat) error {
	ids := make([]string, len(all))
	byStatus := map[int][]string{}
	for i, c := range all {
		ids[i] = c.ChatID
		byStatus[c.Status] = append(byStatus[c.Status], c.ChatID)
	}
	for status, some := range byStatus {
		r := sc.rows().Model(&Chat{}).Where("channel_id = ? AND chat_id IN ?", int64(s.ChannelID), some).
			Updates(map[string]any{"listed_in": int64(s.ID), "missed": 0, "status": status})
		if r.Error != nil {
			return translate(r.Error, "list chats")
		}
	}
	var known []string
	q := sc.rows().Model(&Chat{}).Where("channel_id = ? AND chat_id IN ?", int64(s.ChannelID), ids)
	if err := translate(q.Pluck("chat_id", &known).Error, "list chats"); err != nil {
		return err
	}
	seen := make(map[string]bool, len(ids))
	for _, id := range known {
		seen[id] = true
	}
	var fresh []Chat
	for _, c := range all {
		if !seen[c.ChatID] {
			seen[c.ChatID] = true // chunks of a list may overlap
			fresh = append(fresh, Chat{ID: newID[Chat](sc.Tx), CommunityID: sc.Community, ChannelID: s.ChannelID,
				ChatID: c.ChatID, Status: c.Status, ListedIn: s.ID, CreatedAt: sc.Now})
		}
	}
	return insertAll(sc.Tx, fresh, "chats")
}

// MissChats counts one more list without them for the groups that a sync's list does not have.
func (sc *Scope) MissChats(s Sync) error {
	r := sc.rows().Model(&Chat{}).Where("channel_id = ? AND listed_in <> ? AND gone_at = 0", int64(s.ChannelID), int64(s.ID)).
		Update("missed", gorm.Expr("missed + 1"))
	return translate(r.Error, "miss chats")
}

// inSync are the groups a sync is about: those of its list, those of earlier lists that were not known to be gone, and those
// it found to be.
func (sc *Scope) inSync(s Sync) *gorm.DB {
	return sc.rows().Model(&Chat{}).Where("channel_id = ? AND (listed_in = ? OR gone_at = 0 OR read_in = ?)",
		int64(s.ChannelID), int64(s.ID), int64(s.ID))
}

// ChatsToRead lists up to limit groups that a sync has not dealt with, those first that were not read for longest.
func (sc *Scope) ChatsToRead(s Sync, limit int) ([]Chat, error) {
	var all []Chat
	q := sc.inSync(s).Where("read_in <> ? AND failed_in <> ?", int64(s.ID), int64(s.ID)).Order("read_at, id").Limit(limit)
	return all, list(q, &all, "chats")
}

// CountChats counts how far a sync is.
func (sc *Scope) CountChats(s Sync) (total, done, failed int, err error) {
	var row struct{ Total, Done, Failed int }
	err = sc.inSync(s).Select("COUNT(*) AS total, COALESCE(SUM(CASE WHEN read_in = ? THEN 1 ELSE 0 END), 0) AS done, "+
		"COALESCE(SUM(CASE WHEN failed_in = ? AND read_in <> ? THEN 1 ELSE 0 END), 0) AS failed", int64(s.ID), int64(s.ID), int64(s.ID)).Scan(&row).Error
	return row.Total, row.Done, row.Failed, translate(err, "count chats")
}

// Chat finds what is known of a group by its chat_id; a NotFound if it was never listed or read.
func (sc *Scope) Chat(channel ChannelID, chatID string) (Chat, error) {
	var c Chat
	return c, one(sc.rows().Where("channel_id = ? AND chat_id = ?", int64(channel), chatID), &c, "chat")
}

// PutChat stores what a reading found, of a group that is known or new.
func (sc *Scope) PutChat(c *Chat) error {
	if c.ID == 0 {
		c.ID, c.CommunityID, c.CreatedAt = newID[Chat](sc.Tx), sc.Community, sc.Now
		err := insert(sc.Tx, c, "chat")
		if IsDuplicate(err) { // made known meanwhile: the transaction runs again and finds it
			return errIDCollision
		}
		return err
	}
	_, err := swap(sc.rows().Where("id = ?", int64(c.ID)), &Chat{}, map[string]any{"group_id": int64(c.GroupID), "ver": c.Ver,
		"member_version": c.MemberVersion, "facts": c.Facts, "notice": c.Notice, "admins": c.Admins,
		"formed_at": int64(c.FormedAt), "missed": 0, "read_in": int64(c.ReadIn), "read_at": int64(c.ReadAt),
		"changed_at": int64(c.ChangedAt), "gone_at": int64(c.GoneAt)}, "chat")
	return err
}

// MarkChatsRead books that a sync has read some groups and found nothing new: their heads are as many as they were.
func (sc *Scope) MarkChatsRead(s Sync, chats []Chat) error {
	ids, groups := make([]ID[Chat], len(chats)), make([]GroupID, len(chats))
	for i, c := range chats {
		ids[i], groups[i] = c.ID, c.GroupID
	}
	err := inBatches(ids, func(some []ID[Chat]) error {
		r := sc.rows().Model(&Chat{}).Where("id IN ?", ints(some)).
			Updates(map[string]any{"read_in": int64(s.ID), "read_at": int64(sc.Now), "missed": 0})
		return translate(r.Error, "mark chats")
	})
	if err != nil {
		return err
	}
	return inBatches(groups, func(some []GroupID) error {
		r := sc.rows().Model(&Group{}).Where("id IN ?", ints(some)).
			Updates(map[string]any{"counted_at": int64(sc.Now), "synced_at": int64(sc.Now)})
		return translate(r.Error, "mark groups")
	})
}

// FailChat books that a sync could not read a group.
func (sc *Scope) FailChat(s Sync, id ID[Chat]) error {
	_, err := swap(sc.rows().Where("id = ?", int64(id)), &Chat{},
		map[string]any{"failed_in": int64(s.ID), "read_at": int64(sc.Now)}, "chat")
	return err
}

// EndChat books that a group is gone.
func (sc *Scope) EndChat(id ID[Chat], s SyncID) error {
	_, err := swap(sc.rows().Where("id = ?", int64(id)), &Chat{}, map[string]any{"gone_at": int64(sc.Now),
		"read_at": int64(sc.Now), "read_in": int64(s), "member_version": "", "ver": gorm.Expr("ver + 1")}, "chat")
	return err
}

// StaleChat notes which member list a change has made old.
func (sc *Scope) StaleChat(channel ChannelID, chatID, version string) error {
	_, err := swap(sc.rows().Where("channel_id = ? AND chat_id = ?", int64(channel), chatID), &Chat{},
		map[string]any{"stale_version": version}, "chat")
	return err
}
