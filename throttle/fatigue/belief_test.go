package fatigue

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// fresh is a belief nothing was seen for.
func fresh() *Belief {
	b := new(Belief)
	b.Learn(NewPrior())
	return b
}

// poisson draws from a small mean.
func poisson(r *rand.Rand, mean float64) float64 {
	n, p, floor := 0.0, r.Float64(), math.Exp(-mean)
	for p > floor {
		n++
		p *= r.Float64()
	}
	return n
}

// live watches groups of a known sensitivity for some days, posting more or less often, and tells their beliefs.
func live(r *rand.Rand, groups, days int, members, phi, base float64, m model) []*Belief {
	all := make([]*Belief, groups)
	for g := range all {
		all[g] = fresh()
		var e Exposure
		for d := range days {
			if r.Float64() < 0.1+0.8*float64(g%5)/5 {
				e.Add(int64(d)*day, 1)
			}
			x := e.On(int64(d)*day + day/2)
			rate := base + phi*m.at(x)
			if d%7 == 0 {
				all[g].Learn(NewPrior())
			}
			all[g].Observe(Observation{MemberDays: members, Quits: poisson(r, members*rate), X: x})
		}
	}
	return all
}

// learn pools and learns in turns until it settles.
func learn(all []*Belief) Prior {
	p := NewPrior()
	for range 30 {
		for _, b := range all {
			b.Learn(p)
		}
		p = Pool(p, all)
	}
	return p
}

// The posterior concentrates on the truth: sensitivity, base rate, and which explanation is right.
func TestBeliefFindsTheTruth(t *testing.T) {
	t.Parallel()
	for _, phi := range []float64{4e-6, 2.5e-5, 1.5e-4} {
		for m := range models {
			r := rand.New(rand.NewPCG(7, uint64(m)))
			all := live(r, 60, 300, 300, phi, 1.2e-3, models[m])
			p := learn(all)
			got, base := math.Exp(p.LogPhi[m]), p.Base[m]
			t.Logf("phi %.1e model %d: phi %.2e, base %.2e, models %.3f, spread %.2f", phi, m, got, base, p.Model, p.Spread[m])
			// Where ads do most of the leaving, little is seen of a life without them.
			if base < 6e-4 || base > 1.4e-3 {
				t.Errorf("base rate %v, not 1.2e-3", base)
			}
			if least := map[float64]float64{4e-6: 0.02, 2.5e-5: 0.03, 1.5e-4: 0.4}[phi]; p.Model[m] < least {
				t.Errorf("model %d is believed at %.2f only: %v", m, p.Model[m], p.Model)
			}
			if p.Model[m] > 0.9 && (got < phi/2 || got > phi*2) {
				t.Errorf("sensitivity %v, not %v", got, phi)
			}
		}
	}
}

// More of the same evidence narrows the belief around the truth.
func TestBeliefNarrows(t *testing.T) {
	t.Parallel()
	const phi = 8e-5
	last := math.Inf(1)
	for _, days := range []int{20, 200, 2000} {
		r := rand.New(rand.NewPCG(3, 3))
		all := live(r, 3, days, 400, phi, 8e-4, models[0])
		learn(all)
		b := all[2]
		if b.models[0].logVar >= last {
			t.Errorf("%d days: variance %v, not less than %v", days, b.models[0].logVar, last)
		}
		last = b.models[0].logVar
	}
	if last > 0.1 {
		t.Errorf("after 2,000 days the belief is still %v wide", math.Sqrt(last))
	}
}

// One day never decides: a hundred leaves in one day move the expected rate by less than a factor three, and no more than
// what was allowed to surprise.
func TestOneDayIsNotTrusted(t *testing.T) {
	t.Parallel()
	b := live(rand.New(rand.NewPCG(1, 1)), 3, 90, 200, 2e-5, 8e-4, models[0])[2]
	p := NewPrior()
	b.Learn(p)
	x := [Memories]float64{1.5, 3, 4}
	before := b.Rate(x)
	b.Observe(Observation{MemberDays: 200, Quits: 100, Complaints: 50, Vetoes: 9, X: x})
	b.Learn(p)
	if after := b.Rate(x); after > 3*before || after < before {
		t.Errorf("rate %v, before %v", after, before)
	}
}

// Days nobody saw, in any order, change nothing that was known.
func TestOrderAndGapsDoNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := make([]Observation, rapid.IntRange(1, 30).Draw(t, "days"))
		for i := range all {
			x := rapid.Float64Range(0, 9).Draw(t, "x")
			all[i] = Observation{MemberDays: 100, Quits: float64(rapid.IntRange(0, 2).Draw(t, "quits")), X: [3]float64{x / 2, x, x * 2}}
		}
		var a, b Belief
		a.Learn(NewPrior())
		b.Learn(NewPrior())
		for i := range all {
			a.Observe(all[i])
			b.Observe(all[len(all)-1-i])
			b.Observe(Observation{X: all[i].X})
			b.Observe(Observation{MemberDays: math.NaN(), Quits: 3})
			b.Observe(Observation{MemberDays: 5, Quits: math.NaN()})
		}
		a.Learn(NewPrior())
		b.Learn(NewPrior())
		if x := [3]float64{1, 2, 3}; math.Abs(a.Rate(x)/b.Rate(x)-1) > 1e-9 {
			t.Fatalf("%v and %v", a.Rate(x), b.Rate(x))
		}
	})
}

// Whatever is observed, every number stays a number, and the score rises with the exposure.
func TestScoreIsMonotoneAndFinite(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := fresh()
		p := NewPrior()
		for range rapid.IntRange(0, 20).Draw(t, "days") {
			x := rapid.Float64Range(0, 200).Draw(t, "x")
			b.Observe(Observation{
				MemberDays: rapid.Float64Range(0, 1e6).Draw(t, "members"), Quits: rapid.Float64Range(0, 1e6).Draw(t, "quits"),
				Complaints: rapid.Float64Range(-3, 1e9).Draw(t, "complaints"), X: [3]float64{x / 3, x, x * 3},
			})
			b.Learn(p)
			p = Pool(p, []*Belief{b})
			if rapid.Bool().Draw(t, "fade") {
				b.Evidence.Fade(rapid.Float64Range(-1, 2).Draw(t, "keep"))
			}
		}
		q := rapid.Float64Range(0, 1).Draw(t, "q")
		last := -1.0
		for x := 0.0; x < 60; x += 1.5 {
			score := b.Score([3]float64{x / 2, x, x * 2}, q)
			if math.IsNaN(score) || score < last || score > 100 {
				t.Fatalf("score %v after %v", score, last)
			}
			last = score
		}
		for _, l := range b.Show([3]float64{1, 2, 3}, Overrides{}) {
			if math.IsNaN(l.Value+l.Low+l.High) || math.IsInf(l.Value+l.Low+l.High, 0) || l.Low > l.High*(1+1e-9) {
				t.Fatalf("%+v", l)
			}
		}
	})
}

// Fifty is where ads have doubled the leaves.
func TestScoreOfFifty(t *testing.T) {
	t.Parallel()
	b := fresh()
	low, high := 0.0, 40.0
	for range 60 {
		mid := (low + high) / 2
		if x := [3]float64{mid, mid, mid}; b.extraAt(x, 0.5) < b.base {
			low = mid
		} else {
			high = mid
		}
	}
	if s := b.Score([3]float64{low, low, low}, 0.5); math.Abs(s-50) > 1e-6 {
		t.Errorf("score %v", s)
	}
	for score, want := range map[float64]Band{0: Green, 19.9: Green, 20: Amber, 50: Amber, 50.1: Red, 100: Red} {
		if got := BandOf(score); got != want {
			t.Errorf("%v is %s, not %s", score, got, want)
		}
	}
}

func TestEvidenceIsStoredAndReadBack(t *testing.T) {
	t.Parallel()
	b := live(rand.New(rand.NewPCG(5, 5)), 5, 200, 200, 5e-5, 8e-4, models[0])[3]
	b.Learn(NewPrior())
	stored, err := b.Evidence.AppendBinary(nil)
	if err != nil || len(stored) > 720 {
		t.Fatalf("%d bytes, %v", len(stored), err)
	}
	var again Belief
	if err := again.Evidence.UnmarshalBinary(stored); err != nil {
		t.Fatal(err)
	}
	again.Learn(NewPrior())
	if x := [3]float64{1, 2, 3}; math.Abs(again.Rate(x)/b.Rate(x)-1) > 1e-4 {
		t.Errorf("rate %v, read back %v", b.Rate(x), again.Rate(x))
	}
	twice, _ := again.Evidence.AppendBinary(nil)
	if !bytes.Equal(stored, twice) {
		t.Error("the second form differs")
	}
	for _, bad := range [][]byte{nil, {9}, stored[:len(stored)-1], append([]byte{1, 250}, make([]byte, 16)...), {1, 0, 0, 0, 192, 127, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}} {
		if new(Evidence).UnmarshalBinary(bad) == nil {
			t.Errorf("read %v", bad)
		}
	}
}

// The prior follows the groups: after many harmless groups a new one is trusted more than at first, after many sensitive
// ones less.
func TestPriorIsPooled(t *testing.T) {
	t.Parallel()
	x := [Memories]float64{1.5, 3, 4}
	first := fresh().Extra(x)
	mild := learn(live(rand.New(rand.NewPCG(2, 2)), 80, 180, 200, 4e-6, 8e-4, models[0]))
	harsh := learn(live(rand.New(rand.NewPCG(2, 2)), 80, 180, 200, 2e-4, 8e-4, models[0]))
	var a, z Belief
	a.Learn(mild)
	z.Learn(harsh)
	t.Logf("extra leaves foreseen of a new group: %.2e at first, %.2e among mild groups, %.2e among harsh", first, a.Extra(x), z.Extra(x))
	if !(a.Extra(x) < first/2) || !(z.Extra(x) > first) {
		t.Errorf("first %v, mild %v, harsh %v", first, a.Extra(x), z.Extra(x))
	}
}

func TestExposureInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOfN(rapid.Int64Range(0, 60*day), 1, 20).Draw(t, "times")
		var a, b Exposure
		for i := range times {
			a.Add(times[i], 1)
			b.Add(times[len(times)-1-i], 1)
		}
		x, y := a.On(61*day), b.On(61*day)
		for m := range x {
			want := 0.0
			for _, at := range times {
				want += math.Exp(-float64(61*day-at) / dayMS / memory[m])
			}
			if math.Abs(x[m]-want) > 1e-9*want || math.Abs(y[m]-want) > 1e-9*want {
				t.Fatalf("%v and %v, not %v", x[m], y[m], want)
			}
		}
		if later := a.On(62 * day); !(later[0] < x[0]) {
			t.Fatal("does not fade")
		}
	})
}
