package models

// GroupDay is what was seen of a group on one day of its local calendar. Everything that is learnt from members who leave
// can be learnt again from these rows.
type GroupDay struct {
	ID          ID[GroupDay] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	GroupID     GroupID
	Day         int     // of the local calendar, counted from 1 January 1970; unique with the group
	FromAt      Millis  // its first instant
	ToAt        Millis  // the first instant after it
	Members     int     // at its end, without the corp's own people; of an ordinary group nobody can tell who they are
	MemberDays  float64 // members times the part of the day they were there
	Joins       int
	Quits       int // who left, and is not known to have been removed
	Removals    int // who was removed
	Posts       int // sponsored ones that were sent on it
	Clicks      int // people who opened the cards of those posts, also later
	Claims      int // and who claimed a voucher from them
	Complaints  int // members who said on it that they want no advertising
	Vetoes      int // offers the organiser withdrew from the group
	FeltShort   float64
	Felt        float64 // sponsored posts still felt, on average over the day, if they fade within a week
	FeltLong    float64
	Best        float64 // value of the best offer that wanted to go to the group, clicks per member; 0 if none did
	Score       float64 // the fatigue score that was worked out after it, 0..100
	Threshold   float64 // and the least value that was worth a post, clicks per member
}

// TableName names the table.
func (GroupDay) TableName() string { return "group_days" }

// GroupDays lists the days of some groups from a day on, each group's in order.
func (sc *Scope) GroupDays(groups []GroupID, from int) ([]GroupDay, error) {
	var all []GroupDay
	err := inBatches(groups, func(some []GroupID) error {
		var part []GroupDay
		err := list(sc.rows().Where("group_id IN ? AND day >= ?", ints(some), from).Order("group_id, day"), &part, "group days")
		all = append(all, part...)
		return err
	})
	return all, err
}

// ReplaceGroupDays stores the days of some groups from a day on in place of those that are there.
func (sc *Scope) ReplaceGroupDays(groups []GroupID, from int, days []GroupDay) error {
	err := inBatches(groups, func(some []GroupID) error {
		r := sc.rows().Where("group_id IN ? AND day >= ?", ints(some), from).Delete(&GroupDay{})
		return translate(r.Error, "replace group days")
	})
	if err != nil || len(days) == 0 {
		return err
	}
	for i := range days {
		days[i].ID, days[i].CommunityID = newID[GroupDay](sc.Tx), sc.Community
	}
	return insertAll(sc.Tx, days, "group days")
}

// JudgeGroupDays stores what was worked out after some days: their best offer, score and threshold.
func (sc *Scope) JudgeGroupDays(days []GroupDay) error {
	const part = 500
	for len(days) > 0 {
		n := min(len(days), part)
		ids := make([]int64, n)
		set := map[string][]any{}
		for i, d := range days[:n] {
			ids[i] = int64(d.ID)
			set["best"] = append(set["best"], d.Best)
			set["score"] = append(set["score"], d.Score)
			set["threshold"] = append(set["threshold"], d.Threshold)
		}
		if _, err := updateRows(sc.rows(), &GroupDay{}, ids, set, "group days"); err != nil {
			return err
		}
		days = days[n:]
	}
	return nil
}

// DeleteGroupDays removes the days that ended before a time.
func (sc *Scope) DeleteGroupDays(before Millis) error {
	return translate(sc.rows().Where("to_at < ?", int64(before)).Delete(&GroupDay{}).Error, "delete group days")
}
