package offers_test

import (
	"context"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

// TestPictureAtTheTill: a picture is good for one clerk, once, for a minute; a copy shown to another is refused and noted, one of
// another house counts as a wrong code, and one that was let go is good again.
func TestPictureAtTheTill(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		ctx := context.Background()
		o := h.open(h.draft(3))
		lin, wu := h.clerk("Lin"), h.clerk("Wu")
		v, _ := h.issue(h.member("ann"), o, 2)
		picture := func() string {
			return offers.Frames(s.Keys(), v, h.now(), time.Minute)[0].Text
		}
		show := func(clerk models.Account, text string) (offers.Prepared, error) {
			return h.service.Prepare(ctx, offers.PrepareInput{Staff: clerk, Code: text})
		}
		first := picture()
		p, err := show(lin, first)
		if err != nil || p.Vouchers[0].Shown != models.ShownRotating {
			t.Fatalf("%+v, %v", p, err)
		}
		if err := h.service.Release(ctx, lin, p.Vouchers[0].Token); err != nil {
			t.Fatal(err)
		}
		if p, err = show(lin, first); err != nil { // nothing was done with it
			t.Fatal(err)
		}
		one := offers.RedeemInput{Staff: lin, RequestNo: "request-1", Uses: []offers.Use{{Token: p.Vouchers[0].Token}}}
		done, err := h.service.Redeem(ctx, one)
		if err != nil || done.Redemption.Proof != models.ShownRotating || done.Lines[0].UnitsLeft != 1 {
			t.Fatalf("%+v, %v", done, err)
		}
		_, err = show(wu, first) // one use is left, but not for a copy
		wantCode(t, err, "qr_replayed")
		_, err = h.service.Redeem(ctx, offers.RedeemInput{Staff: wu, Code: first, RequestNo: "request-2"})
		wantCode(t, err, "qr_replayed")
		if noted, err := h.read().Audits(5); err != nil || noted[0].Action != "voucher.picture_copied" || noted[0].AccountID != wu.ID {
			t.Errorf("noted %+v, %v", noted, err)
		}
		clock.Advance(offers.QRWindow)
		second := picture()
		in := offers.RedeemInput{Staff: wu, Code: second, RequestNo: "request-3"}
		if _, err := h.service.Redeem(ctx, in); err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Hour)
		again, err := h.service.Redeem(ctx, in) // the answer, though the picture is old
		if err != nil || !again.Repeated {
			t.Fatalf("%+v, %v", again, err)
		}

		w, _ := h.issue(h.member("bea"), o, 1)
		old := offers.Frames(s.Keys(), w, h.now().Add(-2*time.Minute), time.Minute)[0].Text
		_, err = show(lin, old)
		wantCode(t, err, "qr_stale")
		stranger, err := models.NewKeys([]byte("another house, another secret of 32 bytes"))
		if err != nil {
			t.Fatal(err)
		}
		forged := offers.Frames(stranger, w, h.now(), time.Minute)[0].Text
		for range 10 {
			_, err = show(lin, forged)
			wantCode(t, err, "qr_forged")
		}
		_, err = show(lin, offers.Frames(s.Keys(), w, h.now(), time.Minute)[0].Text)
		wantCode(t, err, "lookups_locked")
	})
}

// TestOfflineAtTheTill: what was handed over without network is written off later if it was good then, whatever the limits and
// whoever has it before her now; who was first, was first.
func TestOfflineAtTheTill(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		ctx := context.Background()
		o := h.open(h.draft(5))
		lin, wu := h.clerk("Lin"), h.clerk("Wu")
		shop := h.shopOf("Main Street", lin, wu)
		ann, bea, eve := h.holds(h.member("ann"), o, 1)[0], h.holds(h.member("bea"), o, 1)[0], h.holds(h.member("eve"), o, 1)[0]
		upload := func(v offers.Claimed, no string, at models.Millis) (offers.Redeemed, error) {
			return h.service.Redeem(ctx, offers.RedeemInput{Staff: lin, Shop: shop.ID, RequestNo: no, Uses: []offers.Use{{Voucher: v.ID}}, Offline: true,
				DeviceID: "till-1", DeviceAt: at})
		}
		clock.Set((o.RedeemBy - 1000).Time())
		good := h.now()
		clock.Advance(time.Hour) // it has expired meanwhile, and the shop is paused
		h.tx(func(sc *models.Scope) error {
			shop.PausedAt = h.now()
			return sc.SetShop(shop)
		})
		_, err := upload(ann, "request-0", h.now().Add(time.Hour))
		wantCode(t, err, "device_time")
		_, err = upload(ann, "request-0", h.now().Add(-8*24*time.Hour))
		wantCode(t, err, "device_time")
		_, err = upload(ann, "request-0", o.RedeemBy)
		wantCode(t, err, "voucher_expired")
		done, err := upload(ann, "request-1", good)
		if err != nil || done.Redemption.Proof != models.ShownOffline || done.Redemption.DeviceAt != good || done.Redemption.At != h.now() {
			t.Fatalf("%+v, %v", done, err)
		}
		if again, err := upload(ann, "request-1", good); err != nil || !again.Repeated {
			t.Errorf("%+v, %v", again, err)
		}
		_, err = upload(bea, "request-2", h.now()) // after the pause began
		wantCode(t, err, "shop_paused")

		clock.Set((o.RedeemBy - 500).Time())
		h.tx(func(sc *models.Scope) error {
			shop.PausedAt = 0
			return sc.SetShop(shop)
		})
		if _, err := h.service.Prepare(ctx, offers.PrepareInput{Staff: wu, Code: eve.Code}); err != nil {
			t.Fatal(err)
		}
		if _, err := upload(eve, "request-3", good); err != nil {
			t.Errorf("it lies before another: %v", err)
		}
		if _, err := h.service.Redeem(ctx, offers.RedeemInput{Staff: wu, Code: bea.Code, RequestNo: "request-of-wu"}); err != nil {
			t.Fatal(err)
		}
		_, err = upload(bea, "request-4", good)
		wantCode(t, err, "already_redeemed")
		if arg(err, "by") != "Wu" {
			t.Errorf("it does not say who was first: %v", err)
		}
		// Without the till's word a voucher's number is nothing.
		_, err = h.service.Redeem(ctx, offers.RedeemInput{Staff: lin, RequestNo: "request-5", Uses: []offers.Use{{Voucher: bea.ID}}})
		wantCode(t, err, "code_typo")
	})
}

// TestPhoneTail: the last digits of a phone list what may be meant, each under a mark of its own; what was chosen is written off as
// known by phone, and nobody else's voucher can be had with them.
func TestPhoneTail(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		ctx := context.Background()
		o := h.open(h.draft(5))
		lin := h.clerk("Lin")
		people := h.members(3)
		h.tx(func(sc *models.Scope) error {
			for i, number := range []string{"8613800001234", "16045551234", "16045559999"} {
				if err := sc.SetPhone(people[i], number); err != nil {
					return err
				}
			}
			return nil
		})
		for _, m := range people {
			h.holds(m, o, 1)
		}
		other := h.holds(people[2], h.open(h.draft(2)), 1)[0]
		list, err := h.service.Prepare(ctx, offers.PrepareInput{Staff: lin, PhoneTail: "1234"})
		if err != nil || len(list.Vouchers) != 2 || list.Vouchers[0].Token != "" || list.Vouchers[0].Person != "86138****1234" || list.Vouchers[1].Person != "160****1234" {
			t.Fatalf("%+v, %v", list, err)
		}
		_, err = h.service.Prepare(ctx, offers.PrepareInput{Staff: lin, PhoneTail: "1234", Voucher: other.ID})
		wantCode(t, err, "reservation_over")
		p, err := h.service.Prepare(ctx, offers.PrepareInput{Staff: lin, PhoneTail: "1234", Voucher: list.Vouchers[0].ID})
		if err != nil {
			t.Fatal(err)
		}
		done, err := h.service.Redeem(ctx, offers.RedeemInput{Staff: lin, RequestNo: "request-1", Uses: []offers.Use{{Token: p.Vouchers[0].Token}}})
		if err != nil || done.Redemption.Proof != models.ShownPhone {
			t.Fatalf("%+v, %v", done, err)
		}
		for range 10 {
			_, err = h.service.Prepare(ctx, offers.PrepareInput{Staff: lin, PhoneTail: "0000"})
			wantCode(t, err, "phone_unknown")
		}
		_, err = h.service.Prepare(ctx, offers.PrepareInput{Staff: lin, PhoneTail: "9999"})
		wantCode(t, err, "lookups_locked")
	})
}
