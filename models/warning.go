package models

import "encoding/json"

// Warning is what an organiser should know before it hurts. One episode of one trouble is one warning, however often it
// is found.
type Warning struct {
	ID          WarningID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Kind        string // such as invite_expiring
	Object      string // such as group:123
	Episode     string // what makes it the same trouble, such as the time the QR code ends
	Args        string // JSON: what its text says
	At          Millis
	SeenAt      Millis // zero until the organiser has put it aside
}

// TableName names the table.
func (Warning) TableName() string { return "warnings" }

// AddWarning stores a warning; it reports false if this episode was warned of.
func (sc *Scope) AddWarning(kind, object, episode string, args map[string]any) (bool, error) {
	text, err := json.Marshal(args)
	if err != nil {
		return false, err
	}
	w := Warning{ID: newID[Warning](sc.Tx), CommunityID: sc.Community, Kind: kind, Object: object, Episode: episode,
		Args: string(text), At: sc.Now}
	return insertOnce(sc.Tx, &w, "warning", func() error {
		var known Warning
		return one(sc.rows().Where("kind = ? AND object = ? AND episode = ?", kind, object, episode), &known, "warning")
	})
}

// OpenWarnings lists up to limit warnings that nobody has put aside, the newest first, older than before; zero begins
// with the newest.
func (sc *Scope) OpenWarnings(before WarningID, limit int) ([]Warning, error) {
	q := sc.rows().Where("seen_at = 0")
	if before != 0 {
		q = q.Where("id < ?", int64(before))
	}
	var all []Warning
	return all, list(q.Order("id DESC").Limit(limit), &all, "warnings")
}

// CountWarnings counts the warnings that nobody has put aside.
func (sc *Scope) CountWarnings() (int64, error) {
	var n int64
	err := sc.rows().Model(&Warning{}).Where("seen_at = 0").Count(&n).Error
	return n, translate(err, "count warnings")
}

// SeeWarning puts a warning aside; it reports false if there is none or it was put aside.
func (sc *Scope) SeeWarning(id WarningID) (bool, error) {
	return swap(sc.rows().Where("id = ? AND seen_at = 0", int64(id)), &Warning{}, map[string]any{"seen_at": int64(sc.Now)}, "warning")
}
