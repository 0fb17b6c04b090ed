// Command benchthrottle measures the throttle beside its naive forms in one run: a decision of the kernel beside counting in
// windows minute by minute (and, on a server, by SQL), a week's plan beside asking the kernel about everything, and durable
// reservations, many in a transaction beside one each.
//
// Rounds are interleaved, so that a busy machine disturbs all alike; ratios are taken round by round and their median is
// told. The last line is JSON for the collector of all benchmarks.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"text/tabwriter"
	"time"

	"siyu/models"
)

// scale is how much of what is measured.
type scale struct {
	rounds    int
	decisions int // of the kernel in a round
	groups    int // that get a post in a round of reservations
	single    int // reservations of one transaction each, of which a round makes fewer: they take long
	weeks     []week
	dsn       string // of a MySQL server; empty: left out
}

func main() {
	s := scale{weeks: []week{{5_000, 300, 5}, {20_000, 500, 2}}}
	flag.IntVar(&s.rounds, "rounds", 7, "interleaved rounds")
	flag.IntVar(&s.decisions, "decisions", 200_000, "decisions in a round")
	flag.IntVar(&s.groups, "groups", 2_000, "groups that get a post in a round")
	flag.IntVar(&s.single, "single", 400, "posts that are reserved in a transaction of their own, in a round")
	flag.Parse()
	s.dsn = os.Getenv("SIYU_TEST_MYSQL_DSN")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout, s)
	stop()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// result is one thing over all rounds.
type result struct {
	name, unit string
	values     []float64 // by round
	better     func(a, b float64) float64
	peer       int // index of the naive form it is compared with; -1: it is one
	target     string
}

// The two ways to say how much better a is than its naive form.
func shorter(a, naive float64) float64 { return naive / a }
func more(a, naive float64) float64    { return a / naive }

// bench is one part; each of its rounds returns a value for each of its results.
type bench interface {
	results() []result
	round(ctx context.Context) ([]float64, error)
	close() error
}

func run(ctx context.Context, out io.Writer, s scale) (err error) {
	clock := models.WallClock{}.Now
	all := []bench{newKernel(s.decisions, clock)}
	defer func() {
		for _, b := range all {
			err = errors.Join(err, b.close())
		}
	}()
	for _, w := range s.weeks {
		all = append(all, newWeek(w, clock))
	}
	if s.dsn == "" {
		_, _ = fmt.Fprintln(out, "reservations: skipped, no server; make bench-throttle starts one where mariadbd is installed, SIYU_TEST_MYSQL_DSN names one")
	} else {
		b, err := newReservations(ctx, out, s, clock)
		if b != nil {
			all = append(all, b)
		}
		if err != nil {
			return err
		}
	}
	var rows []result
	for _, b := range all {
		mine := b.results()
		for range s.rounds {
			values, err := b.round(ctx)
			if err != nil {
				return err
			}
			for i, v := range values {
				mine[i].values = append(mine[i].values, v)
			}
		}
		for i := range mine {
			if mine[i].peer >= 0 {
				mine[i].peer += len(rows)
			}
		}
		rows = append(rows, mine...)
	}
	return report(out, rows)
}

// median of a copy of the values.
func median(values []float64) float64 {
	v := slices.Sorted(slices.Values(values))
	return v[len(v)/2]
}

type row struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

// report prints a table and one line of JSON. ratio_to_peer is the last of the ratios: that of
// reservations, where there is a server.
func report(out io.Writer, all []result) error {
	var rows []row
	last := 0.0
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "\tmedian\tsmallest\tlargest\t\tof its naive form\tgoal\t")
	for _, r := range all {
		ratio := ""
		rows = append(rows, row{r.name, round(median(r.values)), r.unit})
		if r.peer >= 0 {
			ratios := make([]float64, len(r.values))
			for i := range ratios {
				ratios[i] = r.better(r.values[i], all[r.peer].values[i])
			}
			x := median(ratios)
			ratio = fmt.Sprintf("%.1f times better", x)
			rows = append(rows, row{r.name + " ratio to peer", round(x), "x"})
			last = x
		}
		low, high := slices.Min(r.values), slices.Max(r.values)
		_, _ = fmt.Fprintf(table, "%s\t%.4g\t%.4g\t%.4g\t%s\t%s\t%s\t\n", r.name, median(r.values), low, high, r.unit, ratio, r.target)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(out, "Values are medians of the rounds, with the smallest and the largest; ratios medians of the rounds' ratios. ratio_to_peer is\n"+
		"the last of them.")
	return json.NewEncoder(out).Encode(map[string]any{"bench": "throttle", "rows": rows, "ratio_to_peer": round(last)})
}

func round(v float64) float64 { return float64(int64(v*1000+0.5)) / 1000 }

// timed is how long fn took.
func timed(clock func() time.Time, fn func() error) (time.Duration, error) {
	began := clock()
	err := fn()
	return clock().Sub(began), err
}
