package models

import (
	"slices"
	"strings"
)

// moving is a table whose rows belong to a group, and what beside the group makes one of its rows the only one.
type moving struct {
	table  string
	unique []string // columns; none: any number of rows may be alike
}

// movings are the tables that follow a group into another. Those that are not here stay with it: its rules, its chain, what
// was learnt of it and its overlaps, which are counted anew.
func movings() []moving {
	return []moving{
		{"placements", nil}, {"tasks", nil}, {"entries", nil}, {"vouchers", nil}, {"touches", nil}, {"organic_posts", nil}, {"runs", nil}, {"wecom_chats", nil}, {"live_cards", nil},
		{"live_seats", nil}, {"post_results", nil},
		{"join_ways", []string{"entry_id"}}, {"live_rooms", []string{"live_id"}}, {"group_days", []string{"day"}},
		{"group_members", []string{"user_key", "joined_at"}}, {"sightings", []string{"subject", "member_id"}},
	}
}

// moveHistory moves what happened in one group to another.
func (sc *Scope) moveHistory(from, into GroupID) error {
	people, err := sc.peopleOf(from)
	if err != nil {
		return err
	}
	if err := sc.dropDoubleStays(from, into); err != nil {
		return err
	}
	if err := sc.movePlans(from, into); err != nil {
		return err
	}
	for _, m := range movings() {
		if err := sc.moveRows(m, from, into); err != nil {
			return err
		}
	}
	// What was opened in the one and is about the other was opened in the group itself.
	for _, home := range []GroupID{from, into} {
		if err := sc.rows().Where("home_id = ? AND group_id = ?", int64(home), int64(into)).Delete(&Sighting{}).Error; err != nil {
			return translate(err, "merge groups")
		}
	}
	if err := sc.rows().Model(&Sighting{}).Where("home_id = ?", int64(from)).Update("home_id", int64(into)).Error; err != nil {
		return translate(err, "merge groups")
	}
	if err := sc.rows().Where("group_id = ? OR other_id = ?", int64(from), int64(from)).Delete(&Overlap{}).Error; err != nil {
		return translate(err, "merge groups")
	}
	for _, p := range people {
		if err := sc.markDirty(p); err != nil {
			return err
		}
	}
	return nil
}

// peopleOf lists who did something in a group.
func (sc *Scope) peopleOf(group GroupID) ([]MemberID, error) {
	var ids []MemberID
	err := sc.rows().Model(&Touch{}).Where("group_id = ?", int64(group)).Distinct("member_id").Order("member_id").Pluck("member_id", &ids).Error
	return ids, translate(err, "list people")
}

// dropDoubleStays removes the stays in from of people who are in into as well: a person is in a group once.
func (sc *Scope) dropDoubleStays(from, into GroupID) error {
	there, err := sc.PresentMembers(into)
	if err != nil {
		return err
	}
	here, err := sc.PresentMembers(from)
	if err != nil {
		return err
	}
	var doubles []int64
	for _, m := range here {
		if slices.ContainsFunc(there, func(o GroupMember) bool {
			return o.UserKey == m.UserKey || m.MemberID != 0 && o.MemberID == m.MemberID
		}) {
			doubles = append(doubles, int64(m.ID))
		}
	}
	if len(doubles) == 0 {
		return nil
	}
	return translate(sc.rows().Where("id IN ?", doubles).Delete(&GroupMember{}).Error, "merge stays")
}

// moveRows moves the rows of a table; a row that the other group has already is removed.
func (sc *Scope) moveRows(m moving, from, into GroupID) error {
	if len(m.unique) == 0 {
		r := sc.db.Exec("UPDATE "+m.table+" SET group_id = ? WHERE community_id = ? AND group_id = ?", int64(into), int64(sc.Community), int64(from))
		return translate(r.Error, "move "+m.table)
	}
	here, err := sc.keysIn(m, from)
	if err != nil {
		return err
	}
	there, err := sc.keysIn(m, into)
	if err != nil {
		return err
	}
	var move, drop []int64
	for key, id := range here {
		if _, taken := there[key]; taken {
			drop = append(drop, id)
		} else {
			move = append(move, id)
		}
	}
	for _, ids := range []struct {
		sql string
		ids []int64
	}{{"UPDATE " + m.table + " SET group_id = ? WHERE id IN ?", move}, {"DELETE FROM " + m.table + " WHERE group_id <> ? AND id IN ?", drop}} {
		slices.Sort(ids.ids)
		for some := range slices.Chunk(ids.ids, batch) {
			if err := sc.db.Exec(ids.sql, int64(into), some).Error; err != nil {
				return translate(err, "move "+m.table)
			}
		}
	}
	return nil
}

// keysIn are the rows of a group by what makes them the only one.
func (sc *Scope) keysIn(m moving, group GroupID) (map[string]int64, error) {
	var rows []struct {
		ID   int64
		Ukey string
	}
	parts := make([]string, len(m.unique))
	for i, c := range m.unique {
		parts[i] = "COALESCE(" + c + ", '')"
	}
	key := strings.Join(parts, " || '/' || ")
	if sc.s.engine == MySQL {
		key = "CONCAT_WS('/', " + strings.Join(m.unique, ", ") + ")"
	}
	q := sc.db.Table(m.table).Select("id, "+key+" AS ukey").Where("community_id = ? AND group_id = ?", int64(sc.Community), int64(group))
	if err := q.Scan(&rows).Error; err != nil {
		return nil, translate(err, "read "+m.table)
	}
	byKey := make(map[string]int64, len(rows))
	for _, r := range rows {
		byKey[r.Ukey] = r.ID
	}
	return byKey, nil
}

// moveVetoes has what was refused in one group refused in another.
func (sc *Scope) moveVetoes(from, into GroupID, by AccountID) error {
	var all []Veto
	if err := list(sc.rows().Where("group_id = ?", int64(from)).Order("id"), &all, "vetoes"); err != nil {
		return err
	}
	for _, v := range all {
		again := Veto{GroupID: into, OfferID: v.OfferID, AccountID: by, Note: v.Note}
		if _, err := sc.AddVeto(&again); err != nil {
			return err
		}
	}
	return nil
}

// DropSeenStays forgets who is in an ordinary group as opened cards have told it: somebody has the whole list.
func (sc *Scope) DropSeenStays(group GroupID) error {
	err := sc.rows().Where("group_id = ? AND left_at = 0", int64(group)).Delete(&GroupMember{}).Error
	return translate(err, "forget stays")
}

// Unbind takes a group's opengid from it and gives it to a new group that nobody has named, with everybody who was seen in
// it by opening a card, and notes that the two are not one. The new group is returned.
func (sc *Scope) Unbind(id GroupID, by AccountID) (Group, error) {
	g, err := sc.LockGroup(id)
	if IsKind(err, NotFound) {
		return g, Errorf(NotFound, "group_not_found", "no such group")
	}
	if err != nil {
		return g, err
	}
	if g.Kind != OrdinaryGroup || g.OpenGID == nil {
		return g, Errorf(Conflict, "group_unbound", "the group is bound to none")
	}
	name := *g.OpenGID
	if _, err := swap(sc.rows().Where("id = ?", int64(id)), &Group{}, map[string]any{"open_gid": nil}, "group"); err != nil {
		return g, err
	}
	other := Group{Name: UnnamedGroup, Kind: OrdinaryGroup, OpenGID: &name, Zone: g.Zone, Paused: true}
	if err := sc.InsertGroup(&other); err != nil {
		return g, err
	}
	if err := sc.moveSeen(id, other.ID); err != nil {
		return g, err
	}
	no := Sighting{Subject: NotThisGroup, HomeID: id, GroupID: other.ID}
	if _, err := sc.AddSighting(&no); err != nil {
		return g, err
	}
	return other, sc.AddAudit(by, "group.unbind", "group:"+id.String(), "group:"+other.ID.String())
}

// moveSeen moves who was seen in a group by opening a card there, and that she was, to another group.
func (sc *Scope) moveSeen(from, into GroupID) error {
	people, err := sc.peopleOf(from)
	if err != nil {
		return err
	}
	if err := sc.moveRows(moving{"group_members", []string{"user_key", "joined_at"}}, from, into); err != nil {
		return err
	}
	r := sc.db.Exec("UPDATE touches SET group_id = ? WHERE community_id = ? AND group_id = ? AND uid LIKE 'enter:%'",
		int64(into), int64(sc.Community), int64(from))
	if r.Error != nil {
		return translate(r.Error, "move touches")
	}
	for _, p := range people {
		if err := sc.markDirty(p); err != nil {
			return err
		}
	}
	return nil
}
