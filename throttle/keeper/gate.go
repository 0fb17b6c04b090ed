package keeper

import (
	"maps"
	"math"
	"slices"

	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/fatigue"
)

// Gates is the hook of the ledger: what rests in the groups that are asked about. It only reads.
func (k *Keeper) Gates(sc *models.Scope, asks []throttle.Ask) ([][]throttle.Gate, error) {
	all := make([][]throttle.Gate, len(asks))
	var groups []models.Group
	wishes := make(map[models.GroupID]models.Fatigue, len(asks))
	refs := map[int64]bool{}
	for _, a := range asks {
		w := wished(a.Rules)
		if w.Off {
			continue
		}
		groups, wishes[a.Group.ID] = append(groups, a.Group), w
		refs[int64(a.Offer.BrandID)], refs[throttle.Category(a.Offer.Category)] = true, true
		for _, p := range a.Posts {
			refs[int64(p.BrandID)] = true
		}
	}
	if len(groups) == 0 {
		return all, nil
	}
	views, err := k.views(sc, groups, slices.Sorted(maps.Keys(refs)), wishes)
	if err != nil {
		return nil, err
	}
	for i, a := range asks {
		if v := views[a.Group.ID]; v != nil {
			v.now = a.Now
			all[i] = v.gates(a.Offer, v.promised(a.Placement))
		}
	}
	return all, nil
}

// wished is what the organiser says about fatigue.
func wished(r models.Rules) models.Fatigue {
	if r.Fatigue == nil {
		return models.Fatigue{}
	}
	return *r.Fatigue
}

// gates are the closed gates for an offer, or with the zero offer for the usual one. What was learnt holds an offer no
// longer than was promised.
func (v *View) gates(o models.Offer, promised int64) []throttle.Gate {
	var all []throttle.Gate
	now := int64(v.now)
	shut := func(until int64, why throttle.Reason) {
		if until > now {
			all = append(all, throttle.Gate{Until: until, Code: why})
		}
	}
	shut(int64(v.Wave().Until), throttle.Breaker)
	shut(v.full(), throttle.Fatigue)
	shut(min(v.calm(), promised), throttle.Fatigue)
	shut(min(v.Worthwhile(o.BrandID, throttle.Category(o.Category)), promised), throttle.Fatigue)
	return all
}

// promised is the time at which a held placement was told that it may ask again. The time is a promise: what is learnt in
// between does not move it back, only posts, a wave of leaves and the organiser's own word do. Never if there is no promise.
func (v *View) promised(p models.Placement) int64 {
	if p.State != models.PlacementHeld || p.NextAt == 0 || v.rules.Worth > 0 || v.rules.MaxScore > 0 {
		return throttle.Never
	}
	for _, post := range v.posts {
		if post.UpdatedAt > p.UpdatedAt {
			return throttle.Never
		}
	}
	return int64(p.NextAt)
}

// full is when the organiser's own ceiling has room again; now if it has.
func (v *View) full() int64 {
	most, within := ceiling(v.rules.PerWeek)
	if most == 0 {
		return int64(v.now)
	}
	var ends []int64
	for _, p := range v.posts {
		at := max(p.E, v.now) // pending: it may be sent last
		if sent(p) {
			at = p.SentAt
		}
		if end := int64(at) + within; end > int64(v.now) {
			ends = append(ends, end)
		}
	}
	if len(ends) < most {
		return int64(v.now)
	}
	slices.Sort(ends)
	return ends[len(ends)-most]
}

// ceiling is how many posts a week means within how long: whole posts at the same rate.
func ceiling(perWeek float64) (most int, within int64) {
	if !(perWeek > 0) {
		return 0, 0
	}
	most = max(1, int(perWeek))
	return most, int64(math.Round(float64(most) / perWeek * 7 * float64(dayMillis)))
}

// calm is when the group's score has fallen to what is bearable; now if it has.
func (v *View) calm() int64 {
	most := v.k.o.MaxScore
	if v.rules.MaxScore > 0 {
		most = min(100, float64(v.rules.MaxScore))
	}
	until, ok := v.mind.belief.Falls(v.Exposure(), int64(v.now), middle, most)
	if !ok {
		return throttle.Never
	}
	return until
}

// exposureAt is what the group feels at a time.
func (v *View) exposureAt(at models.Millis) [fatigue.Memories]float64 {
	return v.Exposure().On(int64(at))
}
