package offers_test

import (
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestResumeAll: an end of a stop wakes every group in which something waits, however many, and is answered before any is
// asked.
func TestResumeAll(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 53) // more than one job asks for
		h.tx(func(sc *models.Scope) error { _, err := h.ledger.Stop(sc, 0, ""); return err })
		o := h.open(h.draft(10))
		h.drain()
		clock.Advance(time.Minute)
		h.tx(func(sc *models.Scope) error { _, err := h.ledger.Start(sc, 0, ""); return err })
		if all := h.states(o.ID); all[models.PlacementHeld] != 53 {
			t.Fatalf("before the jobs ran: %v", all)
		}
		h.drain()
		if all := h.states(o.ID); all[models.PlacementReserved] != 53 {
			t.Errorf("after the end of the stop: %v", all)
		}
	})
}

// states counts an offer's placements.
func (h *house) states(o models.OfferID) map[models.PlacementState]int {
	h.t.Helper()
	all, err := h.read().PlacementsOf(o)
	if err != nil {
		h.t.Fatal(err)
	}
	n := map[models.PlacementState]int{}
	for _, p := range all {
		n[p.State]++
	}
	return n
}
