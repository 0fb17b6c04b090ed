// Command chaosclaim has many people claim few vouchers, and clerks write them off, while what serves them is killed: real
// `siyu serve` processes and, where it is ours, the MariaDB below them, with SIGKILL and at random. Everybody repeats her key at
// random servers until she has a definite answer, and goes on asking.
//
// After each round it wants of the database: exactly the stock was given, nobody has more than she may, every acknowledged code
// is there and belongs to who was told it, and each voucher has its event, its touch and its charge. And of every server:
// who holds a voucher gets the same one.
//
// Then tills write the vouchers off while as much is killed again: several clerks in several shops race for each, by its typed
// code, by its picture and by looking first, each under one number until there is a definite answer, now and then at two servers at
// once. It wants: each voucher is used as often as it may be and no more, every acknowledged redemption is there with that clerk,
// shop and time, whoever came second was told who was there before, where and when, and in the end everything adds up
// (offers/reconcile). The last line is JSON; the status says whether all of it was so.
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
	"path/filepath"
	"syscall"
	"time"
)

// plan is how much happens.
type plan struct {
	engine  string
	siyu    string // the program
	dsn     string // of a MySQL database on a server that is not ours and is not killed
	dir     string // of the files
	servers int
	clients int
	people  int
	stock   int           // of each round's offer
	kills   int           // of servers, in all
	dbKills int           // of the database, in all
	per     int           // kills of servers in a round
	tills   int           // at once, after each round's claims; 0: nothing is written off
	think   time.Duration // a client waits up to that before she asks
	within  time.Duration // a round must be over
}

// result is what happened.
type result struct {
	Engine   string `json:"engine"`
	Servers  int    `json:"servers"`
	Rounds   int    `json:"rounds"`
	Kills    int    `json:"kills"`
	DBKills  int    `json:"db_kills"`
	Requests int64  `json:"requests"`
	Unknown  int64  `json:"unanswered"`      // the server or the database was away
	Given    int    `json:"given"`           // vouchers
	Stock    int    `json:"stock"`           // of all offers
	Acked    int    `json:"acked"`           // vouchers somebody was told of
	Late     int    `json:"found_later"`     // committed, but told only when she asked again
	Repeats  int64  `json:"repeats"`         // holders who asked again and got theirs
	Redeemed int    `json:"redeemed"`        // requests of tills that wrote something off
	Beaten   int    `json:"came_second"`     // that were told who had
	TillLate int    `json:"redeemed_before"` // written off, but told only when asked again

	TillRequests int64 `json:"till_requests"`
	TillUnknown  int64 `json:"till_unanswered"`

	Seconds   float64  `json:"seconds"`
	Violated  int      `json:"violations"`
	Violation []string `json:"violation,omitempty"` // the first of them
}

func main() {
	p := plan{}
	flag.StringVar(&p.engine, "engine", "mysql", "mysql, with a MariaDB of its own that is killed too, or sqlite, with one server")
	flag.StringVar(&p.siyu, "siyu", "", "the program that is killed")
	flag.IntVar(&p.servers, "servers", 3, "servers at once")
	flag.IntVar(&p.clients, "clients", 256, "connections at once")
	flag.IntVar(&p.people, "people", 4000, "who want something")
	flag.IntVar(&p.stock, "stock", 1500, "vouchers of each round's offer")
	flag.IntVar(&p.kills, "kills", 100, "of servers")
	flag.IntVar(&p.dbKills, "db-kills", 20, "of the database")
	flag.IntVar(&p.per, "per-round", 4, "kills of servers in a round")
	flag.IntVar(&p.tills, "tills", 64, "tills at once, which write off what was claimed; 0: none")
	flag.DurationVar(&p.think, "think", 150*time.Millisecond, "a client waits up to that before she asks")
	flag.DurationVar(&p.within, "within", 2*time.Minute, "a round must be over")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := inDir(func(dir string) error {
		p.dir = dir
		return run(ctx, os.Stdout, p)
	})
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1) //nolint:gocritic // nothing is left to stop
	}
}

func inDir(fn func(dir string) error) error {
	dir, err := os.MkdirTemp("", "siyu-chaos")
	if err != nil {
		return err
	}
	return errors.Join(fn(dir), os.RemoveAll(dir))
}

var errViolated = errors.New("something was violated")

// run lives all rounds of one engine and reports.
func run(ctx context.Context, out io.Writer, p plan) error {
	if p.siyu == "" {
		return errors.New("-siyu names the program")
	}
	if p.engine == "sqlite" {
		p.servers, p.dbKills = 1, 0
	}
	w, err := newWorld(ctx, p)
	if err != nil {
		return err
	}
	began := now()
	err = w.live(ctx, out)
	w.close()
	r := w.result()
	r.Seconds = now().Sub(began).Seconds()
	if e := json.NewEncoder(out).Encode(map[string]any{"chaos": "claim", "result": r}); e != nil {
		return e
	}
	if err == nil && r.Violated > 0 {
		err = fmt.Errorf("%w: %v", errViolated, r.Violation)
	}
	return err
}

// live lives rounds until enough was killed, and then asks every server once more after all of them were started anew.
func (w *world) live(ctx context.Context, out io.Writer) error {
	for w.kills() < w.p.kills || w.dbKilled < w.p.dbKills {
		r, err := w.round(ctx)
		if err != nil {
			return err
		}
		done, beaten := r.noon.redeemed()
		_, _ = fmt.Fprintf(out, "round %d: %d of %d given, %d requests, %d unanswered; %d written off, %d came second; %d kills, %d of the database, %d violations so far\n",
			len(w.offers), r.given, w.p.stock, r.requests, r.unknown, done, beaten, w.kills(), w.dbKilled, w.violations())
	}
	for _, s := range w.servers {
		if err := s.kill(ctx, "before the last look"); err != nil {
			return err
		}
	}
	for _, o := range w.offers {
		if err := w.holders(ctx, o, len(o.told)); err != nil {
			return err
		}
		if err := w.check(ctx, o); err != nil {
			return err
		}
		if o.noon != nil {
			if err := o.noon.check(ctx); err != nil {
				return err
			}
		}
	}
	return w.reconcile(ctx)
}

func (p plan) file(name string) string { return filepath.Join(p.dir, name) }
