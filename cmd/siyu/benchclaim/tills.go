package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/offers"
	"siyu/offers/ledger"
)

// redeemed has so many clerks write off vouchers that were claimed before, each of them once, one way.
func (h *house) redeemed(ctx context.Context, clerks int, length time.Duration, most int, do func(context.Context, offers.Claimed) error) (window, error) {
	offer, err := h.offer(ctx, 1_000_000_000)
	if err != nil {
		return window{}, err
	}
	all := make([]offers.Claimed, most)
	var made atomic.Int64
	_, err = h.storm(ctx, 512, clock().Add(time.Minute), 0, func(ctx context.Context, n int) error {
		if n >= most {
			return errEnough
		}
		var err error
		all[n], err = h.service.Claim(ctx, offers.ClaimInput{Community: h.community, Member: h.members[n%len(h.members)], Offer: offer, Key: h.keyOf(n)})
		made.Add(1)
		return err
	})
	if !errors.Is(err, errEnough) || int(made.Load()) != most {
		return window{}, fmt.Errorf("%d vouchers to write off: %w", made.Load(), err)
	}
	w, err := h.storm(ctx, clerks, clock().Add(length), 0, func(ctx context.Context, n int) error {
		if n >= most {
			return errEnough
		}
		return do(ctx, all[n])
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	if err != nil {
		return w, err
	}
	n, err := h.store.Read(ctx).In(h.community).CountRedemptions(0, models.MillisOf(clock())+1)
	if h.writtenOff += w.Claims; err == nil && n != h.writtenOff {
		err = fmt.Errorf("%d write-offs were acknowledged and %d are there", h.writtenOff, n)
	}
	return w, err
}

var errEnough = errors.New("enough")

// tillWay is the way it is done.
func (h *house) tillWay(ctx context.Context, v offers.Claimed) error {
	_, err := h.service.Redeem(ctx, offers.RedeemInput{Staff: h.staff, Code: v.Code, RequestNo: "till-" + v.ID.String()})
	return err
}

// tillPeer reads the voucher and updates it, in a transaction for each, and writes the very same rows with the very same INSERTs
// and UPDATE. It is told what the brand pays, and asks nothing else.
func (h *house) tillPeer(ctx context.Context, c offers.Claimed) error {
	return h.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(h.community)
		found, err := sc.VouchersFound(nil, [][]byte{c.CodeRef})
		if err != nil {
			return err
		}
		if len(found) != 1 || found[0].State != models.VoucherIssued || found[0].ValidTo <= sc.Now {
			return fmt.Errorf("voucher %s cannot be used", c.ID)
		}
		v := found[0]
		after := v
		after.Ver, after.Used, after.State, after.RedeemedAt = v.Ver+1, v.Units, models.VoucherRedeemed, sc.Now
		r := models.Redemption{VoucherID: v.ID, OfferID: v.OfferID, BrandID: v.BrandID, StaffID: h.staff.ID, RequestNo: "till-" + v.ID.String(),
			Units: 1, Currency: "CAD", Proof: models.ShownTyped}
		r.LiveNo.Int64, r.LiveNo.Valid = 1, true
		sc.IssueRedemption(&r)
		then, err := jobs.Made(models.AfterRedeem{Community: sc.Community, Redemptions: []models.RedemptionID{r.ID}}, sc.Now)
		if err != nil {
			return err
		}
		contracts := map[models.BrandID][]models.Contract{h.brand: {h.contract}}
		return sc.WriteOff(models.WrittenOff{
			Changes: []models.VoucherChange{{Before: v, After: after}},
			Events: []models.VoucherEvent{{VoucherID: v.ID, N: after.Ver, Kind: models.EventRedeemed, AccountID: h.staff.ID, Units: 1,
				Ref: r.ID.String(), Cause: string(models.ShownTyped)}},
			Redemptions: []*models.Redemption{&r},
			Touches: []models.Touch{{Kind: models.TouchRedeem, UID: r.TouchUID(false), MemberID: v.MemberID, OfferID: v.OfferID,
				BrandID: v.BrandID, VoucherID: v.ID}},
			Charges: ledger.RedeemCharges(contracts, []ledger.Use{{Voucher: after, Redemption: r}}),
			Then:    then,
		})
	})
}

// tills are the ways, as steps: as many clerks as there are clients, the plain form with 8 and with 16 transactions at once, and one clerk.
func (h *house) tills(p plan, engine string) []step {
	way := func(clerks int, do func(context.Context, offers.Claimed) error) func(context.Context) (window, error) {
		return func(ctx context.Context) (window, error) { return h.redeemed(ctx, clerks, p.window, p.redeem, do) }
	}
	all := []step{{"redeem", way(p.many, h.tillWay)},
		{"redeem, one clerk", way(1, h.tillWay)}, {"redeem, peer, one clerk", way(1, h.tillPeer)}}
	for _, n := range peers(engine) {
		room := make(chan struct{}, n)
		all = append(all, step{fmt.Sprintf("redeem, peer of %d", n), way(p.many, func(ctx context.Context, c offers.Claimed) error {
			room <- struct{}{}
			defer func() { <-room }()
			return h.tillPeer(ctx, c)
		})})
	}
	return all
}
