package models

// EntryVisit is that somebody opened an entry's page. Who it was cannot be told: Visitor is a keyed hash that is
// different for every entry.
type EntryVisit struct {
	ID          ID[EntryVisit] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	EntryID     EntryID
	Visitor     string // keyed hash, in hexadecimal
	Kept        bool   // her browser has shown the cookie that it was given
	At          Millis // of the first time
}

// TableName names the table.
func (EntryVisit) TableName() string { return "entry_visits" }

// AddVisit counts a visitor of an entry; it reports false, and whether her browser keeps its cookie, if she was counted
// before.
func (sc *Scope) AddVisit(v *EntryVisit) (bool, error) {
	v.ID, v.CommunityID, v.At = newID[EntryVisit](sc.Tx), sc.Community, sc.Now
	return insertOnce(sc.Tx, v, "visit", func() error {
		known, err := sc.Visit(v.EntryID, v.Visitor)
		if err == nil {
			*v = known
		}
		return err
	})
}

// Visit finds a counted visitor.
func (sc *Scope) Visit(entry EntryID, visitor string) (EntryVisit, error) {
	var v EntryVisit
	return v, one(sc.rows().Where("entry_id = ? AND visitor = ?", int64(entry), visitor), &v, "visit")
}

// KeepVisit notes that a visitor's browser keeps its cookie.
func (sc *Scope) KeepVisit(id ID[EntryVisit]) error {
	_, err := swap(sc.rows().Where("id = ?", int64(id)), &EntryVisit{}, map[string]any{"kept": true}, "visit")
	return err
}

func (sc *Scope) countVisits(ids []EntryID) (map[EntryID]int64, error) {
	var rows []struct {
		EntryID EntryID
		N       int64
	}
	err := sc.rows().Model(&EntryVisit{}).Select("entry_id, COUNT(*) AS n").Where("entry_id IN ?", ids).
		Group("entry_id").Find(&rows).Error
	counts := make(map[EntryID]int64, len(rows))
	for _, r := range rows {
		counts[r.EntryID] = r.N
	}
	return counts, translate(err, "count visits")
}
