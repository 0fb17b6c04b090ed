// Command benchwebhook measures how many pushes a second Siyu answers when each is stored before it is answered, beside a bare
// net/http server that only verifies the signature and writes "success", in the same run and with the same generator.
//
// Rounds are interleaved, so that a busy machine disturbs all alike. Siyu works on the pushes' jobs meanwhile, as it does
// when it serves; what it could not work on in time is told as the backlog. Then each server gets half of the rate it
// reached, paced whether answers come or not, and the times of the answers are told. The last line is JSON for the
// collector of all benchmarks.
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
	"time"

	"siyu/models"
)

// plan is how long what runs.
type plan struct {
	rounds int
	conns  int
	full   time.Duration // one round of one server
	half   time.Duration
	drain  time.Duration
	dsn    string // of a MySQL server; empty: left out
	dir    string // of the SQLite file
}

func main() {
	var p plan
	flag.IntVar(&p.rounds, "rounds", 3, "interleaved rounds at full load")
	flag.IntVar(&p.conns, "conns", 64, "connections")
	flag.DurationVar(&p.full, "full", 3*time.Second, "length of a round")
	flag.DurationVar(&p.half, "half", 6*time.Second, "length of the phase at half of the rate")
	flag.DurationVar(&p.drain, "drain", 3*time.Second, "how long jobs are worked on without pushes, to see how fast that goes")
	flag.Parse()
	p.dsn = os.Getenv("SIYU_TEST_MYSQL_DSN")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	dir, err := os.MkdirTemp("", "siyu-bench")
	if err == nil {
		p.dir = dir
		err = errors.Join(run(ctx, os.Stdout, p), os.RemoveAll(dir))
	}
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1) //nolint:gocritic // nothing is left to stop
	}
}

// result is one server over all phases.
type result struct {
	*server
	rates          []float64 // at full load, by round
	refused        int
	half           outcome
	backlog        int64   // pushes not worked on at the end of the phase at half of the rate
	drained        float64 // jobs a second without pushes; 0 if there was no backlog
	accepted, sent int64
}

func run(ctx context.Context, out io.Writer, p plan) (err error) {
	now := models.WallClock{}.Now
	a, err := newAccount("wxb11529c136998cb6", "pamtest", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", now)
	if err != nil {
		return err
	}
	servers, err := start(ctx, out, p, a)
	defer func() {
		for _, s := range servers {
			err = errors.Join(err, s.closeAll())
		}
	}()
	if err != nil {
		return err
	}
	results := make([]*result, len(servers))
	for i, s := range servers {
		_, _ = fmt.Fprintf(out, "%-7s %s\n", s.name, s.about)
		results[i] = &result{server: s}
	}
	for range p.rounds {
		for _, r := range results {
			if err := r.full(ctx, generator{a, r.addr, p.conns, now}, p.full); err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
		}
	}
	for _, r := range results {
		if err := r.paced(ctx, generator{a, r.addr, p.conns, now}, p); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	return report(out, results)
}

// start starts all servers; what is left out says why.
func start(ctx context.Context, out io.Writer, p plan, a *account) ([]*server, error) {
	floor, err := newFloor(ctx, a)
	servers := []*server{floor}
	if err != nil {
		return servers, err
	}
	lite, err := newSQLite(ctx, p.dir, a)
	servers = append(servers, lite)
	if err != nil {
		return servers, err
	}
	if p.dsn == "" {
		_, _ = fmt.Fprintln(out, "mysql   skipped: no server; make bench-webhook starts one where mariadbd is installed, SIYU_TEST_MYSQL_DSN names one")
		return servers, nil
	}
	my, err := newMySQL(ctx, p.dsn, a)
	if my != nil {
		servers = append(servers, my)
	}
	return servers, err
}

func (r *result) full(ctx context.Context, g generator, d time.Duration) error {
	return r.during(ctx, func() error {
		o, err := g.closed(ctx, d)
		r.rates, r.refused = append(r.rates, o.rate()), r.refused+o.refused
		r.sent += int64(o.answered)
		return err
	})
}

// paced sends at half of the reached rate, then looks at what is left to do.
func (r *result) paced(ctx context.Context, g generator, p plan) error {
	err := r.during(ctx, func() (err error) {
		r.half, err = g.paced(ctx, quantile(r.rates, 0.5)/2, p.half)
		r.sent += int64(r.half.answered)
		r.refused += r.half.refused
		return err
	})
	if err != nil || r.app == nil {
		return err
	}
	before, err := r.pushes(ctx)
	if err != nil {
		return err
	}
	r.backlog, r.accepted = before.Pending, before.Accepted
	if r.accepted < r.sent {
		return fmt.Errorf("%d pushes were answered with success and %d are stored", r.sent, r.accepted)
	}
	began := g.now()
	err = r.during(ctx, func() error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(p.drain):
			return nil
		}
	})
	if err != nil {
		return err
	}
	after, err := r.pushes(ctx)
	r.drained = float64(before.Pending-after.Pending) / g.now().Sub(began).Seconds()
	return err
}

// quantile of a copy of the values.
func quantile(values []float64, q float64) float64 {
	v := slices.Sorted(slices.Values(values))
	return v[int(q*float64(len(v)-1)+0.5)]
}

// at is a quantile of sorted times, in milliseconds.
func at(sorted []time.Duration, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return float64(sorted[int(q*float64(len(sorted)-1)+0.5)]) / float64(time.Millisecond)
}

type row struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

func report(out io.Writer, results []*result) error {
	var rows []row
	floor := results[0]
	worst := 0.0
	_, _ = fmt.Fprintf(out, "%-7s %10s %10s %8s %8s %8s %8s %9s %8s\n", "", "pushes/s", "of floor", "half/s", "p50 ms", "p99 ms", "refused",
		"backlog", "jobs/s")
	for _, r := range results {
		ratios := make([]float64, len(r.rates))
		for i := range r.rates {
			ratios[i] = r.rates[i] / floor.rates[i]
		}
		rate, ratio, half := quantile(r.rates, 0.5), quantile(ratios, 0.5), r.half.rate()
		p50, p99 := at(r.half.latency, 0.5), at(r.half.latency, 0.99)
		_, _ = fmt.Fprintf(out, "%-7s %10.0f %10.3f %8.0f %8.2f %8.2f %8d %9d %8.0f\n", r.name, rate, ratio, half, p50, p99, r.refused,
			r.backlog, r.drained)
		rows = append(rows, row{r.name, round(rate), "pushes/s"}, row{r.name + " p50 at half", round(p50), "ms"},
			row{r.name + " p99 at half", round(p99), "ms"})
		if r != floor {
			rows = append(rows, row{r.name + " ratio to floor", round(ratio), "x"}, row{r.name + " backlog", float64(r.backlog), "pushes"},
				row{r.name + " jobs", round(r.drained), "jobs/s"})
			if worst == 0 || ratio < worst {
				worst = ratio
			}
		}
	}
	_, _ = fmt.Fprintln(out, "Rates are medians of the rounds, ratios medians of the rounds' ratios, ratio_to_floor is the smaller engine's. The pushes'\n"+
		"jobs are worked on meanwhile; backlog is what was left of them after the half rate, jobs/s how fast it went without pushes.")
	return json.NewEncoder(out).Encode(map[string]any{"bench": "webhook", "rows": rows, "ratio_to_floor": round(worst)})
}

func round(v float64) float64 { return float64(int64(v*1000+0.5)) / 1000 }
