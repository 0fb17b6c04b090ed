package offers

import (
	"context"

	"siyu/models"
)

// ClaimInput says who wants a voucher of what. Key is made by the client before it asks and repeated until it has a
// definite answer.
type ClaimInput struct {
	Community models.CommunityID
	Member    models.MemberID
	Offer     models.OfferID
	Key       string
	Placement string // the code of the card she came from; may be empty or unknown
}

// Claimed is a voucher with its code.
type Claimed struct {
	models.Voucher
	Code string
}

// Claim gives a member a voucher. The same key gives the same voucher again; a stock of S gives S vouchers.
func (s *Service) Claim(ctx context.Context, in ClaimInput) (Claimed, error) {
	var out Claimed
	if len(in.Key) < 8 || len(in.Key) > 64 {
		return out, models.Errorf(models.Invalid, "key_missing", "the request needs a key of 8 to 64 characters")
	}
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(in.Community)
		person, err := sc.LockPerson(in.Member)
		if err != nil {
			return err
		}
		out.Voucher, err = sc.VoucherByKey(person, in.Key)
		switch {
		case err == nil && out.OfferID != in.Offer:
			return models.Errorf(models.Conflict, "key_reused", "this key was used for another offer")
		case models.IsKind(err, models.NotFound):
			out.Voucher, err = claim(sc, in, person)
		}
		if err != nil {
			return err
		}
		out.Code, err = OpenCode(tx.Keys(), out.Voucher)
		return err
	})
	return out, err
}

// claim takes one voucher from the stock for a locked person.
func claim(sc *models.Scope, in ClaimInput, person []models.MemberID) (models.Voucher, error) {
	o, err := sc.Offer(in.Offer)
	if err != nil {
		return models.Voucher{}, err
	}
	if err := claimable(o, sc.Now); err != nil {
		return models.Voucher{}, err
	}
	held, err := sc.VouchersOf(person, o.ID)
	if err != nil {
		return models.Voucher{}, err
	}
	if len(held) >= o.PerMember { // asked before the stock: who holds one must not read "sold out"
		return models.Voucher{}, models.Errorf(models.Conflict, "already_claimed", "holds all she may").With("limit", o.PerMember)
	}
	left, err := sc.TakeStock(o.ID)
	if err != nil {
		return models.Voucher{}, err
	}
	if !left {
		return models.Voucher{}, models.Errorf(models.Exhausted, "sold_out", "no voucher is left")
	}
	code := NewCode()
	v := models.Voucher{OfferID: o.ID, BrandID: o.BrandID, MemberID: person[0], Seq: nextSeq(held), ClaimKey: in.Key,
		CodeHash: code.hash(sc.Keys()), CodeSealed: sc.Keys().Seal(sealCode, []byte(code)), ValidTo: o.RedeemBy}
	if in.Placement != "" {
		p, err := sc.PlacementOfPerson(in.Placement, person)
		if err == nil && p.OfferID == o.ID {
			v.PlacementID, v.GroupID = p.ID, p.GroupID
		} else if err != nil && !models.IsKind(err, models.NotFound) {
			return v, err
		}
	}
	if err := sc.InsertVoucher(&v); err != nil {
		return v, err
	}
	_, err = sc.AddTouch(&models.Touch{Kind: models.TouchClaim, UID: "claim:" + v.ID.String(), At: sc.Now, MemberID: person[0],
		GroupID: v.GroupID, OfferID: o.ID, BrandID: o.BrandID, PlacementID: v.PlacementID, VoucherID: v.ID})
	if err != nil {
		return v, err
	}
	return v, tellCards(sc, o.ID)
}

// claimable says whether an offer can be claimed at all now; pure.
func claimable(o models.Offer, now models.Millis) error {
	switch {
	case o.State != models.OfferApproved && o.State != models.OfferDone:
		return models.Errorf(models.NotFound, "offer_not_found", "the offer is %s", o.State)
	case now < o.StartsAt:
		return models.Errorf(models.Conflict, "offer_not_open", "the offer has not begun")
	case o.State == models.OfferDone || now >= o.EndsAt:
		return models.Errorf(models.Conflict, "offer_over", "the offer is over")
	}
	return nil
}

func nextSeq(held []models.Voucher) int {
	seq := 0
	for _, v := range held {
		seq = max(seq, v.Seq)
	}
	return seq + 1
}
