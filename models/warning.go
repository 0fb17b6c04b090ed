package models

import (
	"encoding/json"
	"strings"
)

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
	GroupID     GroupID
	Urgent      bool   // told at once, and not in the next digest
	ClosedAt    Millis // when its cause was found gone; zero: it is there
	ToldAt      Millis // when somebody was sent word of it; zero: it only stands in the console
}

// TableName names the table.
func (Warning) TableName() string { return "warnings" }

// AddWarning stores a warning; it reports false if this episode was warned of.
func (sc *Scope) AddWarning(kind, object, episode string, args map[string]any) (bool, error) {
	text, err := json.Marshal(args)
	if err != nil {
		return false, err
	}
	return sc.RaiseWarning(&Warning{Kind: kind, Object: object, Episode: episode, Args: string(text), GroupID: groupOf(object)})
}

// groupOf reads the group from the object of a warning; zero if it is about something else.
func groupOf(object string) GroupID {
	var g GroupID
	text, ok := strings.CutPrefix(object, "group:")
	if !ok || g.UnmarshalText([]byte(text)) != nil {
		return 0
	}
	return g
}

// RaiseWarning is AddWarning for a warning that says everything but its id and time; Args may be empty.
func (sc *Scope) RaiseWarning(w *Warning) (bool, error) {
	w.ID, w.CommunityID, w.At = newID[Warning](sc.Tx), sc.Community, sc.Now
	if w.Args == "" {
		w.Args = "{}"
	}
	return insertOnce(sc.Tx, w, "warning", func() error {
		var known Warning
		return one(sc.rows().Where("kind = ? AND object = ? AND episode = ?", w.Kind, w.Object, w.Episode), &known, "warning")
	})
}

// StandingWarnings lists all warnings of some kinds whose cause is not gone, also those that were put aside.
func (sc *Scope) StandingWarnings(kinds []string) ([]Warning, error) {
	var all []Warning
	return all, list(sc.rows().Where("closed_at = 0 AND kind IN ?", kinds).Order("id"), &all, "warnings")
}

// CountEpisodes counts how often there were warnings of a kind about each object.
func (sc *Scope) CountEpisodes(kind string, objects []string) (map[string]int, error) {
	counts := make(map[string]int, len(objects))
	for len(objects) > 0 {
		part := objects[:min(len(objects), 500)]
		objects = objects[len(part):]
		var rows []struct {
			Object string
			N      int
		}
		err := sc.rows().Model(&Warning{}).Select("object, COUNT(*) AS n").Where("kind = ? AND object IN ?", kind, part).
			Group("object").Find(&rows).Error
		if err != nil {
			return nil, translate(err, "count warnings")
		}
		for _, r := range rows {
			counts[r.Object] = r.N
		}
	}
	return counts, nil
}

// CloseWarnings notes of warnings that their cause is gone.
func (sc *Scope) CloseWarnings(ids []WarningID) error {
	return inBatches(ids, func(some []WarningID) error {
		r := sc.rows().Model(&Warning{}).Where("id IN ? AND closed_at = 0", ints(some)).Updates(map[string]any{"closed_at": int64(sc.Now)})
		return translate(r.Error, "close warnings")
	})
}

// UntoldWarnings lists the warnings, the oldest first, that nobody was sent word of, that nobody has put aside and whose
// cause is not gone.
func (sc *Scope) UntoldWarnings() ([]Warning, error) {
	var all []Warning
	return all, list(sc.rows().Where("told_at = 0 AND seen_at = 0 AND closed_at = 0").Order("id"), &all, "warnings")
}

// SetWarningsTold notes that somebody was sent word of warnings.
func (sc *Scope) SetWarningsTold(ids []WarningID) error {
	return inBatches(ids, func(some []WarningID) error {
		r := sc.rows().Model(&Warning{}).Where("id IN ? AND told_at = 0", ints(some)).Updates(map[string]any{"told_at": int64(sc.Now)})
		return translate(r.Error, "tell warnings")
	})
}

// Warning returns one warning of the community.
func (sc *Scope) Warning(id WarningID) (Warning, error) {
	var w Warning
	return w, one(sc.rows().Where("id = ?", int64(id)), &w, "warning")
}

// OpenWarnings lists up to limit warnings that nobody has put aside and whose cause is not gone, the newest first, older than
// before; zero begins with the newest. With groups it lists only those about one of them.
func (sc *Scope) OpenWarnings(before WarningID, limit int, groups ...GroupID) ([]Warning, error) {
	q := sc.rows().Where("seen_at = 0 AND closed_at = 0")
	if before != 0 {
		q = q.Where("id < ?", int64(before))
	}
	if groups != nil {
		q = q.Where("group_id IN ?", ints(groups))
	}
	var all []Warning
	return all, list(q.Order("id DESC").Limit(limit), &all, "warnings")
}

// CountWarnings counts the warnings that nobody has put aside and whose cause is not gone.
func (sc *Scope) CountWarnings() (int64, error) {
	var n int64
	err := sc.rows().Model(&Warning{}).Where("seen_at = 0 AND closed_at = 0").Count(&n).Error
	return n, translate(err, "count warnings")
}

// SeeWarning puts a warning aside; it reports false if there is none or it was put aside.
func (sc *Scope) SeeWarning(id WarningID) (bool, error) {
	return swap(sc.rows().Where("id = ? AND seen_at = 0", int64(id)), &Warning{}, map[string]any{"seen_at": int64(sc.Now)}, "warning")
}
