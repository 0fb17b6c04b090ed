package offers_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
	"siyu/throttle"
)

// house is a community with two brands, a staff account each, groups with rules, and the service over them.
type house struct {
	t         testing.TB
	store     *models.Store
	clock     *models.ManualClock
	runner    *jobs.Runner
	ledger    *throttle.Ledger
	service   *offers.Service
	community models.CommunityID
	brands    [2]models.BrandID
	staff     [2]models.Account
	groups    []models.GroupID

	mu     sync.Mutex
	handed []models.PlacementID
}

const hour = int64(time.Hour / time.Millisecond)

func newHouse(t testing.TB, s *models.Store, clock *models.ManualClock, groups int) *house {
	t.Helper()
	h := &house{t: t, store: s, clock: clock}
	var err error
	if h.runner, err = jobs.NewRunner(jobs.Options{Store: s}); err != nil {
		t.Fatal(err)
	}
	if h.ledger, err = throttle.NewLedger(throttle.Options{}); err != nil {
		t.Fatal(err)
	}
	h.service, err = offers.New(offers.Options{Store: s, Ledger: h.ledger, Jobs: h.runner})
	if err != nil {
		t.Fatal(err)
	}
	jobs.Register(h.runner, func(_ context.Context, a offers.Handover) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.handed = append(h.handed, a.Placement)
		return nil
	})
	h.community = testkit.Community(t, s, func(sc *models.Scope) error { return h.furnish(sc, groups) })
	return h
}

func (h *house) furnish(sc *models.Scope, groups int) error {
	rules := models.Rules{MinGap: 6 * hour, HoldFor: 4 * hour, MinHold: hour / 2}
	if _, err := sc.AddPolicy(0, rules, 0); err != nil {
		return err
	}
	for i := range h.brands {
		b := models.Brand{Name: fmt.Sprintf("brand %d", i), Weight: 1}
		if err := sc.InsertBrand(&b); err != nil {
			return err
		}
		h.brands[i] = b.ID
		h.staff[i] = models.Account{Role: models.Staff, BrandID: b.ID, Login: fmt.Sprintf("staff-%s", b.ID), PasswordHash: []byte("x")}
		if err := sc.InsertAccount(&h.staff[i]); err != nil {
			return err
		}
	}
	for range groups {
		g := models.Group{Name: "g", Kind: models.OrdinaryGroup, Zone: "America/Vancouver"}
		if err := sc.InsertGroup(&g); err != nil {
			return err
		}
		h.groups = append(h.groups, g.ID)
	}
	return nil
}

func (h *house) tx(fn func(*models.Scope) error) {
	h.t.Helper()
	if err := h.store.Tx(context.Background(), func(tx *models.Tx) error { return fn(tx.In(h.community)) }); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) read() *models.Scope { return h.store.Read(context.Background()).In(h.community) }

func (h *house) now() models.Millis { return models.MillisOf(h.clock.Now()) }

// draft is a sound offer: open now, for ten days, one voucher a person.
func (h *house) draft(stock int) offers.Draft {
	return offers.Draft{Title: "买一送一", Body: "广告 · 周末到店", ValueFen: 500, Currency: "CAD", Stock: stock, PerMember: 1,
		StartsAt: h.now(), EndsAt: h.now().Add(10 * 24 * time.Hour), RedeemBy: h.now().Add(20 * 24 * time.Hour)}
}

// open submits and approves an offer of the first brand.
func (h *house) open(d offers.Draft) models.Offer {
	h.t.Helper()
	o, err := h.service.Submit(context.Background(), h.community, h.brands[0], 0, d)
	if err != nil {
		h.t.Fatal(err)
	}
	o, err = h.service.Approve(context.Background(), h.community, o.ID, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	return o
}

// named is a person's name in the Mini Program, and followed her name in the Official Account.
func named(name string) models.Name {
	return models.Name{Kind: models.OpenID, Scope: "mini", Value: name}
}

func followed(name string) models.Name {
	return models.Name{Kind: models.OpenID, Scope: "official", Value: name}
}

// member makes a person known by her name in the Mini Program, follower one known in the Official Account.
func (h *house) member(name string) models.MemberID { h.t.Helper(); return h.identify(named(name)) }

func (h *house) follower(name string) models.MemberID {
	h.t.Helper()
	return h.identify(followed(name))
}

func (h *house) identify(names ...models.Name) models.MemberID {
	h.t.Helper()
	var id models.MemberID
	h.tx(func(sc *models.Scope) (err error) {
		id, err = sc.Identify(names...)
		return err
	})
	return id
}

func (h *house) members(n int) []models.MemberID {
	all := make([]models.MemberID, n)
	for i := range all {
		all[i] = h.member(fmt.Sprintf("person-%d", i))
	}
	return all
}

func (h *house) claim(m models.MemberID, o models.OfferID, key string) (offers.Claimed, error) {
	return h.service.Claim(context.Background(),
		offers.ClaimInput{Community: h.community, Member: m, Offer: o, Key: key})
}

func (h *house) redeem(staff int, code, request string) (offers.Redeemed, error) {
	return h.service.Redeem(context.Background(), offers.RedeemInput{Staff: h.staff[staff], Code: code, RequestNo: request})
}

func (h *house) drain() {
	h.t.Helper()
	if _, err := h.runner.Drain(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if got := models.CodeOf(err); got != code || err == nil {
		t.Fatalf("got error %v, want %s", err, code)
	}
}
