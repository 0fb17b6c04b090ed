package throttle

import (
	"fmt"
	"slices"

	"siyu/models"
)

// Effective returns the caps that hold in a group, the community's and its own together, for people to read. Where both
// have a rule the smaller cap and the longer gap are shown; the kernel itself asks every rule. A group without any
// policy is NotFound: nothing is sent to it.
func Effective(sc *models.Scope, group models.GroupID) (models.Rules, error) {
	var all []models.Rules
	for _, owner := range []models.GroupID{0, group} {
		row, err := sc.PolicyOf(owner)
		if models.IsKind(err, models.NotFound) {
			continue
		}
		if err != nil {
			return models.Rules{}, fmt.Errorf("policy of group %s: %w", group, err)
		}
		r, err := row.Rules()
		if err != nil {
			return r, err
		}
		all = append(all, r)
	}
	if len(all) == 0 {
		return models.Rules{}, models.Errorf(models.NotFound, "no_policy", "group %s has no policy", group)
	}
	r := all[0]
	for _, own := range all[1:] {
		r = stricter(r, own)
	}
	return r, nil
}

func stricter(a, b models.Rules) models.Rules {
	if b.GroupCap != 0 && (a.GroupCap == 0 || perWeek(b.GroupCap, b.GroupWindow) < perWeek(a.GroupCap, a.GroupWindow)) {
		a.GroupCap, a.GroupWindow = b.GroupCap, b.GroupWindow
	}
	if b.BrandCap != 0 && (a.BrandCap == 0 || perWeek(b.BrandCap, b.BrandWindow) < perWeek(a.BrandCap, a.BrandWindow)) {
		a.BrandCap, a.BrandWindow = b.BrandCap, b.BrandWindow
	}
	a.MinGap = max(a.MinGap, b.MinGap)
	a.HoldFor, a.MinHold = least(a.HoldFor, b.HoldFor), max(a.MinHold, b.MinHold)
	a.Caps = slices.Concat(a.Caps, b.Caps)
	a.OfferSpacing, a.RivalGap, a.Organic = max(a.OfferSpacing, b.OfferSpacing), max(a.RivalGap, b.RivalGap), max(a.Organic, b.Organic)
	a.OwnerDay = least(a.OwnerDay, b.OwnerDay)
	a.OverlapPercent, a.OverlapGap = least(a.OverlapPercent, b.OverlapPercent), max(a.OverlapGap, b.OverlapGap)
	a.ExposureMost, a.ExposureWindow = least(a.ExposureMost, b.ExposureMost), max(a.ExposureWindow, b.ExposureWindow)
	a.ExposurePercent, a.RefusedPercent = least(a.ExposurePercent, b.ExposurePercent), least(a.RefusedPercent, b.RefusedPercent)
	a.ExcludedBrands = slices.Concat(a.ExcludedBrands, b.ExcludedBrands)
	a.ExcludedCategories = slices.Concat(a.ExcludedCategories, b.ExcludedCategories)
	a.Fatigue = stricterFatigue(a.Fatigue, b.Fatigue)
	if a.Holdout == nil { // a group cannot leave the community's experiment
		a.Holdout = b.Holdout
	}
	switch {
	case b.QuietStart == b.QuietEnd:
	case a.QuietStart > a.QuietEnd && b.QuietStart > b.QuietEnd: // two nights: both hold, from the earlier evening on
		a.QuietStart, a.QuietEnd = min(a.QuietStart, b.QuietStart), max(a.QuietEnd, b.QuietEnd)
	default:
		a.QuietStart, a.QuietEnd = b.QuietStart, b.QuietEnd
	}
	return a
}

// stricterFatigue has the controller off only if both levels want it off.
func stricterFatigue(a, b *models.Fatigue) *models.Fatigue {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return &models.Fatigue{Off: a.Off && b.Off, PerWeek: least(a.PerWeek, b.PerWeek), Worth: max(a.Worth, b.Worth),
		MaxScore: least(a.MaxScore, b.MaxScore)}
}

// least is the smaller of two limits of which zero is none.
func least[T int | int64 | float64](a, b T) T {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// perWeek makes caps over different windows comparable.
func perWeek(k int, window int64) float64 { return float64(k) / float64(max(window, 1)) }
