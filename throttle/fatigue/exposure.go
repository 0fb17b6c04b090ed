package fatigue

import "math"

const (
	day   int64   = 24 * 60 * 60 * 1000 // ms
	dayMS float64 = float64(day)
)

// Memories is how many recovery times are followed side by side; which of them is right is learned.
const Memories = 3

// memory is the recovery time of each, in days: how long an exposure takes to fall to 37%.
var memory = [Memories]float64{3, 7, 14}

// never is an instant that does not come.
const never int64 = math.MaxInt64

// Exposure is the fading sum of the sponsored posts of a group: X(t) = sum of a_i exp(-(t-t_i)/tau), one for each recovery
// time. The zero value is a group that never saw one.
type Exposure struct {
	At int64 // the instant X is valid for
	X  [Memories]float64
}

// On is the exposure at t. Before the last instant known it answers with what is known: time does not run backwards.
func (e Exposure) On(t int64) [Memories]float64 {
	if t <= e.At {
		return e.X
	}
	x := e.X
	days := float64(t-e.At) / dayMS
	for i := range x {
		if x[i] != 0 {
			x[i] *= math.Exp(-days / memory[i])
		}
	}
	return x
}

// Add books a post of weight a sent at t. Posts may be booked late and in any order: the sum is the same.
func (e *Exposure) Add(t int64, a float64) {
	if !(a > 0) || math.IsInf(a, 0) {
		return
	}
	if e.X == [Memories]float64{} {
		e.At = max(e.At, t)
	}
	e.X = e.On(t)
	e.At = max(e.At, t)
	late := float64(e.At-t) / dayMS
	for i := range e.X {
		e.X[i] += a * math.Exp(-late/memory[i])
	}
}

// Weight is what a post adds to the exposure: 1 for an offer that fits the group as the usual one does, more if it fits
// worse, less if it is welcome. match is its predicted response relative to the usual offer's. The slope is our guess
// (ad blindness is driven by the quality of ads, says Google's long-term study, without a number for groups).
func Weight(match float64) float64 {
	if !(match >= 0) {
		return 1 + weightSlope
	}
	return max(weightLeast, 1+weightSlope*(1-match))
}

const (
	weightSlope = 0.5
	weightLeast = 0.4 // no ad is so welcome that it does not tire
)
