package offers_test

import (
	"context"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
	"siyu/throttle"
)

const day = 24 * time.Hour

// openOf submits and approves an offer of a brand that begins after a while.
func (h *house) openOf(brand int, after time.Duration) models.Offer {
	h.t.Helper()
	d := h.draft(1000)
	d.StartsAt = h.now().Add(after)
	o, err := h.service.Submit(context.Background(), h.community, h.brands[brand], 0, d)
	if err != nil {
		h.t.Fatal(err)
	}
	if o, err = h.service.Approve(context.Background(), h.community, o.ID, 0); err != nil {
		h.t.Fatal(err)
	}
	return o
}

// tighten lets a group have two posts a week, at most one a day.
func (h *house) tighten() {
	h.t.Helper()
	h.tx(func(sc *models.Scope) error {
		_, err := sc.AddPolicy(0, models.Rules{GroupCap: 2, GroupWindow: 7 * 24 * hour, MinGap: 24 * hour, HoldFor: 4 * hour, MinHold: hour / 2}, 0)
		return err
	})
}

// live runs the days, three hours at a time, with owners who post at once what they are given.
func (h *house) live(days int) {
	h.t.Helper()
	for range days * 8 {
		h.drain()
		h.post()
		h.clock.Advance(3 * time.Hour)
	}
}

// post has the owners post what they were given.
func (h *house) post() {
	h.t.Helper()
	h.mu.Lock()
	handed := h.handed
	h.handed = nil
	h.mu.Unlock()
	for _, id := range handed {
		h.tx(func(sc *models.Scope) error { return h.ledger.Confirm(sc, id, sc.Now) })
	}
}

func (h *house) placements(states ...models.PlacementState) []models.Placement {
	h.t.Helper()
	all, err := h.read().PlacementsIn(states...)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// A brand that handed in four offers before another handed in one does not get the whole week: the week is planned, and
// whoever is not on has a reason and a time.
func TestBrandsShareTheWeek(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		const groups = 8
		h := newHouse(t, s, clock, groups)
		h.tighten()
		for range 4 {
			h.openOf(0, 2*time.Hour)
		}
		h.drain()
		for _, p := range h.placements() {
			if p.TurnAt != 0 || p.Reason != "not_started" {
				t.Fatalf("alone, an offer waits for its turn: %+v", p)
			}
		}
		h.openOf(1, 2*time.Hour)
		h.drain()
		later := 0
		for _, p := range h.placements() {
			if p.State != models.PlacementHeld {
				t.Fatalf("a placement is %s before its offer begins", p.State)
			}
			if p.TurnAt > h.now().Add(3*time.Hour) {
				later++
			}
		}
		if want := 3 * groups; later < want {
			t.Fatalf("%d placements wait for a later turn; of five offers two fit into the week of %d groups", later, groups)
		}
		h.live(6)
		posts := map[models.BrandID]int{}
		for _, p := range h.placements(models.PlacementConfirmed) {
			posts[p.BrandID]++
		}
		if posts[h.brands[0]]+posts[h.brands[1]] != 2*groups {
			t.Fatalf("posts %v, room for %d", posts, 2*groups)
		}
		if posts[h.brands[1]] < groups-1 || posts[h.brands[0]] < groups-1 {
			t.Errorf("posts %v, want half of %d each", posts, 2*groups)
		}
	})
}

// What is held for its turn is told so, with a time at which it is true.
func TestATurnIsAGate(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	h := newHouse(t, s, clock, 1)
	h.tighten()
	for range 3 {
		h.openOf(0, time.Hour)
	}
	h.openOf(1, time.Hour)
	h.drain()
	clock.Advance(time.Hour)
	h.drain()
	h.post()
	var held models.Placement
	for _, p := range h.placements(models.PlacementHeld) {
		if p.TurnAt > h.now() && (held.ID == 0 || p.TurnAt < held.TurnAt) {
			held = p
		}
	}
	if held.ID == 0 {
		t.Fatal("nobody waits for a turn")
	}
	x, err := h.ledger.Explain(h.read(), held.ID)
	if err != nil || !x.Now.Reasons.Has(throttle.Turn) || x.Now.Next < int64(held.TurnAt) {
		t.Fatalf("%+v, %v", x.Now, err)
	}
	next := models.Millis(x.Now.Next)
	for _, tt := range []struct {
		at    models.Millis
		state models.PlacementState
	}{{next - 1000, models.PlacementHeld}, {next + 1000, models.PlacementReserved}} {
		clock.Set(tt.at.Time())
		h.tx(func(sc *models.Scope) error {
			p, _, err := h.ledger.Reserve(sc, held.ID)
			if err == nil && p.State != tt.state {
				t.Errorf("at %d it is %s (%s), want %s", tt.at, p.State, p.Reasons, tt.state)
			}
			return err
		})
	}
}

// A slot that frees unexpectedly goes to somebody whose turn was later.
func TestAFreedSlotIsPlannedAnew(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		h.tighten()
		h.openOf(0, time.Hour)
		h.openOf(0, time.Hour)
		h.openOf(1, time.Hour)
		h.drain()
		clock.Advance(time.Hour)
		h.drain()
		pending := h.placements(models.PlacementReserved)
		if len(pending) != 1 {
			t.Fatalf("%d placements have a slot", len(pending))
		}
		h.tx(func(sc *models.Scope) error { return h.ledger.Release(sc, pending[0].ID, "owner_silent") })
		clock.Advance(2 * time.Minute)
		h.drain()
		if pending = h.placements(models.PlacementReserved); len(pending) != 1 {
			t.Errorf("%d placements have the slot that was given up: %+v", len(pending), h.placements())
		}
	})
}

// The daily job plans every community, and nothing where nobody competes.
func TestWeeksArePlannedDaily(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	h := newHouse(t, s, clock, 2)
	h.tighten()
	first, second := h.openOf(0, 30*time.Hour), h.openOf(1, 30*time.Hour)
	h.drain()
	turns := func() (all []models.Millis) {
		for _, p := range h.placements() {
			all = append(all, p.TurnAt)
		}
		return all
	}
	before := turns()
	h.tx(func(sc *models.Scope) error {
		var changes []models.PlacementTurn
		for _, p := range h.placements() {
			changes = append(changes, models.PlacementTurn{ID: p.ID, At: sc.Now.Add(300 * day)})
		}
		if err := sc.SetTurns(changes); err != nil {
			return err
		}
		return jobs.Periodic(sc.Tx, offers.PlanWeeks{})
	})
	h.drain()
	for i, at := range turns() {
		if at != before[i] {
			t.Errorf("a placement of %s or %s has its turn at %d after the daily plan, had %d", first.ID, second.ID, at, before[i])
		}
	}
}
