package desk_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/desk"
)

const (
	hour = int64(time.Hour / time.Millisecond)
	day  = 24 * hour
)

// house is a community with brands, offers and groups whose posts were made as the test says.
type house struct {
	t         testing.TB
	store     *models.Store
	clock     *models.ManualClock
	ledger    *throttle.Ledger
	desk      *desk.Desk
	community models.CommunityID
	brands    []models.Brand
	offers    []models.Offer // two of each brand, in turn
	groups    []models.Group
	now       models.Millis
	n         int
}

func newHouse(t testing.TB, s *models.Store, clock *models.ManualClock, groups int, rules models.Rules) *house {
	t.Helper()
	ledger, err := throttle.NewLedger(throttle.Options{})
	must(t, err)
	d, err := desk.New(desk.Options{Store: s, Ledger: ledger})
	must(t, err)
	h := &house{t: t, store: s, clock: clock, ledger: ledger, desk: d, now: models.MillisOf(clock.Now())}
	h.community = testkit.Community(t, s, func(sc *models.Scope) error {
		for i := range 2 {
			b := models.Brand{Name: fmt.Sprintf("brand %d", i), Weight: 1}
			if err := sc.InsertBrand(&b); err != nil {
				return err
			}
			h.brands = append(h.brands, b)
		}
		for i := range 4 {
			o := models.Offer{BrandID: h.brands[i%2].ID, State: models.OfferApproved, Title: fmt.Sprintf("offer %d", i), Currency: "CAD", Stock: 100,
				PerMember: 1, StartsAt: sc.Now.Add(-100 * 24 * time.Hour), EndsAt: sc.Now.Add(100 * 24 * time.Hour)}
			if err := sc.InsertOffer(&o); err != nil {
				return err
			}
			h.offers = append(h.offers, o)
		}
		for i := range groups {
			g := models.Group{Name: fmt.Sprintf("group %d", i), Kind: models.OrdinaryGroup, Zone: "America/Vancouver", Headcount: 100}
			if err := sc.InsertGroup(&g); err != nil {
				return err
			}
			h.groups = append(h.groups, g)
		}
		_, err := sc.AddPolicy(0, rules, 0)
		return err
	})
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// at runs fn in a transaction at a time, counted from now.
func (h *house) at(ago time.Duration, fn func(sc *models.Scope) error) {
	h.t.Helper()
	h.clock.Set(h.now.Time().Add(-ago))
	must(h.t, h.store.Tx(context.Background(), func(tx *models.Tx) error { return fn(tx.In(h.community)) }))
	h.clock.Set(h.now.Time())
}

// place plans an offer in a group.
func (h *house) place(sc *models.Scope, group, offer int) (models.Placement, error) {
	h.n++
	o := h.offers[offer]
	p := models.Placement{Idem: fmt.Sprint("p", h.n), Code: fmt.Sprint("c", h.n), GroupID: h.groups[group].ID, OfferID: o.ID, BrandID: o.BrandID}
	_, err := sc.AddPlacement(&p)
	return p, err
}

// posted makes a post that was in a group some time ago.
func (h *house) posted(group, offer int, ago time.Duration, state models.PlacementState) {
	h.t.Helper()
	h.at(ago, func(sc *models.Scope) error {
		p, err := h.place(sc, group, offer)
		if err != nil {
			return err
		}
		to := p
		to.State, to.S, to.E, to.SentAt = state, sc.Now, sc.Now.Add(time.Hour), sc.Now
		_, err = sc.MovePlacement(p, to)
		return err
	})
}
