// Command benchclaim measures how fast the vouchers of one hot offer are claimed, each answer on the disk before it is given.
//
// Beside the service, in the same run and writing the very same rows (voucher, stock, touch, journey mark), stand its peer, one
// transaction per claim of a conditional UPDATE and INSERTs, with 8 and with 16 transactions at once, the form Siyu had before,
// and the floor: the same rows as INSERTs of 256. Every window is checked: what was acknowledged, the vouchers and the stock
// agree. The last line is JSON for the collector of all benchmarks; its ratio_to_peer is at 256 clients, of the engine that
// does worse.
package main

import (
	"context"
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

// plan is how much is measured.
type plan struct {
	window  time.Duration // of one measurement
	rounds  int           // each way is measured so often, and the median told
	members int           // people who claim
	many    int           // clients of the hot offer
	crowd   int           // clients of a hotter one
	mysql   string        // DSN of a MySQL server; empty: left out
	dir     string        // of SQLite's files
}

func main() {
	p := plan{many: 256, crowd: 1024}
	var role string
	flag.DurationVar(&p.window, "window", 3*time.Second, "how long each measurement takes")
	flag.IntVar(&p.rounds, "rounds", 3, "how often each is made")
	flag.IntVar(&p.members, "members", 40000, "people who claim")
	flag.StringVar(&role, "role", "", "what a process is that the benchmark starts for itself")
	flag.Parse()
	p.mysql = os.Getenv("SIYU_TEST_MYSQL_DSN")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if role == "server" {
		err = serve(ctx, os.Stdout, flag.Args())
	} else {
		err = inDir(func(dir string) error {
			p.dir = dir
			return run(ctx, os.Stdout, p)
		})
	}
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1) //nolint:gocritic // nothing is left to stop
	}
}

func inDir(fn func(dir string) error) error {
	dir, err := os.MkdirTemp("", "siyu-bench")
	if err != nil {
		return err
	}
	return errors.Join(fn(dir), os.RemoveAll(dir))
}

func run(ctx context.Context, out io.Writer, p plan) error {
	var all []measured
	m, err := measure(ctx, out, p, "sqlite", "sqlite:"+filepath.Join(p.dir, "siyu.db"))
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	all = append(all, m)
	if p.mysql == "" {
		_, _ = fmt.Fprintln(out, "mysql   skipped: no server; make bench-claim starts one where mariadbd is installed, SIYU_TEST_MYSQL_DSN names one")
		return report(out, p, all)
	}
	dsn, drop, err := newMySQL(ctx, p.mysql)
	if err != nil {
		return err
	}
	defer drop()
	if m, err = measure(ctx, out, p, "mysql", "mysql:"+dsn); err != nil {
		return fmt.Errorf("mysql: %w", err)
	}
	return report(out, p, append(all, m))
}
