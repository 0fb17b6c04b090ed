package reconcile_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers/ledger"
	"siyu/offers/reconcile"
)

// TestBooksAtScale proves the books of SIYU_BENCH_BOOKS vouchers on each engine (make bench-books), and says how long it took and
// how much memory it needed at most.
func TestBooksAtScale(t *testing.T) {
	t.Parallel()
	n, err := strconv.Atoi(os.Getenv("SIYU_BENCH_BOOKS"))
	if err != nil || n <= 0 {
		t.Skip("minutes: make bench-books")
	}
	testkit.EachAlone(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		w := &world{t: t, store: s}
		w.community = testkit.Community(t, s, w.furnish)
		began := models.WallClock{}.Now()
		redeemed := w.fill(n)
		t.Logf("%d vouchers, %d of them redeemed, are written in %s", n, redeemed, models.WallClock{}.Now().Sub(began).Round(time.Second))
		stop := peak()
		began = models.WallClock{}.Now()
		sum, err := reconcile.Run(t.Context(), reconcile.Options{Store: s, Tell: func(_ models.CommunityID, d reconcile.Difference) { t.Errorf("%+v", d) }}, w.community)
		took := models.WallClock{}.Now().Sub(began)
		t.Logf("proved in %.1f s with %d MiB at most: %v, %+v", took.Seconds(), stop()>>20, sum.Rows, sum.Stock)
		if err != nil || sum.Rows["vouchers"] != int64(n) || sum.Stock.Redeemed != int64(redeemed) || sum.Stock.Claimed != int64(n) {
			t.Errorf("of %d vouchers %d were looked at, %d redeemed, %v", n, sum.Rows["vouchers"], sum.Stock.Redeemed, err)
		}
	})
}

// fill gives and writes off vouchers as the program does, five hundred together, and returns how many were written off.
func (w *world) fill(n int) (redeemed int) {
	const together, of = 500, 50_000
	for at := 0; at < n; at += together {
		w.tx(func(sc *models.Scope) error {
			if at%of == 0 {
				w.offer.ID, w.offer.Stock = 0, of
				if err := sc.InsertOffer(&w.offer); err != nil {
					return err
				}
			}
			all := make([]*models.Voucher, min(together, n-at))
			for i := range all {
				ref := binary.BigEndian.AppendUint64(nil, uint64(at+i))[1:]
				all[i] = &models.Voucher{OfferID: w.offer.ID, BrandID: w.brand, MemberID: models.MemberID((at+i)%of + 1), Seq: 1,
					ClaimKey: fmt.Sprint("key-", at+i), CodeRef: ref, CodeProof: make([]byte, 4), ValidTo: w.offer.RedeemBy}
			}
			sc.IssueVouchers(all) // as a batch of claims does: what follows from them is made by the database
			contracts, err := sc.ContractsOf(w.brand)
			if err != nil {
				return err
			}
			if _, err := sc.GiveVouchers(w.offer.ID, all, 0, ledger.ClaimCharges(contracts, w.offer, all, sc.Now), false); err != nil {
				return err
			}
			used := all[:len(all)*3/10]
			redeemed += len(used)
			return writeOff(sc, used)
		})
	}
	return redeemed
}

// writeOff redeems some vouchers.
func writeOff(sc *models.Scope, all []*models.Voucher) error {
	var w models.WrittenOff
	var ids []models.RedemptionID
	var uses []ledger.Use
	for _, v := range all {
		after := *v
		after.Ver, after.Used, after.State, after.RedeemedAt = 2, 1, models.VoucherRedeemed, sc.Now
		w.Changes = append(w.Changes, models.VoucherChange{Before: *v, After: after})
		r := &models.Redemption{VoucherID: v.ID, OfferID: v.OfferID, BrandID: v.BrandID, StaffID: 1, RequestNo: "request-" + v.ID.String(), Units: 1}
		r.LiveNo.Valid, r.LiveNo.Int64 = true, 1
		sc.IssueRedemption(r)
		w.Redemptions, ids = append(w.Redemptions, r), append(ids, r.ID)
		w.Events = append(w.Events, models.VoucherEvent{VoucherID: v.ID, N: 2, Kind: models.EventRedeemed, Units: 1, Ref: r.ID.String()})
		w.Touches = append(w.Touches, models.Touch{Kind: models.TouchRedeem, UID: r.TouchUID(false), MemberID: v.MemberID, OfferID: v.OfferID,
			BrandID: v.BrandID, VoucherID: v.ID})
		uses = append(uses, ledger.Use{Voucher: after, Redemption: *r})
	}
	contracts, err := sc.ContractsOf(all[0].BrandID)
	if err != nil {
		return err
	}
	w.Charges = ledger.RedeemCharges(map[models.BrandID][]models.Contract{all[0].BrandID: contracts}, uses)
	if w.Then, err = jobs.Made(models.AfterRedeem{Community: sc.Community, Redemptions: ids}, sc.Now); err != nil {
		return err
	}
	return sc.WriteOff(w)
}

// peak watches the heap; what it returns says how large it was at most.
func peak() func() uint64 {
	var most atomic.Uint64
	end, ended := make(chan struct{}), make(chan struct{})
	runtime.GC()
	go func() {
		defer close(ended)
		every := time.NewTicker(100 * time.Millisecond)
		defer every.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), m.HeapInuse))
			select {
			case <-end:
				return
			case <-every.C:
			}
		}
	}()
	return func() uint64 { close(end); <-ended; return most.Load() }
}
