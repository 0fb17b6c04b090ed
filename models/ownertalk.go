package models

// OwnerTalk is what WeCom says was talked in all customer groups of one owner together on one day of China's calendar. WeCom
// tells it of owners, never of groups.
type OwnerTalk struct {
	ID           ID[OwnerTalk] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID  CommunityID
	ChannelID    ChannelID
	OwnerUserID  string
	Day          int // counted from 1 January 1970; unique with channel and owner
	Messages     int // of that day; the platform's totals of two days apart
	Talkers      int // members who have ever said something, as of that day
	ChatsTalking int // groups in which somebody has ever said something, as of that day
	Chats        int // groups she owned, as of that day
	Total        int64
	CreatedAt    Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (OwnerTalk) TableName() string { return "owner_talks" }

// AddOwnerTalk stores what was talked; it reports false if the owner's day is known.
func (sc *Scope) AddOwnerTalk(t *OwnerTalk) (bool, error) {
	t.ID, t.CommunityID, t.CreatedAt = newID[OwnerTalk](sc.Tx), sc.Community, sc.Now
	return insertOnce(sc.Tx, t, "owner talk", func() error {
		var known OwnerTalk
		err := one(sc.rows().Where("channel_id = ? AND owner_user_id = ? AND day = ?", int64(t.ChannelID), t.OwnerUserID, t.Day), &known, "owner talk")
		if err == nil {
			*t = known
		}
		return err
	})
}

// OwnerTalks lists what was talked from a day on, in the order of owners and days.
func (sc *Scope) OwnerTalks(from int) ([]OwnerTalk, error) {
	var all []OwnerTalk
	return all, list(sc.rows().Where("day >= ?", from).Order("owner_user_id, day"), &all, "owner talks")
}

// LastTalkDay is the last day that is known of a channel's owners; zero: none is.
func (sc *Scope) LastTalkDay(channel ChannelID) (int, error) {
	var last struct{ Day int }
	q := sc.rows().Model(&OwnerTalk{}).Select("COALESCE(MAX(day), 0) AS day").Where("channel_id = ?", int64(channel))
	err := q.Scan(&last).Error
	return last.Day, translate(err, "find the last day of talk")
}
