package plan_test

import (
	"testing"
	"time"

	"siyu/throttle/plan"
	"siyu/throttle/plan/planbench"
)

func BenchmarkMake(b *testing.B) {
	for _, shape := range []planbench.Shape{planbench.Small(), planbench.Large()} {
		b.Run(shape.Name, func(b *testing.B) {
			s := shape.Snapshot(1)
			for b.Loop() {
				if _, err := plan.Make(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Planning and revising are much quicker than the naive form, and revising than planning; how much, the log says. The
// times promised are for a quiet machine: make bench-throttle.
func TestPlanningIsQuick(t *testing.T) {
	t.Parallel()
	shape := planbench.Small()
	shape.Groups = 1000
	r, err := planbench.Measure(time.Now, shape, 5)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d groups x %d offers, %d edges: plan %s, revise one group %s, naive %s with %d questions (%.0fx), %d turns",
		r.Groups, r.Offers, r.Edges, r.Plan, r.Revise, r.Naive, r.Asked, r.Ratio(), r.Turns)
	if r.Ratio() < 3 || r.Revise*3 > r.Plan {
		t.Errorf("plan %s, revise %s, naive %s", r.Plan, r.Revise, r.Naive)
	}
}
