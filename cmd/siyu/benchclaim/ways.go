package main

import (
	"context"

	"siyu/models"
	"siyu/offers"
)

// claim gives one member a voucher under a key, one way.
type claim func(ctx context.Context, offer models.OfferID, member models.MemberID, key string) error

// serviceWay is the way it is done.
func (h *house) serviceWay(ctx context.Context, offer models.OfferID, member models.MemberID, key string) error {
	_, err := h.service.Claim(ctx, offers.ClaimInput{Community: h.community, Member: member, Offer: offer, Key: key})
	return err
}

// voucher is a new voucher with its code.
func (h *house) voucher(offer models.OfferID, member models.MemberID, seq int, key string) *models.Voucher {
	code, keys := []byte(offers.NewCode()), h.store.Keys()
	return &models.Voucher{OfferID: offer, BrandID: h.brand, MemberID: member, Seq: seq, ClaimKey: key,
		CodeHash: keys.MAC("voucher.code", code), CodeSealed: keys.Seal("voucher.code", code), ValidTo: models.MillisOf(clock())}
}

// atOnce keeps a way to so many transactions at once: the pool it is tuned for.
func atOnce(n int, do claim) claim {
	room := make(chan struct{}, n)
	return func(ctx context.Context, offer models.OfferID, member models.MemberID, key string) error {
		room <- struct{}{}
		defer func() { <-room }()
		return do(ctx, offer, member, key)
	}
}

// peer is the plain transaction: a conditional UPDATE and the INSERTs, and nothing else. It is told which voucher of the
// member it is, and asks nothing.
func (h *house) peer(ctx context.Context, offer models.OfferID, member models.MemberID, key string) error {
	return h.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(h.community)
		left, err := sc.TakeStock(offer)
		if err != nil {
			return err
		}
		if !left {
			return models.Errorf(models.Exhausted, "sold_out", "none is left")
		}
		v := h.voucher(offer, member, seqOf(key), key)
		sc.IssueVoucher(v)
		return sc.InsertVouchers([]*models.Voucher{v})
	})
}

// former is one transaction per claim with all that must be asked: who she is, under her lock, and what she holds.
func (h *house) former(ctx context.Context, offer models.OfferID, member models.MemberID, key string) error {
	return h.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(h.community)
		person, err := sc.LockPerson(member)
		if err != nil {
			return err
		}
		if _, err := sc.VoucherByKey(person, key); !models.IsKind(err, models.NotFound) {
			return err
		}
		if _, err := sc.Offer(offer); err != nil {
			return err
		}
		held, err := sc.VouchersOf(person, offer)
		if err != nil {
			return err
		}
		left, err := sc.TakeStock(offer)
		if err != nil {
			return err
		}
		if !left {
			return models.Errorf(models.Exhausted, "sold_out", "none is left")
		}
		v := h.voucher(offer, person[0], len(held)+1, key)
		if err := sc.InsertVoucher(v); err != nil {
			return err
		}
		_, err = sc.AddTouch(&models.Touch{Kind: models.TouchClaim, UID: "claim:" + v.ID.String(), At: sc.Now, MemberID: person[0],
			OfferID: offer, BrandID: h.brand, VoucherID: v.ID})
		if err != nil {
			return err
		}
		_, err = sc.IdleCards(offer)
		return err
	})
}

// rows writes the same rows, 256 at a time, and nothing else: the floor.
func (h *house) rows(ctx context.Context, offer models.OfferID, from int) (int, error) {
	const part = 256
	return part, h.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(h.community)
		all := make([]*models.Voucher, part)
		for i := range all {
			n := from + i
			key := h.keyOf(n)
			all[i] = h.voucher(offer, h.members[n%len(h.members)], seqOf(key), key)
			sc.IssueVoucher(all[i])
		}
		_, err := sc.GiveVouchers(offer, all, 0, nil)
		return err
	})
}
