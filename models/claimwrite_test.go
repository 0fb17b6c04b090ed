package models_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"siyu/internal/testkit"
	"siyu/models"
)

// fill gives every field of a row that has none a value of its own.
func fill(row any) {
	v := reflect.ValueOf(row).Elem()
	for i := range v.NumField() {
		f := v.Field(i)
		if !f.IsZero() {
			continue
		}
		if f.Kind() == reflect.Pointer {
			f.Set(reflect.New(f.Type().Elem()))
			f = f.Elem()
		}
		switch f.Kind() {
		case reflect.Int, reflect.Int64:
			f.SetInt(int64(1000 + i))
		case reflect.String:
			f.SetString(fmt.Sprintf("field %d?", i))
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Slice:
			f.SetBytes(fmt.Appendf(nil, "bytes %d", i))
		default:
			panic(f.Kind())
		}
	}
}

// TestHotRows: every field of a voucher is written by the prebuilt INSERT, whatever stands in it, alone and in a batch, and its
// event and touch are what the rows of these tables are.
func TestHotRows(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		type way func(context.Context, func(*models.Tx) error) error
		for i, write := range []way{s.Tx, s.Batch} {
			full := models.Voucher{ClaimKey: "it's a; key -- with \\ and ?", State: models.VoucherIssued, Used: 3, OfferID: 7}
			bare := models.Voucher{OfferID: 8, ClaimKey: "Key_1.2:3-4", CodeRef: []byte("hash"), CodeProof: []byte("sealed"), State: models.VoucherIssued, Seq: 1}
			community := testkit.Community(t, s, func(*models.Scope) error { return nil })
			full.CommunityID, full.Cycles = community, i+1
			seq := i + 1
			full.HouseholdSeq = &seq
			fill(&full)
			full.CodeRef, bare.CodeRef = fmt.Append(full.CodeRef, i), fmt.Append(bare.CodeRef, i)
			full.ID += models.VoucherID(i)
			full.MemberID += models.MemberID(i)
			bare.ID, bare.CommunityID, bare.MemberID, bare.Ver, bare.Units = full.ID+10, community, full.MemberID, 1, 1
			err := write(t.Context(), func(tx *models.Tx) error {
				return tx.In(community).InsertVouchers([]*models.Voucher{&full, &bare}, nil)
			})
			if err != nil {
				t.Fatal(err)
			}
			read := s.Read(t.Context()).In(community)
			for _, want := range []models.Voucher{full, bare} {
				if got, err := read.Voucher(want.ID); err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("wrote\n%+v and read\n%+v, %v", want, got, err)
				}
			}
			for _, want := range []models.Voucher{full, bare} { // as claims read them
				sight, err := read.SeeClaims(want.OfferID, []models.MemberID{want.MemberID, want.MemberID + 1}, []string{"no-such-key", "nor-this"}, false)
				if err != nil || len(sight.Held) != 1 || !reflect.DeepEqual(sight.Held[0], want) {
					t.Errorf("claims see\n%+v of\n%+v, %v", sight.Held, want, err)
				}
			}
			touches, err := read.TouchesOf(full.MemberID)
			if err != nil || len(touches) != 2 {
				t.Fatalf("%+v, %v", touches, err)
			}
			touch := touches[0]
			want := models.Touch{ID: touch.ID, CommunityID: community, UID: "claim:" + full.ID.String(), Kind: models.TouchClaim, At: touch.At,
				ReceivedAt: touch.At, MemberID: full.MemberID, GroupID: full.GroupID, OfferID: full.OfferID, BrandID: full.BrandID,
				PlacementID: full.PlacementID, VoucherID: full.ID}
			if touch != want || touch.At == 0 {
				t.Errorf("touch %+v, want %+v", touch, want)
			}
			events, err := read.EventsOf([]models.VoucherID{full.ID})
			if e := events[full.ID]; err != nil || len(e) != 1 || e[0] != (models.VoucherEvent{ID: e[0].ID, CommunityID: community, VoucherID: full.ID,
				N: full.Ver, Kind: models.EventClaimed, At: touch.At, Units: full.Units}) {
				t.Errorf("%+v, %v", e, err)
			}
			alone := bare // of which no row has more
			alone.ID, alone.MemberID, alone.CodeRef = bare.ID+10, bare.MemberID+10, append([]byte("alone"), bare.CodeRef...)
			err = write(t.Context(), func(tx *models.Tx) error { return tx.In(community).InsertVouchers([]*models.Voucher{&alone}, nil) })
			if got, errRead := read.Voucher(alone.ID); err != nil || errRead != nil || !reflect.DeepEqual(got, alone) {
				t.Errorf("wrote\n%+v and read\n%+v, %v, %v", alone, got, err, errRead)
			}
			again := bare
			again.ID++
			err = write(t.Context(), func(tx *models.Tx) error { return tx.In(community).InsertVouchers([]*models.Voucher{&again}, nil) })
			if !models.IsDuplicate(err) {
				t.Errorf("the same key a second time: %v", err)
			}
		}
	})
}

// TestGiveVouchers: vouchers are given only with their place in the stock, all of them or none.
func TestGiveVouchers(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		o := models.Offer{State: models.OfferApproved, Title: "t", Body: "b", Currency: "CAD", Stock: 2, PerMember: 1}
		community := testkit.Community(t, s, func(sc *models.Scope) error { return sc.InsertOffer(&o) })
		tries := 0
		give := func(members ...models.MemberID) error {
			return s.Batch(t.Context(), func(tx *models.Tx) error {
				sc := tx.In(community)
				if tries++; tries > 2 { // it would try until somebody gives stock back
					return models.Errorf(models.Exhausted, "enough", "tried enough")
				}
				all := make([]*models.Voucher, len(members))
				for i, m := range members {
					all[i] = &models.Voucher{OfferID: o.ID, MemberID: m, Seq: 1, ClaimKey: "a-key", CodeRef: []byte(strings.Repeat("h", int(m)))}
					sc.IssueVoucher(all[i])
				}
				_, err := sc.GiveVouchers(o.ID, all, 0, []models.Transfer{{Code: models.CodeClaim, Ref: fmt.Sprint("voucher:", members), Unit: "CAD", Amount: 5,
					Debit: models.SponsorPurse(9), Credit: models.PurseIncome, OwnerID: 9, OfferID: o.ID, ContractID: 4}}, false)
				return err
			})
		}
		if err := give(1); err != nil {
			t.Fatal(err)
		}
		if err := give(2, 3); models.CodeOf(err) != "enough" || tries != 3 {
			t.Errorf("two of one that is left: %v at try %d", err, tries)
		}
		read := s.Read(t.Context()).In(community)
		all, err := read.AllVouchers()
		got, errOffer := read.Offer(o.ID)
		booked, errBooked := read.TransfersOf([]int64{9}, "", 9)
		if errBooked != nil || len(booked) != 1 || booked[0].Amount != 5 || booked[0].ID != models.NewTransferID(community, models.CodeClaim, "voucher:[1]") ||
			booked[0].ContractID != 4 || booked[0].Debit != models.SponsorPurse(9) || booked[0].PendingID != nil || booked[0].At == 0 {
			t.Errorf("booked %+v, %v", booked, errBooked)
		}
		if err != nil || errOffer != nil || len(all) != 1 || got.Claimed != 1 {
			t.Errorf("%d vouchers, %d taken, %v, %v", len(all), got.Claimed, err, errOffer)
		}
	})
}
