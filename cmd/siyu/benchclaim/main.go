// Command benchclaim measures how fast the vouchers of one hot offer are claimed, each answer on the disk before it is given.
//
// Beside the service, in the same run and writing the very same rows (voucher, event, touch, journey mark, charge of the brand,
// stock), stand its peer, one transaction per claim of a conditional UPDATE and INSERTs, with 8 and with 16 transactions at once,
// and the floor: the same rows as INSERTs of 256. The service is also measured as three server processes, through the real HTTP
// handler with people who are signed in, on a server with a binary log, with one idle client and after the sell-out; and vouchers
// are written off, beside a transaction that reads and then updates. Every window is checked: what was acknowledged, the vouchers
// and the stock agree. The last line is JSON for the collector of all benchmarks; its ratio_to_peer is at 256 clients, of the
// engine that does worse.
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
	"regexp"
	"syscall"
	"time"

	"siyu/cmd/siyu/app"
)

// plan is how much is measured.
type plan struct {
	window  time.Duration  // of one measurement
	rounds  int            // each way is measured so often, and the median told
	members int            // people who claim
	many    int            // clients of the hot offer
	crowd   int            // clients of a hotter one
	redeem  int            // vouchers there are to write off in a window
	mysql   string         // DSN of a MySQL server; empty: left out
	binlog  string         // DSN of one that keeps a binary log; empty: left out
	only    *regexp.Regexp // of engine and way: nothing else is measured; nil: all
	dir     string         // of SQLite's files
}

func main() {
	p := plan{many: 256, crowd: 1024}
	var role string
	flag.IntVar(&p.redeem, "redeem", 40000, "vouchers there are to write off in a window")
	flag.DurationVar(&p.window, "window", 2*time.Second, "how long each measurement takes")
	flag.IntVar(&p.rounds, "rounds", 3, "how often each is made")
	flag.IntVar(&p.members, "members", 20000, "people who claim")
	flag.Func("only", "measure only what this expression finds, such as 'mysql (service|peer of 8), many'", func(text string) (err error) {
		p.only, err = regexp.Compile(text)
		return err
	})
	flag.StringVar(&role, "role", "", "what a process is that the benchmark starts for itself")
	flag.Parse()
	p.mysql, p.binlog = os.Getenv("SIYU_TEST_MYSQL_DSN"), os.Getenv("SIYU_BENCH_BINLOG_DSN")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	release := app.HeapFloor() // as siyu serve has it, for every way that is measured
	defer release()
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
	m, err := measure(ctx, out, p, "sqlite", "sqlite:"+filepath.Join(p.dir, "siyu.db"))
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	all := []measured{m}
	for _, e := range []struct{ name, server string }{{"mysql", p.mysql}, {"binlog", p.binlog}} {
		if e.server == "" {
			_, _ = fmt.Fprintf(out, "%-7s skipped: no server; make bench-claim starts one where mariadbd is installed\n", e.name)
			continue
		}
		dsn, drop, err := newMySQL(ctx, e.server)
		if err != nil {
			return err
		}
		m, err := measure(ctx, out, p, e.name, "mysql:"+dsn)
		drop()
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		all = append(all, m)
	}
	return report(out, p, all)
}
