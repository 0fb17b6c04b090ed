package throttle

import (
	"fmt"

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
	switch {
	case b.QuietStart == b.QuietEnd:
	case a.QuietStart > a.QuietEnd && b.QuietStart > b.QuietEnd: // two nights: both hold, from the earlier evening on
		a.QuietStart, a.QuietEnd = min(a.QuietStart, b.QuietStart), max(a.QuietEnd, b.QuietEnd)
	default:
		a.QuietStart, a.QuietEnd = b.QuietStart, b.QuietEnd
	}
	return a
}

// perWeek makes caps over different windows comparable.
func perWeek(k int, window int64) float64 { return float64(k) / float64(max(window, 1)) }
