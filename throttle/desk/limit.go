package desk

import (
	"cmp"
	"time"

	"siyu/models"
)

// Limit is one rule of a revision, to be read by people. Value is nil if there is no such rule.
type Limit struct {
	Field string
	Unit  Unit
	Value any
}

// spacing is how long an offer keeps away from a group it was in if no rule says otherwise.
const spacing = 30 * 24 * time.Hour

// ownerDay is how many sponsored messages a WeCom owner gets a day if no rule says otherwise.
const ownerDay = 1

// limits lists every rule there can be one of, always in the same order. Rules of which there can be several (caps and
// exclusions) are not among them.
func limits(r models.Rules) []Limit {
	f := r.Fatigue
	if f == nil {
		f = &models.Fatigue{}
	}
	offer := r.OfferSpacing
	if offer == 0 {
		offer = spacing.Milliseconds()
	}
	return []Limit{
		{"group_cap", UnitCap, capOf(models.CapGroup, r.GroupCap, r.GroupWindow)},
		{"min_gap", UnitMillis, number(r.MinGap)},
		{"brand_cap", UnitCap, capOf(models.CapBrand, r.BrandCap, r.BrandWindow)},
		{"quiet_start", UnitHours, when(r.QuietStart != r.QuietEnd, Hours{Start: r.QuietStart, End: r.QuietEnd})},
		{"hold_for", UnitMillis, number(r.HoldFor)},
		{"min_hold", UnitMillis, number(r.MinHold)},
		{"offer_spacing", UnitMillis, offer},
		{"rival_gap", UnitMillis, number(r.RivalGap)},
		{"organic", UnitCount, number(int64(r.Organic))},
		{"owner_day", UnitCount, number(int64(cmp.Or(r.OwnerDay, ownerDay)))},
		{"overlap_percent", UnitNear, when(r.OverlapPercent != 0 && r.OverlapGap != 0, Near{Percent: r.OverlapPercent, Gap: r.OverlapGap})},
		{"exposure_most", UnitSeen, when(r.ExposureMost != 0, Seen{Most: r.ExposureMost, Window: r.ExposureWindow, Percent: r.ExposurePercent})},
		{"refused_percent", UnitPercent, number(int64(r.RefusedPercent))},
		{"holdout", UnitHoldout, holdout(r.Holdout)},
		{"fatigue.off", UnitFlag, when(f.Off, true)},
		{"fatigue.per_week", UnitNumber, when(f.PerWeek != 0, f.PerWeek)},
		{"fatigue.worth", UnitNumber, when(f.Worth != 0, f.Worth)},
		{"fatigue.max_score", UnitCount, number(int64(f.MaxScore))},
	}
}

func number(n int64) any { return when(n != 0, n) }

func capOf(scope models.CapScope, k int, window int64) any {
	return when(k != 0, models.Cap{Scope: scope, K: k, Window: window})
}

func holdout(h *models.Holdout) any {
	if h == nil || h.Percent == 0 && h.HalfPercent == 0 {
		return nil
	}
	return *h
}

// when is the value if there is such a rule.
func when[T any](is bool, value T) any {
	if !is {
		return nil
	}
	return value
}
