package lift

import (
	"math"
	"slices"
)

// Group is one group's season: how long how many people were in it, and what happened. Before is the same of the stretch
// before the season, as far as it is known.
type Group struct {
	Arm    Arm
	Days   float64 // member-days
	Events float64 // leaves, claims or redemptions
	Before Before
}

// Before is what a group was like before the season.
type Before struct{ Days, Events float64 }

// Rate is events per 1,000 member-days in an arm.
type Rate struct {
	Arm    Arm
	Groups int // with member-days
	Days   float64
	Events float64
	Per1k  float64
}

// Difference is how many events per 1,000 member-days one arm has more than another, with the interval that covers the
// truth in 95 of 100 seasons.
type Difference struct {
	Arm, Than Arm
	Per1k     float64
	Low, High float64 // infinite where an arm has fewer than two groups
	// Adjusted is how much of the groups' differences before the season was taken into account, 0 to 1.
	Adjusted float64
}

// per1k is the unit of rates.
const per1k = 1000

// confidence is the level of every interval.
const confidence = 0.95

// Rates counts the arms, the fullest first.
func Rates(groups []Group) []Rate {
	all := []Rate{{Arm: Full}, {Arm: Half}, {Arm: None}}
	for _, g := range groups {
		if g.Days <= 0 || g.Arm > None {
			continue
		}
		r := &all[g.Arm]
		r.Groups++
		r.Days += g.Days
		r.Events += g.Events
	}
	for i := range all {
		if all[i].Days > 0 {
			all[i].Per1k = per1k * all[i].Events / all[i].Days
		}
	}
	return all
}

// Compare measures arm against than.
//
// The rate of an arm is the ratio of its events to its member-days. Its variance is the jackknife's over groups: it leaves
// out one at a time, which respects that the group is what was drawn and stays honest with few groups of very different
// size, where the usual linear formula is too narrow. The interval is Welch's t.
//
// What a group was like before the season is taken out first, by the slope that fits all arms together (CUPED): the draw
// does not know it, so the difference stays right and gets sharper.
func Compare(groups []Group, arm, than Arm) Difference {
	d := Difference{Arm: arm, Than: than, Low: math.Inf(-1), High: math.Inf(1)}
	adjusted, slope := adjust(groups, arm, than)
	a, va, na := ratio(adjusted, arm)
	b, vb, nb := ratio(adjusted, than)
	d.Per1k, d.Adjusted = per1k*(a-b), slope
	if na < 2 || nb < 2 {
		return d
	}
	spread := va + vb
	if spread == 0 {
		d.Low, d.High = d.Per1k, d.Per1k
		return d
	}
	free := spread * spread / (va*va/float64(na-1) + vb*vb/float64(nb-1))
	half := per1k * math.Sqrt(spread) * studentQuantile(1-(1-confidence)/2, free)
	d.Low, d.High = d.Per1k-half, d.Per1k+half
	return d
}

// ratio is an arm's events per member-day, its jackknife variance, and the number of groups in it.
func ratio(groups []Group, arm Arm) (rate, variance float64, n int) {
	var x, y float64
	for _, g := range groups {
		if g.Arm == arm && g.Days > 0 {
			x, y, n = x+g.Days, y+g.Events, n+1
		}
	}
	if n == 0 {
		return 0, 0, 0
	}
	rate = y / x
	if n == 1 {
		return rate, 0, 1
	}
	var sum, squares float64
	for _, g := range groups {
		if g.Arm != arm || g.Days <= 0 {
			continue
		}
		without := (y - g.Events) / (x - g.Days)
		sum += without - rate // around the rate, not around zero: less is lost to rounding
		squares += (without - rate) * (without - rate)
	}
	k := float64(n)
	return rate, (k - 1) / k * (squares - sum*sum/k), n
}

// least is how many groups with a past are needed for their past to be used: a slope of fewer is noise.
const least = 20

// adjust takes the groups' differences before the season out of their events, and tells by which slope.
func adjust(groups []Group, arms ...Arm) ([]Group, float64) {
	known := func(g Group) bool { return g.Days > 0 && g.Before.Days > 0 && slices.Contains(arms, g.Arm) }
	type mean struct{ days, now, past float64 }
	of := map[Arm]mean{}
	n := 0
	var all mean
	for _, g := range groups {
		if !known(g) {
			continue
		}
		m := of[g.Arm]
		for _, m := range []*mean{&m, &all} {
			m.days += g.Days
			m.now += g.Events
			m.past += g.Before.Events / g.Before.Days * g.Days
		}
		of[g.Arm] = m
		n++
	}
	if n < least {
		return groups, 0
	}
	var cross, square float64
	for _, g := range groups {
		if known(g) {
			m := of[g.Arm]
			now, past := g.Events/g.Days-m.now/m.days, g.Before.Events/g.Before.Days-m.past/m.days
			cross += g.Days * now * past
			square += g.Days * past * past
		}
	}
	if square == 0 {
		return groups, 0
	}
	slope := min(max(cross/square, 0), 1) // a past that foretells the opposite is chance
	out := slices.Clone(groups)
	for i, g := range out {
		if known(g) {
			out[i].Events -= slope * (g.Before.Events/g.Before.Days - all.past/all.days) * g.Days
		}
	}
	return out, slope
}
