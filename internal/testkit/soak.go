package testkit

import (
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"siyu/models"
)

// How many worlds of an engine a long proof walks at once: a server answers several, a file has one writer. Files are many
// because small ones are fast: half a million steps of the ledger in 2 files were 350 a second, a million in 16 were 3,500.
const (
	worldsInFiles  = 16
	worldsOnServer = 4
	toldEvery      = 10 * time.Second
	worldsEnv      = "SIYU_SOAK_WORLDS"
)

// Steps is how many steps a proof is to take on one engine. The worlds it walks share it.
type Steps struct {
	Long bool // many minutes, because somebody asked for it
	want int64
	done atomic.Int64
}

// Took counts steps that were taken.
func (s *Steps) Took(n int) { s.done.Add(int64(n)) }

// Over reports whether there were enough.
func (s *Steps) Over() bool { return s.done.Load() >= s.want }

// Worlds has fn walk some steps on every engine, as [Each] does. With a number in the environment variable long it is a soak: as
// many steps on each engine, in several worlds at once, each with a store of its own, and a line every ten seconds says how
// far it is. SIYU_SOAK_WORLDS says how many worlds.
func Worlds(t *testing.T, long string, short int, fn func(t *testing.T, s *models.Store, clock *models.ManualClock, steps *Steps)) {
	t.Helper()
	n, err := strconv.ParseInt(os.Getenv(long), 10, 64)
	if err != nil || n <= 0 {
		Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
			fn(t, s, clock, &Steps{want: int64(short)})
		})
		return
	}
	soak := func(engine models.Engine, worlds int, open func(*testing.T) (*models.Store, *models.ManualClock)) {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			if engine == models.MySQL {
				needMySQL(t)
			}
			steps := &Steps{Long: true, want: n}
			tell(t, steps)
			if asked, err := strconv.Atoi(os.Getenv(worldsEnv)); err == nil && asked > 0 {
				worlds = asked
			}
			for i := range worlds {
				t.Run(strconv.Itoa(i+1), func(t *testing.T) {
					t.Parallel()
					s, clock := open(t)
					fn(t, s, clock, steps)
				})
			}
		})
	}
	soak(models.SQLite, worldsInFiles, func(t *testing.T) (*models.Store, *models.ManualClock) { t.Helper(); return Store(t) })
	soak(models.MySQL, worldsOnServer, own)
}

// EachAlone is [Each] for what is measured: one engine after the other, each with a store that goes with the test.
func EachAlone(t *testing.T, fn func(t *testing.T, s *models.Store, clock *models.ManualClock)) {
	t.Helper()
	for engine, open := range map[models.Engine]func(*testing.T) (*models.Store, *models.ManualClock){
		models.SQLite: func(t *testing.T) (*models.Store, *models.ManualClock) { t.Helper(); return Store(t) }, models.MySQL: own,
	} {
		t.Run(string(engine), func(t *testing.T) {
			s, clock := open(t)
			fn(t, s, clock)
		})
	}
}

// own opens a store in a database that goes with the test: to empty one with millions of rows takes minutes.
func own(t *testing.T) (*models.Store, *models.ManualClock) {
	t.Helper()
	dsn := MySQL(t)
	if err := fill(dsn); err != nil {
		t.Fatal(err)
	}
	return open(t, "mysql:"+dsn)
}

// tell says every ten seconds how many steps were taken, and in the end in what time.
func tell(t *testing.T, steps *Steps) {
	t.Helper()
	began, ctx := models.WallClock{}.Now(), t.Context()
	say := func(when string) {
		took, n := models.WallClock{}.Now().Sub(began), steps.done.Load()
		t.Logf("%s: %d of %d steps in %s, %.0f a second", when, n, steps.want, took.Round(time.Second), float64(n)/took.Seconds())
	}
	told := make(chan struct{})
	go func() {
		defer close(told)
		every := time.NewTicker(toldEvery)
		defer every.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-every.C:
				say("so far")
			}
		}
	}()
	t.Cleanup(func() { // its context has ended before
		<-told
		say("in all")
	})
}
