package offers

import (
	"context"
	"errors"
	"slices"
	"strings"

	"siyu/models"
)

// editLive changes an offer that runs. Who has claimed keeps her terms. More or less stock, never less than is claimed, a later
// end and longer validity hold at once. Everything else that is promised or said waits, as a whole, until the organiser has read
// it; a newer edit takes its place. What the offer was approved for, its begin, audience, category and label, stays: another one
// is another offer.
func (s *Service) editLive(sc *models.Scope, who models.Account, o models.Offer, d Draft) error {
	if err := s.sound(sc, o.BrandID, d, models.OfferSubmitted); err != nil {
		return err
	}
	if err := fixed(o, d); err != nil {
		return err
	}
	was, err := Read(sc, o)
	if err != nil {
		return err
	}
	if err := dropChange(sc, o); err != nil {
		return err
	}
	next := o
	next.Stock, next.EndsAt, next.Priority, next.TargetReach = d.Stock, d.EndsAt, d.Priority, d.Target
	next.ChangeID, next.ChangeNote = 0, ""
	wanted, words := d.terms(who.ID), d.creatives()
	wanted.OfferID = o.ID
	longer := prolonged(was[0].Terms, wanted)
	longer.CreatedBy = who.ID
	if !samePromise(longer, was[0].Terms) {
		if err := sc.AddTerms(&longer, copied(was[0].Words)); err != nil {
			return err
		}
		next.TermsID, next.RedeemBy = longer.ID, longer.RedeemBy
	}
	if !samePromise(longer, wanted) || !sameWords(was[0].Words, words) {
		if err := sc.AddTerms(&wanted, words); err != nil {
			return err
		}
		next.ChangeID = wanted.ID
		if err := checkText(sc, changeObject(wanted.ID), wanted.Title+"\n"+wanted.Body, words, who.ID); err != nil {
			return err
		}
	}
	if moved, err := sc.EditOffer(next, models.OfferApproved); err != nil || !moved {
		return orElse(err, models.Errorf(models.Conflict, "stock_claimed", "more is claimed by now").With("field", "stock"))
	}
	if d.Stock > o.Stock { // those who wait come first
		if err := PassOn(sc, o.ID); err != nil {
			return err
		}
	}
	if err := errors.Join(stockMoved(sc), tellOffer(sc, o.ID)); err != nil {
		return err
	}
	return sc.AddAudit(who.ID, "offer.edit", "offer:"+o.ID.String(), "")
}

// fixed says what an edit of an offer that runs may not change.
func fixed(o models.Offer, d Draft) error {
	n := d.offer(o.BrandID, o.State)
	bad := func(field string) error {
		return models.Errorf(models.Conflict, "offer_fixed", "%s of an offer that runs stays", field).With("field", field)
	}
	switch {
	case n.StartsAt != o.StartsAt:
		return bad("starts_at")
	case n.EndsAt < o.EndsAt:
		return bad("ends_at")
	case n.Category != o.Category:
		return bad("category")
	case n.AdLabel != o.AdLabel:
		return bad("ad_label")
	case n.Audience != o.Audience:
		return bad("audience")
	case !slices.Equal(n.AudienceIDs.List(), o.AudienceIDs.List()):
		return bad("audience_ids")
	}
	return nil
}

// prolonged is terms with the longer validity of the two, and nothing else of the wanted ones.
func prolonged(t, wanted models.Terms) models.Terms {
	t.RedeemBy = max(t.RedeemBy, wanted.RedeemBy)
	if t.DaysAfterClaim != 0 && (wanted.DaysAfterClaim == 0 || wanted.DaysAfterClaim > t.DaysAfterClaim) {
		t.DaysAfterClaim = wanted.DaysAfterClaim
	}
	return t
}

// samePromise compares what two terms say, not which they are.
func samePromise(a, b models.Terms) bool {
	a.ID, a.CommunityID, a.OfferID, a.Number, a.CreatedBy, a.CreatedAt = b.ID, b.CommunityID, b.OfferID, b.Number, b.CreatedBy, b.CreatedAt
	return a == b
}

func sameWords(a, b []models.Creative) bool {
	return slices.Equal(plain(a), plain(b))
}

// plain is words without what says whose they are, by language.
func plain(all []models.Creative) []models.Creative {
	out := slices.Clone(all)
	for i, c := range out {
		out[i] = models.Creative{Locale: c.Locale, Title: c.Title, Body: c.Body, CardTitle: c.CardTitle, PictureID: c.PictureID}
	}
	slices.SortFunc(out, func(a, b models.Creative) int { return strings.Compare(a.Locale, b.Locale) })
	return out
}

func copied(all []models.Creative) []models.Creative { return plain(all) }

// dropChange removes a change that waits for the organiser.
func dropChange(sc *models.Scope, o models.Offer) error {
	if o.ChangeID == 0 {
		return nil
	}
	if err := sc.DropCheck(changeObject(o.ChangeID)); err != nil {
		return err
	}
	return sc.DropTerms(o.ChangeID)
}

// ApproveChange puts a change in force: who claims from now on gets what it promises. Change names it, so that nobody approves
// what she has not read.
func (s *Service) ApproveChange(ctx context.Context, community models.CommunityID, id models.OfferID, change models.TermsID, by models.AccountID) (models.Offer, error) {
	return s.decideChange(ctx, community, id, change, func(sc *models.Scope, o models.Offer) (models.Offer, error) {
		t, err := sc.Terms(change)
		if err != nil {
			return o, err
		}
		if err := readByHand(sc, changeObject(change), models.OfferApproved, by, ""); err != nil {
			return o, err
		}
		if err := seenByHand(sc, change, models.OfferApproved, by); err != nil {
			return o, err
		}
		if err := sc.AdoptCheck(changeObject(change), CheckObject(id)); err != nil {
			return o, err
		}
		o.TermsID, o.Title, o.Body, o.ValueFen, o.Currency = t.ID, t.Title, t.Body, t.ValueFen, t.Currency
		o.PerMember, o.PerHousehold, o.RedeemBy = t.PerMember, t.PerHousehold, t.RedeemBy
		return o, sc.AddAudit(by, "offer.change_approved", "offer:"+id.String(), "terms:"+change.String())
	})
}

// DeclineChange leaves an offer as it is and tells the brand why.
func (s *Service) DeclineChange(ctx context.Context, community models.CommunityID, id models.OfferID, change models.TermsID, by models.AccountID,
	reason string,
) (models.Offer, error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return models.Offer{}, models.Errorf(models.Invalid, "reason_missing", "say why").With("field", "reason")
	}
	return s.decideChange(ctx, community, id, change, func(sc *models.Scope, o models.Offer) (models.Offer, error) {
		if err := dropChange(sc, o); err != nil {
			return o, err
		}
		o.ChangeNote = reason
		return o, sc.AddAudit(by, "offer.change_declined", "offer:"+id.String(), reason)
	})
}

func (s *Service) decideChange(ctx context.Context, community models.CommunityID, id models.OfferID, change models.TermsID,
	fn func(*models.Scope, models.Offer) (models.Offer, error),
) (models.Offer, error) {
	var o models.Offer
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		found, err := sc.OffersByID([]models.OfferID{id}, true)
		if err != nil {
			return err
		}
		before, there := found[id]
		switch {
		case !there:
			return models.Errorf(models.NotFound, "offer_not_found", "no such offer")
		case before.ChangeID == 0 && before.TermsID == change: // said twice
			o = before
			return nil
		case before.State != models.OfferApproved || before.ChangeID == 0 || before.ChangeID != change:
			return changed()
		}
		next, err := fn(sc, before)
		if err != nil {
			return err
		}
		next.ChangeID = 0
		if moved, err := sc.EditOffer(next, models.OfferApproved); err != nil || !moved {
			return orElse(err, changed())
		}
		o, err = sc.Offer(id)
		return err
	})
	return o, err
}
