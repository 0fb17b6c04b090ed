package offers_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

func (h *house) placement(o models.Offer, group int) models.Placement {
	h.t.Helper()
	all, err := h.read().PlacementsIn()
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range all {
		if p.OfferID == o.ID && p.GroupID == h.groups[group] {
			return p
		}
	}
	h.t.Fatalf("offer %s is not planned into group %d", o.ID, group)
	return models.Placement{}
}

func (h *house) wantPlacement(o models.Offer, state models.PlacementState, reason string) models.Placement {
	h.t.Helper()
	p := h.placement(o, 0)
	if p.State != state || p.Reason != reason {
		h.t.Fatalf("the placement is %s (%s), want %s (%s)", p.State, p.Reason, state, reason)
	}
	return p
}

func TestDecide(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		ctx := context.Background()
		h := newHouse(t, s, clock, 3)
		o, err := h.service.Submit(ctx, h.community, h.brands[0], h.staff[0].ID, h.draft(5))
		if err != nil || o.State != models.OfferSubmitted {
			t.Fatalf("%+v, %v", o, err)
		}
		for range 2 { // twice is the same as once
			if o, err = h.service.Approve(ctx, h.community, o.ID, h.staff[0].ID); err != nil || o.State != models.OfferApproved {
				t.Fatalf("%+v, %v", o, err)
			}
		}
		all, err := h.read().PlacementsIn(models.PlacementPlanned)
		if err != nil || len(all) != 3 {
			t.Fatalf("%d placements, %v; want one a group", len(all), err)
		}
		_, err = h.service.Decline(ctx, h.community, o.ID, 0, "no")
		wantCode(t, err, "offer_decided")
		late, err := h.service.Submit(ctx, h.community, h.brands[0], 0, h.draft(5))
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.service.Decline(ctx, h.community, late.ID, 0, "  ")
		wantCode(t, err, "reason_missing")
		clock.Advance(11 * 24 * time.Hour)
		_, err = h.service.Approve(ctx, h.community, late.ID, 0)
		wantCode(t, err, "offer_over")
		late, err = h.service.Decline(ctx, h.community, late.ID, h.staff[0].ID, "too late")
		if err != nil || late.State != models.OfferDeclined || late.DeclineReason != "too late" {
			t.Errorf("%+v, %v", late, err)
		}
		for _, decided := range []struct {
			offer models.OfferID
			check models.CheckState
			note  string
		}{{o.ID, models.CheckPassed, ""}, {late.ID, models.CheckRefused, "too late"}} { // nothing waits to be read any more
			c, err := h.read().CheckOf(offers.CheckObject(decided.offer))
			if err != nil || c.State != decided.check || c.Reason != models.ReviewByHand || c.Note != decided.note || c.DecidedAt == 0 {
				t.Errorf("the check of a decided offer is %+v, %v; want %s", c, err, decided.check)
			}
		}
		audits, err := h.read().Audits(10)
		if err != nil || len(audits) != 4 || audits[0].Action != "offer.declined" || audits[0].Detail != "too late" {
			t.Errorf("audits %+v, %v; want two submitted, one approved, one declined", audits, err)
		}
	})
}

// An offer gets its slot and is handed over once; the next waits, asks again when its time comes or as soon as the slot
// frees earlier, and lapses with its reason when its flight ends first.
func TestPlacing(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		start := h.now()
		first := h.open(h.draft(5))
		h.drain()
		second := h.open(h.draft(5))
		short := h.draft(5)
		short.EndsAt = start.Add(5 * time.Hour)
		third := h.open(short)
		h.drain()
		p := h.wantPlacement(first, models.PlacementReserved, "")
		if held := h.wantPlacement(second, models.PlacementHeld, "min_gap"); held.NextAt != start.Add(10*time.Hour) {
			t.Fatalf("next at +%s, want the gap after the last moment", held.NextAt.Sub(start))
		}
		if held := h.wantPlacement(third, models.PlacementHeld, "min_gap"); held.NextAt != 0 {
			t.Fatalf("next at %d, but its flight ends first", held.NextAt)
		}
		if !slices.Equal(h.handed, []models.PlacementID{p.ID}) {
			t.Fatalf("handed over %v", h.handed)
		}

		clock.Advance(time.Hour)
		h.tx(func(sc *models.Scope) error { return h.ledger.Confirm(sc, p.ID, sc.Now) })
		h.drain()
		if held := h.wantPlacement(second, models.PlacementHeld, "min_gap"); held.NextAt != start.Add(7*time.Hour) {
			t.Fatalf("it was sent early, and next is still at +%s", held.NextAt.Sub(start))
		}
		clock.Advance(4 * time.Hour)
		h.drain()
		h.wantPlacement(third, models.PlacementLapsed, "min_gap")

		clock.Set(start.Add(10 * time.Hour).Time())
		h.drain()
		q := h.wantPlacement(second, models.PlacementReserved, "")
		if !slices.Equal(h.handed, []models.PlacementID{p.ID, q.ID}) {
			t.Fatalf("handed over %v", h.handed)
		}
		clock.Advance(20 * 24 * time.Hour)
		h.drain()
		if len(h.handed) != 2 {
			t.Errorf("handed over again: %v", h.handed)
		}
	})
}

// A second job that finds a placement reserved does not hand it over beside the first.
func TestPlaceHandsOverOnce(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	h := newHouse(t, s, clock, 1)
	first, second := h.open(h.draft(5)), h.open(h.draft(5))
	h.drain()
	p := h.wantPlacement(first, models.PlacementReserved, "")
	h.wantPlacement(second, models.PlacementHeld, "min_gap")
	h.tx(func(sc *models.Scope) error { return h.ledger.Release(sc, p.ID, "owner_silent") })
	h.drain() // the nudge takes the slot; the job that waited finds it taken
	h.wantPlacement(second, models.PlacementReserved, "")
	clock.Advance(2 * 24 * time.Hour)
	h.drain()
	if len(h.handed) != 2 {
		t.Errorf("handed over %v", h.handed)
	}
}

func TestSubmitRefuses(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	h := newHouse(t, s, clock, 0)
	for name, tt := range map[string]struct {
		code string
		edit func(*offers.Draft)
	}{
		"no title":      {"bad_field", func(d *offers.Draft) { d.Title = "  " }},
		"no text":       {"bad_field", func(d *offers.Draft) { d.Body = "" }},
		"no stock":      {"bad_field", func(d *offers.Draft) { d.Stock = 0 }},
		"no limit":      {"bad_field", func(d *offers.Draft) { d.PerMember = 0 }},
		"a debt":        {"bad_field", func(d *offers.Draft) { d.ValueFen = -1 }},
		"a sign":        {"bad_field", func(d *offers.Draft) { d.Currency = "€" }},
		"backwards":     {"ends_before_start", func(d *offers.Draft) { d.EndsAt = d.StartsAt }},
		"in the past":   {"ends_in_past", func(d *offers.Draft) { d.StartsAt, d.EndsAt = d.StartsAt-2, d.StartsAt-1 }},
		"for ever":      {"flight_too_long", func(d *offers.Draft) { d.EndsAt = d.StartsAt.Add(400 * 24 * time.Hour) }},
		"dead vouchers": {"redeem_before_end", func(d *offers.Draft) { d.RedeemBy = d.EndsAt - 1 }},
	} {
		d := h.draft(5)
		tt.edit(&d)
		_, err := h.service.Submit(context.Background(), h.community, h.brands[0], 0, d)
		if models.CodeOf(err) != tt.code {
			t.Errorf("%s: got %v, want %s", name, err, tt.code)
		}
	}
	if _, err := h.service.Submit(context.Background(), h.community, 999, 0, h.draft(5)); !models.IsKind(err, models.NotFound) {
		t.Errorf("an unknown brand: %v", err)
	}
}
