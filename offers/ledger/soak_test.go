package ledger_test

import (
	"testing"

	"pgregory.net/rapid"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestLedgerMachine: whatever is earned, spent, set aside, taken back, lapses and is charged, in whatever order, with people who
// turn out to be one: the ledger is what the model says, and its books add up.
func TestLedgerMachine(t *testing.T) {
	t.Parallel()
	testkit.Worlds(t, "SIYU_SOAK_STEPS", 240, func(t *testing.T, s *models.Store, clock *models.ManualClock, steps *testkit.Steps) {
		failed := false
		for !steps.Over() {
			rapid.Check(t, func(r *rapid.T) {
				if steps.Over() && !failed { // rapid's own number is for what needs no store
					return
				}
				failed = true // unless it comes to its end: what fails is walked again to find a shorter way there
				m := newMachine(newHouse(t, s, clock), steps)
				r.Repeat(rapid.StateMachineActions(m))
				if err := m.prove(); err != nil {
					r.Fatal(err)
				}
				failed = false
			})
		}
	})
}
