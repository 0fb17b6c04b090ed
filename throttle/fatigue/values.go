package fatigue

import "math"

// valueBins is how finely the values of best offers are counted, relative to their group's mean: steps of a factor 1.2
// around 1.
const valueBins = 32

// Values is what a group's best offers are usually worth, in clicks per member: a mean that forgets slowly.
type Values struct {
	Sum, Weight float64
}

// How long values are remembered, in observations (one a day as a rule), and how many days a first guess weighs.
const (
	valueMemory = 45
	valueGuess  = 3
)

// Observe counts the value of the best offer there was for the group, sent or not.
func (v *Values) Observe(value float64) {
	if !(value > 0) || math.IsInf(value, 0) {
		return
	}
	keep := 1 - 1.0/valueMemory
	v.Sum, v.Weight = v.Sum*keep+value, v.Weight*keep+1
}

// Mean is what a best offer is worth; guess is believed until there were some.
func (v *Values) Mean(guess float64) float64 {
	guess = max(guess, 0)
	return (v.Sum + valueGuess*guess) / (v.Weight + valueGuess)
}

// Spread counts the values of all groups relative to their group's mean: its shape is shared, for which of a group's own
// few dozen offers are too few.
type Spread struct {
	counts [valueBins]float64
}

// Observe counts one value beside its group's mean.
func (s *Spread) Observe(value, mean float64) {
	if !(value > 0) || !(mean > 0) {
		return
	}
	at := int(math.Floor(math.Log(value/mean)/math.Log(1.2))) + valueBins/2
	s.counts[max(0, min(at, valueBins-1))]++
}

// spreadGuess is how many observations the usual shape weighs.
const spreadGuess = 30

// Shape is the distribution as ten equally likely multiples of the mean.
func (s *Spread) Shape() [Quantiles]float64 {
	counts := s.counts
	for _, u := range usualShape {
		at := int(math.Floor(math.Log(u)/math.Log(1.2))) + valueBins/2
		counts[at] += spreadGuess / Quantiles
	}
	total := 0.0
	for _, n := range counts {
		total += n
	}
	var shape [Quantiles]float64
	q, filled := 0, 0.0
	for i, n := range counts {
		middle := math.Pow(1.2, float64(i-valueBins/2)+0.5)
		for n > 0 && q < Quantiles {
			take := min(n, total/Quantiles-filled)
			shape[q] += take * middle
			filled += take
			n -= take
			if filled >= total/Quantiles*(1-1e-9) {
				shape[q] /= filled
				q, filled = q+1, 0
			}
		}
	}
	if q < Quantiles && filled > 0 {
		shape[q] /= filled
	}
	return normal(shape)
}

// normal scales a shape to mean 1.
func normal(shape [Quantiles]float64) [Quantiles]float64 {
	sum := 0.0
	for _, v := range shape {
		sum += v
	}
	for i := range shape {
		shape[i] *= Quantiles / sum
	}
	return shape
}
