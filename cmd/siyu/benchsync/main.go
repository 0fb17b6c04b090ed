// Command benchsync measures how a corp's WeCom groups are read: 5,000 groups of 200 people from the simulated WeChat, first
// all of them, with a kill in the middle, then with nothing new, then with news in one group of a hundred.
//
// The simulator, and the part of Siyu that reads, are processes of their own, so that the memory that is told is Siyu's alone
// and the kill is a real one. Beside it, in the same run and on a sample, the same groups are booked person by person, as a
// program does that knows no batches: ratio_to_peer says how many times longer that takes. The last line is JSON for the
// collector of all benchmarks.
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
)

// plan is how much is read.
type plan struct {
	groups, each int    // groups of the corp and people in each
	sample       int    // groups that are booked both ways
	mysql        string // DSN of a MySQL server; empty: left out
	dir          string // of SQLite's files
}

func main() {
	var p plan
	var role string
	flag.IntVar(&p.groups, "groups", 5000, "groups of the corp")
	flag.IntVar(&p.each, "each", 200, "people in each of them")
	flag.IntVar(&p.sample, "sample", 60, "groups that are booked person by person as well")
	flag.StringVar(&role, "role", "", "what a process is that the benchmark starts for itself")
	flag.Parse()
	p.mysql = os.Getenv("SIYU_TEST_MYSQL_DSN")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if role != "" {
		err = play(ctx, os.Stdout, role, flag.Args())
	} else {
		err = inDir(func(dir string) error {
			p.dir = dir
			return run(ctx, os.Stdout, p, fork)
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

// engine is a database that is measured.
type engine struct {
	name string
	dsn  func(name string) (string, error) // makes an empty database
}

func run(ctx context.Context, out io.Writer, p plan, start starter) error {
	engines := []engine{{"sqlite", func(name string) (string, error) { return "sqlite:" + filepath.Join(p.dir, name+".db"), nil }}}
	if p.mysql == "" {
		_, _ = fmt.Fprintln(out, "mysql   skipped: no server; make bench-sync starts one where mariadbd is installed, SIYU_TEST_MYSQL_DSN names one")
	} else {
		my, closeMy, err := newMySQL(ctx, p.mysql)
		if err != nil {
			return err
		}
		defer closeMy()
		engines = append(engines, my)
	}
	var all []measured
	for _, e := range engines {
		m, err := measure(ctx, out, p, start, e)
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		all = append(all, m)
	}
	return report(out, p, all)
}
