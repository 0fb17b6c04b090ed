package models

import (
	"gorm.io/gorm/clause"
)

// The verbs that book what happened to many stays of one group at once, in few statements. Their outcome is that of the
// verbs for one, called for each. Whoever calls them holds the group's lock, so that no other reading of the group comes
// in between.

// AddStays stores stays and returns those that were not known (same group, person and joining time), with their ids.
func (sc *Scope) AddStays(group GroupID, all []GroupMember) ([]GroupMember, error) {
	type stay struct {
		key string
		at  Millis
	}
	known := make(map[stay]bool, len(all))
	for rest := all; len(rest) > 0; {
		n := min(len(rest), batch)
		keys := make([]string, n)
		for i, m := range rest[:n] {
			keys[i] = m.UserKey
		}
		var rows []GroupMember
		q := sc.rows().Select("user_key, joined_at").Where("group_id = ? AND user_key IN ?", int64(group), keys)
		if err := list(q, &rows, "group members"); err != nil {
			return nil, err
		}
		for _, r := range rows {
			known[stay{r.UserKey, r.JoinedAt}] = true
		}
		rest = rest[n:]
	}
	fresh := make([]GroupMember, 0, len(all))
	for _, m := range all {
		if at := (stay{m.UserKey, m.JoinedAt}); !known[at] {
			known[at] = true
			m.ID, m.CommunityID, m.GroupID = newID[GroupMember](sc.Tx), sc.Community, group
			fresh = append(fresh, m)
		}
	}
	return fresh, insertAll(sc.Tx, fresh, "group members")
}

// CloseStays ends stays at a time, as those of people who were removed or who were not. One that has ended meanwhile makes
// the transaction run again.
func (sc *Scope) CloseStays(ids []ID[GroupMember], at Millis, removed bool) error {
	set := map[string]any{"left_at": int64(at)}
	if removed {
		set["removed"] = true
	}
	return inBatches(ids, func(some []ID[GroupMember]) error {
		r := sc.rows().Model(&GroupMember{}).Where("id IN ? AND left_at = 0", ints(some)).Updates(set)
		if r.Error == nil && int(r.RowsAffected) != len(some) {
			return errMoved
		}
		return translate(r.Error, "close stays")
	})
}

// TakeRemovals takes up to most of the removals from a group of whom nobody's name was told, and returns how many.
func (sc *Scope) TakeRemovals(group GroupID, most int) (int, error) {
	if most == 0 {
		return 0, nil
	}
	g, err := sc.LockGroup(group)
	if err != nil || g.Removals <= 0 || g.RemovalsAt < sc.Now-removalsLast {
		return 0, err
	}
	n := min(most, g.Removals)
	_, err = swap(sc.rows().Where("id = ?", int64(group)), &Group{}, map[string]any{"removals": g.Removals - n}, "group")
	return n, err
}

// AddTouches is [Scope.AddTouch] for many facts, in few statements.
func (sc *Scope) AddTouches(all []Touch) error {
	for len(all) > 0 {
		n := min(len(all), batch/2)
		if err := sc.addTouches(all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

func (sc *Scope) addTouches(all []Touch) error {
	uids := make([]string, len(all))
	for i, t := range all {
		uids[i] = t.UID
	}
	var told []string
	err := sc.rows().Model(&Touch{}).Where("uid IN ?", uids).Pluck("uid", &told).Error
	if err != nil {
		return translate(err, "read touches")
	}
	known := make(map[string]bool, len(all))
	for _, uid := range told {
		known[uid] = true
	}
	var fresh []Touch
	var members []MemberID
	for _, t := range all {
		if known[t.UID] {
			continue
		}
		known[t.UID] = true
		t.ID, t.CommunityID, t.ReceivedAt = newID[Touch](sc.Tx), sc.Community, sc.Now
		fresh, members = append(fresh, t), append(members, t.MemberID)
	}
	if err := insertAll(sc.Tx, fresh, "touches"); err != nil {
		return err
	}
	return sc.markAllDirty(members)
}

// markAllDirty marks people whose touches changed. The marks that are there are locked before they are renewed: a reader
// that took one of them meanwhile would not see what we have written.
func (sc *Scope) markAllDirty(members []MemberID) error {
	return inBatches(members, func(some []MemberID) error {
		var marks []journeyDirty
		q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("member_id IN ?", ints(some))
		if err := list(q, &marks, "journey marks"); err != nil {
			return err
		}
		marked := make(map[MemberID]bool, len(some))
		there := make([]int64, len(marks))
		for i, m := range marks {
			there[i], marked[m.MemberID] = int64(m.MemberID), true
		}
		if len(there) > 0 {
			r := sc.rows().Model(&journeyDirty{}).Where("member_id IN ?", there).Update("marked_at", int64(sc.Now))
			if r.Error != nil {
				return translate(r.Error, "mark journeys")
			}
		}
		var fresh []journeyDirty
		for _, m := range some {
			if !marked[m] {
				marked[m] = true
				fresh = append(fresh, journeyDirty{MemberID: m, CommunityID: sc.Community, MarkedAt: sc.Now})
			}
		}
		return insertAll(sc.Tx, fresh, "journey marks")
	})
}

// EntriesByCodes finds the entries of the community that some codes name.
func (sc *Scope) EntriesByCodes(codes []string) (map[string]Entry, error) {
	found := make(map[string]Entry, len(codes))
	if len(codes) == 0 {
		return found, nil
	}
	var all []Entry
	err := list(sc.rows().Where("code IN ?", codes), &all, "entries")
	for _, e := range all {
		found[e.Code] = e
	}
	return found, err
}

// StaysOf lists the stays of some people in a group, those of one person together.
func (sc *Scope) StaysOf(group GroupID, userKeys []string) (map[string][]GroupMember, error) {
	var all []GroupMember
	err := list(sc.rows().Where("group_id = ? AND user_key IN ?", int64(group), userKeys).Order("joined_at, id"), &all, "group members")
	byKey := make(map[string][]GroupMember, len(userKeys))
	for _, m := range all {
		byKey[m.UserKey] = append(byKey[m.UserKey], m)
	}
	return byKey, err
}

// StaysEnded lists the stays in a group that ended at or after a time.
func (sc *Scope) StaysEnded(group GroupID, since Millis) ([]GroupMember, error) {
	var all []GroupMember
	return all, list(sc.rows().Where("group_id = ? AND left_at >= ?", int64(group), int64(since)).Order("left_at, id"), &all, "group members")
}

// TellStay notes how a stay ended, or is about to end, and when that happened.
func (sc *Scope) TellStay(id ID[GroupMember], at Millis, removed bool) error {
	_, err := swap(sc.rows().Where("id = ?", int64(id)), &GroupMember{}, map[string]any{"told_at": int64(at), "removed": removed}, "group member")
	return err
}
