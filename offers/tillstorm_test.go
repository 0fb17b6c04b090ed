package offers_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

// TestTillStorm: eight clerks at two servers want the same forty vouchers at once, each in an order of her own and often twice.
// Each voucher is written off once, and every single answer is true: who won did, and who came second reads who was first.
func TestTillStorm(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		second, err := offers.New(offers.Options{Store: s, Ledger: h.ledger, Jobs: h.runner2()})
		if err != nil {
			t.Fatal(err)
		}
		servers := []*offers.Service{h.service, second}
		const vouchers, clerks = 40, 8
		o := h.open(h.draft(vouchers))
		var codes []offers.Claimed
		for _, m := range h.members(vouchers) {
			codes = append(codes, h.holds(m, o, 1)...)
		}
		type answer struct {
			voucher models.VoucherID
			clerk   models.Account
			request string
			err     error
			got     offers.Redeemed
		}
		answers := make(chan answer, vouchers*clerks*2)
		var all sync.WaitGroup
		for i := range clerks {
			me := h.clerk(fmt.Sprintf("clerk %d", i))
			all.Go(func() {
				rng := rand.New(rand.NewPCG(uint64(i), 3))
				for _, n := range rng.Perm(vouchers) {
					in := offers.RedeemInput{Staff: me, Code: codes[n].Code, RequestNo: fmt.Sprintf("request-%d-%d", i, n)}
					for range 1 + rng.IntN(2) {
						got, err := servers[rng.IntN(2)].Redeem(context.Background(), in)
						answers <- answer{voucher: codes[n].ID, clerk: me, request: in.RequestNo, err: err, got: got}
					}
				}
			})
		}
		all.Wait()
		close(answers)
		stored, err := h.read().AllRedemptions()
		if err != nil || len(stored) != vouchers {
			t.Fatalf("%d redemptions of %d vouchers, %v", len(stored), vouchers, err)
		}
		winner := map[models.VoucherID]models.Redemption{}
		for _, r := range stored {
			winner[r.VoucherID] = r
		}
		if len(winner) != vouchers {
			t.Fatalf("%d vouchers were written off", len(winner))
		}
		names := map[models.AccountID]string{}
		var asked []answer
		for a := range answers {
			names[a.clerk.ID] = a.clerk.Name
			asked = append(asked, a)
		}
		for _, a := range asked {
			r := winner[a.voucher]
			won := r.StaffID == a.clerk.ID && r.RequestNo == a.request
			switch {
			case won && (a.err != nil || a.got.Redemption.ID != r.ID):
				t.Errorf("%s wrote %s off and was told %v, %v", a.clerk.Name, a.voucher, a.got.Redemption.ID, a.err)
			case !won && (models.CodeOf(a.err) != "already_redeemed" || arg(a.err, "by") != names[r.StaffID]):
				t.Errorf("%s came after %s and was told %v by %s", a.clerk.Name, names[r.StaffID], a.err, arg(a.err, "by"))
			}
		}
	})
}

// TestSameRequestAtTwoServers: a clerk's device has no answer and asks again at another server while the first is still at work on
// it. Both say the same: her own request is never told that somebody used the voucher.
func TestSameRequestAtTwoServers(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		second, err := offers.New(offers.Options{Store: s, Ledger: h.ledger, Jobs: h.runner2()})
		if err != nil {
			t.Fatal(err)
		}
		servers := []*offers.Service{h.service, second}
		const vouchers = 25
		o := h.open(h.draft(vouchers))
		for i, m := range h.members(vouchers) {
			v := h.holds(m, o, 1)[0]
			in := offers.RedeemInput{Staff: h.staff[0], Code: v.Code, RequestNo: fmt.Sprint("request-", i)}
			var got [4]offers.Redeemed
			var all sync.WaitGroup
			for n := range got {
				all.Go(func() {
					var err error
					if got[n], err = servers[n%2].Redeem(context.Background(), in); err != nil {
						t.Errorf("voucher %d, server %d: %v", i, n%2, err)
					}
				})
			}
			all.Wait()
			for _, g := range got[1:] {
				if g.Redemption != got[0].Redemption {
					t.Errorf("voucher %d was written off as %s and as %s", i, got[0].Redemption.ID, g.Redemption.ID)
				}
			}
		}
	})
}

// TestCutWhileWritingOff: the connection breaks around the commit of a batch of redemptions, twice in a row. Everybody is answered
// truly, and asked again everybody hears the same.
func TestCutWhileWritingOff(t *testing.T) {
	t.Parallel()
	cutter, dsn := newCutter(t, testkit.Migrated(t))
	clock := models.NewManualClock(time.Date(2026, 5, 4, 19, 0, 0, 0, time.UTC))
	s, err := models.Open(t.Context(), models.Options{DSN: "mysql:" + dsn, Secret: []byte(testkit.Secret), Clock: clock, Throwaway: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	h := newHouse(t, s, clock, 1)
	const people = 12
	members := h.members(people)
	for _, how := range []cut{before, meanwhile, after} {
		o := h.open(h.draft(people))
		var in []offers.RedeemInput
		for i, m := range members {
			v := h.holds(m, o, 1)[0]
			for twice := range 2 { // two requests want each of them
				in = append(in, offers.RedeemInput{Staff: h.staff[0], Code: v.Code, RequestNo: fmt.Sprintf("request-%s-%d-%d", how, i, twice)})
			}
		}
		cutter.arm(0, how, how)
		got, errs := h.service.RedeemTogether(context.Background(), in)
		if cutter.cuts() == 0 {
			t.Fatalf("%s: nothing was cut", how)
		}
		cutter.arm(0)
		again, errsAgain := h.service.RedeemTogether(context.Background(), in)
		for i := range in {
			first := i%2 == 0
			if (errs[i] == nil) != first || !first && models.CodeOf(errs[i]) != "already_redeemed" {
				t.Errorf("%s: request %d: %v", how, i, errs[i])
			}
			if again[i].Redemption != got[i].Redemption || models.CodeOf(errsAgain[i]) != models.CodeOf(errs[i]) {
				t.Errorf("%s: request %d was %v, %v and is now %v, %v", how, i, got[i].Redemption.ID, errs[i], again[i].Redemption.ID, errsAgain[i])
			}
		}
	}
	all, err := h.read().AllRedemptions()
	if err != nil || len(all) != 3*people {
		t.Errorf("%d redemptions of %d vouchers, %v", len(all), 3*people, err)
	}
}

// TestShopLimits: however many come at once, at two servers, a shop and a clerk write off what they may on a day of the shop's
// clocks and no more; what is taken back may be used by another.
func TestShopLimits(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		second, err := offers.New(offers.Options{Store: s, Ledger: h.ledger, Jobs: h.runner2()})
		if err != nil {
			t.Fatal(err)
		}
		servers := []*offers.Service{h.service, second}
		lin, wu := h.clerk("Lin"), h.clerk("Wu")
		shop := h.shopOf("Main Street", lin, wu)
		shop.DailyLimit, shop.Zone = 5, "America/Vancouver" // it is noon there
		h.tx(func(sc *models.Scope) error {
			if err := sc.PutShopStaff(models.ShopStaff{AccountID: wu.ID, ShopID: shop.ID, DailyLimit: 2}); err != nil {
				return err
			}
			return sc.SetShop(shop)
		})
		o := h.open(h.draft(40))
		n := 0
		rush := func(clerk models.Account, code string) (done []models.RedemptionID) {
			t.Helper()
			var mu sync.Mutex
			var all sync.WaitGroup
			for i := range 8 {
				n++
				v := h.holds(h.member(fmt.Sprintf("of the rush %d", n)), o, 1)[0]
				in := offers.RedeemInput{Staff: clerk, Code: v.Code, RequestNo: fmt.Sprintf("request-%d", n)}
				all.Go(func() {
					got, err := servers[i%2].Redeem(context.Background(), in)
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						done = append(done, got.Redemption.ID)
					} else if models.CodeOf(err) != code {
						t.Errorf("%v, want %s", err, code)
					}
				})
			}
			all.Wait()
			return done
		}
		if done := rush(wu, "staff_limit"); len(done) != 2 {
			t.Errorf("she wrote off %d, may 2", len(done))
		}
		done := rush(lin, "shop_limit")
		if len(done) != 3 {
			t.Errorf("the shop wrote off %d more, may 3", len(done))
		}
		if _, err := h.service.Reverse(context.Background(), offers.ReverseInput{By: lin, Redemption: done[0], Reason: "wrong"}); err != nil {
			t.Fatal(err)
		}
		if done := rush(lin, "shop_limit"); len(done) != 1 {
			t.Errorf("one was taken back, %d came after it", len(done))
		}
		clock.Advance(11*time.Hour + 59*time.Minute)
		if done := rush(lin, "shop_limit"); len(done) != 0 {
			t.Errorf("%d before midnight", len(done))
		}
		clock.Advance(time.Minute)
		if done := rush(lin, "shop_limit"); len(done) != 5 {
			t.Errorf("%d on the next day, may 5", len(done))
		}
	})
}
