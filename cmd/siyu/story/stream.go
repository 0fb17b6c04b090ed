package story

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strconv"
	"time"
)

// stream gives the random numbers of one purpose, such as person 17's third visit. Equal arguments give equal numbers
// whatever was drawn elsewhere, so a choice never depends on the order of other people's choices.
func stream(seed int64, what string, which ...int) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(what))
	for _, n := range which {
		_, _ = h.Write([]byte{'/'})
		_, _ = h.Write(strconv.AppendInt(nil, int64(n), 10))
	}
	return rand.New(rand.NewPCG(uint64(seed), h.Sum64())) //nolint:gosec // the numbers must repeat; nothing is kept secret with them
}

// chance is true with probability p.
func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

// between draws a time from [from, to), in whole seconds: WeChat tells no finer ones.
func between(r *rand.Rand, from, to time.Duration) time.Duration {
	if to <= from {
		return from.Truncate(time.Second)
	}
	return (from + time.Duration(r.Int64N(int64(to-from)))).Truncate(time.Second)
}

// waiting draws from an exponential distribution: most wait little, a few long; most at most.
func waiting(r *rand.Rand, mean, most time.Duration) time.Duration {
	return min(time.Duration(r.ExpFloat64()*float64(mean)), most).Truncate(time.Second)
}

// around draws a delay whose median is middle and of which two thirds lie within a factor of spread.
func around(r *rand.Rand, middle time.Duration, spread float64) time.Duration {
	return time.Duration(float64(middle) * math.Exp(r.NormFloat64()*math.Log(spread))).Truncate(time.Second)
}

// weigh picks an index with probability proportional to its weight.
func weigh(r *rand.Rand, weights []float64) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	at := r.Float64() * total
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// awake moves a time at night (23:00 to 7:30 local) to some time of the next morning: phones are down.
func awake(r *rand.Rand, t time.Time, zone *time.Location) time.Time {
	local := t.In(zone)
	clock := local.Hour()*60 + local.Minute()
	if clock >= 450 && clock < 23*60 {
		return t
	}
	day := local.Day()
	if clock >= 450 {
		day++
	}
	morning := time.Date(local.Year(), local.Month(), day, 7, 30, 0, 0, zone)
	return morning.Add(waiting(r, 80*time.Minute, 5*time.Hour))
}
