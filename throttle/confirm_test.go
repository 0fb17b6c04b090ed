package throttle_test

import (
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
)

// Our clock and the platform's may disagree by hours. Whichever is wrong, nothing may be forgotten too early: a gap is never
// shorter than the rule by either clock.
func TestClocksDisagree(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		rules := threeADay()
		rules.QuietStart, rules.QuietEnd = 0, 0
		noon := models.MillisOf(clock.Now())

		t.Run("ours is behind", func(t *testing.T) {
			clock.Set(noon.Time())
			w := newWorld(t, s, 2, &rules)
			w.reserve(0)
			p := w.confirm(0, noon.Add(20*time.Hour)) // five minutes after the reservation, by the platform's clock
			if p.SentAt != noon.Add(20*time.Hour) {
				t.Fatalf("booked at +%s, want what the platform says", p.SentAt.Sub(noon))
			}
			wantState(t, w.reserve(1), models.PlacementHeld, "clock_behind")
			clock.Set(noon.Add(22 * time.Hour).Time()) // somebody sets it right
			wantState(t, w.reserve(1), models.PlacementReserved, "")
		})
		t.Run("ours is ahead", func(t *testing.T) {
			clock.Set(noon.Time())
			w := newWorld(t, s, 2, &rules)
			w.reserve(0)
			clock.Advance(3 * time.Hour)
			p := w.confirm(0, noon.Add(-20*time.Hour)) // it was asked for at noon: it cannot be older
			if p.State != models.PlacementConfirmed || p.SentAt != noon.Add(3*time.Hour) {
				t.Fatalf("booked as %s at +%s, want the latest it can have been", p.State, p.SentAt.Sub(noon))
			}
		})
		t.Run("by seconds", func(t *testing.T) {
			clock.Set(noon.Time())
			w := newWorld(t, s, 2, &rules)
			w.reserve(0)
			w.reserve(1)
			if p := w.confirm(0, noon.Add(-time.Second)); p.SentAt != noon {
				t.Errorf("a second early is booked at +%s", p.SentAt.Sub(noon))
			}
			if p := w.confirm(1, noon.Add(time.Minute)); p.SentAt != noon {
				t.Errorf("a minute ahead is booked at +%s", p.SentAt.Sub(noon))
			}
		})
	})
}
