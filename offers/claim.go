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
	Gate      Passage
}

// Claimed is a voucher with its code, and with what it is for.
type Claimed struct {
	models.Voucher
	Code       string
	OfferTitle string
	BrandName  string
}

// Claim gives a member a voucher, which is on the disk when it returns. The same key gives the same voucher again; a stock of S
// gives S vouchers. Who holds one and gets no other is refused as already_claimed or no_more, and the newest one she holds
// comes with the error. When too many wait it is refused as claims_busy, and nothing has happened.
func (s *Service) Claim(ctx context.Context, in ClaimInput) (Claimed, error) {
	if len(in.Key) < 8 || len(in.Key) > 64 {
		return Claimed{}, models.Errorf(models.Invalid, "key_missing", "the request needs a key of 8 to 64 characters")
	}
	of := lineOf{in.Community, in.Offer}
	got, err := s.claims.ask(ctx, of, in)
	s.minded(ctx, of)
	return got, err
}

// SoldOut reports whether an offer was sold out a moment ago, as this process knows without asking: who asks for a new voucher of it
// will be told so.
func (s *Service) SoldOut(community models.CommunityID, offer models.OfferID) bool {
	return s.claims.wasSoldOut(lineOf{community, offer}, models.MillisOf(s.store.Clock().Now()))
}

// claimable says whether an offer can be claimed at all now; pure.
func claimable(o models.Offer, now models.Millis) error {
	switch {
	case o.State == models.OfferWithdrawn && o.DecidedAt != 0:
		return models.Errorf(models.Conflict, "offer_withdrawn", "the offer was withdrawn")
	case o.State != models.OfferApproved && o.State != models.OfferDone:
		return models.Errorf(models.NotFound, "offer_not_found", "the offer is %s", o.State)
	case now < o.StartsAt:
		return models.Errorf(models.Conflict, "offer_not_open", "the offer has not begun")
	case o.State == models.OfferDone || now >= o.EndsAt:
		return models.Errorf(models.Conflict, "offer_over", "the offer is over")
	}
	return nil
}
