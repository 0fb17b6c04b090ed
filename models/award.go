package models

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// Action is something a member does that is of value to the community or to a shop. Sharing, following and bringing others
// are none: nothing is ever given for them.
type Action string

// The actions. A quest is done by doing some of the others.
const (
	ActVisit  Action = "visit"  // she checked in
	ActRedeem Action = "redeem" // a voucher of hers was written off
	ActReview Action = "review" // what she wrote of it may be shown
	ActAnswer Action = "answer" // she answered a question
	ActQuest  Action = "quest"  // she finished a quest
	ActAdjust Action = "adjust" // an organiser gave or took points, and said why
)

// Actions are the actions for which a rule may give points.
func Actions() []Action { return []Action{ActVisit, ActRedeem, ActReview, ActAnswer} }

// Award is that an action of a member counts, once, and what she got for it; that may be nothing. An award that turned out
// to be for nothing is void.
type Award struct {
	ID          AwardID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	UID         string // see [AwardUID]; unique
	MemberID    MemberID
	Action      Action
	Ref         int64  // the check-in, redemption, review, answer or quest
	Term        string // of a quest: which day or week of it; of an adjustment: the key of its request
	Round       int    // of a quest: how often it was taken back in the term before
	Points      int    // negative only when an organiser took them
	Booked      int    // of them in the ledger now
	Note        string // of an organiser
	AccountID   AccountID
	At          Millis
	VoidAt      Millis // zero: it counts
	VoidWhy     string
}

// TableName names the table.
func (Award) TableName() string { return "awards" }

// AwardUID names the award of an action; of a quest and an adjustment see [Award.Name].
func AwardUID(a Action, ref int64) string { return string(a) + ":" + strconv.FormatInt(ref, 10) }

// Name gives an award its natural key.
func (a *Award) Name() {
	a.UID = AwardUID(a.Action, a.Ref)
	if a.Action == ActAdjust {
		a.UID = string(a.Action) + ":" + a.AccountID.String() + ":" + a.Term
	}
	if a.Action == ActQuest {
		a.UID += ":" + a.Term + ":" + a.MemberID.String()
		if a.Round > 0 {
			a.UID += ":" + strconv.Itoa(a.Round)
		}
	}
}

// SettlePoints is the job that brings the ledger in step with awards that became void without it.
type SettlePoints struct {
	Community CommunityID `json:"community"`
}

// Kind names the job.
func (SettlePoints) Kind() string { return "points.settle" }

// AddAward stores an award; it reports false if its key is taken, and then a is the known one.
func (sc *Scope) AddAward(a *Award) (bool, error) {
	a.ID, a.CommunityID, a.At = newID[Award](sc.Tx), sc.Community, sc.Now
	return insertOnce(sc.Tx, a, "award", func() error {
		known, err := sc.AwardNamed(a.UID)
		if err == nil {
			*a = known
		}
		return err
	})
}

// AwardNamed finds an award by its key.
func (sc *Scope) AwardNamed(uid string) (Award, error) {
	var a Award
	return a, one(sc.rows().Where("uid = ?", uid), &a, "award")
}

// VoidAward makes an award count no more; it reports false if it does not already. What is booked of it stays to be taken
// back.
func (sc *Scope) VoidAward(id AwardID, why string) (bool, error) {
	return swap(sc.rows().Where("id = ? AND void_at = 0", int64(id)), &Award{},
		map[string]any{"void_at": int64(sc.Now), "void_why": why}, "award")
}

// BookAward writes how much of an award is in the ledger; it reports false if that was changed meanwhile.
func (sc *Scope) BookAward(a Award, booked int) (bool, error) {
	return swap(sc.rows().Where("id = ? AND booked = ?", int64(a.ID), a.Booked), &Award{}, map[string]any{"booked": booked}, "award")
}

// UnsettledAwards lists void awards of which something is still booked, oldest first, at most limit.
func (sc *Scope) UnsettledAwards(after AwardID, limit int) ([]Award, error) {
	var all []Award
	return all, list(sc.rows().Where("id > ? AND void_at > 0 AND booked <> 0", int64(after)).Order("id").Limit(limit), &all, "awards")
}

// AwardsOf lists the awards of a person, newest first, those before a given id (zero: from the newest on), at most limit.
func (sc *Scope) AwardsOf(person []MemberID, before AwardID, limit int) ([]Award, error) {
	var all []Award
	q := sc.rows().Where("member_id IN ?", ints(person)).Order("id DESC").Limit(limit)
	if before != 0 {
		q = q.Where("id < ?", int64(before))
	}
	return all, list(q, &all, "awards")
}

// Earned is what a person has got for some actions, all but the adjustments if none is named, in [from, to): how often, and
// how many points. To zero is without an end.
func (sc *Scope) Earned(person []MemberID, from, to Millis, actions ...Action) (times, points int, err error) {
	var sum struct{ Times, Points int }
	q := sc.rows().Model(&Award{}).Select("COUNT(*) AS times, COALESCE(SUM(points), 0) AS points").
		Where("member_id IN ? AND at >= ? AND void_at = 0", ints(person), int64(from))
	if len(actions) > 0 {
		q = q.Where("action IN ?", actions)
	} else {
		q = q.Where("action <> ?", ActAdjust)
	}
	if to != 0 {
		q = q.Where("at < ?", int64(to))
	}
	err = translate(q.Scan(&sum).Error, "sum awards")
	return sum.Times, sum.Points, err
}

// QuestAwards lists the awards of a person for some quests; for all of them if nil.
func (sc *Scope) QuestAwards(person []MemberID, quests []QuestID) ([]Award, error) {
	var all []Award
	q := sc.rows().Where("member_id IN ? AND action = ? AND void_at = 0", ints(person), ActQuest).Order("id")
	if quests != nil {
		q = q.Where("ref IN ?", ints(quests))
	}
	return all, list(q, &all, "awards")
}

// voidAward makes the award with a key void, if there is one, and has the ledger follow.
func (sc *Scope) voidAward(uid, why string) error {
	a, err := sc.AwardNamed(uid)
	if IsKind(err, NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	moved, err := sc.VoidAward(a.ID, why)
	if err != nil || !moved || a.Booked == 0 {
		return err
	}
	args := SettlePoints{Community: sc.Community}
	text, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	key := args.Kind() + ":" + sc.Community.String()
	_, err = sc.AddJob(&Job{Kind: args.Kind(), Args: string(text), CommunityID: sc.Community, UniqueKey: &key, RunAt: sc.Now})
	return err
}

// repointAwards makes what one person got another's. A quest that both did in one term is done once.
func (sc *Scope) repointAwards(from, to MemberID) error {
	var quests []Award
	err := list(sc.rows().Where("member_id IN ? AND action = ? AND void_at = 0", ints([]MemberID{from, to}), ActQuest).Order("id"),
		&quests, "awards")
	if err != nil {
		return err
	}
	for _, a := range quests {
		both := slices.ContainsFunc(quests, func(b Award) bool { return b.MemberID == to && b.Ref == a.Ref && b.Term == a.Term })
		if a.MemberID == from && both {
			if err := sc.voidAward(a.UID, "merged"); err != nil {
				return err
			}
		}
	}
	err = sc.rows().Model(&Award{}).Where("member_id = ?", int64(from)).Update("member_id", int64(to)).Error
	return translate(err, "merge awards")
}
