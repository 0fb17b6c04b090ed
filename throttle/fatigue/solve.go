package fatigue

import "math"

// The grid of exposures on which thresholds are worked out: 97 states from 0 to maxX, finer near 0.
const (
	states = 97
	maxX   = 32.0
	sweeps = 80
)

// Quantiles is how many values stand for the distribution of a group's best offers: the means of ten tenths.
const Quantiles = 10

// maxPerDay is how many posts in one day the programme thinks of; more is never worth it in a group that people read.
const maxPerDay = 3

// state is the exposure of state i.
func state(i float64) float64 { i /= states - 1; return maxX * i * i }

// place is where an exposure lies among the states.
func place(x float64) float64 {
	if !(x > 0) {
		return 0
	}
	return min(math.Sqrt(x/maxX), 1) * (states - 1)
}

// Problem is what a threshold depends on. Values and Worth are in the same unit, clicks per member.
type Problem struct {
	Harm      float64            // members lost per member and day at exposure 1, the muted ones counted
	Linear    bool               // the harm grows with X instead of its square
	Memory    float64            // recovery time, days
	Base      float64            // members who leave anyway, per member and day
	Horizon   float64            // how many days ahead clicks count, on average
	Worth     float64            // of a member who stays, besides the ads she may still click
	Blindness float64            // share of the response lost per unit of exposure: exp(-Blindness X)
	Step      float64            // what the usual post adds to the exposure; 0 is 1
	Values    [Quantiles]float64 // of the best offer of a day
}

// Thresholds is v*(X) over the states: an offer whose untired value is at least this much for each unit of exposure it
// adds should be sent at this exposure.
type Thresholds [states]float64

// At is the threshold at an exposure.
func (t *Thresholds) At(x float64) float64 { return interpolate((*[states]float64)(t), place(x)) }

func interpolate(f *[states]float64, at float64) float64 {
	i := int(at)
	if i >= states-1 {
		return f[states-1]
	}
	share := at - float64(i)
	return f[i]*(1-share) + f[i+1]*share
}

// move is where a state leads: the states around it, ready to interpolate.
type move struct {
	i     int
	share float64
}

func moveTo(x float64) move {
	at := place(x)
	i := min(int(at), states-2)
	return move{i: i, share: at - float64(i)}
}

func (m move) of(f *[states]float64) float64 { return f[m.i] + (f[m.i+1]-f[m.i])*m.share }

// terrain is the part of a problem that does not change from sweep to sweep.
type terrain struct {
	keep [states]float64            // share of the members still here a day later, and the day counting less
	cost [states]float64            // worth of those who leave that day
	fade [states]move               // a day later
	post [states][maxPerDay]move    // after one, two, three posts
	dim  [states][maxPerDay]float64 // how much of a value is left for the first, second, third post of a day
	step float64
}

// again is what the second best offer of a day is worth beside the best.
const again = 0.8

func (p Problem) terrain() *terrain {
	t := &terrain{step: p.Step}
	if !(t.step > 0) {
		t.step = 1
	}
	for i := range states {
		x := state(float64(i))
		form := x * x
		if p.Linear {
			form = hinge * x
		}
		lost := min(1, p.Harm*form)
		t.keep[i] = max(0, 1-p.Base-lost) * (1 - 1/max(2, p.Horizon))
		t.cost[i] = lost * p.Worth
		t.fade[i] = moveTo(x * math.Exp(-1/p.Memory))
		for n := range maxPerDay {
			t.post[i][n] = moveTo(x + t.step*float64(n+1))
			t.dim[i][n] = math.Exp(-p.Blindness*(x+t.step*float64(n))) * math.Pow(again, float64(n))
		}
	}
	return t
}

// Solve works out the thresholds: value iteration over (exposure, value of the day's best offer), one step a day. A
// post is worth its value, as long as the member is there; that she leaves because of ads costs Worth once.
func Solve(p Problem) Thresholds {
	t := p.terrain()
	var v, stay [states]float64
	last, level := 0.0, 0.0
	for n := range sweeps {
		t.wait(&v, &stay)
		gain := t.sweep(p.Values, &stay, &v)
		gain -= level
		level += gain
		// The differences between states settle within weeks, the level takes years: jump to where it is heading.
		if n%8 == 7 && last > 0 && gain > 0 && gain < last {
			jump := gain * min(gain/last/(1-gain/last), 4*p.Horizon)
			for i := range v {
				v[i] += jump
			}
			level += jump
			last = 0
			continue
		}
		last = gain
	}
	t.wait(&v, &stay)
	return t.thresholds(&stay)
}

// wait is the worth of a member when nothing more is sent today, for every exposure.
func (t *terrain) wait(v, stay *[states]float64) {
	for i := range stay {
		stay[i] = t.keep[i]*t.fade[i].of(v) - t.cost[i]
	}
}

// sweep works out the worth of a member before today's offer is seen, and returns that of the untired one.
func (t *terrain) sweep(values [Quantiles]float64, stay, v *[states]float64) float64 {
	for i := range v {
		post := &t.post[i]
		after := [maxPerDay]float64{post[0].of(stay), post[1].of(stay), post[2].of(stay)}
		sum := 0.0
		for _, value := range values {
			best, got := stay[i], 0.0
			for n := range maxPerDay {
				got += value * t.dim[i][n]
				best = max(best, got+after[n])
			}
			sum += best
		}
		v[i] = sum / Quantiles
	}
	return v[0]
}

// thresholds is what a unit more of exposure costs, at every exposure. What rounding and the grid's edge bend is straightened: a
// more tired group never has a lower threshold.
func (t *terrain) thresholds(stay *[states]float64) (out Thresholds) {
	highest := 0.0
	for i := range out {
		cost := (stay[i] - t.post[i][0].of(stay)) / (t.dim[i][0] * t.step)
		if i > 0 && state(float64(i)) > maxX-t.step {
			cost = highest // a post beyond the grid's edge would look free
		}
		highest = max(highest, cost)
		out[i] = highest
	}
	return out
}
