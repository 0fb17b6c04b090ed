package offers_test

import (
	"context"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

// TestStockIsWatched: who takes the last voucher has posts looked at, once a minute at most, and so has who adds stock or gives a
// voucher back; a post that was held for want of stock has its slot when there is some, and none before.
func TestStockIsWatched(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		looks := 0
		jobs.Register(h.runner, func(ctx context.Context, _ offers.WatchStock) error {
			looks++
			if err := s.Tx(ctx, func(tx *models.Tx) error { return offers.InStock(tx.In(h.community)) }); err != nil {
				return err
			}
			return jobs.SnoozeFor(h.now(), 24*time.Hour, "looked")
		})
		h.tx(func(sc *models.Scope) error { return jobs.Periodic(sc.Tx, offers.WatchStock{}) })
		h.drain()
		want := func(n int, when string) {
			t.Helper()
			h.drain()
			if looks != n {
				t.Fatalf("%s posts were looked at %d times, want %d", when, looks, n)
			}
		}
		blocks := h.open(h.draft(5)) // takes the slot
		h.drain()
		o := h.open(h.draft(1))
		want(1, "with stock left")
		got, err := h.claim(h.member("ann"), o.ID, "key-ann-1")
		if err != nil {
			t.Fatal(err)
		}
		want(2, "after the last voucher")
		_, err = h.claim(h.member("bea"), o.ID, "key-bea-1")
		wantCode(t, err, "sold_out")
		want(2, "a moment later")
		clock.Advance(time.Minute)
		_, err = h.claim(h.member("cat"), o.ID, "key-cat-1")
		wantCode(t, err, "sold_out")
		want(3, "a minute later")

		h.tx(func(sc *models.Scope) error { return h.ledger.Release(sc, h.placement(blocks, 0).ID, "owner_silent") })
		h.drain()
		if p := h.wantPlacement(o, models.PlacementHeld, "sold_out"); p.NextAt != 0 {
			t.Errorf("it asks again at %d by itself", p.NextAt)
		}
		if _, err := h.service.Void(context.Background(), offers.VoidInput{By: h.sponsor(), Voucher: got.ID, Reason: "wrong shop", ReturnStock: true}); err != nil {
			t.Fatal(err)
		}
		want(4, "after a voucher was given back")
		h.wantPlacement(o, models.PlacementReserved, "")
		if _, err := h.service.SetStock(context.Background(), h.sponsor(), o.ID, 1, 3); err != nil {
			t.Fatal(err)
		}
		want(5, "with more stock")
	})
}
