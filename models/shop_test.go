package models_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestOneLiveRedemption: of a voucher of one unit one redemption stands, whatever the code above believes; the sheet knows what
// was taken back, and a shop that was used stays.
func TestOneLiveRedemption(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		shop := models.Shop{BrandID: 7, Name: "Main Street"}
		c := testkit.Community(t, s, func(sc *models.Scope) error { return sc.InsertShop(&shop) })
		tx := func(fn func(*models.Scope) error) error {
			return s.Tx(context.Background(), func(tx *models.Tx) error { return fn(tx.In(c)) })
		}
		add := func(voucher models.VoucherID, request string) (models.Redemption, error) {
			r := models.Redemption{VoucherID: voucher, BrandID: 7, OfferID: 5, ShopID: shop.ID, StaffID: 9, RequestNo: request, Units: 1,
				Value: 500, Currency: "CAD", Proof: models.ShownTyped, LiveNo: sql.NullInt64{Int64: 1, Valid: true}}
			return r, tx(func(sc *models.Scope) error {
				sc.IssueRedemption(&r)
				touch := models.Touch{Kind: models.TouchRedeem, UID: r.TouchUID(false), MemberID: 3, VoucherID: voucher}
				return sc.WriteOff(models.WrittenOff{Redemptions: []*models.Redemption{&r}, Touches: []models.Touch{touch}})
			})
		}
		first, err := add(1, "request-1")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := add(1, "request-2"); !models.IsDuplicate(err) {
			t.Fatalf("a second one of the same voucher: %v", err)
		}
		if _, err := add(2, "request-1"); !models.IsDuplicate(err) {
			t.Fatalf("another voucher under the same request: %v", err)
		}
		clock.Advance(time.Minute)
		for want := range 2 { // the second time it was done before
			err = tx(func(sc *models.Scope) error {
				done, err := sc.ReverseRedemption(first.ID, 9, "wrong one")
				if done != (want == 0) {
					t.Errorf("reversed %v, time %d", done, want+1)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if _, err := add(1, "request-3"); err != nil {
			t.Fatalf("it cannot be written off again: %v", err)
		}
		err = tx(func(sc *models.Scope) error {
			done, err := sc.ReverseRedemption(first.ID, 9, "again")
			if done {
				t.Error("reversed a second time")
			}
			gone, derr := sc.DeleteShop(shop.ID)
			if gone || derr != nil {
				t.Errorf("a shop with redemptions was deleted: %v", derr)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		sc := s.Read(context.Background()).In(c)
		day := models.MillisOf(clock.Now())
		out, err := sc.SheetRows(7, shop.ID, day.Add(-time.Hour), day.Add(time.Hour), false)
		if err != nil || len(out) != 1 || out[0].Times != 2 || out[0].Value != 1000 || out[0].Units != 2 {
			t.Errorf("written off %+v, %v", out, err)
		}
		back, err := sc.SheetRows(7, shop.ID, day.Add(-time.Hour), day.Add(time.Hour), true)
		if err != nil || len(back) != 1 || back[0].Times != 1 || back[0].Value != 500 {
			t.Errorf("taken back %+v, %v", back, err)
		}
	})
}

// TestStanding: a redemption that was taken back, and its reversal, are left out in whatever order they come; another one of the
// same voucher stays.
func TestStanding(t *testing.T) {
	t.Parallel()
	first, again := models.Redemption{ID: 1, VoucherID: 9, Proof: models.ShownTyped}, models.Redemption{ID: 2, VoucherID: 9, Proof: models.ShownTyped}
	old := models.Redemption{ID: 3, VoucherID: 8} // of before there were proofs
	touches := []models.Touch{
		{Kind: models.TouchRedeem, UID: first.TouchUID(false)}, {Kind: models.TouchReverse, UID: first.TouchUID(true)},
		{Kind: models.TouchRedeem, UID: again.TouchUID(false)},
		{Kind: models.TouchReverse, UID: old.TouchUID(true)}, {Kind: models.TouchRedeem, UID: "redeem:8"},
		{Kind: models.TouchMini, UID: "redeem:1"},
	}
	for range len(touches) {
		touches = append(touches[1:], touches[0])
		stand := models.Standing(touches)
		if len(stand) != 2 {
			t.Fatalf("of %+v stand %+v", touches, stand)
		}
		for _, x := range stand {
			if x.Kind != models.TouchMini && x.UID != again.TouchUID(false) {
				t.Errorf("%s stands", x.UID)
			}
		}
	}
}
