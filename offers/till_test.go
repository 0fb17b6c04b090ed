package offers_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

// shopOf opens a shop of the first brand and gives clerks their places in it; the first is the manager.
func (h *house) shopOf(name string, clerks ...models.Account) models.Shop {
	h.t.Helper()
	s := models.Shop{BrandID: h.brands[0], Name: name}
	h.tx(func(sc *models.Scope) error {
		if err := sc.InsertShop(&s); err != nil {
			return err
		}
		for i, c := range clerks {
			if err := sc.PutShopStaff(models.ShopStaff{AccountID: c.ID, ShopID: s.ID, Manager: i == 0}); err != nil {
				return err
			}
		}
		return nil
	})
	return s
}

// clerk makes an account of staff of the first brand.
func (h *house) clerk(name string) models.Account {
	h.t.Helper()
	a := models.Account{Role: models.Staff, BrandID: h.brands[0], Login: name + h.community.String(), Name: name, PasswordHash: []byte("x")}
	h.tx(func(sc *models.Scope) error { return sc.InsertAccount(&a) })
	return a
}

// brandUser makes an account of the first brand's own.
func (h *house) brandUser() models.Account {
	h.t.Helper()
	a := models.Account{Role: models.BrandUser, BrandID: h.brands[0], Login: "owner" + h.community.String(), Name: "Owner", PasswordHash: []byte("x")}
	h.tx(func(sc *models.Scope) error { return sc.InsertAccount(&a) })
	return a
}

// runner2 is the runner of a second server.
func (h *house) runner2() *jobs.Runner {
	h.t.Helper()
	r, err := jobs.NewRunner(jobs.Options{Store: h.store})
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// holds gives a member vouchers of an offer.
func (h *house) holds(member models.MemberID, o models.Offer, n int) []offers.Claimed {
	h.t.Helper()
	all := make([]offers.Claimed, n)
	for i := range all {
		var err error
		if all[i], err = h.claim(member, o.ID, fmt.Sprintf("key-%d-%s-%s", i, member, o.ID)); err != nil {
			h.t.Fatal(err)
		}
	}
	return all
}

// issue gives a member a voucher of some units, which no claim made.
func (h *house) issue(member models.MemberID, o models.Offer, units int) (models.Voucher, string) {
	h.t.Helper()
	v := models.Voucher{OfferID: o.ID, BrandID: o.BrandID, MemberID: member, Seq: 1, ClaimKey: "key-" + member.String(), ValidTo: o.RedeemBy, Units: units}
	code := ""
	h.tx(func(sc *models.Scope) error {
		code = offers.CodeInto(sc.Keys(), &v)
		return sc.InsertVoucher(&v)
	})
	return v, code
}

func arg(err error, name string) string {
	e, _ := errors.AsType[*models.Error](err)
	if e == nil {
		return ""
	}
	return fmt.Sprint(e.Args[name])
}

// TestPrepareThenConfirm: what one clerk has before her nobody else writes off, until she lets go or the time is over; she herself
// may be late; several vouchers of one person are all written off or none; and the second attempt says who, where and when.
func TestPrepareThenConfirm(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		ctx := context.Background()
		d := h.draft(9)
		d.PerMember = 3
		o := h.open(d)
		lin, wu := h.clerk("Lin"), h.clerk("Wu")
		shop := h.shopOf("Main Street", lin, wu)
		ann := h.holds(h.member("ann"), o, 3)
		bea := h.holds(h.member("bea"), o, 1)

		_, err := h.service.Prepare(ctx, offers.PrepareInput{Staff: h.staff[0], Shop: shop.ID, Code: ann[0].Code})
		wantCode(t, err, "not_your_shop")
		first, err := h.service.Prepare(ctx, offers.PrepareInput{Staff: lin, Code: ann[0].Code}) // her only shop
		if err != nil || len(first.Vouchers) != 1 || first.Vouchers[0].ID != ann[0].ID || len(first.Others) != 2 || first.Others[0].Token != "" {
			t.Fatalf("%+v, %v", first, err)
		}
		_, err = h.service.Prepare(ctx, offers.PrepareInput{Staff: wu, Code: ann[0].Code})
		wantCode(t, err, "voucher_reserved")
		if arg(err, "by") != "Lin" {
			t.Errorf("it does not say who has it: %v", err)
		}
		_, err = h.service.Redeem(ctx, offers.RedeemInput{Staff: wu, Code: ann[0].Code, RequestNo: "request-wu-1"})
		wantCode(t, err, "voucher_reserved")

		second, err := h.service.Prepare(ctx, offers.PrepareInput{Staff: lin, Voucher: ann[1].ID, With: first.Vouchers[0].Token})
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.service.Prepare(ctx, offers.PrepareInput{Staff: lin, Voucher: bea[0].ID, With: first.Vouchers[0].Token})
		wantCode(t, err, "reservation_over") // of another person
		other, err := h.service.Prepare(ctx, offers.PrepareInput{Staff: lin, Code: bea[0].Code})
		if err != nil {
			t.Fatal(err)
		}

		both := []offers.Use{{Token: first.Vouchers[0].Token}, {Token: second.Vouchers[0].Token}}
		in := offers.RedeemInput{Staff: lin, RequestNo: "request-1", Uses: slices.Concat(both, []offers.Use{{Token: other.Vouchers[0].Token}})}
		_, err = h.service.Redeem(ctx, in)
		wantCode(t, err, "several_people")
		in.Uses = slices.Concat(both, []offers.Use{{Code: offers.AnyCode().String()}})
		_, err = h.service.Redeem(ctx, in)
		wantCode(t, err, "code_unknown")
		if v, err := h.read().Voucher(ann[0].ID); err != nil || v.State != models.VoucherIssued {
			t.Fatalf("one of a refused request was written off: %+v, %v", v, err)
		}
		clock.Advance(5 * time.Minute) // over, but nobody else has taken them up
		in.Uses = both
		done, err := h.service.Redeem(ctx, in)
		if err != nil || len(done.Lines) != 2 || done.Lines[1].VoucherID != ann[1].ID || done.Lines[0].ShopName != "Main Street" || done.Lines[0].ShopID != shop.ID {
			t.Fatalf("%+v, %v", done, err)
		}
		again, err := h.service.Redeem(ctx, in)
		if err != nil || !again.Repeated || len(again.Lines) != 2 || again.Lines[1].Redemption != done.Lines[1].Redemption {
			t.Fatalf("the same again gave %+v, %v", again, err)
		}
		in.Uses = both[:1]
		_, err = h.service.Redeem(ctx, in)
		wantCode(t, err, "request_reused")
		_, err = h.service.Prepare(ctx, offers.PrepareInput{Staff: wu, Code: ann[1].Code})
		wantCode(t, err, "already_redeemed")
		if arg(err, "by") != "Lin" || arg(err, "shop") != "Main Street" || !strings.Contains(arg(err, "at"), ":") {
			t.Errorf("it does not say who, where and when: %v %v %v", arg(err, "by"), arg(err, "shop"), arg(err, "at"))
		}

		// Let go, and taken up by another: who let go confirms nothing.
		if err := h.service.Release(ctx, lin, other.Vouchers[0].Token); err != nil {
			t.Fatal(err)
		}
		taken, err := h.service.Prepare(ctx, offers.PrepareInput{Staff: wu, Code: bea[0].Code})
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.service.Redeem(ctx, offers.RedeemInput{Staff: lin, RequestNo: "request-2", Uses: []offers.Use{{Token: other.Vouchers[0].Token}}})
		wantCode(t, err, "reservation_over")
		clock.Advance(time.Hour)
		_, err = h.service.Redeem(ctx, offers.RedeemInput{Staff: wu, RequestNo: "request-3", Uses: []offers.Use{{Token: taken.Vouchers[0].Token}}})
		wantCode(t, err, "reservation_over") // much too late
		if events, err := h.read().EventsOf([]models.VoucherID{bea[0].ID}); err != nil || len(events[bea[0].ID]) != 4 {
			t.Errorf("events %+v, %v", events, err)
		}
	})
}

// TestReverse: a clerk takes her own back for five minutes, the manager anybody's for an hour, in their shop alone, once; the
// voucher can be used again, and the funnel has forgotten the redemption.
func TestReverse(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		ctx := context.Background()
		o := h.open(h.draft(9))
		boss, lin, far := h.clerk("Boss"), h.clerk("Lin"), h.clerk("Far")
		h.shopOf("Main Street", boss, lin)
		h.shopOf("Harbour", far)
		ann := h.member("ann")
		v := h.holds(ann, o, 1)[0]
		redeem := func(no string) models.Redemption {
			t.Helper()
			done, err := h.service.Redeem(ctx, offers.RedeemInput{Staff: lin, Code: v.Code, RequestNo: no})
			if err != nil {
				t.Fatal(err)
			}
			return done.Redemption
		}
		reverse := func(by models.Account, id models.RedemptionID) error {
			_, err := h.service.Reverse(ctx, offers.ReverseInput{By: by, Redemption: id, Reason: "wrong one"})
			return err
		}
		r := redeem("request-1")
		_, err := h.service.Reverse(ctx, offers.ReverseInput{By: lin, Redemption: r.ID, Reason: "  "})
		wantCode(t, err, "why_missing")
		wantCode(t, reverse(far, r.ID), "not_your_shop")
		wantCode(t, reverse(h.staff[1], r.ID), "redemption_not_found") // of another brand
		clock.Advance(5*time.Minute + time.Millisecond)
		wantCode(t, reverse(lin, r.ID), "reverse_late")
		if err := reverse(boss, r.ID); err != nil {
			t.Fatal(err)
		}
		if err := reverse(boss, r.ID); err != nil {
			t.Errorf("a second time: %v", err)
		}
		wantCode(t, reverse(lin, r.ID), "already_reversed")
		touches, err := h.read().TouchesOf(ann)
		if err != nil || len(touches) != 1 || touches[0].Kind != models.TouchClaim {
			t.Errorf("the funnel knows %+v, %v", touches, err)
		}
		old, err := h.service.Redeem(ctx, offers.RedeemInput{Staff: lin, Code: v.Code, RequestNo: "request-1"})
		if err != nil || !old.Repeated || old.Redemption.ReversedAt == 0 {
			t.Fatalf("a late copy of the request that was taken back: %+v, %v", old, err)
		}
		for i := 2; i <= 10; i++ { // ten times in all
			again := redeem(fmt.Sprintf("request-%d", i))
			wantCode(t, reverse(boss, r.ID+1), "redemption_not_found")
			if err := reverse(lin, again.ID); err != nil {
				t.Fatal(err)
			}
		}
		last := redeem("request-11")
		wantCode(t, reverse(lin, last.ID), "reverse_often")
		clock.Advance(time.Hour + time.Millisecond)
		wantCode(t, reverse(boss, last.ID), "reverse_late")
		if touches, err = h.read().TouchesOf(ann); err != nil || len(touches) != 2 || touches[1].UID != last.TouchUID(false) {
			t.Errorf("the funnel knows %+v, %v", touches, err)
		}
		held, err := h.read().Voucher(v.ID)
		if err != nil || held.State != models.VoucherRedeemed || held.Used != 1 || held.Cycles != 10 || held.Ver != 1+10*2+1 {
			t.Errorf("%+v, %v", held, err)
		}
	})
}

// TestUnits: a voucher of several units is used bit by bit, never more than there are, and what is taken back is there again.
func TestUnits(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		ctx := context.Background()
		o := h.open(h.draft(2))
		_, code := h.issue(h.member("ann"), o, 3)
		redeem := func(no string, units int) (offers.Redeemed, error) {
			return h.service.Redeem(ctx, offers.RedeemInput{Staff: h.staff[0], RequestNo: no, Uses: []offers.Use{{Code: code, Units: units}}})
		}
		one, err := redeem("request-1", 0)
		if err != nil || one.Lines[0].UnitsLeft != 2 || one.Redemption.Value != 166 {
			t.Fatalf("%+v, %v", one, err)
		}
		_, err = redeem("request-2", 3)
		wantCode(t, err, "units_left")
		_, err = redeem("request-1", 2)
		wantCode(t, err, "request_reused")
		two, err := redeem("request-3", 2)
		if err != nil || two.Lines[0].UnitsLeft != 0 || two.Redemption.Value != 334 { // all of it is worth 500
			t.Fatalf("%+v, %v", two, err)
		}
		_, err = redeem("request-4", 1)
		wantCode(t, err, "already_redeemed")
		if _, err := h.service.Reverse(ctx, offers.ReverseInput{By: h.staff[0], Redemption: one.Redemption.ID, Reason: "one only"}); err != nil {
			t.Fatal(err)
		}
		if _, err := redeem("request-5", 1); err != nil {
			t.Fatal(err)
		}
		_, err = redeem("request-6", 1)
		wantCode(t, err, "already_redeemed")
		sheet, err := h.service.Sheet(ctx, h.community, h.brands[0], 0, "")
		if err != nil || len(sheet.Offers) != 1 || sheet.Offers[0].Redeemed != 3 || sheet.Offers[0].Reversed != 1 || sheet.Offers[0].Units != 3 {
			t.Errorf("%+v, %v", sheet, err)
		}
	})
}
