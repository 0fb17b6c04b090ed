package offers_test

import (
	"context"
	"sync/atomic"
	"testing"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle"
)

// TestForgettingFrees is a group that was held back because of what was learnt of it: as soon as that is forgotten, what
// waits asks again.
func TestForgettingFrees(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		var tired atomic.Bool
		tired.Store(true)
		h.ledger.AddHook(func(_ *models.Scope, asks []throttle.Ask) ([][]throttle.Gate, error) {
			all := make([][]throttle.Gate, len(asks))
			for i := range asks {
				if tired.Load() {
					all[i] = []throttle.Gate{{Until: throttle.Never, Code: throttle.Fatigue}}
				}
			}
			return all, nil
		})
		h.open(h.draft(5))
		h.drain()
		if all := h.placements(models.PlacementHeld); len(all) != 1 || all[0].Reason != "fatigue" {
			t.Fatalf("held: %+v", all)
		}
		tired.Store(false)
		if err := h.service.ForgetFatigue(context.Background(), h.community, h.groups[0], 0); err != nil {
			t.Fatal(err)
		}
		h.drain() // no time passes
		if all := h.placements(models.PlacementReserved); len(all) != 1 {
			t.Errorf("%d posts have their slot, want the one that waited", len(all))
		}
		if err := h.service.ForgetFatigue(context.Background(), h.community+1, h.groups[0], 0); !models.IsKind(err, models.NotFound) {
			t.Errorf("another community's group: %v", err)
		}
	})
}
