package lift

import "math"

// What an experiment should be able to see: a quarter more leaves, in four of five seasons.
const (
	effectSeen = 0.25
	powerAsked = 0.80
)

// usualRate is what is expected of a member-day as long as nobody has left an arm yet: 0.08% of the members leave a day.
const usualRate = 0.0008

// fewest is how many groups an arm must have before its interval is believed, whatever the number of events: with fewer
// the spread between groups is a guess.
const fewest = 8

// Power tells whether the two arms have seen enough to tell a quarter more events from none.
type Power struct {
	Enough bool
	// Days and Need are member-days in both arms together: those there are, and those it takes if the arms keep their sizes.
	Days, Need float64
	// NeedEvents is how many events that will be, about.
	NeedEvents float64
	// NeedGroups is how many groups the smaller arm lacks; zero if it has enough.
	NeedGroups int
	// Spread is how much more the groups differ than chance alone makes them: 1 is chance alone.
	Spread float64
}

// Plan says how much data the comparison of two arms needs and has. Need is infinite if an arm has no groups at all.
//
// Two rates r0 and r1 = (1 + effect) r0 over member-days split q0 : q1 differ by effect r0 with the variance
// spread (r0/q0 + r1/q1) / days; the difference must be (z of 95% + z of the power) deviations. With equal arms and no
// spread that is about 630 events.
func Plan(groups []Group, arm, than Arm) Power {
	rates := Rates(groups)
	one, two := rates[arm], rates[than]
	p := Power{Days: one.Days + two.Days, Spread: spread(groups, arm, than), Need: math.Inf(1), NeedEvents: math.Inf(1)}
	p.NeedGroups = max(0, fewest-min(one.Groups, two.Groups))
	if one.Days == 0 || two.Days == 0 {
		return p
	}
	base := two.Events / two.Days
	if base == 0 {
		base = usualRate
	}
	q1, q0 := one.Days/p.Days, two.Days/p.Days
	z := normalQuantile(1-(1-confidence)/2) + normalQuantile(powerAsked)
	more := base * (1 + effectSeen)
	p.Need = z * z * p.Spread * (base/q0 + more/q1) / (effectSeen * effectSeen * base * base)
	p.NeedEvents = p.Need * (base*q0 + more*q1)
	p.Enough = p.Days >= p.Need && p.NeedGroups == 0
	return p
}

// spread is the variance of the arms' rates by the jackknife over the one that chance alone would give, at least 1.
func spread(groups []Group, arms ...Arm) float64 {
	var seen, chance float64
	for _, arm := range arms {
		rate, variance, n := ratio(groups, arm)
		days := Rates(groups)[arm].Days
		if n < fewest || days == 0 || rate <= 0 {
			continue
		}
		seen += variance
		chance += rate / days
	}
	if chance == 0 {
		return 1
	}
	return max(1, seen/chance)
}
