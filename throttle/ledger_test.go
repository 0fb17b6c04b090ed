package throttle_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle"
)

// world is a community with one group, one brand and approved offers, and the placements of all offers in the group.
type world struct {
	t         testing.TB
	store     *models.Store
	ledger    *throttle.Ledger
	community models.CommunityID
	group     models.GroupID
	offers    []models.OfferID
	places    []models.PlacementID
}

// threeADay is the rules of most tests: three posts a day, two hours apart, quiet 22:00-08:00.
func threeADay() models.Rules {
	return models.Rules{GroupCap: 3, GroupWindow: day, MinGap: 2 * hour, QuietStart: 22 * 60, QuietEnd: 8 * 60,
		HoldFor: 4 * hour, MinHold: 30 * minute}
}

// newWorld makes a world with n offers that run for thirty days from now; no rules, no policy.
func newWorld(t testing.TB, s *models.Store, n int, rules *models.Rules) *world {
	t.Helper()
	ledger, err := throttle.NewLedger(throttle.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, store: s, ledger: ledger}
	w.community = testkit.Community(t, s, func(sc *models.Scope) error {
		g := models.Group{Name: "g", Kind: models.OrdinaryGroup, Zone: "America/Vancouver"}
		if err := sc.InsertGroup(&g); err != nil {
			return err
		}
		w.group = g.ID
		if rules != nil {
			if _, err := sc.AddPolicy(0, *rules, 0); err != nil {
				return err
			}
		}
		for range n {
			o := models.Offer{BrandID: 7, State: models.OfferApproved, Title: "x", Currency: "CAD", Stock: 1, PerMember: 1,
				StartsAt: sc.Now.Add(-24 * time.Hour), EndsAt: sc.Now.Add(30 * 24 * time.Hour)}
			if err := sc.InsertOffer(&o); err != nil {
				return err
			}
			p := models.Placement{Idem: "o" + o.ID.String(), Code: "c" + o.ID.String(), GroupID: g.ID, OfferID: o.ID, BrandID: 7}
			if _, err := sc.AddPlacement(&p); err != nil {
				return err
			}
			w.offers, w.places = append(w.offers, o.ID), append(w.places, p.ID)
		}
		return nil
	})
	return w
}

func (w *world) tx(fn func(sc *models.Scope) error) {
	w.t.Helper()
	if err := w.store.Tx(context.Background(), func(tx *models.Tx) error { return fn(tx.In(w.community)) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) reserve(i int) models.Placement {
	w.t.Helper()
	var p models.Placement
	w.tx(func(sc *models.Scope) (err error) { p, _, err = w.ledger.Reserve(sc, w.places[i]); return err })
	return p
}

func (w *world) confirm(i int, at models.Millis) models.Placement {
	w.t.Helper()
	w.tx(func(sc *models.Scope) error { return w.ledger.Confirm(sc, w.places[i], at) })
	return w.read(i)
}

func (w *world) release(i int, reason string) models.Placement {
	w.t.Helper()
	w.tx(func(sc *models.Scope) error { return w.ledger.Release(sc, w.places[i], reason) })
	return w.read(i)
}

func (w *world) read(i int) models.Placement {
	w.t.Helper()
	p, err := w.store.Read(context.Background()).In(w.community).Placement(w.places[i])
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) events(i int) []models.PlacementEvent {
	w.t.Helper()
	ev, err := w.store.Read(context.Background()).In(w.community).PlacementEvents(w.places[i])
	if err != nil {
		w.t.Fatal(err)
	}
	return ev
}

func wantState(t testing.TB, p models.Placement, state models.PlacementState, reasons string) {
	t.Helper()
	if p.State != state || p.Reasons != reasons {
		t.Fatalf("placement is %s (%q), want %s (%q)", p.State, p.Reasons, state, reasons)
	}
}

func TestReserveConfirmRelease(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		rules := threeADay()
		w := newWorld(t, s, 4, &rules)
		noon := models.MillisOf(clock.Now())

		p := w.reserve(0)
		wantState(t, p, models.PlacementReserved, "")
		if p.S != noon || p.E != noon.Add(4*time.Hour) {
			t.Fatalf("interval [%d,%d], want four hours from %d", p.S, p.E, noon)
		}
		if again := w.reserve(0); again != w.read(0) || len(w.events(0)) != 1 {
			t.Fatalf("asking twice: %+v, %d events", again, len(w.events(0)))
		}

		// The second waits for the gap after the last instant at which the first could be sent.
		p = w.reserve(1)
		wantState(t, p, models.PlacementHeld, "min_gap")
		if p.NextAt != noon.Add(6*time.Hour) || p.Reason != "min_gap" {
			t.Fatalf("next at %d for %s, want the gap after %d", p.NextAt, p.Reason, noon.Add(4*time.Hour))
		}
		if w.reserve(1); len(w.events(1)) != 1 {
			t.Fatal("the same refusal was written twice")
		}

		// Sent early: the gap ends earlier than was said.
		clock.Advance(10 * time.Minute)
		p = w.confirm(0, models.MillisOf(clock.Now()))
		if p.State != models.PlacementConfirmed || p.SentAt != noon.Add(10*time.Minute) {
			t.Fatalf("confirmed as %+v", p)
		}
		clock.Advance(2*time.Hour - time.Millisecond)
		wantState(t, w.reserve(1), models.PlacementHeld, "min_gap")
		clock.Advance(time.Millisecond)
		wantState(t, w.reserve(1), models.PlacementReserved, "")

		// Given up: the slot is free again.
		p = w.release(1, "owner_silent")
		wantState(t, p, models.PlacementReleased, "owner_silent")
		wantState(t, w.reserve(1), models.PlacementReleased, "owner_silent")
		wantState(t, w.reserve(2), models.PlacementReserved, "")

		// Terminal states do not change; confirming again neither.
		before := w.read(0)
		if after := w.confirm(0, noon.Add(3*time.Hour)); after != before {
			t.Errorf("a second confirmation changed %+v to %+v", before, after)
		}
		if after := w.release(0, "x"); after != before {
			t.Errorf("a release after confirmation changed %+v to %+v", before, after)
		}
		// At night both reasons are told, and the next time is the morning.
		clock.Advance(12 * time.Hour)
		p = w.reserve(3)
		wantState(t, p, models.PlacementHeld, "quiet_hours min_gap")
	})
}

func TestLateSendsCount(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		rules := threeADay()
		rules.QuietStart, rules.QuietEnd, rules.GroupCap = 0, 0, 10
		w := newWorld(t, s, 4, &rules)
		start := models.MillisOf(clock.Now())

		w.reserve(0)
		w.release(0, "owner_silent")
		wantState(t, w.reserve(1), models.PlacementReserved, "")
		clock.Advance(time.Hour)
		p := w.confirm(0, start.Add(30*time.Minute)) // it was posted after all
		if p.State != models.PlacementLate || p.SentAt != start.Add(30*time.Minute) {
			t.Fatalf("a send after the release is booked as %+v", p)
		}
		p = w.confirm(1, start.Add(40*time.Minute))
		if p.State != models.PlacementConfirmed {
			t.Fatalf("the second is %+v", p)
		}
		p = w.reserve(2)
		wantState(t, p, models.PlacementHeld, "min_gap debt")
		if p.NextAt != start.Add(160*time.Minute) {
			t.Errorf("next at +%s, want the gap after the last", p.NextAt.Sub(start))
		}
		// Past its interval and not taken back: late too; and until then it counted as "may still be sent".
		clock.Set(p.NextAt.Time())
		wantState(t, w.reserve(2), models.PlacementReserved, "")
		clock.Advance(5 * time.Hour)
		p = w.reserve(3)
		if p.State != models.PlacementHeld || p.NextAt != models.MillisOf(clock.Now()).Add(2*time.Hour) {
			t.Errorf("an overdue placement does not reach to now: %+v", p)
		}
		if p = w.confirm(2, models.MillisOf(clock.Now())); p.State != models.PlacementLate {
			t.Errorf("a send after the interval is %s", p.State)
		}
		if p = w.confirm(3, models.MillisOf(clock.Now())); p.State != models.PlacementLate {
			t.Errorf("a send without any slot is %s", p.State)
		}
	})
}

func TestLedgerFailsClosed(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		w := newWorld(t, s, 2, nil)
		wantState(t, w.reserve(0), models.PlacementHeld, "no_policy")
		rules := threeADay()
		rules.QuietStart = 9999
		w.tx(func(sc *models.Scope) error { _, err := sc.AddPolicy(0, rules, 0); return err })
		wantState(t, w.reserve(0), models.PlacementHeld, "no_policy")
		rules = threeADay()
		rules.GroupWindow = 0
		w.tx(func(sc *models.Scope) error { _, err := sc.AddPolicy(0, rules, 0); return err })
		wantState(t, w.reserve(0), models.PlacementHeld, "group_cap")

		w.tx(func(sc *models.Scope) error { _, err := sc.AddPolicy(0, threeADay(), 0); return err })
		w.tx(func(sc *models.Scope) error { return sc.PauseGroup(w.group, models.Pause{Paused: true}) })
		p := w.reserve(0)
		wantState(t, p, models.PlacementHeld, "paused")
		if p.NextAt != 0 {
			t.Errorf("paused without end, and next at %d", p.NextAt)
		}
		w.tx(func(sc *models.Scope) error { return sc.PauseGroup(w.group, models.Pause{}) })
		wantState(t, w.reserve(0), models.PlacementReserved, "")

		// A clock that steps back is not believed; a few seconds are taken as the group's latest time.
		w.release(0, "x")
		high := models.MillisOf(clock.Now())
		clock.Advance(-2 * time.Hour)
		p = w.reserve(1)
		wantState(t, p, models.PlacementHeld, "clock_behind")
		if p.NextAt != high {
			t.Errorf("next at %d, want when the clock has caught up, %d", p.NextAt, high)
		}
		clock.Set(high.Add(-30 * time.Second).Time())
		if p = w.reserve(1); p.State != models.PlacementReserved || p.S != high {
			t.Errorf("30 s behind: %+v", p)
		}
	})
}

func TestLapse(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	rules := threeADay()
	w := newWorld(t, s, 2, &rules)
	w.reserve(0)
	wantState(t, w.reserve(1), models.PlacementHeld, "min_gap")
	clock.Advance(31 * 24 * time.Hour)
	p := w.reserve(1)
	wantState(t, p, models.PlacementLapsed, "min_gap") // the last reason stays
	if p.NextAt != 0 {
		t.Errorf("lapsed, and next at %d", p.NextAt)
	}
	p = w.read(0)
	if p.State != models.PlacementReserved {
		t.Errorf("the reserved one is %s", p.State)
	}
}

// The group's own rules stand beside the community's: the strictest of each holds.
func TestStrictestPolicyHolds(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	rules := threeADay()
	w := newWorld(t, s, 3, &rules)
	own := models.Rules{GroupCap: 1, GroupWindow: 3 * day, QuietStart: 13 * 60, QuietEnd: 14 * 60, HoldFor: day, MinHold: minute}
	w.tx(func(sc *models.Scope) error { _, err := sc.AddPolicy(w.group, own, 0); return err })
	p := w.reserve(0)
	wantState(t, p, models.PlacementReserved, "")
	noon := models.MillisOf(clock.Now())
	if p.E != noon.Add(time.Hour)-1 {
		t.Errorf("e = +%s, want the group's own quiet hour at 13:00", p.E.Sub(noon))
	}
	w.confirm(0, noon)
	clock.Advance(3 * time.Hour)
	p = w.reserve(1)
	wantState(t, p, models.PlacementHeld, "group_cap")
	if p.NextAt != noon.Add(3*24*time.Hour) {
		t.Errorf("next at +%s, want three days", p.NextAt.Sub(noon))
	}
	sc := s.Read(context.Background()).In(w.community)
	v, err := w.ledger.NextFree(sc, w.group)
	if err != nil || v.Allow || models.Millis(v.Next) != p.NextAt || v.Deciding != throttle.GroupCap {
		t.Errorf("NextFree = %+v, %v", v, err)
	}
	x, err := w.ledger.Explain(sc, p.ID)
	if err != nil || len(x.Reasons) != 1 || len(x.Events) != 1 || x.Now.Next != int64(p.NextAt) {
		t.Errorf("Explain = %+v, %v", x, err)
	}
}

// Thirty-two workers ask for every placement at once: three slots are given. The obvious way beside it, counting in one
// transaction and writing in the next, gives more: the test can fail.
func TestConcurrentReserveKeepsCap(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		rules := models.Rules{GroupCap: 3, GroupWindow: day, HoldFor: hour}
		t.Run("ledger", func(t *testing.T) {
			w := newWorld(t, s, 32, &rules)
			n := race(t, w, func(sc *models.Scope, id models.PlacementID) error {
				_, _, err := w.ledger.Reserve(sc, id)
				return err
			})
			if n != 3 {
				t.Errorf("%d reserved, want exactly 3", n)
			}
		})
		t.Run("check then write", func(t *testing.T) {
			for range 20 {
				w := newWorld(t, s, 32, &rules)
				var counted sync.WaitGroup
				counted.Add(32)
				n := raceSplit(t, w, func(ctx context.Context, id models.PlacementID) error {
					live, err := s.Read(ctx).In(w.community).LivePlacements(w.group, 0)
					counted.Done()
					counted.Wait() // all have looked before any writes: what 32 workers do sooner or later
					if err != nil || len(live) >= 3 {
						return err
					}
					return s.Tx(ctx, func(tx *models.Tx) error {
						sc := tx.In(w.community)
						p, err := sc.Placement(id)
						if err != nil {
							return err
						}
						to := p
						to.State, to.S, to.E = models.PlacementReserved, tx.Now, tx.Now.Add(time.Hour)
						_, err = sc.MovePlacement(p, to)
						return err
					})
				})
				if n > 3 {
					return
				}
			}
			t.Error("the naive way never exceeded the cap: this test proves nothing")
		})
	})
}

func race(t *testing.T, w *world, one func(*models.Scope, models.PlacementID) error) int {
	return raceSplit(t, w, func(ctx context.Context, id models.PlacementID) error {
		return w.store.Tx(ctx, func(tx *models.Tx) error { return one(tx.In(w.community), id) })
	})
}

func raceSplit(t *testing.T, w *world, one func(context.Context, models.PlacementID) error) int {
	t.Helper()
	errs := make([]error, len(w.places))
	var wg sync.WaitGroup
	for i, id := range w.places {
		wg.Go(func() {
			if err := one(context.Background(), id); err != nil {
				errs[i] = fmt.Errorf("placement %d: %w", i, err)
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	live, err := w.store.Read(context.Background()).In(w.community).LivePlacements(w.group, 0)
	if err != nil {
		t.Fatal(err)
	}
	return len(live)
}

// Whoever waits for a group hears of every change that may free it earlier, in the same transaction.
func TestOnChange(t *testing.T) {
	t.Parallel()
	s, _ := testkit.Store(t)
	rules := threeADay()
	w := newWorld(t, s, 2, &rules)
	var heard []models.GroupID
	w.ledger.OnChange(func(_ *models.Scope, g models.GroupID) error { heard = append(heard, g); return nil })
	w.reserve(0)
	w.reserve(1)
	w.confirm(0, 0)
	w.confirm(0, 0)
	w.release(1, "x")
	w.release(1, "x")
	if len(heard) != 2 || heard[0] != w.group {
		t.Errorf("heard %v, want one for the confirmation and one for the release", heard)
	}
	want := errors.New("no")
	w.ledger.OnChange(func(*models.Scope, models.GroupID) error { return want })
	err := s.Tx(context.Background(), func(tx *models.Tx) error {
		return w.ledger.Confirm(tx.In(w.community), w.places[1], tx.Now)
	})
	if !errors.Is(err, want) || w.read(1).State != models.PlacementReleased {
		t.Errorf("a listener's failure gave %v and left %s", err, w.read(1).State)
	}
}
