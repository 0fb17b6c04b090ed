package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
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
	defer func() { err = errors.Join(err, h.store.Close()) }()
	if err := h.furnish(ctx, p.members); err != nil {
		return m, err
	}
	steps := h.steps(p, engine, dsn)
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

func (h *house) steps(p plan, engine, dsn string) []step {
	claims := func(clients int, do claim) func(context.Context) (window, error) {
		return func(ctx context.Context) (window, error) { return h.measure(ctx, clients, p.window, do) }
	}
	all := []step{
		{"service, one client", claims(1, h.serviceWay)},
		{"former, one client", claims(1, h.former)},
		{"floor", func(ctx context.Context) (window, error) { return h.floor(ctx, p.window) }},
		{"sold out", func(ctx context.Context) (window, error) { return h.soldOut(ctx, p.many, p.window) }},
	}
	for name, clients := range map[string]int{"many": p.many, "crowd": p.crowd} {
		all = append(all, step{"service, " + name, claims(clients, h.serviceWay)},
			step{"peer of 8, " + name, claims(clients, atOnce(8, h.peer))}, step{"peer of 16, " + name, claims(clients, atOnce(16, h.peer))})
	}
	all = append(all, step{"former, many", claims(p.many, atOnce(16, h.former))})
	if engine == "mysql" {
		all = append(all, step{"three servers, many", func(ctx context.Context) (window, error) { return h.three(ctx, dsn, p.many, p.window) }})
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
			best = max(best, m.ways[o][i].rate())
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

type row struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

func report(out io.Writer, p plan, all []measured) error {
	var rows []row
	worst := 0.0
	round := func(x float64) float64 { return float64(int64(x*1000+0.5)) / 1000 }
	for _, m := range all {
		add := func(name string, value float64, unit string) {
			rows = append(rows, row{m.engine + " " + name, round(value), unit})
		}
		for _, way := range slices.Sorted(maps.Keys(m.ways)) {
			add(way, m.median(way, window.rate), "claims/s")
			add(way+" p99", m.median(way, func(w window) float64 { return milli(w.P99) }), "ms")
		}
		many := m.ratio("service, many", "peer of 8, many", "peer of 16, many")
		crowd := m.ratio("service, crowd", "peer of 8, crowd", "peer of 16, crowd")
		floor, one := m.ratio("service, many", "floor"), 1/m.ratio("service, one client", "former, one client")
		add("ratio", many, "x")
		add("ratio of a crowd", crowd, "x")
		add("ratio to the floor", floor, "x")
		add("time of one client", one, "x")
		_, _ = fmt.Fprintf(out, "%-7s %.1f times the peer at %d clients, %.1f at %d; %.2f of the floor; one client waits %.2f times as long as before\n",
			m.engine, many, p.many, crowd, p.crowd, floor, one)
		if _, has := m.ways["three servers, many"]; has {
			three := m.ratio("three servers, many", "peer of 8, many", "peer of 16, many")
			add("ratio of three servers", three, "x")
			_, _ = fmt.Fprintf(out, "%-7s %.1f times the peer with three servers\n", m.engine, three)
		}
		if worst == 0 || many < worst {
			worst = many
		}
	}
	return json.NewEncoder(out).Encode(map[string]any{"bench": "claim", "rows": rows, "ratio_to_peer": round(worst)})
}
