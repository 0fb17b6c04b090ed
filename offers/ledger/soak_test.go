package ledger_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestLedgerMachine: whatever is earned, spent, set aside, taken back, lapses and is charged, in whatever order, with people who
// turn out to be one: the ledger is what the model says, and its books add up.
func TestLedgerMachine(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		histories, failed, most := 0, false, 12
		if s.Engine() == models.MySQL {
			most = 3 // each step waits for a server; make soak-ledger goes a million
		}
		rapid.Check(t, func(r *rapid.T) {
			if histories++; histories > most && !failed { // rapid's own number is for what needs no store
				return
			}
			m := newMachine(newHouse(t, s, clock), func(n int) int { return rapid.IntRange(0, n-1).Draw(r, "") })
			if err := m.run(5, 8); err != nil {
				failed = true
				r.Fatal(err)
			}
		})
	})
}

// TestLedgerSoak goes SIYU_SOAK_STEPS steps on each engine.
func TestLedgerSoak(t *testing.T) {
	t.Parallel()
	steps, err := strconv.Atoi(os.Getenv("SIYU_SOAK_STEPS"))
	if err != nil || steps == 0 {
		t.Skip("many minutes: make soak-ledger")
	}
	seed, _ := strconv.ParseUint(os.Getenv("SIYU_SOAK_SEED"), 10, 64)
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		worlds := 0
		for left := steps; left > 0; worlds++ {
			r := rand.New(rand.NewPCG(seed, uint64(worlds)))
			m := newMachine(newHouse(t, s, clock), r.IntN)
			if err := m.run(40, 50); err != nil {
				t.Fatalf("seed %d, world %d, step %d: %v", seed, worlds, m.steps, err)
			}
			left -= m.steps
		}
		t.Logf("%d steps in %d worlds", steps, worlds)
	})
}
