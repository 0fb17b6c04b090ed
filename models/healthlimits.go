package models

import (
	"encoding/json"
	"fmt"
)

// HealthLimits are the thresholds at which a sign of a group's health is worth a word. They are ours: the platform has none.
type HealthLimits struct {
	FullPercent   int     `json:"full_percent"`   // people in a group of those it holds
	QuietDays     int     `json:"quiet_days"`     // without any post
	CountDays     int     `json:"count_days"`     // age of a head count that was entered by hand
	InviteHours   int     `json:"invite_hours"`   // before a QR code ends
	UnpostedRow   int     `json:"unposted_row"`   // tasks in a row that the owner did not post
	SyncHours     int     `json:"sync_hours"`     // age of the last reading of a WeCom group
	ResponseHours int     `json:"response_hours"` // median from a task's opening to its post
	UnpostedShare float64 `json:"unposted_share"` // of the tasks of 28 days
	ValuePerAd    float64 `json:"value_per_ad"`   // posts of value for one sponsored post, at least
	QuitShare     float64 `json:"quit_share"`     // of the members who left by themselves within 7 days
	ActiveShare   float64 `json:"active_share"`   // of the members seen in the Mini Program within 28 days, at least
	DigestHour    int     `json:"digest_hour"`    // local hour from which the day's digest is sent
}

// DefaultHealthLimits are the thresholds of a community that has set none.
func DefaultHealthLimits() HealthLimits {
	return HealthLimits{FullPercent: 95, QuietDays: 14, CountDays: 14, InviteHours: 48, UnpostedRow: 3, SyncHours: 24,
		ResponseHours: 6, UnpostedShare: 0.25, ValuePerAd: 2, QuitShare: 0.03, ActiveShare: 0.05, DigestHour: 9}
}

// Check reports the first threshold that makes no sense.
func (l HealthLimits) Check() error {
	for _, part := range []struct {
		field         string
		value, lo, hi float64
	}{
		{"full_percent", float64(l.FullPercent), 50, 100}, {"quiet_days", float64(l.QuietDays), 1, 365},
		{"count_days", float64(l.CountDays), 1, 365}, {"invite_hours", float64(l.InviteHours), 1, 168},
		{"unposted_row", float64(l.UnpostedRow), 1, 20}, {"sync_hours", float64(l.SyncHours), 7, 720},
		{"response_hours", float64(l.ResponseHours), 1, 168}, {"unposted_share", l.UnpostedShare, 0, 1},
		{"value_per_ad", l.ValuePerAd, 0, 100}, {"quit_share", l.QuitShare, 0, 1}, {"active_share", l.ActiveShare, 0, 1},
		{"digest_hour", float64(l.DigestHour), 0, 23},
	} {
		if !(part.value >= part.lo && part.value <= part.hi) {
			return Errorf(Invalid, "bad_limit", "%s is not between %v and %v", part.field, part.lo, part.hi).
				With("field", part.field).With("least", part.lo).With("most", part.hi)
		}
	}
	return nil
}

// healthLimits is how they are stored, one row of each community that has set some.
type healthLimits struct {
	CommunityID CommunityID `gorm:"primaryKey;autoIncrement:false"`
	LimitsJSON  string
	AccountID   AccountID
	At          Millis
}

// TableName names the table.
func (healthLimits) TableName() string { return "health_limits" }

// HealthLimits returns the community's thresholds. One it has not set is the default.
func (sc *Scope) HealthLimits() (HealthLimits, error) {
	l := DefaultHealthLimits()
	var row healthLimits
	err := one(sc.rows(), &row, "health limits")
	if IsKind(err, NotFound) {
		return l, nil
	}
	if err != nil {
		return l, err
	}
	if err := json.Unmarshal([]byte(row.LimitsJSON), &l); err != nil {
		return l, fmt.Errorf("read health limits: %w", err)
	}
	return l, nil
}

// SetHealthLimits stores the community's thresholds.
func (sc *Scope) SetHealthLimits(l HealthLimits, by AccountID) error {
	if err := l.Check(); err != nil {
		return err
	}
	text, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("write health limits: %w", err)
	}
	row := healthLimits{CommunityID: sc.Community, LimitsJSON: string(text), AccountID: by, At: sc.Now}
	fresh, err := insertOnce(sc.Tx, &row, "health limits", func() error {
		_, err := sc.HealthLimits()
		return err
	})
	if err != nil || fresh {
		return err
	}
	_, err = swap(sc.rows(), &healthLimits{}, map[string]any{"limits_json": row.LimitsJSON, "account_id": int64(by), "at": int64(sc.Now)},
		"health limits")
	return err
}
