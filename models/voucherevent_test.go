package models_test

import (
	"testing"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestVoucherEvents: a number of a voucher's events is given once, and a voucher cannot be used more than it holds.
func TestVoucherEvents(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		var first, second models.Voucher
		community := testkit.Community(t, s, func(sc *models.Scope) error {
			first = models.Voucher{OfferID: 1, MemberID: 1, Seq: 1, ClaimKey: "key-of-one", CodeRef: []byte("one"), CodeProof: []byte("one")}
			second = models.Voucher{OfferID: 1, MemberID: 2, Seq: 1, ClaimKey: "key-of-two", CodeRef: []byte("two"), CodeProof: []byte("two")}
			if err := sc.InsertVoucher(&first); err != nil {
				return err
			}
			return sc.InsertVoucher(&second)
		})
		add := func(all ...models.VoucherEvent) error {
			return s.Tx(t.Context(), func(tx *models.Tx) error { return tx.In(community).AddVoucherEvents(all) })
		}
		if err := add(models.VoucherEvent{VoucherID: first.ID, N: 1, Kind: models.EventClaimed},
			models.VoucherEvent{VoucherID: first.ID, N: 2, Kind: models.EventRedeemed, ShopID: 7, Units: 1, Ref: "9"}); err != nil {
			t.Fatal(err)
		}
		if err := add(models.VoucherEvent{VoucherID: second.ID, N: 1}, models.VoucherEvent{VoucherID: first.ID, N: 2, Kind: models.EventVoided}); !models.IsDuplicate(err) {
			t.Errorf("a number was given twice: %v", err)
		}
		got, err := s.Read(t.Context()).In(community).EventsOf([]models.VoucherID{first.ID, second.ID})
		if err != nil || len(got[first.ID]) != 2 || len(got[second.ID]) != 0 || got[first.ID][1].ShopID != 7 || got[first.ID][1].At == 0 {
			t.Errorf("%+v, %v", got, err)
		}
		err = s.Tx(t.Context(), func(tx *models.Tx) error {
			return tx.In(community).InsertVoucher(&models.Voucher{OfferID: 1, MemberID: 3, Seq: 1, ClaimKey: "key-of-three",
				CodeRef: []byte("three"), CodeProof: []byte("three"), Units: 2, Used: 3})
		})
		if models.CodeOf(err) != "check_failed" {
			t.Errorf("three of two units: %v", err)
		}
	})
}
