package models

import "gorm.io/gorm"

// GroupHealth is how a group was found doing when all were looked at last. It can be worked out again at any time.
type GroupHealth struct {
	GroupID     GroupID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Grade       string // good, watch, bad or unknown
	Badness     int    // the larger the worse: the bad signs, then those to watch
	Body        string // JSON: the signs and numbers
	At          Millis
}

// TableName names the table.
func (GroupHealth) TableName() string { return "group_healths" }

// ReplaceGroupHealths stores how some groups are doing in place of what was known of them; of those that have no row in all,
// nothing is known any more.
func (sc *Scope) ReplaceGroupHealths(ids []GroupID, all []GroupHealth) error {
	for i := range all {
		all[i].CommunityID, all[i].At = sc.Community, sc.Now
	}
	err := inBatches(ids, func(some []GroupID) error {
		return translate(sc.rows().Where("group_id IN ?", ints(some)).Delete(&GroupHealth{}).Error, "replace group healths")
	})
	if err != nil || len(all) == 0 {
		return err
	}
	return insertAll(sc.Tx, all, "group healths")
}

// healthsOf are the rows of the groups that live and are groups of their own; only of some, if they are named.
func (sc *Scope) healthsOf(only []GroupID) *gorm.DB {
	living := sc.db.Model(&Group{}).Select("id").Where("community_id = ? AND gone_at = 0 AND merged_into = 0", int64(sc.Community))
	q := sc.rows().Where("group_id IN (?)", living)
	if only != nil {
		q = q.Where("group_id IN ?", ints(only))
	}
	return q
}

// WorstGroups lists how groups that live are doing, the worst first, at most limit; those after one, if it is named, and only
// some, if they are named.
func (sc *Scope) WorstGroups(after GroupID, limit int, only []GroupID) ([]GroupHealth, error) {
	q := sc.healthsOf(only).Order("badness DESC, group_id").Limit(limit)
	if after != 0 {
		last, err := sc.GroupHealth(after)
		if err != nil {
			return nil, err
		}
		q = q.Where("badness < ? OR (badness = ? AND group_id > ?)", last.Badness, last.Badness, int64(after))
	}
	var all []GroupHealth
	return all, list(q, &all, "group healths")
}

// GroupHealth returns how a group was doing when it was looked at last.
func (sc *Scope) GroupHealth(id GroupID) (GroupHealth, error) {
	var h GroupHealth
	return h, one(sc.rows().Where("group_id = ?", int64(id)), &h, "group health")
}

// HealthGrades returns how some groups were doing when they were looked at last; those that never were are left out.
func (sc *Scope) HealthGrades(groups []GroupID) (map[GroupID]string, error) {
	grades := make(map[GroupID]string, len(groups))
	err := inBatches(groups, func(some []GroupID) error {
		var part []GroupHealth
		err := list(sc.rows().Select("group_id, grade").Where("group_id IN ?", ints(some)), &part, "group healths")
		for _, h := range part {
			grades[h.GroupID] = h.Grade
		}
		return err
	})
	return grades, err
}

// CountHealths counts the groups that live by how they were doing; only some, if they are named.
func (sc *Scope) CountHealths(only []GroupID) (map[string]int, error) {
	var rows []struct {
		Grade string
		N     int
	}
	err := sc.healthsOf(only).Model(&GroupHealth{}).Select("grade, COUNT(*) AS n").Group("grade").Find(&rows).Error
	counts := make(map[string]int, len(rows))
	for _, r := range rows {
		counts[r.Grade] = r.N
	}
	return counts, translate(err, "count group healths")
}
