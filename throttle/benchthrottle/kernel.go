package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"siyu/throttle"
)

const (
	minute = int64(60_000)
	hour   = 60 * minute
	day    = 24 * hour
)

// kernel measures one decision: six rules over twelve posts in a zone that changes its clocks.
type kernel struct {
	n     int
	clock func() time.Time
	in    throttle.Input
	now   int64
}

func newKernel(n int, clock func() time.Time) *kernel {
	now := time.Date(2026, 3, 3, 20, 0, 0, 0, time.UTC).UnixMilli()
	quiet, err := throttle.NewQuiet("America/Vancouver", throttle.Hours{From: 21*60 + 30, To: 8 * 60})
	if err != nil {
		panic(err) // the zone is embedded
	}
	k := &kernel{n: n, clock: clock, now: now, in: throttle.Input{
		Rules: []throttle.Rule{
			{Scope: throttle.ScopeGroup, K: 8, W: 7 * day, Code: throttle.GroupCap},
			{Scope: throttle.ScopeGroup, K: 2, W: day, Code: throttle.GroupCap},
			{Scope: throttle.ScopeGroup, K: 1, W: 6 * hour, Code: throttle.MinGap},
			{Scope: throttle.ScopeBrand, K: 2, W: 7 * day, Code: throttle.BrandCap},
			{Scope: throttle.ScopeBrand, K: 1, W: day, Code: throttle.BrandCap},
			{Scope: throttle.ScopeOffer, K: 1, W: 30 * day, Code: throttle.OfferOnce},
		},
		Quiet: quiet, Clock: &quiet.Clock, Brand: 3, Offer: 99, Start: now - day, End: now + 20*day, Hold: 12 * hour, MinWindow: 30 * minute,
	}}
	for i := range int64(12) {
		at := now - (i+1)*22*hour
		k.in.Live = append(k.in.Live, throttle.Entry{Interval: throttle.Interval{S: at, E: at}, Brand: i % 4, Offer: i})
	}
	return k
}

func (k *kernel) results() []result {
	const minutes = "decision by counting minute by minute"
	return []result{
		{name: "decision: allow", unit: "ns", better: shorter, peer: 4, target: "1 µs"},
		{name: "decision: hold and next time", unit: "ns", better: shorter, peer: 4, target: "1 µs"},
		{name: "decision with 3 calendar rules and 2 gates", unit: "ns", better: shorter, peer: 4, target: "1 µs"},
		{name: "allocations of a decision", unit: "allocs", peer: -1, target: "0"},
		{name: minutes, unit: "ns", peer: -1},
	}
}

func (k *kernel) close() error { return nil }

var errWrong = errors.New("a wrong answer")

func (k *kernel) round(context.Context) ([]float64, error) {
	held, whole := k.in, k.in
	held.Live = append([]throttle.Entry{{Interval: throttle.Interval{S: k.now - hour, E: k.now + hour}, Brand: 1, Offer: 1}}, k.in.Live[1:]...)
	whole.Calendar = []throttle.Calendar{{Scope: throttle.ScopeGroup, K: 4, Unit: throttle.Day},
		{Scope: throttle.ScopeBrand, K: 5, Unit: throttle.Week}, {Scope: throttle.ScopeAll, K: 1, PerDay: true, Unit: throttle.Month}}
	whole.Gates = []throttle.Gate{{Until: k.now - day, Code: throttle.Breaker}, {Until: k.now - hour, Code: throttle.Turn}}
	var values []float64
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, one := range []struct {
		in    *throttle.Input
		allow bool
	}{{&k.in, true}, {&held, false}, {&whole, true}} {
		took, err := timed(k.clock, func() error {
			for range k.n {
				if throttle.Decide(*one.in, k.now).Allow != one.allow {
					return fmt.Errorf("%w of the kernel: %+v", errWrong, throttle.Decide(*one.in, k.now))
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		values = append(values, float64(took)/float64(k.n))
	}
	runtime.ReadMemStats(&after)
	values = append(values, float64((after.Mallocs-before.Mallocs)/uint64(3*k.n))) //nolint:gosec // a count
	n := max(1, k.n/2000)
	took, err := timed(k.clock, func() error {
		for range n {
			if !byMinutes(&k.in, k.now) {
				return fmt.Errorf("%w of the count by minutes", errWrong)
			}
		}
		return nil
	})
	return append(values, float64(took)/float64(n)), err
}

// byMinutes is the naive decision: of every minute that the post could fall into, and of every window that ends in the
// following minutes, how many posts does it hold? It does not tell when again.
func byMinutes(in *throttle.Input, now int64) bool {
	if now < in.Start || now >= in.End {
		return false
	}
	quiet, until := in.Quiet.Span(now)
	if quiet {
		return false
	}
	e := min(now+in.Hold, until-1, in.End-1)
	for _, r := range in.Rules {
		for x := now; x < e+r.W; x += minute {
			n := 1
			for i := range in.Live {
				l := &in.Live[i]
				mine := r.Scope == throttle.ScopeGroup || r.Scope == throttle.ScopeBrand && l.Brand == in.Brand ||
					r.Scope == throttle.ScopeOffer && l.Offer == in.Offer
				if mine && l.S <= x && l.E > x-r.W {
					n++
				}
			}
			if n > r.K {
				return false
			}
		}
	}
	return true
}
