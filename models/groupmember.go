package models

// GroupMember is one stay of a person in a group: a person who leaves and comes back has two.
type GroupMember struct {
	ID          ID[GroupMember] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	GroupID     GroupID
	UserKey     string   // external_userid, staff userid, or group_openid of an ordinary group
	Staff       bool     // type 1: one of the corp's own people
	MemberID    MemberID // zero until the person is identified
	JoinScene   int      // 1 direct invite, 2 link, 3 QR; 0 unknown
	State       string   // of the join way: which video or campaign
	JoinedAt    Millis   // as WeCom says
	LeftAt      Millis   // zero while in the group
	Inviter     string   // WeCom userid of the colleague who brought her in; empty: nobody, or a member did
	ToldAt      Millis   // when WeCom told how she left, by name; zero: only that she is gone
	Removed     bool     // the group's owner removed her; if not, she left by herself as far as we know
}

// TableName names the table.
func (GroupMember) TableName() string { return "group_members" }

// PresentMembers lists who is in a group now.
func (sc *Scope) PresentMembers(group GroupID) ([]GroupMember, error) {
	var all []GroupMember
	q := sc.rows().Where("group_id = ? AND left_at = 0", int64(group)).Order("id")
	return all, list(q, &all, "group members")
}

// AddGroupMember stores one stay; it reports false if it is known (same group, person and joining time).
func (sc *Scope) AddGroupMember(m *GroupMember) (bool, error) {
	m.ID, m.CommunityID = newID[GroupMember](sc.Tx), sc.Community
	return insertOnce(sc.Tx, m, "group member", func() error {
		var known GroupMember
		q := sc.rows().Where("group_id = ? AND user_key = ? AND joined_at = ?", int64(m.GroupID), m.UserKey, int64(m.JoinedAt))
		if err := one(q, &known, "group member"); err != nil {
			return err
		}
		*m = known
		return nil
	})
}

// CloseGroupMember ends a stay; it reports false if it had ended.
func (sc *Scope) CloseGroupMember(id ID[GroupMember], at Millis) (bool, error) {
	q := sc.rows().Where("id = ? AND left_at = 0", int64(id))
	return swap(q, &GroupMember{}, map[string]any{"left_at": int64(at)}, "group member")
}

// CloseRemoved is CloseGroupMember for somebody whom the group's owner removed.
func (sc *Scope) CloseRemoved(id ID[GroupMember], at Millis) (bool, error) {
	q := sc.rows().Where("id = ? AND left_at = 0", int64(id))
	return swap(q, &GroupMember{}, map[string]any{"left_at": int64(at), "removed": true}, "group member")
}

// CountPresent counts who is in a group now, as far as we know.
func (sc *Scope) CountPresent(group GroupID) (int, error) {
	var n int64
	err := sc.rows().Model(&GroupMember{}).Where("group_id = ? AND left_at = 0", int64(group)).Count(&n).Error
	return int(n), translate(err, "count group members")
}

// GroupsOfAll lists the groups some people are in now.
func (sc *Scope) GroupsOfAll(members []MemberID) (map[MemberID][]GroupID, error) {
	byMember := make(map[MemberID][]GroupID, len(members))
	err := inBatches(members, func(some []MemberID) error {
		var part []GroupMember
		err := list(sc.rows().Where("member_id IN ? AND left_at = 0", ints(some)).Order("id"), &part, "group members")
		for _, m := range part {
			byMember[m.MemberID] = append(byMember[m.MemberID], m.GroupID)
		}
		return err
	})
	return byMember, err
}

// CrowdsOf lists, for each of some groups, in which groups its known members are now, those of one member together.
func (sc *Scope) CrowdsOf(groups []GroupID) (map[GroupID][]GroupMember, error) {
	crowds := make(map[GroupID][]GroupMember, len(groups))
	err := inBatches(groups, func(some []GroupID) error {
		var rows []struct {
			Crowd    GroupID
			MemberID MemberID
			GroupID  GroupID
		}
		q := sc.db.Table("group_members m").Select("DISTINCT m.group_id AS crowd, a.member_id, a.group_id").
			Joins("JOIN group_members a ON a.member_id = m.member_id AND a.community_id = m.community_id AND a.left_at = 0").
			Where("m.community_id = ? AND m.group_id IN ? AND m.left_at = 0 AND m.member_id <> 0", int64(sc.Community), ints(some)).
			Order("m.group_id, a.member_id, a.group_id")
		err := translate(q.Scan(&rows).Error, "read crowds")
		for _, r := range rows {
			crowds[r.Crowd] = append(crowds[r.Crowd], GroupMember{MemberID: r.MemberID, GroupID: r.GroupID})
		}
		return err
	})
	return crowds, err
}
