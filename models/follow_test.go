package models_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestFollowingRows: the event, the touch, the mark and the charge of each voucher are the same whether they are written as rows or
// made by the database from the vouchers, and charges that differ are written as they are.
func TestFollowingRows(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		for i, write := range []func(context.Context, func(*models.Tx) error) error{s.Tx, s.Batch} {
			for _, x := range []struct {
				name    string
				backed  bool // the ids go down: nothing is made from a range of them
				unequal bool // not all pay the same
				units   int  // of every other voucher
			}{{"alike", false, false, 1}, {"from the vouchers", false, false, 2}, {"as rows", true, false, 2}, {"each its own charge", false, true, 1}} {
				t.Run(fmt.Sprint(x.name, i), func(t *testing.T) {
					community := testkit.Community(t, s, func(*models.Scope) error { return nil })
					all, charges := make([]*models.Voucher, 40), make([]models.Transfer, 40)
					for n := range all {
						all[n] = &models.Voucher{OfferID: 7, BrandID: 8, MemberID: models.MemberID(community) + models.MemberID(n%30), Seq: n + 1, Units: 1 + n%2*(x.units-1),
							ClaimKey: fmt.Sprint("key-", n), CodeRef: fmt.Append(nil, community, n), CodeProof: []byte("x"), GroupID: models.GroupID(n % 2 * 11),
							PlacementID: models.PlacementID(n % 2 * 12),
							TermsID:     13, ValidFrom: models.Millis(n % 4), ValidTo: 1000}
					}
					err := write(t.Context(), func(tx *models.Tx) error {
						sc := tx.In(community)
						sc.IssueVouchers(all)
						if x.backed {
							slices.Reverse(all)
						}
						for n, v := range all {
							charges[n] = models.Transfer{Code: models.CodeClaim, Ref: "voucher:" + v.ID.String(), Unit: "CAD", Amount: 50, Debit: models.SponsorPurse(8),
								Credit: models.PurseIncome, OwnerID: 8, OfferID: 7, ContractID: 9}
							if x.unequal {
								charges[n].Amount += int64(n)
							}
						}
						return sc.InsertVouchers(all, charges)
					})
					if err != nil {
						t.Fatal(err)
					}
					followed(t, s.Read(t.Context()).In(community), all, charges)
					err = s.Tx(t.Context(), func(tx *models.Tx) error {
						for _, v := range all[:30] { // each is another member's
							if marked, err := tx.In(community).TakeDirty(v.MemberID); err != nil || !marked {
								return fmt.Errorf("the journey of %s is marked: %t, %w", v.MemberID, marked, err)
							}
						}
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
		}
	})
}

// followed compares what is there with what follows from vouchers.
func followed(t *testing.T, read *models.Scope, all []*models.Voucher, charges []models.Transfer) {
	t.Helper()
	var ids []models.VoucherID
	var names []models.TransferID
	for n, v := range all {
		ids, names = append(ids, v.ID), append(names, models.NewTransferID(read.Community, models.CodeClaim, charges[n].Ref))
	}
	events, err := read.EventsOf(ids)
	if err != nil {
		t.Fatal(err)
	}
	booked, err := read.TransfersByID(names)
	if err != nil || len(booked) != len(all) {
		t.Fatalf("%d charges of %d, %v", len(booked), len(all), err)
	}
	seen := map[models.TouchID]bool{}
	for n, v := range all {
		if got, err := read.Voucher(v.ID); err != nil || !reflect.DeepEqual(got, *v) {
			t.Errorf("voucher %+v, want %+v, %v", got, *v, err)
		}
		want := models.VoucherEvent{CommunityID: read.Community, VoucherID: v.ID, N: 1, Kind: models.EventClaimed, At: v.IssuedAt, Units: v.Units}
		got := events[v.ID]
		if len(got) == 1 {
			want.ID = got[0].ID
		}
		if len(got) != 1 || got[0] != want || want.ID == 0 {
			t.Errorf("event %+v, want %+v", got, want)
		}
		touches, err := read.TouchesOf(v.MemberID)
		at := slices.IndexFunc(touches, func(o models.Touch) bool { return o.VoucherID == v.ID })
		if err != nil || at < 0 {
			t.Fatalf("no touch of %s among %+v, %v", v.ID, touches, err)
		}
		touch := models.Touch{ID: touches[at].ID, CommunityID: read.Community, UID: "claim:" + v.ID.String(), Kind: models.TouchClaim, At: v.IssuedAt,
			ReceivedAt: v.IssuedAt, MemberID: v.MemberID, GroupID: v.GroupID, OfferID: 7, BrandID: 8, PlacementID: v.PlacementID, VoucherID: v.ID}
		if touches[at] != touch || touch.ID == 0 || seen[touch.ID] {
			t.Errorf("touch %+v, want %+v", touches[at], touch)
		}
		seen[touch.ID] = true
		charge := charges[n]
		charge.ID, charge.CommunityID, charge.At = names[n], read.Community, v.IssuedAt
		if booked[names[n]] != charge {
			t.Errorf("charge %+v, want %+v", booked[names[n]], charge)
		}
	}
}

// TestTransferIDs: a charge is named by the id of what it is for, everything else by a hash, and both names of a charge are known.
func TestTransferIDs(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ code, ref, want string }{
		{models.CodeClaim, "voucher:817263544938430464", "0b5780dd33ee8000" + "636c61696d000000"},
		{models.CodeRedemption, "redemption:255", "00000000000000ff" + "726564656d707469"},
		{models.CodeClaim, "redemption:255", ""}, {models.CodeClaim, "voucher:", ""}, {models.CodeClaim, "voucher:-5", ""},
		{models.CodeClaim, "voucher:0", ""}, {models.CodeClaim, "voucher:007", ""}, {models.CodeClaim, "voucher:+7", ""}, {models.CodeClaim, "voucher:7:8", ""},
		{models.CodePlacement, "placement:255", ""}, {"visit", "voucher:255", ""}, {"", ":5", ""}, {"claim", "", ""},
	} {
		got, all := models.NewTransferID(1, x.code, x.ref), models.TransferIDs(1, x.code, x.ref)
		switch {
		case len(got) != 32 || all[0] != got:
			t.Errorf("%s of %s is named %s, %s", x.code, x.ref, got, all)
		case x.want != "" && (string(got) != x.want || len(all) != 2 || all[1] == got):
			t.Errorf("%s of %s is named %s, %s, want %s", x.code, x.ref, got, all, x.want)
		case x.want == "" && len(all) != 1:
			t.Errorf("%s of %s has the names %s", x.code, x.ref, all)
		}
	}
	if a, b := models.NewTransferID(1, models.CodeFlat, "contract:5:2026-05"), models.NewTransferID(2, models.CodeFlat, "contract:5:2026-05"); a == b {
		t.Error("two communities share the name of a transfer")
	}
}
