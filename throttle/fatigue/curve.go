package fatigue

import "math"

// Curve is one group's thresholds: the tables weighed by what is believed of the group, in clicks per member.
type Curve struct {
	value [Models]Thresholds // each already times how much the model is believed
}

// Curve weighs the tables for a group whose best offers are usually worth value and in which a member who stays is
// worth worth. The risk is taken as it is: the expected cost of a post, neither hope nor fear added.
func (t *Tables) Curve(b *Belief, value, worth float64) Curve {
	var c Curve
	if !(value > 0) {
		value = math.SmallestNonzeroFloat32
	}
	at := math.Log(max(worth/value, scaleLeast)/scaleLeast) / math.Log(scaleStep)
	low := min(int(at), scales-2)
	share := min(at-float64(low), 1)
	beyond := max(1, worth/value/(scaleLeast*math.Pow(scaleStep, scales-1)))
	for m := range c.value {
		if b.Model(m) < negligible {
			continue
		}
		lower, upper := t.of(m, low), t.of(m, low+1)
		for i, w := range b.weight[m] {
			if w < negligible/phis {
				continue
			}
			for j := range c.value[m] {
				// Straight between two scales: a threshold is about so much for the ads to come plus so much for the worth.
				a, z := lower[i][j], max(upper[i][j], lower[i][j])
				v := a + (z-a)*(math.Pow(scaleStep, share)-1)/(scaleStep-1)
				c.value[m][j] += w * v * value * beyond
			}
		}
	}
	return c
}

// negligible is a belief too small to work a table out for.
const negligible = 1e-4

// At is the group's threshold at an exposure.
func (c *Curve) At(x [Memories]float64) float64 {
	sum := 0.0
	for m := range c.value {
		sum += c.value[m].At(x[models[m].memory])
	}
	return sum
}

// When is the first instant from now on at which an offer of value v passes, if nothing is posted until then: now if it
// passes already, and false if it never will.
func (c *Curve) When(e Exposure, now int64, v float64) (int64, bool) {
	if c.At(e.On(now)) <= v {
		return now, true
	}
	from := max(now, e.At)
	low, high := from-1, from+longest
	if !(c.At(e.On(high)) <= v) {
		return never, false
	}
	for high-low > 1 {
		mid := low + (high-low)/2
		if c.At(e.On(mid)) <= v {
			high = mid
		} else {
			low = mid
		}
	}
	return high, true
}

// longest is how far ahead a free instant is looked for: after two years every exposure is gone.
const longest = 730 * day
