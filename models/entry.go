package models

import "gorm.io/gorm/clause"

// Entry is a tracked way in: who comes through it was sent by its video or belongs to its label. It has a page, and may
// have a QR code of the Official Account, a Mini Program code, a URL Link and WeCom join ways besides.
type Entry struct {
	ID          EntryID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Code        string // unique; the last part of its page, and the state of its join ways
	VideoID     VideoID
	Label       string  // what the organiser calls it, such as a campaign
	GroupID     GroupID // the group it invites to; zero with a live code
	LiveID      LiveID  // the live code it leads to; zero with a group
	Pick        string  // the city or tag it asks its live code for; empty: any
	SlotID      SlotID  // the permanent QR code it holds
	Ticket      string  // of the Official Account's QR
	URL         string  // what the Official Account's QR says
	QRExpiresAt Millis  `gorm:"column:qr_expires_at"` // of a temporary QR; zero: permanent, or there is none
	JoinURL     string  // what the group's QR says; empty: the group's own InviteURL
	JoinConfig  string  // WeCom's config_id of the join way behind JoinURL
	Mini        bool    // it has a Mini Program code
	Linked      bool    // it has a URL Link: the shared one, with the code behind it
	RetiredAt   Millis  // zero while it works
	CreatedAt   Millis  `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Entry) TableName() string { return "entries" }

// InsertEntry stores a new entry and fills its id; a taken code is a Conflict.
func (sc *Scope) InsertEntry(e *Entry) error {
	if e.ID == 0 {
		e.ID = newID[Entry](sc.Tx)
	}
	e.CommunityID, e.CreatedAt = sc.Community, sc.Now
	return insert(sc.Tx, e, "entry")
}

// NewEntryID makes an id for an entry that is stored later, so that what is prepared for it can name it.
func (tx *Tx) NewEntryID() EntryID { return newID[Entry](tx) }

// EntryByCode finds an entry of any community: a code names nothing else.
func (tx *Tx) EntryByCode(code string) (Entry, error) {
	var e Entry
	return e, one(tx.db.Where("code = ?", code), &e, "entry")
}

// Entry returns one entry of the community.
func (sc *Scope) Entry(id EntryID) (Entry, error) {
	var e Entry
	return e, one(sc.rows().Where("id = ?", int64(id)), &e, "entry")
}

// LockEntry reads an entry and keeps every other transaction from changing it until this one ends.
func (sc *Scope) LockEntry(id EntryID) (Entry, error) {
	var e Entry
	q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("id = ?", int64(id))
	return e, one(q, &e, "entry")
}

// SetEntryLinks stores the QR codes that e was given.
func (sc *Scope) SetEntryLinks(e Entry) error {
	_, err := swap(sc.rows().Where("id = ?", int64(e.ID)), &Entry{}, map[string]any{"ticket": e.Ticket, "url": e.URL,
		"qr_expires_at": int64(e.QRExpiresAt), "join_url": e.JoinURL, "join_config": e.JoinConfig}, "entry")
	return err
}

// SwapEntryQR replaces the temporary QR code of an entry; it reports false if another one has replaced it.
func (sc *Scope) SwapEntryQR(id EntryID, was, ticket, url string, expires Millis) (bool, error) {
	return swap(sc.rows().Where("id = ? AND ticket = ?", int64(id), was), &Entry{},
		map[string]any{"ticket": ticket, "url": url, "qr_expires_at": int64(expires)}, "entry")
}

// RetireEntry ends an entry; it reports false if it had ended.
func (sc *Scope) RetireEntry(id EntryID) (bool, error) {
	return swap(sc.rows().Where("id = ? AND retired_at = 0", int64(id)), &Entry{},
		map[string]any{"retired_at": int64(sc.Now)}, "entry")
}

// Entries lists the community's entries, oldest first.
func (sc *Scope) Entries() ([]Entry, error) {
	var all []Entry
	return all, list(sc.rows().Order("id"), &all, "entries")
}

// EntriesBefore lists up to limit entries, the newest first, older than before; zero begins with the newest. With a live
// code it lists only what leads to it.
func (sc *Scope) EntriesBefore(live LiveID, before EntryID, limit int) ([]Entry, error) {
	q := sc.rows()
	if live != 0 {
		q = q.Where("live_id = ?", int64(live))
	}
	if before != 0 {
		q = q.Where("id < ?", int64(before))
	}
	var all []Entry
	return all, list(q.Order("id DESC").Limit(limit), &all, "entries")
}

// EntriesOfLive lists the working entries that lead to a live code.
func (sc *Scope) EntriesOfLive(live LiveID) ([]Entry, error) {
	var all []Entry
	return all, list(sc.rows().Where("live_id = ? AND retired_at = 0", int64(live)).Order("id"), &all, "entries")
}

// ExpiringEntries lists working entries of any community whose temporary QR code ends before a time.
func (tx *Tx) ExpiringEntries(before Millis) ([]Entry, error) {
	var all []Entry
	q := tx.db.Where("retired_at = 0 AND qr_expires_at > 0 AND qr_expires_at < ?", int64(before)).Order("id")
	return all, list(q, &all, "entries")
}

// EntryCount is how many people came to an entry and through it.
type EntryCount struct {
	EntryID EntryID
	Visits  int64 // people who opened its page
	Scans   int64 // scans of the Official Account's QR code
	Joins   int64 // joinings of groups with its code as their state
}

// CountEntries counts what came of some entries.
func (sc *Scope) CountEntries(ids []EntryID) (map[EntryID]EntryCount, error) {
	counts := make(map[EntryID]EntryCount, len(ids))
	if len(ids) == 0 {
		return counts, nil
	}
	var rows []struct {
		EntryID EntryID
		Kind    TouchKind
		N       int64
	}
	err := sc.rows().Model(&Touch{}).Select("entry_id, kind, COUNT(*) AS n").
		Where("entry_id IN ? AND entry_id <> 0 AND kind IN ?", ids, []TouchKind{TouchVideo, TouchGroup}).Group("entry_id, kind").Find(&rows).Error
	if err != nil {
		return nil, translate(err, "count touches")
	}
	for _, r := range rows {
		c := counts[r.EntryID]
		if r.Kind == TouchVideo {
			c.Scans = r.N
		} else {
			c.Joins = r.N
		}
		counts[r.EntryID] = c
	}
	visits, err := sc.countVisits(ids)
	for id, n := range visits {
		c := counts[id]
		c.Visits = n
		counts[id] = c
	}
	return counts, err
}
