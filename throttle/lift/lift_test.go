package lift_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"siyu/throttle/lift"
)

const dayMillis = 24 * 3600_000

// TestDraw: the arms have about the shares that were asked for, whatever the community and the season; and a season's
// draw says nothing about the next one's.
func TestDraw(t *testing.T) {
	t.Parallel()
	const n = 20_000
	shares := lift.Shares{None: 5, Half: 5}
	s := lift.SeasonAt(28, 1_790_000_000_000)
	next := lift.Numbered(28, s.Number+1)
	count, both := map[lift.Arm]int{}, 0
	for g := range int64(n) {
		arm := lift.Draw(7, g<<22, s, shares)
		count[arm]++
		if arm == lift.None && lift.Draw(7, g<<22, next, shares) == lift.None {
			both++
		}
	}
	for arm, want := range map[lift.Arm]float64{lift.None: 0.05, lift.Half: 0.05, lift.Full: 0.9} {
		got := float64(count[arm]) / n
		if tolerance := 4 * math.Sqrt(want*(1-want)/n); math.Abs(got-want) > tolerance {
			t.Errorf("%s has %.4f of the groups, want %.2f", arm, got, want)
		}
	}
	if both < 20 || both > 90 { // 50 expected
		t.Errorf("%d groups are held out in two seasons running; chance makes 50", both)
	}
}

// TestDrawIsStable: other groups do not come into it, all of a season agree, and a larger share keeps whom it has.
func TestDrawIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		community, group := rapid.Int64().Draw(t, "community"), rapid.Int64().Draw(t, "group")
		days := rapid.IntRange(7, 366).Draw(t, "days")
		at := rapid.Int64Range(-1e12, 4e12).Draw(t, "at")
		s := lift.SeasonAt(days, at)
		if at < s.From || at >= s.To || s.To-s.From != int64(days)*dayMillis {
			t.Fatalf("%d lies in %+v", at, s)
		}
		if last := lift.SeasonAt(days, s.To-1); last != s || lift.SeasonAt(days, s.From) != s || lift.SeasonAt(days, s.To) == s {
			t.Fatalf("%+v has other ends: %+v", s, last)
		}
		small := lift.Shares{None: rapid.IntRange(0, 20).Draw(t, "none"), Half: rapid.IntRange(0, 20).Draw(t, "half")}
		large := lift.Shares{None: small.None + rapid.IntRange(0, 5).Draw(t, "more none"), Half: small.Half + rapid.IntRange(0, 5).Draw(t, "more half")}
		was, is := lift.Draw(community, group, s, small), lift.Draw(community, group, s, large)
		if was != lift.Full && was != is {
			t.Fatalf("a larger share takes a group from %s to %s", was, is)
		}
		if lift.Draw(community, group, s, lift.Shares{}) != lift.Full || lift.Draw(community, group, s, lift.Shares{None: 100}) != lift.None {
			t.Fatal("no share and all of it")
		}
	})
}

// TestRates is counted by hand.
func TestRates(t *testing.T) {
	t.Parallel()
	groups := []lift.Group{
		{Arm: lift.Full, Days: 1000, Events: 3}, {Arm: lift.Full, Days: 3000, Events: 5},
		{Arm: lift.None, Days: 2000, Events: 1}, {Arm: lift.None, Days: 2000, Events: 3}, {Arm: lift.None, Days: 0, Events: 9},
	}
	r := lift.Rates(groups)
	if r[0].Per1k != 2 || r[0].Groups != 2 || r[1].Groups != 0 || r[1].Per1k != 0 || r[2].Per1k != 1 || r[2].Groups != 2 {
		t.Errorf("%+v", r)
	}
	d := lift.Compare(groups, lift.Full, lift.None)
	// Leaving out one: 5/3000 and 3/1000 of the full groups, 3/2000 and 1/2000 of the others. The variances are the halves
	// of the squared differences: (1.3333/1000)^2 / 4 and (1/1000)^2 / 4.
	a, b := 3./1000-5./3000, 1./1000
	va, vb := a*a/4, b*b/4
	free := (va + vb) * (va + vb) / (va*va + vb*vb)
	half := d.High - d.Per1k
	if d.Per1k != 1 || math.Abs(d.Low+d.High-2) > 1e-9 || d.Adjusted != 0 {
		t.Errorf("%+v", d)
	}
	// 1.86 degrees of freedom: t is between those of 1 and 2.
	if dev := half / 1000 / math.Sqrt(va+vb); free < 1.8 || free > 2 || dev < 4.3 || dev > 12.71 {
		t.Errorf("the interval is %.2f deviations with %.3f degrees of freedom", dev, free)
	}
	if one := lift.Compare(groups[1:], lift.Full, lift.None); !math.IsInf(one.High, 1) || !math.IsInf(one.Low, -1) {
		t.Errorf("one group alone tells nothing about the spread: %+v", one)
	}
}

// season makes one: rates differ between groups, and what a group was like before tells something.
type season struct {
	none, full  int
	spread, fit float64 // of the groups' rates; how much of it was there before (0: no past is known)
	effect      float64
}

const baseRate = 0.0008

func (s season) draw(r *rand.Rand) []lift.Group {
	groups := make([]lift.Group, 0, s.none+s.full)
	for i := range s.none + s.full {
		g := lift.Group{Arm: lift.None, Days: math.Round(28 * 180 * math.Exp(0.5*r.NormFloat64()))}
		own := r.NormFloat64()
		rate := baseRate * math.Exp(s.spread*own-s.spread*s.spread/2)
		if i >= s.none {
			g.Arm = lift.Full
			rate *= 1 + s.effect
		}
		g.Events = poisson(r, rate*g.Days)
		if s.fit > 0 {
			past := s.fit*own + math.Sqrt(1-s.fit*s.fit)*r.NormFloat64()
			g.Before = lift.Before{Days: g.Days, Events: poisson(r, baseRate*math.Exp(s.spread*past-s.spread*s.spread/2)*g.Days)}
		}
		groups = append(groups, g)
	}
	return groups
}

func poisson(r *rand.Rand, mean float64) float64 {
	n, p := 0.0, math.Exp(-mean)
	for u := r.Float64(); u > p && n < 1000; n++ {
		u -= p
		p *= mean / (n + 1)
	}
	return n
}

// TestCoverage: an interval of 95% covers the truth in 93 to 97 of 100 seasons, also with few and very different groups,
// and the groups' past makes it narrower.
func TestCoverage(t *testing.T) {
	t.Parallel()
	const seasons = 2000
	for _, c := range []struct {
		name string
		s    season
	}{
		{"equal arms", season{none: 30, full: 30, spread: 0.4}},
		{"a small arm", season{none: 12, full: 150, spread: 0.4, effect: 0.5}},
		{"many groups", season{none: 70, full: 70, spread: 0.6, effect: 0.25}},
		{"with a past", season{none: 20, full: 80, spread: 0.6, fit: 0.9, effect: 0.25}},
		{"only chance", season{none: 20, full: 60, effect: 0.25}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(11, 42))
			truth := 1000 * baseRate * c.s.effect
			covered, width, plainWidth := 0, 0.0, 0.0
			for range seasons {
				groups := c.s.draw(r)
				d := lift.Compare(groups, lift.Full, lift.None)
				if d.Low <= truth && truth <= d.High {
					covered++
				}
				width += d.High - d.Low
				for i := range groups {
					groups[i].Before = lift.Before{}
				}
				plain := lift.Compare(groups, lift.Full, lift.None)
				plainWidth += plain.High - plain.Low
			}
			share := float64(covered) / seasons
			t.Logf("covered %.3f, width %.3f (without the past %.3f)", share, width/seasons, plainWidth/seasons)
			if share < 0.93 || share > 0.97 {
				t.Errorf("the interval covers %.3f of the seasons", share)
			}
			if c.s.fit > 0 && width > 0.9*plainWidth {
				t.Errorf("the past makes the interval %.2f times as wide", width/plainWidth)
			}
		})
	}
}

// TestPlan: the size that the file of facts states, what is missing, and that the plan keeps its promise: with as much data
// as it asks for, four of five experiments see a quarter more leaves.
func TestPlan(t *testing.T) {
	t.Parallel()
	var equal []lift.Group
	for i := range 40 {
		equal = append(equal, lift.Group{Arm: lift.Arm(2 * (i % 2)), Days: 5000, Events: 4})
	}
	p := lift.Plan(equal, lift.Full, lift.None)
	if p.NeedEvents < 600 || p.NeedEvents > 660 || p.Enough || p.Spread != 1 || p.NeedGroups != 0 || p.Days != 200_000 {
		t.Errorf("%+v", p)
	}
	if none := lift.Plan(equal[:1], lift.Full, lift.None); none.Enough || !math.IsInf(none.Need, 1) || none.NeedGroups != 8 {
		t.Errorf("%+v", none)
	}
	if few := lift.Plan([]lift.Group{{Arm: lift.Full, Days: 1e7, Events: 8000}, {Arm: lift.None, Days: 1e7, Events: 8000}}, lift.Full, lift.None); few.Enough ||
		few.NeedGroups != 7 {
		t.Errorf("two groups can tell nothing: %+v", few)
	}
	const seasons = 400
	r := rand.New(rand.NewPCG(3, 4))
	seen, enough := 0, 0
	for range seasons {
		groups := season{none: 72, full: 72, spread: 0.15, effect: 0.25}.draw(r)
		if lift.Plan(groups, lift.Full, lift.None).Enough {
			enough++
		}
		if d := lift.Compare(groups, lift.Full, lift.None); d.Low > 0 {
			seen++
		}
	}
	t.Logf("%d of %d experiments see it, %d are told that they have enough", seen, seasons, enough)
	if share := float64(seen) / seasons; share < 0.70 || share > 0.92 {
		t.Errorf("an experiment of the planned size sees a quarter more leaves in %.2f of the cases", share)
	}
}

// TestCompareIsSound: no numbers break it.
func TestCompareIsSound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		groups := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) lift.Group {
			return lift.Group{Arm: lift.Arm(rapid.IntRange(0, 2).Draw(t, "arm")), Days: float64(rapid.IntRange(0, 100_000).Draw(t, "days")),
				Events: float64(rapid.IntRange(0, 100).Draw(t, "events")), Before: lift.Before{Days: float64(rapid.IntRange(0, 3000).Draw(t, "past days")),
					Events: float64(rapid.IntRange(0, 30).Draw(t, "past"))}}
		}), 0, 60).Draw(t, "groups")
		d, back := lift.Compare(groups, lift.Full, lift.None), lift.Compare(groups, lift.None, lift.Full)
		if math.IsNaN(d.Per1k) || math.IsNaN(d.Low) || math.IsNaN(d.High) || d.Low > d.Per1k || d.High < d.Per1k || d.Adjusted < 0 || d.Adjusted > 1 {
			t.Fatalf("%+v", d)
		}
		if math.Abs(d.Per1k+back.Per1k) > 1e-9 || math.Abs(d.Low+back.High) > 1e-6 && !math.IsInf(d.Low, -1) {
			t.Fatalf("%+v and back %+v", d, back)
		}
		if p := lift.Plan(groups, lift.Full, lift.None); math.IsNaN(p.Need) || math.IsNaN(p.NeedEvents) || p.Spread < 1 || math.IsNaN(p.Spread) {
			t.Fatalf("%+v", p)
		}
	})
}
