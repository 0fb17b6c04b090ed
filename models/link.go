package models

// Link is a URL Link into the Mini Program. It lives 30 days at most, so nobody prints it: entries' pages show it, each
// with its own code behind it, and it is renewed under them.
type Link struct {
	ID          ID[Link] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	AppID       string
	Path        string // the Mini Program's page
	URL         string
	ExpiresAt   Millis
	MadeAt      Millis
}

// TableName names the table.
func (Link) TableName() string { return "url_links" }

// LinkTo finds the shared link to a page of a Mini Program.
func (sc *Scope) LinkTo(appID, path string) (Link, error) {
	var l Link
	return l, one(sc.rows().Where("app_id = ? AND path = ?", appID, path), &l, "link")
}

// PutLink stores a link in place of the one that was there; was is its URL, empty for none. It reports false if another
// process was faster.
func (sc *Scope) PutLink(l *Link, was string) (bool, error) {
	if was != "" {
		q := sc.rows().Where("app_id = ? AND path = ? AND url = ?", l.AppID, l.Path, was)
		return swap(q, &Link{}, map[string]any{"url": l.URL, "expires_at": int64(l.ExpiresAt), "made_at": int64(sc.Now)}, "link")
	}
	l.ID, l.CommunityID, l.MadeAt = newID[Link](sc.Tx), sc.Community, sc.Now
	return insertOnce(sc.Tx, l, "link", func() error {
		_, err := sc.LinkTo(l.AppID, l.Path)
		return err
	})
}

// ExpiringLinks lists links of any community that end before a time.
func (tx *Tx) ExpiringLinks(before Millis) ([]Link, error) {
	var all []Link
	return all, list(tx.db.Where("expires_at < ?", int64(before)).Order("id"), &all, "links")
}

// JoinWay is WeCom's way into one group for one entry: its state is the entry's code, so that whoever comes through it is
// known to have come from there.
type JoinWay struct {
	ID          ID[JoinWay] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	EntryID     EntryID
	GroupID     GroupID
	ConfigID    string // WeCom's; it lists them nowhere
	URL         string // what its QR code says
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (JoinWay) TableName() string { return "join_ways" }

// AddJoinWay stores a way; it reports false if the entry has one into the group already.
func (sc *Scope) AddJoinWay(w *JoinWay) (bool, error) {
	w.ID, w.CommunityID, w.CreatedAt = newID[JoinWay](sc.Tx), sc.Community, sc.Now
	return insertOnce(sc.Tx, w, "join way", func() error {
		var known JoinWay
		return one(sc.rows().Where("entry_id = ? AND group_id = ?", int64(w.EntryID), int64(w.GroupID)), &known, "join way")
	})
}

// JoinWays lists an entry's ways.
func (sc *Scope) JoinWays(entry EntryID) ([]JoinWay, error) {
	var all []JoinWay
	return all, list(sc.rows().Where("entry_id = ?", int64(entry)).Order("id"), &all, "join ways")
}

// DeleteJoinWay forgets a way that WeCom has forgotten.
func (sc *Scope) DeleteJoinWay(id ID[JoinWay]) error {
	return translate(sc.rows().Where("id = ?", int64(id)).Delete(&JoinWay{}).Error, "delete join way")
}
