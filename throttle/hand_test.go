package throttle_test

import (
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle"
)

// TestMayHand: what has its slot is not handed over while the clock is not believed, nor into a group that is gone.
func TestMayHand(t *testing.T) {
	t.Parallel()
	s, _ := testkit.Store(t)
	rules := threeADay()
	w := newWorld(t, s, 1, &rules)
	p := w.reserve(0)
	m, healed := newMachine(models.WallClock{}.Now()), 0
	guard := newGuard(t, s, m, &healed)
	guarded, err := throttle.NewLedger(throttle.Options{Guard: guard})
	if err != nil {
		t.Fatal(err)
	}
	may := func(want throttle.Reason) {
		t.Helper()
		w.tx(func(sc *models.Scope) error {
			why, err := guarded.MayHand(sc, p)
			if err == nil && why != want {
				t.Errorf("it may be handed over: %q, want %q", why, want)
			}
			return err
		})
	}
	may(throttle.None)
	m.pass(time.Minute, 36*time.Hour)
	may(throttle.ClockSuspect)
	m.pass(time.Minute, -36*time.Hour)
	may(throttle.None)
	w.tx(func(sc *models.Scope) error { return sc.SetGroupGone(w.group, sc.Now) })
	may(throttle.Gone)
}

// TestConfirmWithoutTime: a post whose time nobody told is booked now; 1970 would take it out of every window.
func TestConfirmWithoutTime(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	rules := threeADay()
	w := newWorld(t, s, 2, &rules)
	w.reserve(0)
	w.release(0, "x")
	clock.Advance(time.Hour)
	now := models.MillisOf(clock.Now())
	if p := w.confirm(0, 0); p.State != models.PlacementLate || p.SentAt != now {
		t.Errorf("posted in 1970: %s at %d, want late at %d", p.State, p.SentAt, now)
	}
	if p := w.confirm(1, now.Add(-time.Minute)); p.State != models.PlacementLate || p.SentAt != now.Add(-time.Minute) {
		t.Errorf("posted a minute ago: %s at %d", p.State, p.SentAt)
	}
}
