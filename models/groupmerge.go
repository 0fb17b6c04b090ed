package models

import (
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
)

// UnnamedGroup is the name of a group that was discovered by its opengid, until the organiser or WeCom gives another:
// WeChat tells a Mini Program no names.
const UnnamedGroup = "未命名群 Unnamed group"

// Known reports whether the organiser knows the group: it was registered, or is WeCom's, or she has named it. What is posted
// in a group she does not know is not hers.
func (g Group) Known() bool { return g.Kind == WeComGroup || g.Name != UnnamedGroup }

// merged is the body of the records that tell of a merge, in both chains: from where the one goes on that ends here, so that
// what was decided about a placement before can still be followed.
type merged struct {
	What  string  `json:"what"` // merged_from, merged_into
	Group GroupID `json:"group"`
	Chain string  `json:"chain"` // the hash of the other's last record before
	Seq   int64   `json:"seq"`
	Note  string  `json:"note,omitempty"`
}

// MergeGroups makes two groups one: everything that happened in from happened in into. Placements, tasks, posts, stays,
// touches and vouchers move; what both have is kept once; vetoes hold on. The rules of from, what was learnt of it and its
// chain stay with its row, which is closed and points to into. Both chains tell of it. It reports false if they were merged
// before. What WeChat calls from is what it calls into, where that has no name of the kind.
func (sc *Scope) MergeGroups(from, into GroupID, by AccountID, note string) (bool, error) {
	groups, err := sc.LockGroups([]GroupID{from, into})
	if err != nil {
		return false, err
	}
	if from == into || len(groups) != 2 {
		return false, Errorf(NotFound, "group_not_found", "no such group")
	}
	a, b := groups[0], groups[1]
	if a.ID != from {
		a, b = b, a
	}
	switch {
	case a.MergedInto == into:
		return false, nil
	case a.MergedInto != 0 || b.MergedInto != 0:
		return false, Errorf(Conflict, "group_merged", "one of them is part of another group already")
	case b.GoneAt != 0 && a.GoneAt == 0 && a.ChatID == nil: // else a group that lives would end with it
		return false, Errorf(Conflict, "group_retired", "the group it would be part of has ended")
	case a.ChatID != nil && b.ChatID != nil, a.OpenGID != nil && b.OpenGID != nil:
		return false, Errorf(Conflict, "groups_differ", "WeChat knows them as two groups")
	}
	if err := sc.closeMerged(a, into); err != nil {
		return false, err
	}
	if err := sc.nameMerged(a, b); err != nil {
		return false, err
	}
	if err := sc.moveHistory(from, into); err != nil {
		return false, err
	}
	if err := sc.moveVetoes(from, into, by); err != nil {
		return false, err
	}
	if err := sc.recordMerge(from, merged{What: "merged_into", Group: into, Chain: b.Chain, Seq: b.ChainSeq, Note: note}, by); err != nil {
		return false, err
	}
	if err := sc.recordMerge(into, merged{What: "merged_from", Group: from, Chain: a.Chain, Seq: a.ChainSeq, Note: note}, by); err != nil {
		return false, err
	}
	return true, sc.AddAudit(by, "group.merge", "group:"+into.String(), "group:"+from.String())
}

func (sc *Scope) recordMerge(group GroupID, m merged, by AccountID) error {
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write a merge: %w", err)
	}
	return sc.record(group, Record{Kind: RecordOrder, Ref: int64(by), Body: body})
}

// closeMerged ends a group's row: it has no name at WeChat any more and gets nothing.
func (sc *Scope) closeMerged(g Group, into GroupID) error {
	// A third that was merged into g leads to where g leads.
	if err := sc.rows().Model(&Group{}).Where("merged_into = ?", int64(g.ID)).Update("merged_into", int64(into)).Error; err != nil {
		return translate(err, "merge groups")
	}
	_, err := swap(sc.rows().Where("id = ?", int64(g.ID)), &Group{}, map[string]any{"merged_into": int64(into), "gone_at": int64(max(sc.Now, 1)),
		"paused": true, "paused_until": 0, "owner_user_id": "", "keeper_id": 0, "deputy_id": 0, "chat_id": gorm.Expr("NULL"), "open_gid": gorm.Expr("NULL")}, "group")
	return err
}

// nameMerged gives a group the names and facts of the one that became it, where it has none.
func (sc *Scope) nameMerged(from, into Group) error {
	set := map[string]any{"ver": into.Ver + 1, "clock_high": int64(max(into.ClockHigh, from.ClockHigh))}
	if from.OpenGID != nil {
		set["open_gid"] = *from.OpenGID
	}
	if from.ChatID != nil {
		set["chat_id"], set["kind"], set["owner_user_id"] = *from.ChatID, WeComGroup, from.OwnerUserID
		set["name"], set["capacity"], set["join_config"] = from.Name, from.Capacity, from.JoinConfig
		if from.Name == UnnamedGroup {
			set["name"] = into.Name
		}
	}
	if from.CountedAt > into.CountedAt {
		set["headcount"], set["counted_at"] = from.Headcount, int64(from.CountedAt)
	}
	if from.InviteURL != "" && (into.InviteURL == "" || from.ChatID != nil) {
		set["invite_url"], set["invite_expires_at"] = from.InviteURL, int64(from.InviteExpiresAt)
	}
	if into.KeeperID == 0 && from.KeeperID != 0 {
		set["keeper_id"], set["deputy_id"] = int64(from.KeeperID), int64(from.DeputyID)
	}
	if from.ChatID != nil {
		set["member_version"], set["synced_at"], set["gone_at"] = from.MemberVersion, int64(from.SyncedAt), int64(from.GoneAt)
	}
	if from.FullUntil > into.FullUntil {
		set["full_until"] = int64(from.FullUntil)
	}
	_, err := swap(sc.rows().Where("id = ?", int64(into.ID)), &Group{}, set, "group")
	return err
}

// TurnWeCom makes an ordinary group the WeCom group it has become; it keeps its row and all that happened in it. It reports
// false if it is not an ordinary group any more.
func (sc *Scope) TurnWeCom(id GroupID, chatID string) (bool, error) {
	q := sc.rows().Where("id = ? AND kind = ? AND chat_id IS NULL", int64(id), OrdinaryGroup)
	return swap(q, &Group{}, map[string]any{"kind": WeComGroup, "chat_id": chatID}, "group")
}

// Survivor is the group that a group is now, after merges.
func (sc *Scope) Survivor(id GroupID) (Group, error) {
	g, err := sc.Group(id)
	if err != nil || g.MergedInto == 0 {
		return g, err
	}
	return sc.Group(g.MergedInto)
}

// BoundOrdinary lists the community's ordinary groups whose opengid is known, oldest first.
func (sc *Scope) BoundOrdinary() ([]Group, error) {
	var all []Group
	q := sc.rows().Where("kind = ? AND open_gid IS NOT NULL AND gone_at = 0", OrdinaryGroup).Order("id")
	return all, list(q, &all, "groups")
}
