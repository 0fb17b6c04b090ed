package whatif

import (
	"math"
	"slices"
	"testing"

	"siyu/throttle"
)

// scripted posts the first candidate on given turns of group 0, and keeps what it hears.
type scripted struct {
	turns map[[2]int]bool // day and turn
	heard []News
	live  [][]throttle.Entry // at each turn of group 0
	known Known
}

func (s *scripted) Begin(k Known) { s.known = k }
func (s *scripted) Hear(n News)   { s.heard = append(s.heard, n) }
func (s *scripted) Choose(q *Question) int {
	if q.Group == 0 {
		s.live = append(s.live, slices.Clone(q.Live))
	}
	if q.Group == 0 && s.turns[[2]int{q.Day, q.Turn}] && len(q.Candidates()) > 0 {
		return 0
	}
	return Nothing
}

// sum adds up what was heard of a kind in a group.
func (s *scripted) sum(kind Kind, group int) int {
	n := 0
	for _, h := range s.heard {
		if h.Kind == kind && h.Group == group {
			n += h.N
		}
	}
	return n
}

// TestPoliciesMeetTheSameLuck: what a policy does in one group changes nothing in another that shares no people with it,
// and who would have left anyway leaves on the same day.
func TestPoliciesMeetTheSameLuck(t *testing.T) {
	t.Parallel()
	w := small()
	w.Groups.Shared, w.Leave.Extra = 0, 0.01
	w.Callbacks.Complaint = 0.5
	c := newCrowd(&w, 5)
	quiet, loud := &scripted{}, &scripted{turns: map[[2]int]bool{}}
	for day := range w.Days {
		loud.turns[[2]int{day, 0}], loud.turns[[2]int{day, 3}] = true, true
	}
	a, b := simulate(c, quiet), simulate(c, loud)
	if b.Lost == 0 || b.Posts < 50 || a.Lost != 0 {
		t.Fatalf("quiet %+v, loud %+v", a, b)
	}
	others := func(n News) bool { return n.Group == 0 }
	if x, y := slices.DeleteFunc(quiet.heard, others), slices.DeleteFunc(loud.heard, others); !slices.Equal(x, y) {
		t.Error("groups in which nothing was posted had another fate")
	}

	// With shared people the others do notice.
	w.Groups.Shared = 0.5
	c = newCrowd(&w, 5)
	quiet, loud = &scripted{}, &scripted{turns: loud.turns}
	simulate(c, quiet)
	simulate(c, loud)
	x, y := 0, 0
	for g := 1; g < w.Groups.Count; g++ {
		x, y = x+quiet.sum(Quit, g), y+loud.sum(Quit, g)
	}
	if y <= x {
		t.Errorf("people of two groups: %d quits elsewhere without posts, %d with", x, y)
	}
}

// TestOnePostMoreHurtsNobodyLess: with the same draws each seat's hurt with more posts is at least that with fewer.
func TestOnePostMoreHurtsNobodyLess(t *testing.T) {
	t.Parallel()
	w := small()
	w.Leave.Extra, w.Offers.Prediction = 1e-9, 0 // they feel it and nobody leaves
	c := newCrowd(&w, 2)
	few, more := newRun(c, never{}), newRun(c, never{})
	for day := range 20 {
		few.morning(day)
		more.morning(day)
		at := firstDay + int64(day)*dayMillis + 10*hourMillis
		if day%5 == 0 {
			few.show(0, &c.offers[day], day, at)
			more.show(0, &c.offers[day], day, at)
		}
		if day%3 == 1 {
			more.show(0, &c.offers[100+day], day, at+hourMillis)
		}
		few.evening(day)
		more.evening(day)
	}
	total := 0.0
	for s := c.first[0]; s < c.first[1]; s++ {
		if few.state[s] == here && more.hurt[s] < few.hurt[s] {
			t.Fatalf("seat %d: %g with more posts, %g with fewer", s, more.hurt[s], few.hurt[s])
		}
		total += more.hurt[s] - few.hurt[s]
	}
	if total <= 0 {
		t.Error("more posts hurt nobody more")
	}
}

// TestHazardIsWhatTheWorldSays: with a known F every evening, as many leave and mute as phi g(F) and the ratio ask for.
func TestHazardIsWhatTheWorldSays(t *testing.T) {
	t.Parallel()
	for shape, g := range map[string]float64{"quadratic": 9, "linear": 6, "threshold": 3, "power": 4 * math.Pow(1.5, 1.5),
		"saturating": 4 * (1 + 2*math.Log(1.5))} {
		w := small()
		w.Groups.Count, w.Groups.Size, w.Groups.Shared, w.Growth.PerDay = 40, 500, 0, 0
		w.Leave.Base, w.Leave.Extra, w.Leave.ExtraSpread, w.Leave.Sensitivity = 0, 0.0003, 0, 0
		w.Leave.Shape, w.Leave.Recovery = shape, 7
		c := newCrowd(&w, 1)
		r := newRun(c, never{})
		const days = 20
		for day := range days {
			for s := range r.felt {
				r.felt[s] = 3 / c.decay[s] // 3 after the night
			}
			r.evening(day)
		}
		hurt := days * 0.0003 * g
		lost := 20000 * (1 - math.Exp(-3*hurt)) // one leaves, two mute
		left := 20000 * (1 - math.Exp(-hurt))   // the muted leave at the same rate
		if got := float64(r.tally.Lost); math.Abs(got-lost) > 4*math.Sqrt(lost) {
			t.Errorf("%s: %g lost, want about %g", shape, got, lost)
		}
		if got := float64(r.tally.Left); math.Abs(got-left) > 4*math.Sqrt(left) {
			t.Errorf("%s: %g left, want about %g", shape, got, left)
		}
	}
}

// TestSizesAndCalm: without posts the base hazard alone decides; seasons multiply it; who joins is counted.
func TestSizesAndCalm(t *testing.T) {
	t.Parallel()
	w := Default()
	w.Leave.Base, w.Leave.BaseSpread, w.Growth.PerDay, w.Days = 0.002, 0, 0.001, 100
	for _, factor := range []float64{1, 2} {
		w.Seasons = []Season{{From: 0, Days: 100, Leaves: factor, Harm: 1, Sees: 1, Clicks: 1, Offers: 1, Organic: 1}}
		got := simulate(newCrowd(&w, 1), never{})
		want := 16000 * (1 - math.Exp(-0.2*factor))
		if got.Start != 16000 || math.Abs(float64(got.Joined)-16000*0.001*99) > 4*40 {
			t.Errorf("%+v", got)
		}
		if left := float64(got.Left); math.Abs(left-want) > 4*math.Sqrt(want)+0.1*float64(got.Joined) {
			t.Errorf("leaves x%g: %g left, want about %g", factor, left, want)
		}
	}
}
