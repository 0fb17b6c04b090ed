package planbench

import (
	"time"

	"siyu/throttle/plan"
)

// Result is a planner's time for one problem, beside its naive form in the same run.
type Result struct {
	Groups, Offers, Edges int
	Plan                  time.Duration // the quickest of the rounds: others may use the machine too
	Revise                time.Duration // one group changed, also the quickest
	Naive                 time.Duration // one round
	Turns                 int
	Asked                 int // kernel questions of the naive form
}

// Ratio is how many times as long the naive form takes.
func (r Result) Ratio() float64 { return float64(r.Naive) / float64(max(r.Plan, 1)) }

// Small and Large are the problems whose times are promised: 5,000 groups by 300 offers in at most 100 ms, and 20,000 by
// 500 in at most a second, on two processors.
func Small() Shape { return sized("5,000 x 300", 5000, 300, 60) }

// Large is the other one.
func Large() Shape { return sized("20,000 x 500", 20_000, 500, 100) }

func sized(name string, groups, offers, brands int) Shape {
	return Shape{Name: name, Groups: groups, Offers: offers, Brands: brands, Density: 0.4, Narrow: 0.2, NarrowDensity: 0.1, Spread: 0.1, Live: 6}
}

// Measure plans a problem a few times, revises the plan and runs the naive form once. It uses the stopwatch given.
func Measure(now func() time.Time, shape Shape, rounds int) (Result, error) {
	s := shape.Snapshot(1)
	r := Result{Groups: len(s.Groups), Offers: len(s.Offers), Plan: time.Hour, Revise: time.Hour}
	for g := range s.Groups {
		r.Edges += len(s.Groups[g].Edges)
	}
	var p *plan.Plan
	for range rounds {
		begin := now()
		var err error
		if p, err = plan.Make(s); err != nil {
			return r, err
		}
		r.Plan = min(r.Plan, now().Sub(begin))
	}
	for g := range s.Groups {
		r.Turns += len(p.Turns(g))
	}
	for g := range rounds {
		group := s.Groups[g]
		group.Ask.PausedUntil = s.Slots[3]
		changed := s.WithGroup(g, group)
		begin := now()
		if _, err := p.Revise(changed, []int{g}); err != nil {
			return r, err
		}
		r.Revise = min(r.Revise, now().Sub(begin))
	}
	begin := now()
	_, r.Asked = Naive(s)
	r.Naive = now().Sub(begin)
	return r, nil
}
