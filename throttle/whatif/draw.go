package whatif

import "math"

// key is where chance comes from: a number that stands for seed, world and purpose. Draws are hashes of a key and of
// counters (member, day), so that a draw does not depend on which draws were made before it. That is what makes policies
// comparable: they meet the same luck.
type key uint64

// What draws are for.
const (
	forGroups = iota + 1
	forPeople
	forJoins
	forOffers
	forMatch
	forSight
	forOwner
	forNews
	forCircle
	forOrganic
	forQuarrel
	forComplaint
)

// mix is the finaliser of splitmix64: every bit of x reaches every bit of the result.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// golden spreads counters over all bits: 2^64 divided by the golden ratio.
const golden = 0x9e3779b97f4a7c15

// of is the key for one more counter.
func (k key) of(n int) key { return key(mix(uint64(k) + uint64(n+1)*golden)) }

// bits is the draw number n.
func (k key) bits(n int) uint64 { return mix(uint64(k) + uint64(n+1)*golden) }

// uniform is in (0, 1).
func uniform(bits uint64) float64 { return (float64(bits>>11) + 0.5) / (1 << 53) }

func (k key) uniform(n int) float64 { return uniform(k.bits(n)) }

// exponential has mean 1.
func (k key) exponential(n int) float64 { return -math.Log(k.uniform(n)) }

// normal has mean 0 and deviation 1.
func (k key) normal(n int) float64 {
	return math.Sqrt(-2*math.Log(k.uniform(2*n))) * math.Cos(2*math.Pi*k.uniform(2*n+1))
}

// lognormal has median 1.
func (k key) lognormal(n int, sigma float64) float64 {
	if sigma == 0 {
		return 1
	}
	return math.Exp(sigma * k.normal(n))
}

// lognormalMean has mean 1.
func (k key) lognormalMean(n int, sigma float64) float64 {
	return k.lognormal(n, sigma) * math.Exp(-sigma*sigma/2)
}

// poisson has the given mean: by multiplication when small, by the normal curve when large.
func (k key) poisson(mean float64) int {
	if mean > 60 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*k.normal(0))))
	}
	n, p, floor := 0, k.uniform(0), math.Exp(-mean)
	for p > floor {
		n++
		p *= k.uniform(n)
	}
	return n
}
