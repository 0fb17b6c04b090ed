package models

import "time"

// Media is a file that was uploaded to a WeChat account, which keeps it for a while under an id.
type Media struct {
	ID          ID[Media] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	ChannelID   ChannelID
	Hash        string // of the content; unique per channel
	MediaID     string
	ExpiresAt   Millis // when the platform forgets it
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Media) TableName() string { return "media_uploads" }

// MediaOf finds the upload of a content that the platform still has at a time.
func (sc *Scope) MediaOf(channel ChannelID, hash string, until Millis) (Media, error) {
	var m Media
	return m, one(sc.rows().Where("channel_id = ? AND hash = ? AND expires_at > ?", int64(channel), hash, int64(until)), &m, "media")
}

// KeepMedia stores an upload in place of an earlier one of the same content.
func (sc *Scope) KeepMedia(m Media) error {
	m.ID, m.CommunityID, m.CreatedAt = newID[Media](sc.Tx), sc.Community, sc.Now
	fresh, err := insertOnce(sc.Tx, &m, "media", func() error { return nil })
	if err != nil || fresh {
		return err
	}
	_, err = swap(sc.rows().Where("channel_id = ? AND hash = ?", int64(m.ChannelID), m.Hash), &Media{},
		map[string]any{"media_id": m.MediaID, "expires_at": int64(m.ExpiresAt), "created_at": int64(sc.Now)}, "media")
	return err
}

// ForgetMedia forgets uploads that the platform does not know any more.
func (sc *Scope) ForgetMedia(channel ChannelID, mediaIDs []string) error {
	err := sc.rows().Where("channel_id = ? AND media_id IN ?", int64(channel), mediaIDs).Delete(&Media{}).Error
	return translate(err, "forget media")
}

// DropOldMedia forgets all uploads that ended some time ago.
func (tx *Tx) DropOldMedia(keep time.Duration) error {
	return translate(tx.db.Where("expires_at < ?", int64(tx.Now.Add(-keep))).Delete(&Media{}).Error, "drop media")
}
