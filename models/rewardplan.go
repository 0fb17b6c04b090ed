package models

import (
	"encoding/json"
	"fmt"
	"math"
)

// RewardPlan is one revision of what a community gives for coming back. Revisions are only added; the newest is in force.
type RewardPlan struct {
	ID          ID[RewardPlan] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Rev         int    // counted from 1; unique with the community
	Body        string // JSON of [Rewards]
	AccountID   AccountID
	At          Millis
}

// TableName names the table.
func (RewardPlan) TableName() string { return "reward_plans" }

// Rewards are the rules of a community for those who come back.
type Rewards struct {
	Points []PointsRule `json:"points"`
	Levels []Level      `json:"levels"` // by what they begin at; the first begins at 0
	Streak StreakRules  `json:"streak"`
	Remind RemindRules  `json:"remind"`
}

// PointsRule gives points for an action. Of several that are in force the last one holds.
type PointsRule struct {
	Action   Action `json:"action"`
	Points   int    `json:"points"`
	DailyCap int    `json:"daily_cap"` // points one person gets for the action on one day of the community's zone; 0: no cap
	From     Millis `json:"from"`
	Until    Millis `json:"until"` // 0: for ever
}

// Level is reached with the points a member has earned in all, spent or not.
type Level struct {
	Name string `json:"name"` // empty: the usual one, in the reader's language
	From int    `json:"from"`
}

// StreakRules say what a missed day does to a streak.
type StreakRules struct {
	FreezeEvery  int `json:"freeze_every"`   // a freeze is earned with every so many days in a row; 0: none
	FreezeMost   int `json:"freeze_most"`    // freezes one can have
	MakeUpDays   int `json:"make_up_days"`   // a missed day can be made up for so many days; 0: not at all
	MakeUpMonth  int `json:"make_up_month"`  // days made up in one calendar month
	ZoneHoldDays int `json:"zone_hold_days"` // after a change of zone it stays for so many days
}

// RemindRules say when somebody is reminded; each takes a credit, and none is sent in the quiet hours or to who refuses.
type RemindRules struct {
	ExpiringDays  int `json:"expiring_days"`   // before a voucher's end; 0: never
	OffersPerWeek int `json:"offers_per_week"` // new offers of brands or categories she knows; 0: none
	SilentDays    int `json:"silent_days"`     // of silence before she is asked back, once; 0: never
}

// DefaultRewards are in force until an organiser says otherwise.
func DefaultRewards() Rewards {
	return Rewards{
		Points: []PointsRule{{Action: ActVisit, Points: 1}, {Action: ActRedeem, Points: 10, DailyCap: 50},
			{Action: ActReview, Points: 5, DailyCap: 20}, {Action: ActAnswer, Points: 2, DailyCap: 10}},
		Levels: []Level{{From: 0}, {From: 50}, {From: 200}, {From: 1000}},
		Streak: StreakRules{FreezeEvery: 7, FreezeMost: 2, MakeUpDays: 3, MakeUpMonth: 2, ZoneHoldDays: 7},
		Remind: RemindRules{ExpiringDays: 3, OffersPerWeek: 1, SilentDays: 30},
	}
}

// The largest values that make sense; beyond them a person has mistyped.
const (
	maxPoints      = 100_000
	maxPointsRules = 50
	maxLevels      = 20
	maxLevelName   = 24 // characters
)

// Validate tells the first thing in the rewards that cannot be meant, with the field it is in.
func (r Rewards) Validate() error {
	bad := func(field, code, text string) error { return Errorf(Invalid, code, "%s", text).With("field", field) }
	if len(r.Points) > maxPointsRules {
		return bad("points", "bad_field", "at most 50 rules")
	}
	for _, p := range r.Points {
		switch known := p.Action; {
		case known != ActVisit && known != ActRedeem && known != ActReview && known != ActAnswer:
			return bad("action", "action_worthless", "points are for visiting, redeeming, reviewing and answering only")
		case p.Points < 0 || p.Points > maxPoints:
			return bad("points", "bad_field", "0 to 100,000 points")
		case p.DailyCap < 0 || p.DailyCap > maxPoints:
			return bad("daily_cap", "bad_field", "0 to 100,000 points")
		case p.From < 0 || p.Until < 0 || (p.Until != 0 && p.Until <= p.From):
			return bad("until", "ends_before_start", "a rule ends after it begins")
		}
	}
	if len(r.Levels) == 0 || len(r.Levels) > maxLevels || r.Levels[0].From != 0 {
		return bad("levels", "bad_field", "1 to 20 levels, the first from 0")
	}
	for i, l := range r.Levels {
		if len([]rune(l.Name)) > maxLevelName || l.From > math.MaxInt32 || (i > 0 && l.From <= r.Levels[i-1].From) {
			return bad("levels", "bad_field", "each level begins above the one before and has a short name")
		}
	}
	for _, n := range []struct {
		field    string
		is, most int
	}{{"freeze_every", r.Streak.FreezeEvery, 365}, {"freeze_most", r.Streak.FreezeMost, 30}, {"make_up_days", r.Streak.MakeUpDays, 30},
		{"make_up_month", r.Streak.MakeUpMonth, 31}, {"zone_hold_days", r.Streak.ZoneHoldDays, 90}, {"expiring_days", r.Remind.ExpiringDays, 30},
		{"offers_per_week", r.Remind.OffersPerWeek, 7}, {"silent_days", r.Remind.SilentDays, 365}} {
		if n.is < 0 || n.is > n.most {
			return bad(n.field, "bad_field", "out of range")
		}
	}
	return nil
}

// RewardPlan returns the revision in force; rev 0 with the defaults if there is none.
func (sc *Scope) RewardPlan() (RewardPlan, Rewards, error) {
	var p RewardPlan
	err := one(sc.rows().Order("rev DESC"), &p, "reward plan")
	if IsKind(err, NotFound) {
		return RewardPlan{CommunityID: sc.Community}, DefaultRewards(), nil
	}
	if err != nil {
		return p, Rewards{}, err
	}
	var r Rewards
	if err := json.Unmarshal([]byte(p.Body), &r); err != nil {
		return p, r, fmt.Errorf("read reward plan %d: %w", p.Rev, err)
	}
	return p, r, nil
}

// ReviseRewards stores the next revision if base is still the newest one (zero: there is none). Otherwise it is a Conflict.
func (sc *Scope) ReviseRewards(base int, r Rewards, by AccountID) (RewardPlan, error) {
	if err := r.Validate(); err != nil {
		return RewardPlan{}, err
	}
	body, err := json.Marshal(r)
	if err != nil {
		return RewardPlan{}, fmt.Errorf("write a reward plan: %w", err)
	}
	last, _, err := sc.RewardPlan()
	if err != nil {
		return last, err
	}
	p := RewardPlan{ID: newID[RewardPlan](sc.Tx), CommunityID: sc.Community, Rev: base + 1, Body: string(body), AccountID: by, At: sc.Now}
	fresh := last.Rev == base
	if fresh {
		fresh, err = insertOnce(sc.Tx, &p, "reward plan", func() error {
			last, _, err = sc.RewardPlan()
			return err
		})
	}
	if err == nil && !fresh {
		err = Errorf(Conflict, "rewards_moved", "the rewards are at revision %d, not %d", last.Rev, base)
	}
	return p, err
}

// RewardPlans lists the revisions, newest first, those before a revision if before is not zero, at most limit.
func (sc *Scope) RewardPlans(before, limit int) ([]RewardPlan, error) {
	var all []RewardPlan
	q := sc.rows().Order("rev DESC").Limit(limit)
	if before > 0 {
		q = q.Where("rev < ?", before)
	}
	return all, list(q, &all, "reward plans")
}
