package fatigue

// Band is how tired a group is, in three steps that people read.
type Band uint8

// The bands: below 20 a group bears ads well, above 50 ads have doubled its leaves.
const (
	Green Band = iota
	Amber
	Red
)

// The limits of the bands, in points of the score.
const (
	amberFrom = 20
	redFrom   = 50
)

// BandOf is the band of a score.
func BandOf(score float64) Band {
	switch {
	case score > redFrom:
		return Red
	case score >= amberFrom:
		return Amber
	}
	return Green
}

// String is the band's name as rows and the API have it.
func (b Band) String() string { return [...]string{"green", "amber", "red"}[min(b, Red)] }

// Score is the fatigue score FS = 100 R/(1+R) at an exposure, R being how many times the base leave rate the ads add: the
// percentage of today's leaves that the ads cause. 50 means that they have doubled the leaves. The sensitivity is taken
// at the quantile caution of the belief: 0.5 is the middle, 0.9 is careful. It never falls when the exposure rises.
func (b *Belief) Score(x [Memories]float64, caution float64) float64 {
	extra := b.extraAt(x, caution)
	if b.base <= 0 {
		return 0
	}
	r := extra / b.base
	return 100 * r / (1 + r)
}

// extraAt is the extra leave rate at an exposure if each model's sensitivity is taken at the quantile q.
func (b *Belief) extraAt(x [Memories]float64, q float64) float64 {
	q = max(0, min(q, 1))
	extra := 0.0
	for m := range b.weight {
		total := b.Model(m)
		sum, at := 0.0, phis-1
		for i, w := range b.weight[m] {
			if sum += w; sum >= q*total {
				at = i
				break
			}
		}
		extra += total * phiAt(at) * models[m].at(x)
	}
	return extra
}
