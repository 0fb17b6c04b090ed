package fatigue

import "math"

// Ratio is hits over what was foreseen, drawn to 1 while little was seen: a Gamma posterior. It forgets slowly.
type Ratio struct {
	Hits, Foreseen float64
}

// Observe counts what was foreseen of something, and what came.
func (r *Ratio) Observe(hits, foreseen float64) {
	if !(hits >= 0) || !(foreseen >= 0) || math.IsInf(hits, 0) || math.IsInf(foreseen, 0) {
		return
	}
	r.Hits, r.Foreseen = r.Hits+hits, r.Foreseen+foreseen
}

// Fade makes what was counted weigh the share keep of what it did.
func (r *Ratio) Fade(keep float64) { r.Hits, r.Foreseen = r.Hits*keep, r.Foreseen*keep }

// Mean is the ratio believed; firm is how many hits the belief in 1 weighs.
func (r Ratio) Mean(firm float64) float64 { return (r.Hits + firm) / (r.Foreseen + firm) }

// SD is the standard deviation of the ratio.
func (r Ratio) SD(firm float64) float64 { return math.Sqrt(r.Hits+firm) / (r.Foreseen + firm) }

// How many clicks weigh as much as the belief that a group, a brand, a brand in one group is like any other. A brand's
// own word on how well its offers fit is checked soonest: it is the one with a reason to lie.
const (
	firmClicks = 40.0 // the click rate of all groups
	firmGroup  = 15.0
	firmBrand  = 8.0
	firmPair   = 12.0
)

// Response predicts the clicks an offer gets, from what was seen: v = click rate * match * novelty.
type Response struct {
	All   Ratio // against the guess
	Group Ratio // against what all groups do
	Brand Ratio // this brand (or category) in all groups, against what it promised
	Pair  Ratio // and in this group, beyond both
}

// Value is the clicks per member to expect of an offer with this promised match and this novelty, where guess is the
// click rate believed before anything was seen.
func (r Response) Value(guess, match, novelty float64) float64 {
	v := guess * match * novelty * r.All.Mean(firmClicks) * r.Group.Mean(firmGroup) * r.Match()
	if !(v > 0) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// Match is how the brand's offers fit this group, beside what was promised.
func (r Response) Match() float64 { return r.Brand.Mean(firmBrand) * r.Pair.Mean(firmPair) }

// Learn counts the clicks of one post that members could have seen; promised is guess*match*novelty times the members
// reached. Each part is judged by what the others leave to explain.
func (r *Response) Learn(clicks, promised float64) {
	if !(clicks >= 0) || !(promised > 0) || math.IsInf(clicks, 0) || math.IsInf(promised, 0) {
		return
	}
	all, group, brand, pair := r.All.Mean(firmClicks), r.Group.Mean(firmGroup), r.Brand.Mean(firmBrand), r.Pair.Mean(firmPair)
	r.All.Observe(clicks, promised*group*brand*pair)
	r.Group.Observe(clicks, promised*all*brand*pair)
	r.Brand.Observe(clicks, promised*all*group*pair)
	r.Pair.Observe(clicks, promised*all*group*brand)
}

// Novelty is how fresh a brand is d days after it was last seen in the group: half of the response is there at once, the
// rest comes back within weeks. A brand never seen is fresh.
func Novelty(d float64) float64 {
	if !(d >= 0) {
		return 1
	}
	return 1 - 0.5*math.Exp(-d/10)
}
