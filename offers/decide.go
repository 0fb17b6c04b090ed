package offers

import (
	"context"
	"strings"

	"siyu/models"
)

// placementCodeLength gives 50 bits: a card's code is no secret, but nobody should hit one by chance.
const placementCodeLength = 10

// Approve lets an offer run: one placement per group is planned, and each waits for the throttle. Approving twice is the
// same as once.
func (s *Service) Approve(ctx context.Context, community models.CommunityID, id models.OfferID, by models.AccountID) (models.Offer, error) {
	return s.decide(ctx, community, id, models.OfferApproved, by, "", s.launch)
}

// Decline refuses an offer and tells the brand why.
func (s *Service) Decline(ctx context.Context, community models.CommunityID, id models.OfferID, by models.AccountID, reason string) (models.Offer, error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return models.Offer{}, models.Errorf(models.Invalid, "reason_missing", "say why").With("field", "reason")
	}
	return s.decide(ctx, community, id, models.OfferDeclined, by, reason, nil)
}

func (s *Service) decide(ctx context.Context, community models.CommunityID, id models.OfferID, to models.OfferState,
	by models.AccountID, reason string, then func(*models.Scope, models.Offer) error,
) (models.Offer, error) {
	var o models.Offer
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		moved, err := sc.MoveOffer(id, models.OfferSubmitted, to, by, reason)
		if err != nil {
			return err
		}
		if o, err = sc.Offer(id); err != nil {
			return err
		}
		if !moved {
			if o.State == to {
				return nil
			}
			return models.Errorf(models.Conflict, "offer_decided", "the offer is %s", o.State).With("state", string(o.State))
		}
		if to == models.OfferApproved && o.EndsAt <= tx.Now {
			return models.Errorf(models.Conflict, "offer_over", "the offer ended before it was approved")
		}
		if err := readByHand(sc, id, to, by, reason); err != nil {
			return err
		}
		if err := sc.AddAudit(by, "offer."+string(to), "offer:"+id.String(), reason); err != nil {
			return err
		}
		if then == nil {
			return nil
		}
		return then(sc, o)
	})
	if err == nil {
		s.jobs.Wake()
	}
	return o, err
}

// launch plans an approved offer into every group. Each placement asks for its slot at once, also before the offer
// begins: then the ledger says since when it waits and until when. Where another brand waits as well, the week is planned
// before anybody asks.
func (s *Service) launch(sc *models.Scope, o models.Offer) error {
	groups, err := sc.Groups()
	if err != nil {
		return err
	}
	all := make([]models.Placement, 0, len(groups))
	for _, g := range groups {
		if g.GoneAt == 0 {
			all = append(all, planned(o, g.ID, 1))
		}
	}
	if err := sc.AddPlacements(all); err != nil {
		return err
	}
	rivals, err := sc.Contended()
	if err != nil {
		return err
	}
	if rivals {
		return planSoon(sc, 0)
	}
	return enqueuePlacing(sc, idsOf(all), false)
}
