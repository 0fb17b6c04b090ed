package models

// The verbs that a group's health is worked out from: few statements for many groups.

// Posted is what was posted in a group: the last of each sort, zero if there never was one, and how many since a time.
type Posted struct {
	GroupID           GroupID
	LastValue         Millis // the organiser's own
	LastSponsored     Millis
	Values, Sponsored int
}

// PostedIn tells what was posted in some groups.
func (sc *Scope) PostedIn(groups []GroupID, since Millis) (map[GroupID]Posted, error) {
	all := make(map[GroupID]Posted, len(groups))
	type row struct {
		GroupID GroupID
		Last    Millis
		N       int
	}
	err := inBatches(groups, func(some []GroupID) error {
		var sponsored, values []row
		err := sc.rows().Model(&Placement{}).
			Select("group_id, MAX(sent_at) AS last, SUM(CASE WHEN sent_at > ? THEN 1 ELSE 0 END) AS n", int64(since)).
			Where("group_id IN ? AND state IN ?", ints(some), []PlacementState{PlacementConfirmed, PlacementLate}).
			Group("group_id").Find(&sponsored).Error
		if err != nil {
			return translate(err, "read the last sponsored posts")
		}
		err = sc.rows().Model(&OrganicPost{}).
			Select("group_id, MAX(at) AS last, SUM(CASE WHEN at > ? THEN posts ELSE 0 END) AS n", int64(since)).
			Where("group_id IN ? AND kind = ?", ints(some), OrganicMass).Group("group_id").Find(&values).Error
		for _, r := range sponsored {
			p := all[r.GroupID]
			p.GroupID, p.LastSponsored, p.Sponsored = r.GroupID, r.Last, r.N
			all[r.GroupID] = p
		}
		for _, r := range values {
			p := all[r.GroupID]
			p.GroupID, p.LastValue, p.Values = r.GroupID, r.Last, r.N
			all[r.GroupID] = p
		}
		return translate(err, "read the last organic posts")
	})
	return all, err
}

// GivenTask is a task that a group was given, and when what it is about appeared in the group; zero: it did not. That it is
// done may be known much later.
type GivenTask struct {
	Task
	PostedAt Millis
}

// TasksSince lists the tasks that some groups were given after a time, the oldest first in each part.
func (sc *Scope) TasksSince(groups []GroupID, since Millis) ([]GivenTask, error) {
	var all []GivenTask
	err := inBatches(groups, func(some []GroupID) error {
		var part []GivenTask
		q := sc.db.Table("tasks t").Select("t.*, COALESCE(p.sent_at, r.posted_at, 0) AS posted_at").
			Joins("LEFT JOIN placements p ON p.id = t.placement_id").Joins("LEFT JOIN runs r ON r.id = t.run_id").
			Where("t.community_id = ? AND t.group_id IN ? AND t.created_at > ?", int64(sc.Community), ints(some), int64(since)).Order("t.id")
		err := translate(q.Scan(&part).Error, "list tasks")
		all = append(all, part...)
		return err
	})
	return all, err
}

// CountActive counts the members who are in some groups now and were seen in the Mini Program after a time.
func (sc *Scope) CountActive(groups []GroupID, since Millis) (map[GroupID]int, error) {
	counts := make(map[GroupID]int, len(groups))
	err := inBatches(groups, func(some []GroupID) error {
		var part []struct {
			GroupID GroupID
			N       int
		}
		q := sc.db.Table("group_members m").Select("m.group_id, COUNT(DISTINCT m.member_id) AS n").
			Joins("JOIN touches t ON t.member_id = m.member_id AND t.community_id = m.community_id AND t.kind = ? AND t.at > ?", TouchMini, int64(since)).
			Where("m.community_id = ? AND m.group_id IN ? AND m.left_at = 0 AND m.member_id <> 0", int64(sc.Community), ints(some)).
			Group("m.group_id")
		err := translate(q.Scan(&part).Error, "count active members")
		for _, p := range part {
			counts[p.GroupID] = p.N
		}
		return err
	})
	return counts, err
}
