package month_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
)

func fromEnv(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// month is the month that is lived; SIYU_MONTH_GROUPS and the like make it longer.
func month() options {
	return options{byCard: true, masses: true, pieces: true, owners: true, seed: int64(fromEnv("SIYU_MONTH_SEED", 1)), groups: fromEnv("SIYU_MONTH_GROUPS", 24),
		members: fromEnv("SIYU_MONTH_MEMBERS", 20), days: fromEnv("SIYU_MONTH_DAYS", 10), faults: true, progress: func(int, *world) {}}
}

// TestMonth lives a month with a server that is killed every day, and wants the book to be what really happened. It is on
// SQLite, and on MySQL or MariaDB as well if SIYU_MONTH_OUT names a file for the reports: `make month` does.
func TestMonth(t *testing.T) {
	if testing.Short() {
		t.Skip("a month with a second process takes its time")
	}
	t.Parallel()
	binary, err := build(t.Context(), t.TempDir())
	must(t, err)
	out := os.Getenv("SIYU_MONTH_OUT")
	t.Run("sqlite", func(t *testing.T) {
		o := month()
		o.dsn = "sqlite:" + filepath.Join(keepDir(t), "siyu.db")
		liveMonth(t, o, binary, out)
	})
	if out == "" {
		return
	}
	t.Run("mysql", func(t *testing.T) {
		o := month()
		o.dsn = "mysql:" + testkit.MySQL(t)
		liveMonth(t, o, binary, out)
	})
}

// report is what a month ends with.
type report struct {
	Engine  string  `json:"engine"`
	Groups  int     `json:"groups"`
	Days    int     `json:"days"`
	Seed    int64   `json:"seed"`
	Kills   int     `json:"kills"`
	Posts   posts   `json:"posts"`
	Runs    runs    `json:"runs"`
	Members members `json:"members"`
	Done    counts  `json:"done"`
	Pushes  any     `json:"pushes"`
	Calls   int     `json:"calls"` // of the API of ours
	Seconds float64 `json:"seconds"`
}

func liveMonth(t *testing.T, o options, binary, out string) {
	t.Helper()
	began := models.WallClock{}.Now()
	if out != "" {
		o.progress = func(day int, w *world) {
			t.Logf("day %d of %d after %s: %d posts appeared", day, o.days, time.Since(began).Round(time.Second), len(w.sim.Appeared()))
		}
	}
	w := newWorld(t, o, binary)
	if err := w.live(t.Context()); err != nil {
		t.Fatalf("seed %d: %v\n%s", o.seed, err, w.srv.log.String())
	}
	c := w.judge(t)
	r := report{Engine: string(w.store.Engine()), Groups: o.groups, Days: o.days, Seed: o.seed, Kills: len(w.srv.deaths), Posts: c.posts, Runs: c.runs,
		Members: c.members, Done: w.count, Pushes: w.sim.Stats(), Calls: w.client.calls, Seconds: time.Since(began).Seconds()}
	line, err := json.Marshal(r)
	must(t, err)
	t.Logf("%s", line)
	t.Logf("down %s, processor of the server %s, deaths %q", w.srv.down, w.srv.cpu, w.srv.deaths)
	if out != "" {
		must(t, addLine(out, line))
	}
	if err := c.err(); err != nil {
		t.Errorf("seed %d: the book is not what happened: %v", o.seed, err)
	}
	if len(w.srv.deaths) < o.days {
		t.Errorf("only %d kills in %d days: the test shows too little", len(w.srv.deaths), o.days)
	}
}

// judge compares the two sides.
func (w *world) judge(t *testing.T) *comparison {
	t.Helper()
	b, err := w.read(t.Context())
	must(t, err)
	return compare(w.truth(), b)
}

// TestAbruptEnd ends a month while all callbacks are being lost, before the groups are read again: the comparison must see
// that the book lags behind.
func TestAbruptEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("a second process takes its time")
	}
	t.Parallel()
	binary, err := build(t.Context(), t.TempDir())
	must(t, err)
	o := options{seed: 1, groups: 12, members: 8, days: 1, abrupt: true, progress: func(int, *world) {},
		dsn: "sqlite:" + filepath.Join(t.TempDir(), "siyu.db")}
	w := newWorld(t, o, binary)
	if err := w.live(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, w.srv.log.String())
	}
	if c := w.judge(t); c.err() == nil || c.members.Missing+c.members.Phantom+c.members.Confused == 0 {
		t.Errorf("nothing differs though nobody was told: %+v %+v", c.posts, c.members)
	}
}

func addLine(path string, line []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}

// keepDir is where the store lies: SIYU_MONTH_DIR if somebody wants to look at it afterwards.
func keepDir(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("SIYU_MONTH_DIR"); dir != "" {
		return dir
	}
	return t.TempDir()
}
