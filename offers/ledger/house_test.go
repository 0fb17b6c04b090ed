package ledger_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers/ledger"
)

// house is a community with a brand, an offer of it and a few members.
type house struct {
	t         testing.TB
	store     *models.Store
	clock     *models.ManualClock
	community models.CommunityID
	brand     models.BrandID
	offer     models.Offer
	serial    int
}

func newHouse(t testing.TB, s *models.Store, clock *models.ManualClock) *house {
	t.Helper()
	h := &house{t: t, store: s, clock: clock}
	h.community = testkit.Community(t, s, func(sc *models.Scope) error {
		b := models.Brand{Name: "海边咖啡", Weight: 1}
		if err := sc.InsertBrand(&b); err != nil {
			return err
		}
		h.brand = b.ID
		h.offer = models.Offer{BrandID: b.ID, State: models.OfferApproved, Title: "买一送一", Body: "周末到店", ValueFen: 500, Currency: "CAD",
			Stock: 1000, PerMember: 9, StartsAt: sc.Now, EndsAt: sc.Now.Add(90 * 24 * time.Hour), RedeemBy: sc.Now.Add(120 * 24 * time.Hour)}
		return sc.InsertOffer(&h.offer)
	})
	return h
}

// do runs fn in a transaction.
func (h *house) do(fn func(*models.Scope) error) error {
	return h.store.Tx(context.Background(), func(tx *models.Tx) error { return fn(tx.In(h.community)) })
}

func (h *house) tx(fn func(*models.Scope) error) {
	h.t.Helper()
	if err := h.do(fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) read() *models.Scope { return h.store.Read(context.Background()).In(h.community) }

func (h *house) now() models.Millis { return models.MillisOf(h.clock.Now()) }

// to moves the clock to a time.
func (h *house) to(at time.Time) { h.clock.Advance(at.Sub(h.clock.Now())) }

func (h *house) member(names ...models.Name) models.MemberID {
	h.t.Helper()
	if len(names) == 0 {
		h.serial++
		names = []models.Name{{Kind: models.OpenID, Scope: "mini", Value: fmt.Sprintf("somebody-%d", h.serial)}}
	}
	var id models.MemberID
	h.tx(func(sc *models.Scope) (err error) {
		id, err = sc.Identify(names...)
		return err
	})
	return id
}

// pays adds a contract of the brand from now on.
func (h *house) pays(c models.Contract) models.Contract {
	h.t.Helper()
	c.BrandID = h.brand
	if c.Currency == "" {
		c.Currency = "CAD"
	}
	h.tx(func(sc *models.Scope) (err error) {
		c, err = ledger.AddContract(sc, 0, c)
		return err
	})
	return c
}

// claim stores a voucher as a claim does, with what the brand owes for it.
func (h *house) claim() models.Voucher {
	h.t.Helper()
	m := h.member()
	var v models.Voucher
	h.tx(func(sc *models.Scope) error {
		h.serial++
		v = models.Voucher{OfferID: h.offer.ID, BrandID: h.brand, MemberID: m, Seq: h.serial, ClaimKey: fmt.Sprint("key-", h.serial),
			CodeRef: fmt.Append(nil, "hash", h.serial), CodeProof: []byte("sealed"), ValidTo: h.offer.RedeemBy}
		if _, err := sc.TakeStock(h.offer.ID); err != nil {
			return err
		}
		sc.IssueVoucher(&v)
		if err := sc.InsertVouchers([]*models.Voucher{&v}, nil); err != nil {
			return err
		}
		return ledger.Claimed(sc, h.offer, []*models.Voucher{&v})
	})
	return v
}

// writeOff books what the brand owes for a write-off of a voucher.
func (h *house) writeOff(v models.Voucher) ledger.Use {
	h.t.Helper()
	h.serial++
	u := ledger.Use{Voucher: v, Redemption: models.Redemption{VoucherID: v.ID, StaffID: 1, RequestNo: fmt.Sprintf("request-%d", h.serial)}}
	h.tx(func(sc *models.Scope) error {
		if err := sc.InsertRedemption(&u.Redemption); err != nil {
			return err
		}
		return ledger.Redeemed(sc, []ledger.Use{u})
	})
	return u
}

// owes is what the brand owes in a currency by all that was booked.
func (h *house) owes(currency string) int64 {
	h.t.Helper()
	all, err := h.read().SumPurses([]int64{int64(h.brand)})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, s := range all {
		if s.Purse == models.SponsorPurse(h.brand) && s.Unit == currency {
			return s.Out - s.In
		}
	}
	return 0
}

func (h *house) balance(m models.MemberID) int64 {
	h.t.Helper()
	n, err := ledger.Balance(h.read(), m)
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if got := models.CodeOf(err); err == nil || got != code {
		t.Fatalf("got error %v, want %s", err, code)
	}
}
