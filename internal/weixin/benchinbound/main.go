// Command benchinbound measures what one push costs: verify, decrypt, parse and answer with a text, by this project and by
// the SDK's own receiver, in plain and in encrypted mode.
//
// Rounds of both are interleaved and measured in CPU time of the process, garbage collection included, on one processor,
// so that a busy machine disturbs both alike; ratios are taken round by round and their median is printed. The last line is
// JSON for the collector of all benchmarks.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 21, "interleaved rounds")
	ops := flag.Int("ops", 3000, "pushes in a round")
	flag.Parse()
	if err := run(os.Stdout, *rounds, *ops); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// result is one workload over all rounds.
type result struct {
	workload
	ns     []float64 // per push, by round
	allocs float64
	bytes  float64
}

func run(out io.Writer, rounds, ops int) error {
	runtime.GOMAXPROCS(1)
	loads, err := workloads(time.Now) //nolint:forbidigo // a command starts the clocks
	if err != nil {
		return err
	}
	results := make([]result, len(loads))
	for i, w := range loads {
		results[i].workload = w
		if err := w.do(); err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		results[i].allocs, results[i].bytes = allocations(w, ops)
	}
	for range rounds {
		for i := range results {
			ns, err := measure(results[i].workload, ops)
			if err != nil {
				return fmt.Errorf("%s: %w", results[i].name, err)
			}
			results[i].ns = append(results[i].ns, ns)
		}
	}
	return report(out, results)
}

func measure(w workload, ops int) (float64, error) {
	runtime.GC()
	start := cpuTime()
	for range ops {
		if err := w.do(); err != nil {
			return 0, err
		}
	}
	return float64(cpuTime()-start) / float64(ops), nil
}

func allocations(w workload, ops int) (count, bytes float64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range ops {
		_ = w.do()
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / float64(ops), float64(after.TotalAlloc-before.TotalAlloc) / float64(ops)
}

// quantile of a copy of the values.
func quantile(values []float64, q float64) float64 {
	v := slices.Sorted(slices.Values(values))
	return v[int(q*float64(len(v)-1)+0.5)]
}

// ratios divides round by round.
func ratios(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] / b[i]
	}
	return out
}

type row struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

func report(out io.Writer, results []result) error {
	by := map[string]result{}
	var rows []row
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "workload\tCPU ns/op\tp10\tp90\tB/op\tallocs/op\t")
	for _, r := range results {
		by[r.name] = r
		ns := quantile(r.ns, 0.5)
		_, _ = fmt.Fprintf(table, "%s\t%.0f\t%.0f\t%.0f\t%.0f\t%.1f\t\n", r.name, ns, quantile(r.ns, 0.1), quantile(r.ns, 0.9), r.bytes, r.allocs)
		rows = append(rows, row{r.name, round(ns), "ns/op"}, row{r.name + " allocs", round(r.allocs), "allocs/op"},
			row{r.name + " bytes", round(r.bytes), "B/op"})
	}
	if err := table.Flush(); err != nil {
		return err
	}
	plain := ratios(by["plain sdk"].ns, by["plain ours"].ns)
	aes := ratios(by["aes sdk"].ns, by["aes ours"].ns)
	floor := ratios(by["aes ours"].ns, by["aes floor"].ns)
	for _, r := range []struct {
		name   string
		values []float64
	}{{"plain, SDK/ours", plain}, {"AES, SDK/ours", aes}, {"AES, ours/floor", floor}} {
		_, _ = fmt.Fprintf(out, "%-16s %5.2f  (p10 %.2f, p90 %.2f)\n", r.name,
			quantile(r.values, 0.5), quantile(r.values, 0.1), quantile(r.values, 0.9))
	}
	rows = append(rows, row{"plain ratio sdk/ours", round(quantile(plain, 0.5)), "x"}, row{"aes ratio sdk/ours", round(quantile(aes, 0.5)), "x"})
	return json.NewEncoder(out).Encode(map[string]any{
		"bench": "inbound", "rows": rows,
		"ratio_to_peer": round(quantile(aes, 0.5)), "ratio_to_floor": round(quantile(floor, 0.5)),
	})
}

func round(v float64) float64 { return float64(int64(v*100+0.5)) / 100 }
