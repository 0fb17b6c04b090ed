package models

// The verbs of groups that say whose they are.

// GroupsKept lists the groups that an account is responsible for: as keeper, as deputy, or because it is the WeCom account
// that owns them; the oldest first.
func (sc *Scope) GroupsKept(account AccountID) ([]Group, error) {
	owned := sc.db.Model(&StaffUser{}).Select("user_id").Where("community_id = ? AND account_id = ? AND left_at = 0",
		int64(sc.Community), int64(account))
	var all []Group
	q := sc.rows().Where("keeper_id = ? OR deputy_id = ? OR (owner_user_id <> '' AND owner_user_id IN (?))",
		int64(account), int64(account), owned).Order("id")
	return all, list(q, &all, "groups")
}

// GroupsOwned lists the WeCom groups that one of a corp's people owns, the oldest first.
func (sc *Scope) GroupsOwned(userID string) ([]Group, error) {
	var all []Group
	return all, list(sc.rows().Where("owner_user_id = ? AND kind = ?", userID, WeComGroup).Order("id"), &all, "groups")
}

// SetGroupKeeper stores who is responsible for a group, and who is when she is away; zero is nobody. It reports false if
// there is no such group or nothing changed.
func (sc *Scope) SetGroupKeeper(id GroupID, keeper, deputy AccountID) (bool, error) {
	return swap(sc.rows().Where("id = ? AND (keeper_id <> ? OR deputy_id <> ?)", int64(id), int64(keeper), int64(deputy)), &Group{},
		map[string]any{"keeper_id": int64(keeper), "deputy_id": int64(deputy)}, "group")
}

// SetGroupOwner stores who owns a WeCom group, and reports false if that was known.
func (sc *Scope) SetGroupOwner(id GroupID, userID string) (bool, error) {
	return swap(sc.rows().Where("id = ? AND owner_user_id <> ?", int64(id), userID), &Group{},
		map[string]any{"owner_user_id": userID}, "group")
}

// TasksOfGroups lists the tasks of some groups in any of the states, the oldest first in each part.
func (sc *Scope) TasksOfGroups(groups []GroupID, states ...TaskState) ([]Task, error) {
	var all []Task
	err := inBatches(groups, func(some []GroupID) error {
		var part []Task
		err := list(sc.rows().Where("group_id IN ? AND state IN ?", ints(some), states).Order("id"), &part, "tasks")
		all = append(all, part...)
		return err
	})
	return all, err
}

// SetTaskAccount passes a task on to another account and reports false if it is not from's any more, or has ended.
func (sc *Scope) SetTaskAccount(id TaskID, from, to AccountID) (bool, error) {
	q := sc.rows().Where("id = ? AND account_id = ? AND state IN ?", int64(id), int64(from), []TaskState{TaskNew, TaskCalling, TaskOpen})
	return swap(q, &Task{}, map[string]any{"account_id": int64(to)}, "task")
}

// CountTasksOf counts the open tasks of each account; those of nobody in particular are zero's.
func (sc *Scope) CountTasksOf() (map[AccountID]int, error) {
	var rows []struct {
		AccountID AccountID
		N         int
	}
	err := sc.rows().Model(&Task{}).Select("account_id, COUNT(*) AS n").Where("state = ?", TaskOpen).Group("account_id").Find(&rows).Error
	counts := make(map[AccountID]int, len(rows))
	for _, r := range rows {
		counts[r.AccountID] = r.N
	}
	return counts, translate(err, "count tasks")
}

// GroupOwners lists the userids that own a WeCom group that is still there.
func (sc *Scope) GroupOwners() ([]string, error) {
	var all []string
	err := sc.rows().Model(&Group{}).Distinct("owner_user_id").Where("kind = ? AND gone_at = 0 AND owner_user_id <> ''", WeComGroup).
		Order("owner_user_id").Pluck("owner_user_id", &all).Error
	return all, translate(err, "list owners")
}
