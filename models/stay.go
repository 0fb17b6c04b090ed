package models

// The verbs of a stay that learning from leaves needs: who came and went, in numbers of whole groups.

// Moving is one stay that began or ended lately. It does not say whose.
type Moving struct {
	GroupID  GroupID
	JoinedAt Millis
	LeftAt   Millis // zero while in the group
	Removed  bool
}

// CountStays counts who is in some groups now, without the corp's own people.
func (sc *Scope) CountStays(groups []GroupID) (map[GroupID]int, error) {
	counts := make(map[GroupID]int, len(groups))
	err := inBatches(groups, func(some []GroupID) error {
		var part []struct {
			GroupID GroupID
			N       int
		}
		err := sc.rows().Model(&GroupMember{}).Select("group_id, COUNT(*) AS n").
			Where("group_id IN ? AND left_at = 0 AND staff = ?", ints(some), false).Group("group_id").Find(&part).Error
		for _, p := range part {
			counts[p.GroupID] = p.N
		}
		return translate(err, "count members")
	})
	return counts, err
}

// MovingIn lists the stays in some groups that began or ended at or after a time, without the corp's own people.
func (sc *Scope) MovingIn(groups []GroupID, since Millis) ([]Moving, error) {
	var all []Moving
	err := inBatches(groups, func(some []GroupID) error {
		for _, which := range []string{"left_at >= ?", "left_at = 0 AND joined_at >= ?"} {
			var part []Moving
			q := sc.rows().Model(&GroupMember{}).Select("group_id, joined_at, left_at, removed").
				Where("group_id IN ? AND staff = ?", ints(some), false).Where(which, int64(since)).Order("group_id, id")
			if err := list(q, &part, "stays"); err != nil {
				return err
			}
			all = append(all, part...)
		}
		return nil
	})
	return all, err
}

// LeftIn lists when members of some groups left by themselves, as far as we know, at or after a time; each group's in order.
func (sc *Scope) LeftIn(groups []GroupID, since Millis) (map[GroupID][]Millis, error) {
	left := make(map[GroupID][]Millis)
	err := inBatches(groups, func(some []GroupID) error {
		var part []Moving
		q := sc.rows().Model(&GroupMember{}).Select("group_id, left_at").
			Where("group_id IN ? AND staff = ? AND removed = ? AND left_at >= ?", ints(some), false, false, int64(since)).
			Order("group_id, left_at")
		err := list(q, &part, "leaves")
		for _, m := range part {
			left[m.GroupID] = append(left[m.GroupID], m.LeftAt)
		}
		return err
	})
	return left, err
}

// Complaint is that somebody in a group said that she wants no advertising.
type Complaint struct {
	GroupID GroupID
	At      Millis
}

// ComplaintsIn lists the refusals since a time of people who are in some groups, once for each group and person.
func (sc *Scope) ComplaintsIn(groups []GroupID, since Millis) ([]Complaint, error) {
	var all []Complaint
	err := inBatches(groups, func(some []GroupID) error {
		var part []Complaint
		q := sc.db.Table("refusals r").Select("m.group_id, MIN(r.at) AS at").
			Joins("JOIN group_members m ON m.community_id = r.community_id AND m.member_id = r.member_id").
			Where("r.community_id = ? AND r.at >= ? AND m.group_id IN ?", int64(sc.Community), int64(since), ints(some)).
			Where("m.joined_at <= r.at AND (m.left_at = 0 OR m.left_at >= r.at)").
			Group("m.group_id, m.member_id").Order("m.group_id, at")
		err := translate(q.Scan(&part).Error, "list complaints")
		all = append(all, part...)
		return err
	})
	return all, err
}

// VetoesSince lists the vetoes since a time.
func (sc *Scope) VetoesSince(since Millis) ([]Veto, error) {
	var all []Veto
	return all, list(sc.rows().Where("at >= ?", int64(since)).Order("id"), &all, "vetoes")
}

// AddRemovals notes that people were removed from a group of whom it was not said who they are.
func (sc *Scope) AddRemovals(group GroupID, people int) error {
	r := sc.db.Exec("UPDATE chat_groups SET removals = CASE WHEN removals_at < ? THEN 0 ELSE removals END + ?, removals_at = ? "+
		"WHERE community_id = ? AND id = ?", int64(sc.Now-removalsLast), people, int64(sc.Now), int64(sc.Community), int64(group))
	return translate(r.Error, "count removals")
}

// removalsLast is how long the next people to leave a group are taken for those who were removed: a group is read within
// minutes of the news.
const removalsLast = Millis(24 * 60 * 60 * 1000)

// CountShared counts how many stays in some groups are a known member's second, third and so on: each group's members
// together, less this, are people.
func (sc *Scope) CountShared(groups []GroupID) (int, error) {
	if len(groups) == 0 {
		return 0, nil
	}
	many := sc.rows().Model(&GroupMember{}).Select("COUNT(DISTINCT group_id) AS n").
		Where("left_at = 0 AND member_id <> 0 AND group_id IN ?", ints(groups)).Group("member_id").Having("COUNT(DISTINCT group_id) > 1")
	var row struct{ Shared int }
	err := sc.db.Table("(?) AS many", many).Select("COALESCE(SUM(n - 1), 0) AS shared").Scan(&row).Error
	return row.Shared, translate(err, "count shared members")
}
