package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
)

type row struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

// compared is a number the benchmark is about: how many times as fast one way is as the best of others in the same round.
type compared struct {
	name   string
	way    string
	others []string
}

// comparisons are those of an engine; a way that was not measured has none.
func (m measured) comparisons() []compared {
	var many, crowd, tills []string
	for _, n := range peers(m.engine) {
		tills = append(tills, fmt.Sprintf("redeem, peer of %d", n))
		many, crowd = append(many, fmt.Sprintf("peer of %d, many", n)), append(crowd, fmt.Sprintf("peer of %d, crowd", n))
	}
	return []compared{
		{"ratio", "service, many", many},
		{"ratio of a crowd", "service, crowd", crowd},
		{"ratio of one worker", "one worker, many", many},
		{"ratio of one worker, crowd", "one worker, crowd", crowd},
		{"ratio of three servers", "three servers, many", many},
		{"ratio over HTTP", "HTTP, many", many},
		{"ratio to the floor", "service, many", []string{"floor"}},
		{"ratio of one client", "service, one client", []string{"peer, one client"}},
		{"ratio of redemptions", "redeem", tills},
		{"ratio of one clerk", "redeem, one clerk", []string{"redeem, peer, one clerk"}},
	}
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
			add(way, m.median(way, window.rate), "/s")
			add(way+" p50", m.median(way, func(w window) float64 { return milli(w.P50) }), "ms")
			add(way+" p99", m.median(way, func(w window) float64 { return milli(w.P99) }), "ms")
		}
		for _, c := range m.comparisons() {
			x := m.ratio(c.way, c.others...)
			if x == 0 { // not measured
				continue
			}
			add(c.name, x, "x")
			_, _ = fmt.Fprintf(out, "%-7s %-28s %6.2f x\n", m.engine, c.name, x)
			if c.name == "ratio" && (worst == 0 || x < worst) {
				worst = x
			}
		}
	}
	return json.NewEncoder(out).Encode(map[string]any{"bench": "claim", "clients": p.many, "crowd": p.crowd, "rows": rows, "ratio_to_peer": round(worst)})
}
