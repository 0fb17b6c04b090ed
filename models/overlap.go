package models

import "gorm.io/gorm/clause"

// Overlap is how many members two groups share, as last counted. Each pair is stored both ways.
type Overlap struct {
	GroupID     GroupID `gorm:"primaryKey;autoIncrement:false"`
	OtherID     GroupID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Shared      int    // known members who are in both
	Smaller     int    // known members of the smaller group
	At          Millis // when it was counted
}

// TableName names the table.
func (Overlap) TableName() string { return "overlaps" }

// Share is the part of the smaller group that is in the other one too, 0 to 1.
func (o Overlap) Share() float64 { return float64(o.Shared) / float64(max(o.Smaller, 1)) }

// OverlapsOf lists with which other groups some groups share members.
func (sc *Scope) OverlapsOf(groups []GroupID) ([]Overlap, error) {
	var all []Overlap
	err := inBatches(groups, func(some []GroupID) error {
		var part []Overlap
		err := list(sc.rows().Where("group_id IN ?", ints(some)).Order("group_id, other_id"), &part, "overlaps")
		all = append(all, part...)
		return err
	})
	return all, err
}

// Overlaps lists all pairs of the community, each one way.
func (sc *Scope) Overlaps() ([]Overlap, error) {
	var all []Overlap
	return all, list(sc.rows().Where("group_id < other_id").Order("group_id, other_id"), &all, "overlaps")
}

// PutOverlaps stores pairs, which come one way, in place of what is stored of them.
func (sc *Scope) PutOverlaps(pairs []Overlap) error {
	if len(pairs) == 0 {
		return nil
	}
	rows := make([]Overlap, 0, 2*len(pairs))
	for _, p := range pairs {
		p.CommunityID, p.At = sc.Community, sc.Now
		back := p
		back.GroupID, back.OtherID = p.OtherID, p.GroupID
		rows = append(rows, p, back)
	}
	on := clause.OnConflict{Columns: []clause.Column{{Name: "group_id"}, {Name: "other_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"shared", "smaller", "at"})}
	return translate(sc.db.Clauses(on).Create(&rows).Error, "store overlaps")
}

// DropOverlaps removes pairs, which come one way.
func (sc *Scope) DropOverlaps(pairs []Overlap) error {
	for _, p := range pairs {
		err := sc.rows().Where("(group_id = ? AND other_id = ?) OR (group_id = ? AND other_id = ?)",
			int64(p.GroupID), int64(p.OtherID), int64(p.OtherID), int64(p.GroupID)).Delete(&Overlap{}).Error
		if err != nil {
			return translate(err, "delete overlaps")
		}
	}
	return nil
}

// Stays lists who is in which group now, known people only, each pair once, by person: what overlaps are counted from.
// It calls each with parts of the list, so that a big community does not have to fit into memory; a person's stays may
// come in two parts.
func (sc *Scope) Stays(each func([]GroupMember) error) error {
	const part = 20_000
	var member MemberID
	var group GroupID
	for {
		var rows []GroupMember
		q := sc.rows().Select("DISTINCT member_id, group_id").
			Where("left_at = 0 AND member_id <> 0 AND (member_id > ? OR (member_id = ? AND group_id > ?))",
				int64(member), int64(member), int64(group)).
			Order("member_id, group_id").Limit(part)
		if err := list(q, &rows, "group members"); err != nil || len(rows) == 0 {
			return err
		}
		if err := each(rows); err != nil {
			return err
		}
		last := rows[len(rows)-1]
		if member, group = last.MemberID, last.GroupID; len(rows) < part {
			return nil
		}
	}
}
