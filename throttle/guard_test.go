package throttle_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle"
)

// machine is a computer whose two clocks a test moves.
type machine struct {
	mu sync.Mutex
	r  models.Reading
}

func newMachine(wall time.Time) *machine { return &machine{r: models.Reading{Wall: wall}} }

func (m *machine) read() models.Reading {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.r
}

// pass lets time pass, and moves the wall's clock besides.
func (m *machine) pass(d, jump time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.r.Wall, m.r.Count = m.r.Wall.Add(d+jump), m.r.Count+d
}

func newGuard(t *testing.T, s *models.Store, m *machine, healed *int) *throttle.Guard {
	t.Helper()
	g, err := throttle.NewGuard(throttle.GuardOptions{Store: s, Read: m.read, Healed: func(context.Context) error { *healed++; return nil }})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func beat(t *testing.T, g *throttle.Guard, want string) {
	t.Helper()
	if err := g.Beat(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := g.Suspects(); got != want {
		t.Fatalf("suspects %q, want %q", got, want)
	}
}

// TestGuard: a clock that jumps is suspect at once and believed when it is back or when an operator says so.
func TestGuard(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		m, healed := newMachine(models.WallClock{}.Now()), 0
		g := newGuard(t, s, m, &healed)
		beat(t, g, "")
		m.pass(30*time.Second, 4*time.Minute) // slewed by NTP: no jump
		if got := g.Suspects(); got != "" {
			t.Fatalf("four minutes are %q", got)
		}
		m.pass(0, -4*time.Minute)
		for _, jump := range []time.Duration{36 * time.Hour, -36 * time.Hour, 6 * time.Minute} {
			m.pass(0, jump)
			if got := g.Suspects(); got != "drift" {
				t.Fatalf("a jump of %v is %q", jump, got)
			}
			beat(t, g, "drift")
			m.pass(0, -jump)
			beat(t, g, "")
		}
		if healed != 3 {
			t.Errorf("it was told %d times that the clock is right again", healed)
		}
		m.pass(0, 7*time.Minute) // it was wrong before: an operator says so
		beat(t, g, "drift")
		if err := s.Tx(t.Context(), func(tx *models.Tx) error { return throttle.Trust(tx, m.read().Wall) }); err != nil {
			t.Fatal(err)
		}
		beat(t, g, "")
		m.pass(time.Minute, 0)
		beat(t, g, "")
		m.pass(0, 6*time.Minute)
		beat(t, g, "drift")
	})
}

// TestGuardOfPeers: an instance that reads much earlier than another does not trust itself, and the server's clock decides
// between them where there is one.
func TestGuardOfPeers(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		now := models.WallClock{}.Now()
		right, wrong, healed := newMachine(now), newMachine(now.Add(2*time.Hour)), 0
		a, b := newGuard(t, s, right, &healed), newGuard(t, s, wrong, &healed)
		beat(t, a, "")
		ahead := ""
		if s.Engine() == models.MySQL {
			ahead = "server"
		}
		beat(t, b, ahead)
		beat(t, a, "peer")
		err := s.Tx(t.Context(), func(tx *models.Tx) error { return tx.DropHeartbeats(now.Add(24 * time.Hour)) })
		if err != nil {
			t.Fatal(err)
		}
		beat(t, a, "") // the other one is gone
		all, err := s.Read(t.Context()).Heartbeats()
		if err != nil || len(all) != 1 || all[0].Suspect != "" {
			t.Errorf("heartbeats %+v, %v", all, err)
		}
	})
}

// TestSuspectClockReservesNothing: while the guard suspects the clock nothing is reserved, what appeared is booked.
func TestSuspectClockReservesNothing(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	rules := threeADay()
	rules.QuietStart, rules.QuietEnd = 0, 0
	w := newWorld(t, s, 2, &rules)
	m, healed := newMachine(clock.Now()), 0
	var err error
	if w.ledger, err = throttle.NewLedger(throttle.Options{Guard: newGuard(t, s, m, &healed)}); err != nil {
		t.Fatal(err)
	}
	wantState(t, w.reserve(0), models.PlacementReserved, "")
	m.pass(0, 36*time.Hour)
	clock.Advance(36 * time.Hour)
	p := w.reserve(1)
	wantState(t, p, models.PlacementHeld, "min_gap clock_suspect")
	if p.Reason != "clock_suspect" || p.NextAt != 0 {
		t.Errorf("held for %s, next at %d", p.Reason, p.NextAt)
	}
	if p = w.confirm(0, models.MillisOf(clock.Now())); p.State != models.PlacementLate {
		t.Errorf("what appeared is %s", p.State)
	}
	m.pass(0, -36*time.Hour)
	clock.Advance(4 * time.Hour)
	wantState(t, w.reserve(1), models.PlacementReserved, "")
}
