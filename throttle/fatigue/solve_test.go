package fatigue

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// fine solves the same problem by brute force: an even grid of 801 exposures, straight iteration until nothing moves,
// no jumps, no shared routine.
func fine(p Problem) func(x float64) float64 {
	const n, top = 801, 40.0
	width := top / (n - 1)
	read := func(f []float64, x float64) float64 {
		at := min(x/width, n-1.000001)
		i := int(at)
		return f[i] + (f[i+1]-f[i])*(at-float64(i))
	}
	v, stay := make([]float64, n), make([]float64, n)
	wait := func() {
		for i := range stay {
			x := float64(i) * width
			harm := p.Harm * x * x
			if p.Linear {
				harm = p.Harm * 3 * x
			}
			harm = min(1, harm)
			left := max(0, 1-p.Base-harm) * (1 - 1/p.Horizon)
			stay[i] = left*read(v, x*math.Exp(-1/p.Memory)) - harm*p.Worth
		}
	}
	for range 60000 {
		wait()
		moved := 0.0
		for i := range v {
			x := float64(i) * width
			sum := 0.0
			for _, value := range p.Values {
				best, got := stay[i], 0.0
				for k := range 3 {
					got += value * math.Pow(0.8, float64(k)) * math.Exp(-p.Blindness*(x+float64(k)))
					best = max(best, got+read(stay, x+float64(k+1)))
				}
				sum += best / Quantiles
			}
			moved = max(moved, math.Abs(sum-v[i])/(1+math.Abs(sum)))
			v[i] = sum
		}
		if moved < 1e-10 {
			break
		}
	}
	wait()
	return func(x float64) float64 { return (read(stay, x) - read(stay, x+1)) * math.Exp(p.Blindness*x) }
}

func problem(phi float64) Problem {
	return Problem{Harm: phi * 3, Memory: 7, Base: 8e-4, Horizon: 80, Worth: 400, Blindness: 0.05, Values: usualShape}
}

// The thresholds of 97 states and 80 sweeps beside those of 801 states and as many sweeps as it takes.
func TestThresholdsAgreeWithBruteForce(t *testing.T) {
	t.Parallel()
	mild := problem(2e-5)
	harsh := problem(2e-4)
	quick := problem(5e-5)
	quick.Memory, quick.Worth = 3, 60
	line := problem(3e-5)
	line.Linear = true
	for name, p := range map[string]Problem{"mild": mild, "harsh": harsh, "quick": quick, "linear": line} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, got := fine(p), Solve(p)
			for _, x := range []float64{0, 0.5, 1, 2, 3, 4, 6, 8, 11} {
				w, g := want(x), got.At(x)
				t.Logf("X = %4.1f: %.4f, brute force %.4f", x, g, w)
				if math.Abs(g-w) > 0.03*w+0.01 {
					t.Errorf("X = %v: threshold %v, brute force says %v", x, g, w)
				}
			}
		})
	}
}

func problems(t *rapid.T) Problem {
	num := func(name string, lo, hi float64) float64 {
		return math.Exp(rapid.Float64Range(math.Log(lo), math.Log(hi)).Draw(t, name))
	}
	return Problem{
		Harm: num("harm", 1e-7, 1e-1), Linear: rapid.Bool().Draw(t, "linear"), Memory: num("memory", 0.5, 60),
		Base: num("base", 1e-6, 0.1), Horizon: num("horizon", 2, 3000), Worth: num("worth", 1e-2, 1e5),
		Blindness: rapid.Float64Range(0, 0.3).Draw(t, "blind"), Values: usualShape, Step: num("step", 0.3, 2),
	}
}

func TestThresholdsAreNumbersAndMonotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := problems(t)
		got := Solve(p)
		last := 0.0
		for i, v := range got {
			if math.IsNaN(v) || math.IsInf(v, 0) || v < last {
				t.Fatalf("state %d: %v after %v", i, v, last)
			}
			last = v
		}
	})
}

func tablesOf() *Tables {
	return NewTables(Market{Base: 8e-4, Mutes: 2, Horizon: 90, Blindness: 0.05})
}

// A more sensitive group and a worthier member never have a lower threshold: for the tables as they are used.
func TestTablesAreMonotoneInSensitivityAndWorth(t *testing.T) {
	t.Parallel()
	tables := tablesOf()
	for m := range Models {
		for s := range scales {
			for i := 1; i < phis; i++ {
				for j := range states {
					if tables.of(m, s)[i][j] < tables.of(m, s)[i-1][j] {
						t.Fatalf("model %d scale %d: sensitivity %d has a lower threshold than the one below", m, s, i)
					}
				}
			}
		}
	}
	b := fresh()
	for _, x := range []float64{0, 1, 3, 8, 20} {
		last := 0.0
		for worth := 1e-2; worth < 900; worth *= 1.3 {
			c := tables.Curve(b, 0.02, worth)
			v := c.At([Memories]float64{x, x, x})
			if v < last*0.999 {
				t.Errorf("X = %v, worth %v: threshold %v, less than %v", x, worth, v, last)
			}
			last = v
		}
	}
}

// When is the true next time: a millisecond before it the offer is refused, and at it it passes.
func TestWhenIsTheFirstInstant(t *testing.T) {
	t.Parallel()
	tables := tablesOf()
	b := fresh()
	c := tables.Curve(b, 0.02, 6)
	rapid.Check(t, func(t *rapid.T) {
		var e Exposure
		at := int64(1_700_000_000_000)
		for range rapid.IntRange(0, 9).Draw(t, "posts") {
			at += rapid.Int64Range(0, 5*day).Draw(t, "later")
			e.Add(at, rapid.Float64Range(0.4, 1.5).Draw(t, "weight"))
		}
		now := at + rapid.Int64Range(-day, 9*day).Draw(t, "now")
		v := rapid.Float64Range(0.0001, 0.2).Draw(t, "value")
		until, ok := c.When(e, now, v)
		switch {
		case !ok:
			if c.At([Memories]float64{}) < v*0.999 {
				t.Fatalf("never, but an untired group takes it: %v < %v", c.At([Memories]float64{}), v)
			}
		case until < now || c.At(e.On(until)) > v:
			t.Fatalf("at %d (%+d ms) the threshold is %v > %v", until, until-now, c.At(e.On(until)), v)
		case until > now && c.At(e.On(until-1)) <= v:
			t.Fatalf("a millisecond earlier %v <= %v already", c.At(e.On(until-1)), v)
		}
	})
}

// The learner can only tighten: what the rules refuse stays refused, whatever is believed; and stricter overrides never
// allow more, nor earlier.
func TestAdmitOnlyTightens(t *testing.T) {
	t.Parallel()
	tables := tablesOf()
	rapid.Check(t, func(t *rapid.T) {
		b := fresh()
		phi := rapid.Float64Range(1e-6, 1e-3).Draw(t, "phi")
		o := Overrides{Sensitivity: phi, Least: rapid.Float64Range(0, 0.02).Draw(t, "least")}
		p := o.Tighten(Overrides{
			Sensitivity: rapid.Float64Range(0, 3e-3).Draw(t, "phi2"), Least: rapid.Float64Range(0, 0.05).Draw(t, "least2"),
			Ceiling: rapid.IntRange(0, 5).Draw(t, "ceiling"),
		})
		var e Exposure
		e.Add(0, rapid.Float64Range(0, 8).Draw(t, "X"))
		v := rapid.Float64Range(0, 0.3).Draw(t, "v")
		worth := rapid.Float64Range(0.1, 60).Draw(t, "worth")
		loose, strict := *b, *b
		loose.Apply(o)
		strict.Apply(p)
		lc, sc := tables.Curve(&loose, 0.02, worth), tables.Curve(&strict, 0.02, worth)
		if ok, until := lc.Admit(e, 5, Bid{Value: v, Weight: 1}, o); ok || until != never {
			t.Fatal("allowed what the rules refuse")
		}
		was, until := lc.Admit(e, 5, Bid{true, v, 1}, o)
		is, later := sc.Admit(e, 5, Bid{true, v, 1}, p)
		if is && !was || later < until {
			t.Fatalf("tighter overrides %+v allow at %d, looser %+v at %d", p, later, o, until)
		}
	})
}

func BenchmarkAdmit(b *testing.B) {
	c := tablesOf().Curve(fresh(), 0.02, 6)
	var e Exposure
	e.Add(0, 3)
	b.ReportAllocs()
	for b.Loop() {
		if ok, _ := c.Admit(e, 3*day, Bid{true, 1, 1}, Overrides{}); !ok {
			b.Fatal("refused")
		}
	}
}

func BenchmarkSolve(b *testing.B) {
	p := problem(5e-5)
	for b.Loop() {
		Solve(p)
	}
}
