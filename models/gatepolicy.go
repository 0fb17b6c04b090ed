package models

import (
	"encoding/json"
	"fmt"
)

// GateMode is what the gate of a community does with what it finds.
type GateMode string

// The modes. In shadow mode, the first, it only notes what it would have done.
const (
	GateOff    GateMode = "off"
	GateShadow GateMode = "shadow"
	GateOn     GateMode = "on"
)

// The answers when WeChat does not tell a rank.
const (
	UnreachableAllow = "allow"
	UnreachableHold  = "hold"
	UnreachableDeny  = "deny"
)

// GatePolicy is how a community judges claims. Points are added up: HoldScore of them make a voucher usable only later, DenyScore
// refuse it. The numbers are ours except the meaning of WeChat's ranks (3: reduce the benefit, 4: intercept; its documentation of
// getUserRiskRank). A limit of zero is none.
type GatePolicy struct {
	Mode            GateMode `json:"mode"`
	Unreachable     string   `json:"unreachable"`       // allow, hold or deny
	HoldRank        int      `json:"hold_rank"`         // from this rank on it holds
	DenyRank        int      `json:"deny_rank"`         // from this rank on it refuses
	HoldMinutes     int      `json:"hold_minutes"`      // after which a held voucher is usable
	ClaimsPerHour   int      `json:"claims_per_hour"`   // of one person; more are refused
	ClaimsPerMinute int      `json:"claims_per_minute"` // from one network (IPv4 /24, IPv6 /48)
	TooFastMs       int      `json:"too_fast_ms"`       // between opening the Mini Program and claiming
	NewGroups       int      `json:"new_groups"`        // joined within seven days, at most
	ExclusiveGroups int      `json:"exclusive_groups"`  // groups whose own offers she claimed within thirty days, at most
	HoldScore       int      `json:"hold_score"`
	DenyScore       int      `json:"deny_score"`
	AppealHours     int      `json:"appeal_hours"` // for which an upheld appeal opens the gate
}

// DefaultGatePolicy is the policy of a community that has set none.
func DefaultGatePolicy() GatePolicy {
	return GatePolicy{Mode: GateShadow, Unreachable: UnreachableAllow, HoldRank: 2, DenyRank: 3, HoldMinutes: 60,
		ClaimsPerHour: 20, ClaimsPerMinute: 60, TooFastMs: 2000, NewGroups: 3, ExclusiveGroups: 2, HoldScore: 50, DenyScore: 100,
		AppealHours: 72}
}

// Check reports the first number that makes no sense.
func (p GatePolicy) Check() error {
	switch {
	case p.Mode != GateOff && p.Mode != GateShadow && p.Mode != GateOn:
		return badGate("mode")
	case p.Unreachable != UnreachableAllow && p.Unreachable != UnreachableHold && p.Unreachable != UnreachableDeny:
		return badGate("unreachable")
	}
	for _, part := range []struct {
		field         string
		value, lo, hi int
	}{
		{"hold_rank", p.HoldRank, 1, 5}, {"deny_rank", p.DenyRank, 1, 5}, {"hold_minutes", p.HoldMinutes, 1, 7 * 24 * 60},
		{"claims_per_hour", p.ClaimsPerHour, 0, 10_000}, {"claims_per_minute", p.ClaimsPerMinute, 0, 100_000},
		{"too_fast_ms", p.TooFastMs, 0, 60_000}, {"new_groups", p.NewGroups, 0, 1000}, {"exclusive_groups", p.ExclusiveGroups, 0, 1000},
		{"hold_score", p.HoldScore, 1, 1000}, {"deny_score", p.DenyScore, p.HoldScore, 1000}, {"appeal_hours", p.AppealHours, 1, 24 * 90},
	} {
		if part.value < part.lo || part.value > part.hi {
			return Errorf(Invalid, "bad_limit", "%s is not between %d and %d", part.field, part.lo, part.hi).
				With("field", part.field).With("least", part.lo).With("most", part.hi)
		}
	}
	return nil
}

func badGate(field string) error {
	return Errorf(Invalid, "bad_choice", "%s is none of its values", field).With("field", field)
}

// gatePolicies is how they are stored, one row of each community that has set one.
type gatePolicies struct {
	CommunityID CommunityID `gorm:"primaryKey;autoIncrement:false"`
	PolicyJSON  string
	AccountID   AccountID
	At          Millis
}

// TableName names the table.
func (gatePolicies) TableName() string { return "gate_policies" }

// GatePolicy returns the community's policy. A number it has not set is the default.
func (sc *Scope) GatePolicy() (GatePolicy, error) {
	p := DefaultGatePolicy()
	var row gatePolicies
	err := one(sc.rows(), &row, "gate policy")
	if IsKind(err, NotFound) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal([]byte(row.PolicyJSON), &p); err != nil {
		return p, fmt.Errorf("read gate policy: %w", err)
	}
	return p, nil
}

// SetGatePolicy stores the community's policy and who set it.
func (sc *Scope) SetGatePolicy(p GatePolicy, by AccountID) error {
	if err := p.Check(); err != nil {
		return err
	}
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("write gate policy: %w", err)
	}
	row := gatePolicies{CommunityID: sc.Community, PolicyJSON: string(text), AccountID: by, At: sc.Now}
	fresh, err := insertOnce(sc.Tx, &row, "gate policy", func() error {
		_, err := sc.GatePolicy()
		return err
	})
	if err == nil && !fresh {
		_, err = swap(sc.rows(), &gatePolicies{}, map[string]any{"policy_json": row.PolicyJSON, "account_id": int64(by), "at": int64(sc.Now)},
			"gate policy")
	}
	if err != nil {
		return err
	}
	return sc.AddAudit(by, "gate.policy", "community:"+sc.Community.String(), row.PolicyJSON)
}
