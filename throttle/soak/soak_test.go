package soak_test

import (
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"siyu/throttle"
)

// How much is done: SIYU_SOAK_STEPS asks for another number of steps, and a seed of SIYU_SOAK_SEED for another history.
const (
	soakSteps  = 1_000_000
	worldSteps = 2_500
)

func fromEnv(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// TestSoak lives random histories of groups in every zone: laws of every kind that change, workers that read and write
// apart, kills between statements, owners who post when they like and are heard of late, twice or never, posts by hand,
// slots taken ahead, clocks that jump. Every answer is compared with the oracle's, every hold with its next time, and
// every true post with what was promised.
func TestSoak(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a million steps take some seconds")
	}
	steps, seed := fromEnv("SIYU_SOAK_STEPS", soakSteps), uint64(fromEnv("SIYU_SOAK_SEED", 1))
	everything := dangers{races: true, kills: true, lateOwners: true, ahead: true, jumps: true}
	worlds := int64((steps + worldSteps - 1) / worldSteps)
	var next atomic.Int64
	var mu sync.Mutex
	var sum tally
	zones := map[string]bool{}
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for !t.Failed() {
				n := next.Add(1) - 1
				if n >= worlds {
					return
				}
				m, err := live(seed, n, ours(throttle.Decide), everything)
				mu.Lock()
				if err != nil {
					t.Error(err)
				} else {
					sum.add(m.tally)
					zones[m.sky.name] = true
					if m.fault != "" {
						t.Errorf("seed %d, world %d: %s", seed, n, m.fault)
					}
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	t.Logf("%d worlds in %d zones, %d of them over a change of the clocks: %+v", worlds, len(zones), sum.shifts, sum)
	if sum.allows < steps/200 || sum.holds < steps/20 || sum.posts < steps/1000 || sum.stale == 0 || sum.kills == 0 || sum.jumps == 0 {
		t.Error("the histories are too poor to show anything")
	}
}

// live lives the n-th world of a seed.
func live(seed uint64, n int64, by scheme, all dangers) (*machine, error) {
	names := zoneNames()
	r := rand.New(rand.NewPCG(seed, uint64(n)))
	m, err := newMachine(r, names[(int(n)+int(seed)*97)%len(names)], worldDays, by, all)
	if err != nil {
		return nil, err
	}
	for range worldSteps {
		if m.step(); m.over() {
			break
		}
	}
	return m, nil
}
