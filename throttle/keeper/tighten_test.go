package keeper_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle"
)

// TestRank: of placements that compete the one that brings most asks first; a brand's own order is its priority.
func TestRank(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	h := newHall(t, s, clock, 1, 100, looseRules())
	g := h.groups[0]
	loved, ignored := h.brands[0], h.brands[1]
	for range 6 {
		h.click(h.post(h.offer(loved), g), 20)
		h.post(h.offer(ignored), g)
		clock.Advance(3 * day)
		h.learn()
	}
	clock.Advance(20 * day)
	h.learn()
	dull, good := h.plan(h.offer(ignored), g), h.plan(h.offer(loved), g)
	o := h.offer(loved)
	h.tx(func(sc *models.Scope) error {
		first := o
		first.ID, first.Priority = 0, 5
		err := sc.InsertOffer(&first)
		o = first
		return err
	})
	best := h.plan(o, g)
	ranked, err := h.keeper.Rank(h.read(), g, []models.Placement{dull, good, best})
	must(t, err)
	if len(ranked) != 3 || ranked[0].ID != best.ID || ranked[1].ID != good.ID || ranked[2].ID != dull.ID {
		t.Errorf("ranked as %v", ranked)
	}
}

// TestOnlyTightens: whatever happened, what the ledger allows with the keeper it allows without, never earlier, and a wish
// of the organiser never frees what had to wait.
func TestOnlyTightens(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	rules := models.Rules{GroupCap: 3, GroupWindow: (7 * day).Milliseconds(), MinGap: (12 * hour).Milliseconds(), HoldFor: (6 * hour).Milliseconds(),
		MinHold: 1, OfferSpacing: hour.Milliseconds(), QuietStart: 22 * 60, QuietEnd: 8 * 60}
	h := newHall(t, s, clock, 1, 200, rules)
	bare, err := throttle.NewLedger(throttle.Options{})
	must(t, err)
	offers := []models.Offer{h.offer(h.brands[0]), h.offer(h.brands[1])}
	held := 0
	rapid.Check(t, func(r *rapid.T) {
		g := h.groups[0]
		clock.Advance(time.Duration(rapid.IntRange(1, 72).Draw(r, "hours")) * hour)
		if rapid.Bool().Draw(r, "a day is over") {
			h.learn()
		}
		if n := rapid.IntRange(0, 6).Draw(r, "leave"); n > 3 {
			h.leave(g, n-3, models.MillisOf(clock.Now()), false)
			h.join(g, n-3)
		}
		if rapid.Bool().Draw(r, "another word") {
			own := rules
			own.Fatigue = &models.Fatigue{PerWeek: float64(rapid.IntRange(0, 3).Draw(r, "a week")),
				MaxScore: rapid.IntRange(0, 100).Draw(r, "score"), Worth: rapid.Float64Range(0, 0.1).Draw(r, "worth")}
			h.tx(func(sc *models.Scope) error {
				_, err := sc.AddPolicy(g, own, 0)
				return err
			})
		}
		p := h.plan(offers[rapid.IntRange(0, 1).Draw(r, "offer")], g)
		free, err := bare.Explain(h.read(), p.ID)
		must(t, err)
		with, err := h.ledger.Explain(h.read(), p.ID)
		must(t, err)
		if with.Now.Allow && !free.Now.Allow {
			r.Fatalf("the keeper lets through what waits for %s", free.Now.Reasons)
		}
		if !with.Now.Allow && with.Now.Next < free.Now.Next {
			r.Fatalf("the keeper says %d where the rules say %d", with.Now.Next, free.Now.Next)
		}
		if !with.Now.Allow && free.Now.Allow {
			held++
			if !with.Now.Reasons.Has(throttle.Fatigue) && !with.Now.Reasons.Has(throttle.Breaker) {
				r.Fatalf("the keeper holds for %s", with.Now.Reasons)
			}
		}
		if got := h.ask(p.ID); got.State == models.PlacementReserved {
			h.tx(func(sc *models.Scope) error { return h.ledger.Confirm(sc, p.ID, sc.Now) })
		} else {
			h.tx(func(sc *models.Scope) error { return h.ledger.Release(sc, p.ID, "owner_silent") })
		}
	})
	if held == 0 {
		t.Error("the keeper held nothing: the test shows nothing")
	}
}

// TestNothingNaN: numbers stay numbers in groups without members, without days and without posts.
func TestNothingNaN(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	h := newHall(t, s, clock, 1, 0, looseRules())
	h.quietMonths(4, 0, 0)
	l := h.learning(h.groups[0])
	for _, v := range []float64{l.Score, l.H0, l.Phi, l.CTR, l.PerWeek} {
		if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
			t.Errorf("there is %+v", l)
		}
	}
}
