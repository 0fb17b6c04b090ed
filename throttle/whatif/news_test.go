package whatif

import (
	"math"
	"testing"
)

// TestNewsIsComplete: when nothing is lost, what is heard of a group adds up: first count + joins - quits is every count.
func TestNewsIsComplete(t *testing.T) {
	t.Parallel()
	w := small()
	w.Leave.Extra = 0.001
	w.Growth.PerDay = 0.005
	s := &scripted{turns: map[[2]int]bool{{1, 0}: true, {2, 1}: true, {3, 2}: true}}
	got := simulate(newCrowd(&w, 1), s)
	members := make([]int, w.Groups.Count)
	for g := range members {
		members[g] = s.known.Groups[g].Members
	}
	counts, clicks, posts := 0, 0, 0
	for _, n := range s.heard {
		switch n.Kind {
		case Joined:
			if n.Day < w.Days-1 { // who joins on the last day is in no count that is heard
				members[n.Group] += n.N
			}
		case Quit:
			members[n.Group] -= n.N
		case Clicked:
			clicks += n.N
		case Sent:
			posts++
		default:
		}
	}
	for _, n := range s.heard {
		if n.Kind == Count {
			counts++
			if n.Day == w.Days-2 && n.N != members[n.Group] {
				t.Errorf("group %d: %d by the news, counted %d", n.Group, members[n.Group], n.N)
			}
		}
	}
	if counts != (w.Days-1)*w.Groups.Count || clicks != got.Clicks || posts != 3 || got.Posts != 3 {
		t.Errorf("%d counts, %d clicks of %d, %d posts of %d", counts, clicks, got.Clicks, posts, got.Posts)
	}
}

// TestNewsIsLostLateAndOutOfOrder: as much of it as the world says, and counts as rarely.
func TestNewsIsLostLateAndOutOfOrder(t *testing.T) {
	t.Parallel()
	w := Default()
	w.Days, w.Leave.Base = 100, 0.003
	w.Callbacks = Callbacks{Loss: 0.4, Delay: 5, HeadCount: 7}
	s := &scripted{}
	got := simulate(newCrowd(&w, 1), s)
	quits, counts, backwards, last := 0, 0, 0, -1
	for _, n := range s.heard {
		switch n.Kind {
		case Quit:
			quits += n.N
			if n.Day < last {
				backwards++
			}
			last = n.Day
		case Count:
			counts++
			if (n.Day+1)%7 != 0 {
				t.Errorf("a count on day %d", n.Day)
			}
		default:
		}
	}
	if share := float64(quits) / float64(got.Left); share < 0.5 || share > 0.62 { // some of the late ones never come
		t.Errorf("%.2f of the quits are reported, want about 0.57", share)
	}
	if backwards < 50 {
		t.Errorf("only %d quits are out of order", backwards)
	}
	if counts != 14*w.Groups.Count {
		t.Errorf("%d counts", counts)
	}
}

// TestOwners: they send late, too late or never; the ledger's entry is the interval until it is known, and a point then.
func TestOwners(t *testing.T) {
	t.Parallel()
	w := small()
	w.Days, w.Owner = 100, Owner{Delay: 3, Spread: 1, Never: 0.2, Late: 0.5}
	s := &scripted{turns: map[[2]int]bool{}}
	for day := range w.Days {
		s.turns[[2]int{day, day % 3}] = true
	}
	simulate(newCrowd(&w, 1), s)
	sent, late, expired := 0, 0, 0
	for _, n := range s.heard {
		switch {
		case n.Kind == Sent && n.Late:
			late++
		case n.Kind == Sent:
			sent++
		case n.Kind == Expired:
			expired++
		}
	}
	if all := sent + late + expired; all < 90 || sent < 50 || late < 3 || expired < 15 {
		t.Errorf("%d sent, %d late, %d never", sent, late, expired)
	}
	intervals, points := 0, 0
	for _, live := range s.live {
		for _, e := range live {
			if e.S < e.E {
				intervals++
			} else {
				points++
			}
			if e.E-e.S >= 12*hourMillis+1 {
				t.Errorf("an interval of %d ms", e.E-e.S)
			}
		}
	}
	if intervals < 20 || points < 100 {
		t.Errorf("%d intervals and %d points", intervals, points)
	}
}

// TestCapsHoldWithSlowOwners: no week has more posts than the cap, since pending ones count.
func TestCapsHoldWithSlowOwners(t *testing.T) {
	t.Parallel()
	w := small()
	w.Owner = Owner{Delay: 5, Spread: 1.5, Never: 0.2}
	watch := &weeks{Policy: &capped{posts: 3, days: 7, ranked: true}, sent: map[int][]int64{}}
	simulate(newCrowd(&w, 4), watch)
	posts := 0
	for g, times := range watch.sent {
		posts += len(times)
		for i := 3; i < len(times); i++ {
			if times[i]-times[i-3] < 7*dayMillis {
				t.Errorf("group %d: four posts in %d ms", g, times[i]-times[i-3])
			}
		}
	}
	if posts < 100 {
		t.Errorf("only %d posts", posts)
	}
}

// weeks keeps when posts were sent.
type weeks struct {
	Policy

	sent map[int][]int64
}

func (w *weeks) Hear(n News) {
	if n.Kind == Sent {
		w.sent[n.Group] = append(w.sent[n.Group], n.At)
	}
	w.Policy.Hear(n)
}

// TestCircles: friends follow one another out, and count as lost to posts only if the first was.
func TestCircles(t *testing.T) {
	t.Parallel()
	w := small()
	w.Leave.Base, w.Growth.PerDay, w.Correlated = 0.002, 0, Correlated{Circle: 10, Follow: 0.1}
	alone := w
	alone.Correlated = Correlated{Circle: 1}
	together, each := simulate(newCrowd(&w, 1), never{}), simulate(newCrowd(&alone, 1), never{})
	if float64(together.Left) < 1.5*float64(each.Left) || together.Lost != 0 {
		t.Errorf("with friends %+v, without %+v", together, each)
	}
	w.Leave.Base, w.Leave.Extra, w.Mute.PerLeave = 0, 0.002, 0
	alone = w
	alone.Correlated = Correlated{Circle: 1}
	together, each = simulate(newCrowd(&w, 1), &capped{posts: 3, days: 7}), simulate(newCrowd(&alone, 1), &capped{posts: 3, days: 7})
	if together.Lost != together.Left || float64(together.Lost) < 1.2*float64(each.Lost) {
		t.Errorf("posts, with friends %+v, without %+v", together, each)
	}
	w.Leave.Extra, w.Correlated = 0, Correlated{Circle: 10, Quarrel: 0.01}
	if got := simulate(newCrowd(&w, 1), never{}); got.Left < 30 || got.Left%10 != 0 {
		t.Errorf("quarrels: %+v", got)
	}
}

// TestAdversary: who is told a lie finds out by clicks.
func TestAdversary(t *testing.T) {
	t.Parallel()
	w := small()
	w.Adversary.PerWeek = 40
	c := newCrowd(&w, 1)
	var lie, truth, others float64
	n := 0.0
	for i, o := range c.offers {
		if o.Brand == w.Offers.Brands+1 {
			lie, truth, n = lie+float64(c.told[i*12]), truth+float64(c.match[i*12]), n+1
		} else {
			others += float64(c.told[i*12])
		}
	}
	if others /= float64(len(c.offers)) - n; lie/n < 1.2*others || truth/n > 0.6*others {
		t.Errorf("told %.2f, true %.2f, of others told %.2f", lie/n, truth/n, others)
	}
	s := &brands{Policy: &capped{posts: 7, days: 7, ranked: true}, posts: make([]int, w.Offers.Brands+2)}
	simulate(c, s)
	total := 0
	for _, n := range s.posts {
		total += n
	}
	if share := float64(s.posts[w.Offers.Brands+1]) / float64(total); share > 0.15 {
		t.Errorf("after 60 days the liar had %.2f of the posts", share)
	}
}

// brands counts posts by brand in the second half.
type brands struct {
	Policy

	posts []int
}

func (b *brands) Hear(n News) {
	if n.Kind == Sent && n.Day >= 30 {
		b.posts[n.Brand]++
	}
	b.Policy.Hear(n)
}

// TestDraws: they have the mean and the spread they should.
func TestDraws(t *testing.T) {
	t.Parallel()
	k := key(mix(7))
	const n = 20000
	for name, c := range map[string]struct {
		draw       func(i int) float64
		mean, spot float64
	}{
		"uniform":        {k.uniform, 0.5, 0.29},
		"exponential":    {k.exponential, 1, 1},
		"normal":         {k.normal, 0, 1},
		"lognormal mean": {func(i int) float64 { return k.lognormalMean(i, 0.5) }, 1, 0.53},
		"few":            {func(i int) float64 { return float64(k.of(i).poisson(0.3)) }, 0.3, math.Sqrt(0.3)},
		"some":           {func(i int) float64 { return float64(k.of(i).poisson(8)) }, 8, math.Sqrt(8)},
		"many":           {func(i int) float64 { return float64(k.of(i).poisson(400)) }, 400, 20},
	} {
		sum, squares := 0.0, 0.0
		for i := range n {
			x := c.draw(i)
			sum, squares = sum+x, squares+x*x
		}
		mean := sum / n
		if spot := math.Sqrt(squares/n - mean*mean); math.Abs(mean-c.mean) > 4*c.spot/math.Sqrt(n) || math.Abs(spot/c.spot-1) > 0.05 {
			t.Errorf("%s: mean %g and deviation %g, want %g and %g", name, mean, spot, c.mean, c.spot)
		}
	}
}

// TestGapsLeaveRoom: a cap's gap lets its posts into their days.
func TestGapsLeaveRoom(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]int{{1, 28}, {3, 7}, {7, 7}, {8, 7}, {14, 7}} {
		g := gap(c[0], c[1])
		if g*int64(c[0]) >= int64(c[1])*dayMillis || g <= 0 {
			t.Errorf("%d in %d days: a gap of %d ms", c[0], c[1], g)
		}
	}
}
