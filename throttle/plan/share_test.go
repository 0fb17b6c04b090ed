package plan_test

import (
	"testing"

	"pgregory.net/rapid"

	"siyu/throttle"
	"siyu/throttle/plan"
	"siyu/throttle/plan/planbench"
)

// Priority is a brand's own affair: whatever one brand says of its offers, no other brand gets less.
func TestPriorityTakesNothingFromOthers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shape := planbench.Shape{Groups: rapid.IntRange(1, 40).Draw(t, "groups"), Brands: rapid.IntRange(1, 6).Draw(t, "brands"),
			Offers: 18, Density: 0.6, Spread: 0.3, Live: rapid.IntRange(0, 6).Draw(t, "live")}
		s := shape.Snapshot(rapid.Uint64().Draw(t, "seed"))
		_, before := planbench.Value(s, mustPlan(t, s).Turns)
		brand := rapid.IntRange(0, len(s.Brands)-1).Draw(t, "brand")
		loud := *s
		loud.Offers = append([]plan.Offer(nil), s.Offers...)
		for i := range loud.Offers {
			if loud.Offers[i].Brand == brand {
				loud.Offers[i].Priority = rapid.IntRange(0, 9).Draw(t, "priority")
			}
		}
		_, after := planbench.Value(&loud, mustPlan(t, &loud).Turns)
		for b := range before {
			if b != brand && after[b] < before[b] {
				t.Fatalf("brand %d has %.0f, had %.0f before brand %d had priorities", b, after[b], before[b], brand)
			}
		}
	})
}

// Within its own share the offer with the higher priority comes first.
func TestPriorityGoesFirst(t *testing.T) {
	t.Parallel()
	s := planbench.Shape{Groups: 50, Brands: 1, Offers: 3, Density: 1, Spread: 0.3}.Snapshot(1)
	for g := range s.Groups {
		s.Groups[g].Ask.Rules = s.Groups[g].Ask.Rules[:3] // without the brand's own caps
	}
	s.Offers[1].Priority, s.Offers[2].Priority = 2, 1
	p, err := plan.Make(s)
	if err != nil {
		t.Fatal(err)
	}
	for g := range s.Groups {
		var order []int
		for _, turn := range p.Turns(g) {
			order = append(order, turn.Offer)
		}
		if len(order) != 3 || order[0] != 1 || order[1] != 2 || order[2] != 0 {
			t.Fatalf("group %d has offers in the order %v", g, order)
		}
	}
}

// An offer has its target and no more, and one that is behind goes before its brand's others.
func TestTargetsAndPace(t *testing.T) {
	t.Parallel()
	s := planbench.Shape{Groups: 200, Brands: 2, Offers: 4, Density: 1}.Snapshot(3)
	first := 0
	for i := range s.Offers {
		o := &s.Offers[i]
		o.Start, o.End = s.Slots[0]-7*day, s.Slots[0]+7*day
		if o.Brand == 0 && first == 0 {
			first = 1
			o.Target = 3000
		}
	}
	p, err := plan.Make(s)
	if err != nil {
		t.Fatal(err)
	}
	reach := make([]int64, len(s.Offers))
	for g := range s.Groups {
		for _, turn := range p.Turns(g) {
			reach[turn.Offer] += s.Groups[g].Reach
		}
	}
	if reach[0] < 3000 || reach[0] > 3200 {
		t.Errorf("an offer with a target of 3000 is to reach %d", reach[0])
	}
	if a := p.Why(groupWithout(p, s, 0), 0); a.Cause != plan.Sated {
		t.Errorf("where it is not planned any more it is %s", a.Cause)
	}
}

func groupWithout(p *plan.Plan, s *plan.Snapshot, offer int) int {
	for g := range s.Groups {
		has := false
		for _, turn := range p.Turns(g) {
			has = has || turn.Offer == offer
		}
		if !has {
			return g
		}
	}
	return 0
}

// A tighter rule, a pause, one more post or a higher threshold never gives a group more posts.
func TestTighteningAddsNoPosts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shape := planbench.Shape{Groups: rapid.IntRange(1, 20).Draw(t, "groups"), Brands: rapid.IntRange(1, 6).Draw(t, "brands"),
			Offers: 12, Density: 0.7, Spread: 0.3, Live: rapid.IntRange(0, 6).Draw(t, "live")}
		s := shape.Snapshot(rapid.Uint64().Draw(t, "seed"))
		g := rapid.IntRange(0, len(s.Groups)-1).Draw(t, "group")
		group := s.Groups[g]
		group.Ask.Rules = append([]throttle.Rule(nil), group.Ask.Rules...)
		tight := s
		switch rapid.IntRange(0, 4).Draw(t, "how") {
		case 0:
			group.Ask.Rules[rapid.IntRange(0, 2).Draw(t, "rule")].K--
		case 1:
			group.Ask.Rules[0].W += day * rapid.Int64Range(1, 20).Draw(t, "longer")
		case 2:
			group.Ask.PausedUntil = s.Slots[0] + hour*rapid.Int64Range(1, 200).Draw(t, "until")
		case 3:
			x := s.Slots[0] - hour*rapid.Int64Range(0, 100).Draw(t, "ago")
			group.Ask.Live = append(group.Ask.Live[:len(group.Ask.Live):len(group.Ask.Live)], throttle.Entry{Interval: throttle.Interval{S: x, E: x}, Brand: 1, Offer: 1})
		case 4:
			least := rapid.Float64Range(0, 0.05).Draw(t, "least")
			defer func() { tight.Least = nil }()
			copied := *s
			copied.Least = func(int, int64, []plan.Turn) float64 { return least }
			tight = &copied
		}
		before := len(mustPlan(t, s).Turns(g))
		after := len(mustPlan(t, tight.WithGroup(g, group)).Turns(g))
		if after > before {
			t.Fatalf("group %d has %d posts, %d before its rules were tightened", g, after, before)
		}
	})
}

// A forecast is the difference of two plans, and what it leaves out it explains.
func TestForecast(t *testing.T) {
	t.Parallel()
	s := planbench.Shape{Groups: 300, Brands: 12, Offers: 40, Density: 0.5, Spread: 0.1, Live: 4}.Snapshot(2)
	p, err := plan.Make(s)
	if err != nil {
		t.Fatal(err)
	}
	value := func(g int) float64 { return 0.02 * float64(g%3) }
	f, err := p.Forecast(plan.Draft{Offer: plan.Offer{ID: 77, Brand: 12, Start: s.Slots[2]}, Brand: plan.Brand{ID: 13, Weight: 1}, Value: value,
		People: func(groups []int) int64 { return int64(len(groups)) },
		Leaves: func(_ int, turns []plan.Turn) float64 { return 0.5 * float64(len(turns)) }})
	if err != nil {
		t.Fatal(err)
	}
	posts, exposures, claims, wanted := 0, int64(0), 0.0, 0
	for g := range s.Groups {
		if value(g) > 0 {
			wanted++
		}
		for _, turn := range f.Plan.Turns(g) {
			if turn.Offer == len(s.Offers) {
				if turn.S < s.Slots[2] {
					t.Errorf("group %d has it before its flight", g)
				}
				posts, exposures, claims = posts+1, exposures+s.Groups[g].Reach, claims+float64(float32(value(g)))*float64(s.Groups[g].Reach)
			}
		}
	}
	slots := 0
	for _, n := range f.BySlot {
		slots += n
	}
	if f.Posts == 0 || f.Posts != posts || slots != posts || f.Exposures != exposures || f.People != int64(posts) || abs(f.Claims-claims) > 1e-6 {
		t.Errorf("%d posts, %d exposures, %d people, %.1f claims; the plan has %d, %d and %.1f", f.Posts, f.Exposures, f.People, f.Claims, posts, exposures, claims)
	}
	if f.Posts+len(f.Missed) != wanted {
		t.Errorf("%d posts and %d missed groups of %d", f.Posts, len(f.Missed), wanted)
	}
	for _, m := range f.Missed {
		if m.Cause == plan.Planned || m.Cause == plan.Unwanted {
			t.Errorf("group %d is missed because it is %s", m.Group, m.Cause)
		}
	}
	if len(f.Short) == 0 || abs(f.Value-f.Plan.Value()) > 1e-9 || abs(f.Without-p.Value()) > 1e-9 {
		t.Errorf("a thirteenth brand takes nothing from twelve: %+v, value %.1f, without %.1f", f.Short, f.Value, f.Without)
	}
	share := f.Plan.Shares()[12]
	if share.Reach < share.Fair*9/10 {
		t.Errorf("the new brand's share is %+v", share)
	}
}

func abs(x float64) float64 { return max(x, -x) }
