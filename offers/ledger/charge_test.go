package ledger_test

import (
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers/ledger"
)

// TestCharges: a brand owes what its contracts say, once for each cause, and nothing without one.
func TestCharges(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock)
		h.writeOff(h.claim())
		if n := h.owes("CAD"); n != 0 {
			t.Fatalf("owes %d without a contract", n)
		}
		h.pays(models.Contract{Basis: models.BasisClaim, Price: 30})
		h.pays(models.Contract{Basis: models.BasisRedemption, Price: 200})
		h.pays(models.Contract{Basis: models.BasisRedemption, Price: 150, OfferID: h.offer.ID, FromAt: h.now().Add(time.Hour)})
		u := h.writeOff(h.claim())
		if n := h.owes("CAD"); n != 230 {
			t.Fatalf("owes %d for a claim and a write-off, want 230", n)
		}
		clock.Advance(time.Hour)
		h.writeOff(h.claim())
		if n := h.owes("CAD"); n != 410 {
			t.Fatalf("owes %d after one at the offer's own price, want 410", n)
		}
		for range 2 { // a reversal is one, however often it is booked
			h.tx(func(sc *models.Scope) error { return ledger.Reversed(sc, u) })
		}
		if n := h.owes("CAD"); n != 210 {
			t.Fatalf("owes %d after a reversal, want 210", n)
		}
		h.tx(func(sc *models.Scope) error { return ledger.Voided(sc, u.Voucher) })
		if n := h.owes("CAD"); n != 180 {
			t.Fatalf("owes %d after the voucher went back, want 180", n)
		}
	})
}

// TestPlacementCharges: a confirmed post costs, once; a late one and one nobody asked for do not.
func TestPlacementCharges(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	h := newHouse(t, s, clock)
	h.pays(models.Contract{Basis: models.BasisPlacement, Price: 5000})
	p := models.Placement{ID: 77, CommunityID: h.community, BrandID: h.brand, OfferID: h.offer.ID, State: models.PlacementConfirmed, SentAt: h.now()}
	late, own := p, p
	late.ID, late.State = 78, models.PlacementLate
	own.ID, own.Origin = 79, models.OriginExternal
	for _, q := range []models.Placement{p, late, own, p} {
		h.tx(func(sc *models.Scope) error { return ledger.Placed(sc, q) })
	}
	if n := h.owes("CAD"); n != 5000 {
		t.Errorf("owes %d, want 5000", n)
	}
}

func TestInForce(t *testing.T) {
	t.Parallel()
	all := []models.Contract{
		{ID: 1, Number: 1, Basis: models.BasisClaim, Price: 10, FromAt: 100},
		{ID: 2, Number: 2, Basis: models.BasisClaim, Price: 20, FromAt: 200, UntilAt: 300},
		{ID: 3, Number: 3, Basis: models.BasisClaim, Price: 30, FromAt: 150, UntilAt: 250, OfferID: 7},
		{ID: 4, Number: 4, Basis: models.BasisRedemption, Price: 40, FromAt: 100},
	}
	for _, c := range []struct {
		name  string
		offer models.OfferID
		at    models.Millis
		want  models.ContractID
	}{
		{"before any", 1, 99, 0},
		{"the first", 1, 100, 1},
		{"until the second", 1, 199, 1},
		{"the second", 1, 200, 2},
		{"one that has ended does not revive the one before", 1, 300, 0},
		{"the offer's own", 7, 150, 3},
		{"the brand's when the offer's own has ended", 7, 250, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, there := ledger.InForce(all, c.offer, models.BasisClaim, c.at)
			if got.ID != c.want || there != (c.want != 0) {
				t.Errorf("got contract %d, want %d", got.ID, c.want)
			}
		})
	}
}

func TestContractsAreChecked(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	h := newHouse(t, s, clock)
	good := models.Contract{BrandID: h.brand, Basis: models.BasisClaim, Price: 10, Currency: "CAD"}
	for name, c := range map[string]struct {
		code string
		edit func(*models.Contract)
	}{
		"basis":          {"contract_unsound", func(c *models.Contract) { c.Basis = "share" }},
		"price":          {"contract_unsound", func(c *models.Contract) { c.Price = -1 }},
		"currency":       {"contract_unsound", func(c *models.Contract) { c.Currency = "C" }},
		"past":           {"contract_past", func(c *models.Contract) { c.FromAt = h.now().Add(-time.Second) }},
		"turned":         {"contract_unsound", func(c *models.Contract) { c.UntilAt = h.now() }},
		"flat of offer":  {"contract_unsound", func(c *models.Contract) { c.Basis, c.OfferID = models.BasisFlat, h.offer.ID }},
		"unknown offer":  {"offer_not_found", func(c *models.Contract) { c.OfferID = 12345 }},
		"unknown brand":  {"not_found", func(c *models.Contract) { c.BrandID = 12345 }},
		"capped flat":    {"contract_unsound", func(c *models.Contract) { c.Basis, c.MonthCap = models.BasisFlat, 5 }},
		"negative limit": {"contract_unsound", func(c *models.Contract) { c.MonthCap = -5 }},
	} {
		one := good
		c.edit(&one)
		err := h.do(func(sc *models.Scope) error { _, err := ledger.AddContract(sc, 0, one); return err })
		if models.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	for want := range 3 {
		h.tx(func(sc *models.Scope) error {
			c, err := ledger.AddContract(sc, 0, good)
			if c.Number != want+1 {
				t.Errorf("number %d, want %d", c.Number, want+1)
			}
			return err
		})
	}
}
