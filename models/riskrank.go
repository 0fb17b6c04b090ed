package models

import (
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// RiskRank is what WeChat thought of a person's doings in a Mini Program when it was asked (getUserRiskRank, scene 1), or why it
// said nothing.
type RiskRank struct {
	MemberID    MemberID `gorm:"primaryKey;autoIncrement:false"`
	AppID       string   `gorm:"primaryKey"`
	CommunityID CommunityID
	Level       int    // 0 none … 4 high; -1: it said nothing
	Note        string // why it said nothing, such as inactive; empty if it did
	AskedAt     Millis
	AgainAt     Millis // from then on it is asked again
}

// TableName names the table.
func (RiskRank) TableName() string { return "risk_ranks" }

// UnknownLevel is the level of somebody of whom WeChat said nothing.
const UnknownLevel = -1

// SetRiskRanks stores what WeChat said of some people; what it said of them before is forgotten.
func (sc *Scope) SetRiskRanks(all []RiskRank) error {
	if len(all) == 0 {
		return nil
	}
	for i := range all {
		all[i].CommunityID = sc.Community
	}
	on := clause.OnConflict{Columns: []clause.Column{{Name: "member_id"}, {Name: "app_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"level", "note", "asked_at", "again_at"})}
	return translate(sc.db.Clauses(on).Create(&all).Error, "write risk ranks")
}

// RiskRanks finds what is known of some people in a Mini Program; of whom nothing is, she is left out.
func (sc *Scope) RiskRanks(appID string, people []MemberID) (map[MemberID]RiskRank, error) {
	known := make(map[MemberID]RiskRank, len(people))
	err := inBatches(people, func(some []MemberID) error {
		var part []RiskRank
		err := list(sc.rows().Where("member_id IN ? AND app_id = ?", ints(some), appID), &part, "risk ranks")
		for _, r := range part {
			known[r.MemberID] = r
		}
		return err
	})
	return known, err
}

// RiskTraces are the facts about a person, under all her ids, that speak for or against a claim.
type RiskTraces struct {
	NewGroups    int    // groups she joined since
	Exclusive    int    // groups, or offers where the group is not known, whose own offers she claimed since
	Claims       int    // vouchers since
	ClearedUntil Millis // an appeal of hers was upheld: no gate until then; zero: none
}

// CountRiskTraces reads the facts of some people, each with all her ids, in a few statements; they are by who she is now.
func (sc *Scope) CountRiskTraces(people map[MemberID][]MemberID, groupsSince, exclusiveSince, claimsSince Millis) (map[MemberID]RiskTraces, error) {
	owner, ids := map[MemberID]MemberID{}, []MemberID{}
	for _, all := range people {
		for _, id := range all {
			if owner[id] == 0 {
				owner[id], ids = all[0], append(ids, id)
			}
		}
	}
	traces := make(map[MemberID]RiskTraces, len(people))
	add := func(of MemberID, n int, at func(*RiskTraces) *int) {
		t := traces[owner[of]]
		*at(&t) += n
		traces[owner[of]] = t
	}
	err := inBatches(ids, func(some []MemberID) error {
		joined, err := sc.countBy(sc.db.Model(&GroupMember{}).Select("member_id, COUNT(DISTINCT group_id) AS n").
			Where("community_id = ? AND member_id IN ? AND joined_at >= ?", int64(sc.Community), ints(some), int64(groupsSince)))
		if err != nil {
			return err
		}
		for m, n := range joined {
			add(m, n, func(t *RiskTraces) *int { return &t.NewGroups })
		}
		claimed, err := sc.countBy(sc.db.Model(&Voucher{}).Select("member_id, COUNT(*) AS n").
			Where("community_id = ? AND member_id IN ? AND issued_at >= ?", int64(sc.Community), ints(some), int64(claimsSince)))
		if err != nil {
			return err
		}
		for m, n := range claimed {
			add(m, n, func(t *RiskTraces) *int { return &t.Claims })
		}
		exclusive, err := sc.countBy(sc.db.Table("vouchers v").
			Select("v.member_id, COUNT(DISTINCT CASE WHEN v.group_id <> 0 THEN v.group_id ELSE -v.offer_id END) AS n").
			Joins("JOIN offers o ON o.id = v.offer_id").Where("v.community_id = ? AND v.member_id IN ? AND v.issued_at >= ? AND o.audience = ?",
			int64(sc.Community), ints(some), int64(exclusiveSince), ForGroups))
		if err != nil {
			return err
		}
		for m, n := range exclusive {
			add(m, n, func(t *RiskTraces) *int { return &t.Exclusive })
		}
		return sc.clearances(some, func(m MemberID, until Millis) {
			t := traces[owner[m]]
			t.ClearedUntil = max(t.ClearedUntil, until)
			traces[owner[m]] = t
		})
	})
	return traces, err
}

// clearances tells how long the people whose appeals were upheld pass no gate.
func (sc *Scope) clearances(members []MemberID, add func(MemberID, Millis)) error {
	var rows []struct {
		MemberID MemberID
		Until    Millis
	}
	err := sc.rows().Model(&Appeal{}).Select("member_id, MAX(until) AS until").
		Where("member_id IN ? AND until > ?", ints(members), int64(sc.Now)).Group("member_id").Scan(&rows).Error
	for _, r := range rows {
		add(r.MemberID, r.Until)
	}
	return translate(err, "read appeals")
}

// countBy runs a query that counts by member.
func (sc *Scope) countBy(q *gorm.DB) (map[MemberID]int, error) {
	var rows []struct {
		MemberID MemberID
		N        int
	}
	err := q.Group("member_id").Scan(&rows).Error
	counts := make(map[MemberID]int, len(rows))
	for _, r := range rows {
		counts[r.MemberID] = r.N
	}
	return counts, translate(err, "count by member")
}

// repointRanks forgets what WeChat thought of a person under an id that is hers no more: it is asked again.
func (sc *Scope) repointRanks(from, _ MemberID) error {
	return translate(sc.rows().Where("member_id = ?", int64(from)).Delete(&RiskRank{}).Error, "merge risk ranks")
}
