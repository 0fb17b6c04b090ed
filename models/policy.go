package models

import (
	"encoding/json"
	"fmt"
)

// Rules are the caps of a community or of one group. A zero cap or gap is no rule.
type Rules struct {
	GroupCap    int   `json:"group_cap"`    // sponsored posts a group may get within GroupWindow
	GroupWindow int64 `json:"group_window"` // milliseconds
	MinGap      int64 `json:"min_gap"`      // milliseconds between two sponsored posts in a group
	BrandCap    int   `json:"brand_cap"`    // posts of one brand a group may get within BrandWindow
	BrandWindow int64 `json:"brand_window"` // milliseconds
	QuietStart  int   `json:"quiet_start"`  // minutes after local midnight; equal to QuietEnd: no quiet hours
	QuietEnd    int   `json:"quiet_end"`    // minutes after local midnight; may lie on the next day
	HoldFor     int64 `json:"hold_for"`     // milliseconds a reservation waits for its owner
	MinHold     int64 `json:"min_hold"`     // a shorter wait than this is not worth handing over
}

// Policy is one revision of the rules of a community (GroupID zero) or of one group. Revisions are only added.
type Policy struct {
	ID            PolicyID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID   CommunityID
	GroupID       GroupID
	Rev           int
	RulesJSON     string
	CreatedBy     AccountID
	EffectiveFrom Millis
}

// TableName names the table.
func (Policy) TableName() string { return "policies" }

// Rules reads the revision's rules.
func (p Policy) Rules() (Rules, error) {
	var r Rules
	if err := json.Unmarshal([]byte(p.RulesJSON), &r); err != nil {
		return r, fmt.Errorf("policy %s: %w", p.ID, err)
	}
	return r, nil
}

// AddPolicy stores the next revision of a community's (group zero) or a group's rules, in force from now on.
func (sc *Scope) AddPolicy(group GroupID, rules Rules, by AccountID) (Policy, error) {
	text, err := json.Marshal(rules)
	if err != nil {
		return Policy{}, fmt.Errorf("write policy: %w", err)
	}
	rev := 1
	last, err := sc.PolicyOf(group)
	if err == nil {
		rev = last.Rev + 1
	} else if !IsKind(err, NotFound) {
		return Policy{}, err
	}
	p := Policy{ID: newID[Policy](sc.Tx), CommunityID: sc.Community, GroupID: group, Rev: rev,
		RulesJSON: string(text), CreatedBy: by, EffectiveFrom: sc.Now}
	return p, insert(sc.Tx, &p, "policy")
}

// PolicyOf returns the newest revision of a community's (group zero) or a group's own rules.
func (sc *Scope) PolicyOf(group GroupID) (Policy, error) {
	var p Policy
	q := sc.rows().Where("group_id = ?", int64(group)).Order("rev DESC")
	return p, one(q, &p, "policy")
}
