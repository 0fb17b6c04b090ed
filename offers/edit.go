package offers

import (
	"context"
	"slices"

	"siyu/models"
)

// Edit stores what a brand makes of its offer. A draft, or one that was declined, is a draft afterwards; one that waits for the
// organiser goes on waiting, with the new words looked at anew; of one that runs, see [Service.editLive]. Rev is the revision that
// was edited: if there is a newer one it fails as offer_changed; zero edits whatever there is.
func (s *Service) Edit(ctx context.Context, who models.Account, id models.OfferID, rev int, d Draft) (models.Offer, error) {
	return s.change(ctx, who, id, rev, func(sc *models.Scope, o models.Offer) error {
		switch o.State {
		case models.OfferDraft, models.OfferDeclined:
			return s.rewrite(sc, who, o, d, models.OfferDraft)
		case models.OfferSubmitted:
			return s.rewrite(sc, who, o, d, models.OfferSubmitted)
		case models.OfferApproved:
			return s.editLive(sc, who, o, d)
		case models.OfferDone, models.OfferWithdrawn:
		}
		return models.Errorf(models.Conflict, "offer_closed", "the offer is %s", o.State)
	})
}

// Hand hands a draft in for the organiser's decision.
func (s *Service) Hand(ctx context.Context, who models.Account, id models.OfferID, rev int) (models.Offer, error) {
	return s.change(ctx, who, id, rev, func(sc *models.Scope, o models.Offer) error {
		if o.State == models.OfferSubmitted {
			return nil
		}
		if o.State != models.OfferDraft && o.State != models.OfferDeclined {
			return models.Errorf(models.Conflict, "offer_closed", "the offer is %s", o.State)
		}
		w, err := Read(sc, o)
		if err != nil {
			return err
		}
		return s.rewrite(sc, who, o, w[0].Draft(), models.OfferSubmitted)
	})
}

// change runs an edit of a brand's own offer under its lock and returns the offer as it is then.
func (s *Service) change(ctx context.Context, who models.Account, id models.OfferID, rev int,
	fn func(*models.Scope, models.Offer) error,
) (models.Offer, error) {
	var o models.Offer
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(who.CommunityID)
		found, err := own(sc, who, id)
		if err != nil {
			return err
		}
		if rev != 0 && rev != found.Rev {
			return changed()
		}
		if err := fn(sc, found); err != nil {
			return err
		}
		o, err = sc.Offer(id)
		return err
	})
	if err == nil {
		s.jobs.Wake()
	}
	return o, err
}

func changed() error {
	return models.Errorf(models.Conflict, "offer_changed", "the offer has changed meanwhile")
}

// rewrite replaces an offer that nobody could claim yet. Its terms were never in force, so they go.
func (s *Service) rewrite(sc *models.Scope, who models.Account, o models.Offer, d Draft, to models.OfferState) error {
	if err := s.sound(sc, o.BrandID, d, to); err != nil {
		return err
	}
	next, t, words := d.offer(o.BrandID, to), d.terms(who.ID), d.creatives()
	next.ID, next.Rev, t.OfferID = o.ID, o.Rev, o.ID
	if err := sc.DropTerms(o.TermsID); err != nil {
		return err
	}
	if err := sc.AddTerms(&t, words); err != nil {
		return err
	}
	next.TermsID, next.SubmittedAt = t.ID, o.SubmittedAt
	action := "offer.draft"
	if to == models.OfferSubmitted {
		next.SubmittedAt, action = sc.Now, "offer.submit"
	}
	if moved, err := sc.EditOffer(next, o.State); err != nil || !moved {
		return orElse(err, changed())
	}
	if err := sc.DropCheck(CheckObject(o.ID)); err != nil {
		return err
	}
	if to == models.OfferSubmitted {
		if err := submitText(sc, next, words, who.ID); err != nil {
			return err
		}
	}
	return sc.AddAudit(who.ID, action, "offer:"+o.ID.String(), "")
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// Copy makes a new draft of an offer of the brand's own, whatever became of it. A request with a key makes one; see
// [Service.SubmitOnce].
func (s *Service) Copy(ctx context.Context, who models.Account, id models.OfferID, key string) (models.Offer, error) {
	var d Draft
	sc := s.store.Read(ctx).In(who.CommunityID)
	o, err := sc.Offer(id)
	if err == nil && o.BrandID != who.BrandID {
		err = models.Errorf(models.NotFound, "offer_not_found", "no such offer")
	}
	if err != nil {
		return o, err
	}
	w, err := Read(sc, o)
	if err != nil {
		return o, err
	}
	d = w[0].Draft()
	shops, err := sc.Shops(o.BrandID)
	if err != nil {
		return o, err
	}
	d.Shops = slices.DeleteFunc(d.Shops, func(id models.ShopID) bool { // one that is gone by now
		return !slices.ContainsFunc(shops, func(s models.Shop) bool { return s.ID == id })
	})
	return s.SaveDraftOnce(ctx, who, key, d)
}

// Delete removes a draft for good. An offer that was handed in is withdrawn instead.
func (s *Service) Delete(ctx context.Context, who models.Account, id models.OfferID) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(who.CommunityID)
		if _, err := own(sc, who, id); err != nil {
			return err
		}
		gone, err := sc.DeleteDraft(id)
		if err == nil && !gone {
			err = models.Errorf(models.Conflict, "offer_no_draft", "only a draft can be deleted")
		}
		if err != nil {
			return err
		}
		if err := sc.DropCheck(CheckObject(id)); err != nil {
			return err
		}
		return sc.AddAudit(who.ID, "offer.delete", "offer:"+id.String(), "")
	})
}
