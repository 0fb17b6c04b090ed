package fatigue

import "math"

// Post is one sponsored post: when it was sent, and what it added to the exposure.
type Post struct {
	At     int64
	Weight float64
}

// Felt is the mean exposure over [from, to), which is what the leaves of that time are judged by.
func Felt(posts []Post, from, to int64) (x [Memories]float64) {
	length := float64(to-from) / dayMS
	if !(length > 0) {
		return x
	}
	for _, p := range posts {
		if p.At >= to || !(p.Weight > 0) || math.IsInf(p.Weight, 0) {
			continue
		}
		begin := max(p.At, from)
		for i, tau := range memory {
			faded := math.Exp(-float64(begin-p.At) / dayMS / tau)
			gone := 1 - math.Exp(-float64(to-begin)/dayMS/tau)
			x[i] += p.Weight * tau * faded * gone / length
		}
	}
	return x
}

// ExposureOf is the exposure that posts leave behind.
func ExposureOf(posts []Post) (e Exposure) {
	for _, p := range posts {
		e.Add(p.At, p.Weight)
	}
	return e
}

// Falls is the first instant from now on at which the score at caution is no more than most, if nothing is posted until
// then; false if it never is.
func (b *Belief) Falls(e Exposure, now int64, caution, most float64) (int64, bool) {
	calm := func(t int64) bool { return b.Score(e.On(t), caution) <= most }
	if calm(now) {
		return now, true
	}
	from := max(now, e.At)
	low, high := from-1, from+longest
	if !calm(high) {
		return never, false
	}
	for high-low > 1 {
		if mid := low + (high-low)/2; calm(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high, true
}
