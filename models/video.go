package models

// Video is a Channels (视频号) short video. WeChat tells nobody who watched it; we know who scanned its code.
type Video struct {
	ID          VideoID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Title       string
	PublishedAt Millis
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Video) TableName() string { return "videos" }

// InsertVideo stores a new video and fills its id.
func (sc *Scope) InsertVideo(v *Video) error {
	v.ID, v.CommunityID, v.CreatedAt = newID[Video](sc.Tx), sc.Community, sc.Now
	return insert(sc.Tx, v, "video")
}

// Videos lists the community's videos, oldest first.
func (sc *Scope) Videos() ([]Video, error) {
	var all []Video
	return all, list(sc.rows().Order("id"), &all, "videos")
}

// Entry is a tracked code or link: who comes through it was sent by its video.
type Entry struct {
	ID          EntryID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Code        string // unique; the scene of its QR and the last part of its page
	VideoID     VideoID
	GroupID     GroupID // the group it invites to
	Ticket      string  // of the Official Account's QR
	URL         string  // what the Official Account's QR says
	JoinURL     string  // what the group's QR says; empty: the group's own InviteURL
	JoinConfig  string  // WeCom's config_id of the join way behind JoinURL
	CreatedAt   Millis  `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Entry) TableName() string { return "entries" }

// InsertEntry stores a new entry and fills its id; a taken code is a Conflict.
func (sc *Scope) InsertEntry(e *Entry) error {
	e.ID, e.CommunityID, e.CreatedAt = newID[Entry](sc.Tx), sc.Community, sc.Now
	return insert(sc.Tx, e, "entry")
}

// EntryByCode finds an entry of any community: a scanned code names nothing else.
func (tx *Tx) EntryByCode(code string) (Entry, error) {
	var e Entry
	return e, one(tx.db.Where("code = ?", code), &e, "entry")
}

// SetEntryLinks stores the QR codes that e was given.
func (sc *Scope) SetEntryLinks(e Entry) error {
	_, err := swap(sc.rows().Where("id = ?", int64(e.ID)), &Entry{}, map[string]any{"ticket": e.Ticket, "url": e.URL,
		"join_url": e.JoinURL, "join_config": e.JoinConfig}, "entry")
	return err
}

// Entries lists the community's entries, oldest first.
func (sc *Scope) Entries() ([]Entry, error) {
	var all []Entry
	return all, list(sc.rows().Order("id"), &all, "entries")
}
