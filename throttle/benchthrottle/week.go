package main

import (
	"context"
	"fmt"
	"time"

	"siyu/throttle/plan"
	"siyu/throttle/plan/planbench"
)

// week is the size of a plan, and how often a round makes it.
type week struct{ groups, offers, times int }

// planning measures a week's plan beside asking the kernel about every offer in every group and day.
type planning struct {
	week
	clock func() time.Time
	s     *plan.Snapshot
	naive time.Duration // of the last round that measured it
}

func newWeek(w week, clock func() time.Time) *planning {
	return &planning{week: w, clock: clock}
}

func (p *planning) results() []result {
	name := fmt.Sprintf("week plan %d x %d", p.groups, p.offers)
	goal := "100 ms"
	if p.groups > 5000 {
		goal = "1 s"
	}
	return []result{
		{name: name, unit: "ms", better: shorter, peer: 1, target: goal},
		{name: name + " by asking about everything", unit: "ms", peer: -1},
	}
}

func (p *planning) close() error { return nil }

// patience is how long the naive form may take to be measured in each round, and not only in the first.
const patience = 5 * time.Second

func (p *planning) round(context.Context) ([]float64, error) {
	if p.s == nil {
		shape := planbench.Shapes()[0]
		shape.Groups, shape.Offers, shape.Live = p.groups, p.offers, 4
		p.s = shape.Snapshot(1)
	}
	took, err := timed(p.clock, func() error {
		for range p.times {
			if _, err := plan.Make(p.s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if p.naive < patience {
		p.naive, _ = timed(p.clock, func() error { planbench.Naive(p.s); return nil })
	}
	return []float64{float64(took.Microseconds()) / 1000 / float64(p.times), float64(p.naive.Microseconds()) / 1000}, nil
}
