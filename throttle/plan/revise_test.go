package plan_test

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/throttle"
	"siyu/throttle/plan"
	"siyu/throttle/plan/planbench"
)

// change makes one of the things happen that happen to a community within a week, and names the groups it touches.
func change(t *rapid.T, s *plan.Snapshot) (*plan.Snapshot, []int) {
	num := func(name string, lo, hi int64) int64 { return rapid.Int64Range(lo, hi).Draw(t, name) }
	g := int(num("changed", 0, int64(len(s.Groups)-1)))
	group := s.Groups[g]
	switch num("what", 0, 4) {
	case 0: // somebody posted late, or by hand
		x := monday() + num("posted", 0, 100)*hour
		o := s.Offers[num("which", 0, int64(len(s.Offers)-1))]
		group.Ask.Live = append(group.Ask.Live[:len(group.Ask.Live):len(group.Ask.Live)], throttle.Entry{
			Interval: throttle.Interval{S: x, E: x}, Brand: s.Brands[o.Brand].ID, Offer: o.ID, Category: o.Category})
	case 1:
		group.Ask.PausedUntil = throttle.Never
	case 2:
		group.Ask.Rules = append(group.Ask.Rules[:len(group.Ask.Rules):len(group.Ask.Rules)],
			throttle.Rule{Scope: throttle.ScopeGroup, K: 1, W: num("gap", 1, 100) * hour})
	case 3:
		group.Edges = group.Edges[:len(group.Edges)/2]
	case 4:
		o := plan.Offer{ID: 99, Brand: int(num("its brand", 0, int64(len(s.Brands)))), Start: monday()}
		return s.With(o, plan.Brand{ID: 77, Weight: 2}, func(g int) float64 { return float64((g + 1) % 3) })
	}
	return s.WithGroup(g, group), []int{g}
}

func TestARevisedPlanBreaksNoRule(t *testing.T) {
	t.Parallel()
	quiet := vancouver(t)
	zone, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := small(t, quiet)
		for i := range s.Offers {
			s.Offers[i].Target = 0
		}
		p := mustPlan(t, s)
		before := make([][]plan.Turn, len(s.Groups))
		for g := range s.Groups {
			before[g] = append([]plan.Turn(nil), p.Turns(g)...)
		}
		after, touched := change(t, s)
		q, err := p.Revise(after, touched)
		if err != nil {
			t.Fatal(err)
		}
		isTouched := map[int]bool{}
		for _, g := range touched {
			isTouched[g] = true
		}
		for g := range s.Groups {
			if !equal(p.Turns(g), before[g]) {
				t.Fatalf("revising changed the old plan in group %d: %+v, was %+v", g, p.Turns(g), before[g])
			}
			if !isTouched[g] && !equal(q.Turns(g), before[g]) {
				t.Fatalf("group %d was not touched, but has %+v, had %+v", g, q.Turns(g), before[g])
			}
		}
		checkRules(t, after, q, zone)
		near := false // what a neighbour gives up stays empty with those who were not touched
		for g := range s.Groups {
			near = near || len(s.Groups[g].Near) > 0
		}
		if !near {
			checkFull(t, after, q)
		}
	})
}

func equal(a, b []plan.Turn) bool { return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b) }

// A new offer of a new brand, for every second group that its kind may post in: the revised plan is as good as a new one.
func TestARevisedPlanIsAsGoodAsANewOne(t *testing.T) {
	t.Parallel()
	shape := planbench.Shapes()[1]
	shape.Groups = 600
	s := shape.Snapshot(5)
	p, err := plan.Make(s)
	if err != nil {
		t.Fatal(err)
	}
	o := plan.Offer{ID: 9999, Brand: len(s.Brands), Start: s.Slots[0]}
	after, touched := s.With(o, plan.Brand{ID: 999, Weight: 1}, func(g int) float64 {
		if g%2 == 0 {
			return 0
		}
		return 0.01 + 0.0001*float64(g%200)
	})
	q, err := p.Revise(after, touched)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := plan.Make(after)
	if err != nil {
		t.Fatal(err)
	}
	right := entitled(after)
	value, reach := planbench.Value(after, q.Turns)
	freshValue, freshReach := planbench.Value(after, fresh.Turns)
	least, freshLeast := 1e9, 1e9
	for b, x := range right {
		if x > 0 {
			least, freshLeast = min(least, reach[b]/x), min(freshLeast, freshReach[b]/x)
		}
	}
	brand := len(s.Brands)
	t.Logf("least share %.3f (a new plan %.3f), the new brand's %.3f (%.3f), value %.4f of a new plan's", least, freshLeast,
		reach[brand]/right[brand], freshReach[brand]/right[brand], value/freshValue)
	if least < freshLeast-0.05 || reach[brand] < 0.9*right[brand] {
		t.Errorf("least share %.3f, the new brand's %.3f; a new plan has %.3f", least, reach[brand]/right[brand], freshLeast)
	}
	if value < 0.99*freshValue {
		t.Errorf("value %.4f of a new plan's", value/freshValue)
	}
}
