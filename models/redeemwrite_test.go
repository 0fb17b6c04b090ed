package models_test

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"testing"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestWriteOff: every field of everything that a write-off leaves behind is written, whatever stands in it, alone and in a batch,
// also where each voucher of many becomes something else; and if one of them is not as it was read, nothing is.
func TestWriteOff(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		type way func(context.Context, func(*models.Tx) error) error
		for i, write := range []way{s.Tx, s.Batch} {
			const many = 7
			held := make([]models.Voucher, many)
			community := testkit.Community(t, s, func(sc *models.Scope) error {
				for n := range held {
					held[n] = models.Voucher{OfferID: models.OfferID(i + 1), MemberID: models.MemberID(100*i + n + 1), Seq: 1, ClaimKey: "key", Units: 2000,
						CodeRef: fmt.Appendf(nil, "%d-%d", i, n), CodeProof: []byte("sealed"), BrandID: 4, TermsID: 6}
					if err := sc.InsertVoucher(&held[n]); err != nil {
						return err
					}
				}
				return nil
			})
			w := writtenOff(community, held)
			if err := write(t.Context(), func(tx *models.Tx) error { return tx.In(community).WriteOff(w) }); err != nil {
				t.Fatal(err)
			}
			wantWrittenOff(t, s, community, w)
			tries := 0
			err := write(t.Context(), func(tx *models.Tx) error { // as they were before: one of them, and one that is as it was read
				if tries++; tries > 1 {
					return models.Errorf(models.Exhausted, "enough", "tried enough")
				}
				again := []models.VoucherChange{w.Changes[0], {Before: w.Changes[1].After, After: w.Changes[1].Before}}
				return tx.In(community).WriteOff(models.WrittenOff{Changes: again})
			})
			if models.CodeOf(err) != "enough" || tries != 2 {
				t.Errorf("one that had moved: %v after %d tries", err, tries)
			}
			wantWrittenOff(t, s, community, w)
		}
	})
}

// writtenOff fills every field of everything, and leaves every other redemption as bare as it may be.
func writtenOff(community models.CommunityID, held []models.Voucher) models.WrittenOff {
	w := models.WrittenOff{Then: models.Job{Kind: "none.such", Args: `{"a": "it's; -- \\ ?"}`, CommunityID: community, RunAt: 7}}
	key := "key of " + community.String()
	w.Then.UniqueKey = &key
	fill(&w.Then)
	for n, v := range held {
		after := v
		after.Ver, after.Used, after.State, after.Cycles = v.Ver+1+n%2, n, models.VoucherRedeemed, n
		after.RedeemedAt, after.ReservedUntil, after.VoidedAt = models.Millis(5+n%3), models.Millis(n), 8
		after.ReservedBy, after.ReserveToken, after.VoidReason = models.AccountID(n), fmt.Sprint("it's ", n/2), "why; -- ?"
		after.StockReturned, after.QRWindow = n%2 == 0, int64(n%3)
		w.Changes = append(w.Changes, models.VoucherChange{Before: v, After: after})
		r, e := &models.Redemption{VoucherID: v.ID, RequestNo: fmt.Sprint("request-", n), StaffID: models.AccountID(community), Units: 1}, models.VoucherEvent{VoucherID: v.ID, N: after.Ver}
		touch := models.Touch{Kind: models.TouchRedeem, UID: fmt.Sprint("uid-", n), MemberID: v.MemberID, VoucherID: v.ID}
		r.ID, r.CommunityID = models.RedemptionID(int64(v.ID)+1000), community
		if n%2 == 0 {
			r.Currency, r.LiveNo = "CAD", sql.NullInt64{Int64: int64(n + 1), Valid: true}
			fill(r)
			e.Kind = models.EventRedeemed
			fill(&e)
			fill(&touch)
		}
		w.Redemptions, w.Events, w.Touches = append(w.Redemptions, r), append(w.Events, e), append(w.Touches, touch)
	}
	w.Charges = []models.Transfer{{Code: models.CodeRedemption, Ref: "redemption:" + held[0].ID.String(), Unit: "CAD", Amount: 5,
		Debit: models.SponsorPurse(9), Credit: models.PurseIncome, OwnerID: int64(community), OfferID: 7, ContractID: 4}}
	return w
}

func wantWrittenOff(t *testing.T, s *models.Store, community models.CommunityID, w models.WrittenOff) {
	t.Helper()
	read := s.Read(t.Context()).In(community)
	same := func(what string, got, want any, err error) {
		t.Helper()
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: wrote\n%+v and read\n%+v, %v", what, want, got, err)
		}
	}
	for i, c := range w.Changes {
		v, err := read.Voucher(c.Before.ID)
		same("voucher", v, c.After, err)
		r, err := read.Redemption(w.Redemptions[i].ID)
		same("redemption", r, *w.Redemptions[i], err)
		events, err := read.EventsOf([]models.VoucherID{c.Before.ID})
		same("events", events[c.Before.ID], []models.VoucherEvent{w.Events[i]}, err)
		touches, err := read.TouchesOf(c.Before.MemberID)
		same("touches", touches, []models.Touch{w.Touches[i]}, err)
	}
	booked, err := read.TransfersOf([]int64{int64(community)}, "", 9)
	if err != nil || len(booked) != 1 || booked[0].Amount != 5 || booked[0].Ref != w.Charges[0].Ref {
		t.Errorf("booked %+v, %v", booked, err)
	}
	var waiting []models.Job
	due, err := read.DueJobs(models.WallClock{}.Now(), 100)
	for _, j := range due {
		if j.CommunityID == community {
			j.ID, j.CreatedAt, j.State = w.Then.ID, w.Then.CreatedAt, w.Then.State // which are given to it
			waiting = append(waiting, j)
		}
	}
	same("job", waiting, []models.Job{w.Then}, err)
}
