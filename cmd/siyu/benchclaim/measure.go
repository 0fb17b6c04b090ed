package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// measured is everything about one engine: of each way all its windows, in the order of the rounds.
type measured struct {
	engine string
	ways   map[string][]window
}

// step is one way to be measured.
type step struct {
	name string
	do   func(context.Context) (window, error)
}

func measure(ctx context.Context, out io.Writer, p plan, engine, dsn string) (m measured, err error) {
	m = measured{engine, map[string][]window{}}
	h, err := open(ctx, dsn)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	steps := slices.DeleteFunc(h.steps(p, engine, dsn), func(s step) bool { return p.only != nil && !p.only.MatchString(engine+" "+s.name) })
	if len(steps) == 0 {
		return m, nil
	}
	if err := h.furnish(ctx, p.members); err != nil {
		return m, err
	}
	if _, err := h.measure(ctx, p.many, p.window/2, h.serviceWay); err != nil { // to warm up
		return m, err
	}
	for range p.rounds {
		order := slices.Clone(steps)
		rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] }) //nolint:gosec // an order, nothing secret
		for _, s := range order {
			w, err := s.do(ctx)
			if err != nil {
				return m, fmt.Errorf("%s: %w", s.name, err)
			}
			m.ways[s.name] = append(m.ways[s.name], w)
		}
	}
	for _, s := range steps {
		_, _ = fmt.Fprintf(out, "%-7s %-28s %9.0f/s  p50 %8.2f ms  p99 %8.2f ms\n", engine, s.name, m.median(s.name, window.rate),
			m.median(s.name, func(w window) float64 { return milli(w.P50) }), m.median(s.name, func(w window) float64 { return milli(w.P99) }))
	}
	return m, nil
}

// peers are the pools of the plain transaction, of which the best counts. SQLite has one writer, whatever the pool.
func peers(engine string) []int {
	if engine == "sqlite" {
		return []int{8}
	}
	return []int{8, 16}
}

func (h *house) steps(p plan, engine, dsn string) []step {
	claims := func(clients int, do claim) func(context.Context) (window, error) {
		return func(ctx context.Context) (window, error) { return h.measure(ctx, clients, p.window, do) }
	}
	all := []step{{"service, many", claims(p.many, h.serviceWay)}}
	for _, n := range peers(engine) {
		all = append(all, step{fmt.Sprintf("peer of %d, many", n), claims(p.many, atOnce(n, h.peer))})
	}
	if engine == "binlog" {
		return all
	}
	all = append(all, step{"service, crowd", claims(p.crowd, h.serviceWay)},
		step{"service, one client", claims(1, h.serviceWay)}, step{"peer, one client", claims(1, h.peer)},
		step{"floor", func(ctx context.Context) (window, error) { return h.floor(ctx, p.window) }},
		step{"sold out", func(ctx context.Context) (window, error) { return h.soldOut(ctx, p.many, p.window) }})
	for _, n := range peers(engine) {
		all = append(all, step{fmt.Sprintf("peer of %d, crowd", n), claims(p.crowd, atOnce(n, h.peer))})
	}
	all = append(all, h.tills(p, engine)...)
	if engine == "mysql" {
		all = append(all, step{"one worker, many", claims(p.many, h.narrowWay)}, step{"one worker, crowd", claims(p.crowd, h.narrowWay)},
			step{"HTTP, many", func(ctx context.Context) (window, error) { return h.overHTTP(ctx, p.many, p.window) }},
			step{"three servers, many", func(ctx context.Context) (window, error) { return h.three(ctx, dsn, p.many, p.window) }})
	}
	slices.SortFunc(all, func(a, b step) int { return strings.Compare(a.name, b.name) })
	return all
}

// median is the middle of a number over the rounds.
func (m measured) median(way string, of func(window) float64) float64 {
	return middle(m.ways[way], of)
}

func middle(all []window, of func(window) float64) float64 {
	n := make([]float64, len(all))
	for i, w := range all {
		n[i] = of(w)
	}
	slices.Sort(n)
	if len(n) == 0 {
		return 0
	}
	return n[len(n)/2]
}

// ratio is how many times as many a way does as others, the best of them in the same round; the median of all rounds.
func (m measured) ratio(way string, others ...string) float64 {
	var all []float64
	for i, w := range m.ways[way] {
		best := 0.0
		for _, o := range others {
			if i < len(m.ways[o]) {
				best = max(best, m.ways[o][i].rate())
			}
		}
		if best > 0 {
			all = append(all, w.rate()/best)
		}
	}
	slices.Sort(all)
	if len(all) == 0 {
		return 0
	}
	return all[len(all)/2]
}

func milli(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
