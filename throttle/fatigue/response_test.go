package fatigue

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// A brand that promises four times what it holds is found out by its clicks, in every group, and the others are not
// blamed for it.
func TestResponseFindsOutABoaster(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	var all, boaster, honest Ratio
	groups := make([]Ratio, 20)
	for n := range 600 {
		g, brand, truth := n%20, &honest, 1.0
		if r.IntN(4) == 0 {
			brand, truth = &boaster, 0.25
		}
		own := 0.6 + 0.05*float64(g)
		response := Response{All: all, Group: groups[g], Brand: *brand}
		promised := 200 * 0.02
		response.Learn(poisson(r, promised*own*truth), promised)
		all, groups[g], *brand = response.All, response.Group, response.Brand
	}
	fit := Response{Brand: boaster}.Match() / Response{Brand: honest}.Match()
	if fit < 0.2 || fit > 0.33 {
		t.Errorf("the boaster is taken at %.2f of its word, not at 0.25", fit)
	}
	low, high := Response{All: all, Group: groups[0]}.Value(0.02, 1, 1), Response{All: all, Group: groups[19]}.Value(0.02, 1, 1)
	if high/low < 1.7 || high/low > 3.2 {
		t.Errorf("the best group is taken for %.2f times the worst, not 2.6", high/low)
	}
}

func TestResponseIsFinite(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var r Response
		any64 := rapid.SampledFrom([]float64{0, 1, 1e-9, 1e9, -1, math.NaN(), math.Inf(1), 3})
		for range 20 {
			r.Learn(any64.Draw(t, "clicks"), any64.Draw(t, "promised"))
			if v := r.Value(0.02, any64.Draw(t, "match"), Novelty(any64.Draw(t, "days"))); !(v >= 0) || math.IsInf(v, 0) {
				t.Fatalf("value %v of %+v", v, r)
			}
			if w := Weight(any64.Draw(t, "match")); !(w >= weightLeast && w <= 1+weightSlope) {
				t.Fatalf("weight %v", w)
			}
		}
	})
}

func TestTailAgreesWithSums(t *testing.T) {
	t.Parallel()
	for _, mean := range []float64{0.01, 0.3, 2, 11, 70} {
		for n := range 90 {
			below := 0.0
			for k := range n {
				term := math.Exp(-mean)
				for i := 1; i <= k; i++ {
					term *= mean / float64(i)
				}
				below += term
			}
			if got := Tail(n, mean); math.Abs(got-(1-below)) > 1e-11 {
				t.Fatalf("P(>= %d | %v) = %v, not %v", n, mean, got, 1-below)
			}
		}
	}
}

// By chance alone a group is paused about once in a thousand looks, and a wave always pauses it.
func TestBreaker(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 9))
	trips := 0
	for range 100_000 {
		if (Breaker{}).Until(5, int(poisson(r, 3.2)), 3.2) != 0 {
			trips++
		}
	}
	if trips > 100 {
		t.Errorf("tripped %d times in 100,000 by chance", trips)
	}
	if got := (Breaker{}).Until(5, 20, 3.2); got != 5+7*day {
		t.Errorf("a wave pauses until %d", got)
	}
	if (Breaker{}).Until(5, 3, 0.01) != 0 {
		t.Error("three leaves of a tiny group are no wave")
	}
}

func TestShapeOfValues(t *testing.T) {
	t.Parallel()
	var s Spread
	r := rand.New(rand.NewPCG(8, 8))
	for range 20_000 {
		s.Observe(math.Exp(0.5*r.NormFloat64()), math.Exp(0.125))
	}
	shape := s.Shape()
	sum := 0.0
	for i, v := range shape {
		sum += v
		if i > 0 && v < shape[i-1] {
			t.Errorf("not ascending: %v", shape)
		}
	}
	if math.Abs(sum-Quantiles) > 1e-9 || shape[9] < 1.9 || shape[9] > 2.4 || shape[0] > 0.45 {
		t.Errorf("shape %.2f", shape)
	}
	var v Values
	for range 400 {
		v.Observe(0.03)
		v.Observe(math.NaN())
	}
	if m := v.Mean(0.01); m < 0.027 || m > 0.03 {
		t.Errorf("mean %v", m)
	}
}
