package models

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
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

	Caps         []Cap `json:"caps,omitempty"`          // further ceilings; each of them holds
	OfferSpacing int64 `json:"offer_spacing,omitempty"` // milliseconds before the same offer may come again; thirty days if zero
	RivalGap     int64 `json:"rival_gap,omitempty"`     // milliseconds to keep from another brand of the same category
	Organic      int   `json:"organic,omitempty"`       // posts of the organiser's own that must lie between two sponsored ones

	OwnerDay int `json:"owner_day,omitempty"` // sponsored messages a WeCom owner is asked to send a day, for all her groups; one if zero

	OverlapPercent int   `json:"overlap_percent,omitempty"` // groups that share this much of their members or more are near:
	OverlapGap     int64 `json:"overlap_gap,omitempty"`     // milliseconds between the same offer in two near groups

	ExposureMost    int   `json:"exposure_most,omitempty"`    // sponsored posts a member should see, in all groups together,
	ExposureWindow  int64 `json:"exposure_window,omitempty"`  // within this many milliseconds;
	ExposurePercent int   `json:"exposure_percent,omitempty"` // nothing is sent while more of a group's members have seen them

	RefusedPercent     int       `json:"refused_percent,omitempty"` // nothing is sent if more of the members refuse it; 0: no rule
	ExcludedBrands     []BrandID `json:"excluded_brands,omitempty"`
	ExcludedCategories []string  `json:"excluded_categories,omitempty"`

	Holdout *Holdout `json:"holdout,omitempty"` // nil: no group is held out
	Fatigue *Fatigue `json:"fatigue,omitempty"` // nil: learnt values are followed as they are
}

// CapScope says what a further ceiling counts.
type CapScope string

// What a cap counts in a group: all sponsored posts, those of one brand, offer or category, or every mass message there is,
// the organiser's own and those made by hand among them (the platform counts like that).
const (
	CapGroup    CapScope = "group"
	CapBrand    CapScope = "brand"
	CapOffer    CapScope = "offer"
	CapCategory CapScope = "category"
	CapAll      CapScope = "all"
)

// CapUnit is a stretch of the calendar in the group's zone; a week begins on Monday.
type CapUnit string

// The units of a calendar cap.
const (
	PerDay   CapUnit = "day"
	PerWeek  CapUnit = "week"
	PerMonth CapUnit = "month"
)

// Cap allows at most K posts in any Window, or in each unit Per of the calendar.
type Cap struct {
	Scope  CapScope `json:"scope"`
	K      int      `json:"k"`
	Window int64    `json:"window,omitempty"` // milliseconds; either this
	Per    CapUnit  `json:"per,omitempty"`    // or this
	Daily  bool     `json:"daily,omitempty"`  // K for each day that Per has: WeCom's month has as many messages as days
}

// Holdout keeps some groups without sponsored posts for a season, so that their effect can be measured. Which groups is
// decided by a hash of group and season.
type Holdout struct {
	Percent     int `json:"percent"`      // of the groups get none
	HalfPercent int `json:"half_percent"` // get half as many
	SeasonDays  int `json:"season_days"`  // how long the same groups are held out
}

// Fatigue is what the organiser says where she knows better than what was learnt from the group. It can only make the
// throttle stricter, or tell it what a member is worth; the caps stay.
type Fatigue struct {
	Off      bool    `json:"off,omitempty"`       // only the caps hold
	PerWeek  float64 `json:"per_week,omitempty"`  // sponsored posts a week at most, whatever was learnt; 0: as learnt
	Worth    float64 `json:"worth,omitempty"`     // what a member is worth a day, in clicks on a sponsored post; 0: the default
	MaxScore int     `json:"max_score,omitempty"` // nothing is sent above this fatigue score (1..100); 0: the default
}

// The largest values that make sense; beyond them a person has mistyped.
const (
	maxCap       = 1000
	maxRuleMilli = 400 * 24 * 3600_000 // somewhat more than a year
	maxCaps      = 20
	maxExcluded  = 500
	maxExcludes  = 32 // characters of a category's name: no offer has a longer one
)

// Validate tells the first thing in the rules that cannot be meant, with the field it is in.
func (r Rules) Validate() error {
	for _, f := range []struct {
		field    string
		is, most int64
	}{
		{"group_cap", int64(r.GroupCap), maxCap}, {"brand_cap", int64(r.BrandCap), maxCap}, {"organic", int64(r.Organic), maxCap}, {"owner_day", int64(r.OwnerDay), maxCap},
		{"group_window", r.GroupWindow, maxRuleMilli}, {"brand_window", r.BrandWindow, maxRuleMilli},
		{"min_gap", r.MinGap, maxRuleMilli}, {"hold_for", r.HoldFor, maxRuleMilli}, {"min_hold", r.MinHold, maxRuleMilli},
		{"offer_spacing", r.OfferSpacing, maxRuleMilli}, {"rival_gap", r.RivalGap, maxRuleMilli},
		{"overlap_gap", r.OverlapGap, maxRuleMilli}, {"exposure_window", r.ExposureWindow, maxRuleMilli},
		{"quiet_start", int64(r.QuietStart), 1439}, {"quiet_end", int64(r.QuietEnd), 1439},
		{"overlap_percent", int64(r.OverlapPercent), 100}, {"exposure_most", int64(r.ExposureMost), maxCap},
		{"exposure_percent", int64(r.ExposurePercent), 100}, {"refused_percent", int64(r.RefusedPercent), 100},
		{"caps", int64(len(r.Caps)), maxCaps}, {"excluded_brands", int64(len(r.ExcludedBrands)), maxExcluded},
		{"excluded_categories", int64(len(r.ExcludedCategories)), maxExcluded},
	} {
		if f.is < 0 || f.is > f.most {
			return wrongRule(f.field, "between 0 and %d", f.most)
		}
	}
	switch {
	case r.GroupCap > 0 && r.GroupWindow == 0:
		return wrongRule("group_window", "more than 0: the cap needs it")
	case r.BrandCap > 0 && r.BrandWindow == 0:
		return wrongRule("brand_window", "more than 0: the cap needs it")
	case r.ExposureMost > 0 && r.ExposureWindow == 0:
		return wrongRule("exposure_window", "more than 0: the limit needs it")
	case r.HoldFor > 0 && r.MinHold > r.HoldFor:
		return wrongRule("min_hold", "not longer than hold_for")
	}
	for _, c := range r.Caps {
		if err := c.validate(); err != nil {
			return err
		}
	}
	for _, name := range r.ExcludedCategories {
		if strings.TrimSpace(name) == "" || utf8.RuneCountInString(name) > maxExcludes {
			return wrongRule("excluded_categories", "names of 1 to %d characters", maxExcludes)
		}
	}
	return errors.Join(r.Holdout.validate(), r.Fatigue.validate())
}

func (c Cap) validate() error {
	scopes := []CapScope{CapGroup, CapBrand, CapOffer, CapCategory, CapAll}
	units := []CapUnit{"", PerDay, PerWeek, PerMonth}
	switch {
	case !slices.Contains(scopes, c.Scope) || !slices.Contains(units, c.Per):
		return wrongRule("caps", "of a known scope and unit")
	case c.K < 1 || c.K > maxCap:
		return wrongRule("caps", "each between 1 and %d", maxCap)
	case (c.Window > 0) == (c.Per != "") || c.Window < 0 || c.Window > maxRuleMilli || c.Daily && c.Per == "":
		return wrongRule("caps", "each either within a window or per day, week or month")
	}
	return nil
}

func (h *Holdout) validate() error {
	switch {
	case h == nil:
		return nil
	case h.Percent < 0 || h.HalfPercent < 0 || h.Percent > 50 || h.HalfPercent > 50-h.Percent: // a sum of any two could overflow
		return wrongRule("holdout", "at most half of the groups")
	case h.SeasonDays < 7 || h.SeasonDays > 366:
		return wrongRule("holdout", "seasons of 7 to 366 days")
	}
	return nil
}

func (f *Fatigue) validate() error {
	if f != nil && (f.PerWeek < 0 || f.PerWeek > 50 || f.Worth < 0 || f.Worth > 10 || f.MaxScore < 0 || f.MaxScore > 100 ||
		math.IsNaN(f.PerWeek) || math.IsNaN(f.Worth)) {
		return wrongRule("fatigue", "in range: at most 50 a week, a worth of at most 10, a score of at most 100")
	}
	return nil
}

func wrongRule(field, format string, args ...any) error {
	return Errorf(Invalid, "rules_wrong", "%s must be "+format, append([]any{field}, args...)...).With("field", field)
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

func (p Policy) digest() string {
	return Digest(fmt.Appendf(nil, "%d|%d|%d|%q|%d|%d", p.CommunityID, p.GroupID, p.Rev, p.RulesJSON, p.CreatedBy, p.EffectiveFrom))
}

// Text is how rules are stored.
func (r Rules) Text() (string, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("write policy: %w", err)
	}
	return string(text), nil
}

// AddPolicy stores the next revision of a community's (group zero) or a group's rules, in force from now on.
func (sc *Scope) AddPolicy(group GroupID, rules Rules, by AccountID) (Policy, error) {
	text, err := rules.Text()
	if err != nil {
		return Policy{}, err
	}
	rev := 1
	last, err := sc.PolicyOf(group)
	if err == nil {
		rev = last.Rev + 1
	} else if !IsKind(err, NotFound) {
		return Policy{}, err
	}
	p := Policy{ID: newID[Policy](sc.Tx), CommunityID: sc.Community, GroupID: group, Rev: rev,
		RulesJSON: text, CreatedBy: by, EffectiveFrom: sc.Now}
	if err := insert(sc.Tx, &p, "policy"); err != nil {
		return p, err
	}
	return p, sc.record(group, Record{Kind: RecordPolicy, Ref: int64(p.ID), Digest: p.digest()})
}

// PoliciesOf returns the newest revisions of the community's own rules and of some groups', as far as they have any.
func (sc *Scope) PoliciesOf(groups []GroupID) (map[GroupID]Policy, error) {
	found := make(map[GroupID]Policy, len(groups))
	err := inBatches(append([]GroupID{0}, groups...), func(some []GroupID) error {
		var part []Policy
		newest := sc.rows().Model(&Policy{}).Select("group_id, MAX(rev)").Where("group_id IN ?", ints(some)).Group("group_id")
		err := list(sc.rows().Where("(group_id, rev) IN (?)", newest), &part, "policies")
		for _, p := range part {
			found[p.GroupID] = p
		}
		return err
	})
	return found, err
}

// PolicyOf returns the newest revision of a community's (group zero) or a group's own rules.
func (sc *Scope) PolicyOf(group GroupID) (Policy, error) {
	var p Policy
	q := sc.rows().Where("group_id = ?", int64(group)).Order("rev DESC")
	return p, one(q, &p, "policy")
}
