package main

import (
	"context"
	"time"

	"siyu/models"
	"siyu/offers"
	"siyu/offers/ledger"
)

// claim gives one member a voucher under a key, one way.
type claim func(ctx context.Context, offer models.OfferID, member models.MemberID, key string) error

// serviceWay is the way it is done.
func (h *house) serviceWay(ctx context.Context, offer models.OfferID, member models.MemberID, key string) error {
	_, err := h.service.Claim(ctx, offers.ClaimInput{Community: h.community, Member: member, Offer: offer, Key: key})
	return err
}

// narrowWay is serviceWay with one batch at once.
func (h *house) narrowWay(ctx context.Context, offer models.OfferID, member models.MemberID, key string) error {
	_, err := h.narrow.Claim(ctx, offers.ClaimInput{Community: h.community, Member: member, Offer: offer, Key: key})
	return err
}

// voucher is a new voucher with its code.
func (h *house) voucher(offer models.OfferID, member models.MemberID, seq int, key string, code offers.NewCode) *models.Voucher {
	now := models.MillisOf(clock())
	return &models.Voucher{OfferID: offer, BrandID: h.brand, MemberID: member, Seq: seq, ClaimKey: key, TermsID: models.TermsID(offer), Units: 1,
		CodeRef: code.Ref, CodeProof: code.Proof, ValidTo: now.Add(2 * time.Hour)}
}

// charges is what the brand owes for new vouchers.
func (h *house) charges(sc *models.Scope, offer models.OfferID, all ...*models.Voucher) []models.Transfer {
	return ledger.ClaimCharges([]models.Contract{h.contract}, models.Offer{ID: offer, BrandID: h.brand}, all, sc.Now)
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

// peer is the plain transaction: a conditional UPDATE and the INSERTs of the very same rows, and nothing else. It is told which
// voucher of the member it is and what is charged, and asks nothing.
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
		v := h.voucher(offer, member, seqOf(key), key, offers.NewCodes(h.store.Keys(), 1)[0])
		sc.IssueVoucher(v)
		return sc.InsertVouchers([]*models.Voucher{v}, h.charges(sc, offer, v))
	})
}

// rows writes the same rows, 256 at a time, and nothing else: the floor.
func (h *house) rows(ctx context.Context, offer models.OfferID, from int) (int, error) {
	const part = 256
	return part, h.store.Batch(ctx, func(tx *models.Tx) error {
		sc := tx.In(h.community)
		all, codes := make([]*models.Voucher, part), offers.NewCodes(h.store.Keys(), part)
		for i := range all {
			n := from + i
			key := h.keyOf(n)
			all[i] = h.voucher(offer, h.members[n%len(h.members)], seqOf(key), key, codes[i])
		}
		sc.IssueVouchers(all)
		_, err := sc.GiveVouchers(offer, all, 0, h.charges(sc, offer, all...), false)
		return err
	})
}
