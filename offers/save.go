package offers

import (
	"context"
	"slices"

	"siyu/models"
)

// Lint lists what is wrong with a draft's words, what is refused first.
func (s *Service) Lint(d Draft) []Finding { return s.linter().Lint(d) }

// Submit hands a brand's offer in for the organiser's decision. Words that break a rule of conduct are refused as offer_conduct.
func (s *Service) Submit(ctx context.Context, community models.CommunityID, brand models.BrandID, by models.AccountID, d Draft) (models.Offer, error) {
	return s.SubmitOnce(ctx, community, brand, by, "", d)
}

// SubmitOnce is Submit for a request with a key: the same key makes one offer, which is returned again. An empty key makes one each time.
func (s *Service) SubmitOnce(ctx context.Context, community models.CommunityID, brand models.BrandID, by models.AccountID, key string, d Draft) (models.Offer, error) {
	return s.add(ctx, models.Account{ID: by, CommunityID: community, BrandID: brand}, key, d, models.OfferSubmitted)
}

// SaveDraft keeps what a brand has so far; it may be incomplete.
func (s *Service) SaveDraft(ctx context.Context, who models.Account, d Draft) (models.Offer, error) {
	return s.SaveDraftOnce(ctx, who, "", d)
}

// SaveDraftOnce is SaveDraft for a request with a key; see [Service.SubmitOnce].
func (s *Service) SaveDraftOnce(ctx context.Context, who models.Account, key string, d Draft) (models.Offer, error) {
	return s.add(ctx, who, key, d, models.OfferDraft)
}

// add stores a new offer of somebody's brand, once for a key.
func (s *Service) add(ctx context.Context, who models.Account, key string, d Draft, state models.OfferState) (models.Offer, error) {
	var o models.Offer
	brand, by := who.BrandID, who.ID
	err := s.store.Tx(ctx, func(tx *models.Tx) (err error) {
		sc := tx.In(who.CommunityID)
		if key != "" {
			if o, err = sc.OfferOfRequest(brand, key); !models.IsKind(err, models.NotFound) {
				return err
			}
		}
		if err := s.sound(sc, brand, d, state); err != nil {
			return err
		}
		o = d.offer(brand, state)
		t, words := d.terms(by), d.creatives()
		action := "offer.draft"
		if state == models.OfferSubmitted {
			o.SubmittedAt, action = tx.Now, "offer.submit"
		}
		if err := sc.InsertOfferUnder(&o, &t, words); err != nil {
			return err
		}
		if key != "" {
			if err := sc.AddOfferRequest(models.OfferRequest{BrandID: brand, RequestKey: key, OfferID: o.ID}); err != nil {
				return err
			}
		}
		if state == models.OfferSubmitted {
			if err := submitText(sc, o, words, by); err != nil {
				return err
			}
		}
		return sc.AddAudit(by, action, "offer:"+o.ID.String(), "")
	})
	if err == nil {
		s.jobs.Wake()
	}
	return o, err
}

// sound says what is wrong with a draft in the state it is to have: whom and what it names must exist, and what is handed in must
// be complete and say nothing that is refused.
func (s *Service) sound(sc *models.Scope, brand models.BrandID, d Draft, state models.OfferState) error {
	if state == models.OfferDraft {
		if err := d.checkBounds(); err != nil {
			return err
		}
	} else {
		if err := d.check(sc.Now); err != nil {
			return err
		}
		if err := refusal(s.linter().Lint(d)); err != nil {
			return err
		}
	}
	if _, err := sc.Brand(brand); err != nil {
		return err
	}
	return named(sc, brand, d)
}

// named says whether the shops, groups, tags and pictures a draft names are there.
func named(sc *models.Scope, brand models.BrandID, d Draft) error {
	if len(d.Shops) > 0 {
		shops, err := sc.Shops(brand)
		if err != nil {
			return err
		}
		for _, id := range d.Shops {
			if !slices.ContainsFunc(shops, func(s models.Shop) bool { return s.ID == id }) {
				return models.Errorf(models.Invalid, "shop_not_found", "no such shop of the brand").With("field", "shop_ids")
			}
		}
	}
	o := d.offer(brand, "")
	for _, id := range o.AudienceGroups() {
		if _, err := sc.Group(id); err != nil {
			return nobody(err, "group_not_found")
		}
	}
	for _, id := range o.AudienceTags() {
		if _, err := sc.ActiveTag(id); err != nil {
			return nobody(err, "tag_not_found")
		}
	}
	if o.Audience != models.ForAll && len(o.AudienceGroups())+len(o.AudienceTags()) != len(d.AudienceIDs) {
		return models.Errorf(models.Invalid, "bad_field", "an id is none").With("field", "audience_ids")
	}
	for _, w := range d.Words {
		if w.PictureID == 0 {
			continue
		}
		if _, err := sc.PictureFacts(w.PictureID); err != nil {
			return err
		}
	}
	return nil
}

// nobody makes an audience that is not there a fault of the draft.
func nobody(err error, code string) error {
	if models.IsKind(err, models.NotFound) {
		return models.Errorf(models.Invalid, code, "an audience is not there").With("field", "audience_ids")
	}
	return err
}

// own reads an offer that somebody may change: a brand its own, an organiser any but drafts. Its row is locked.
func own(sc *models.Scope, who models.Account, id models.OfferID) (models.Offer, error) {
	found, err := sc.OffersByID([]models.OfferID{id}, true)
	o, there := found[id]
	brands := who.Role == models.BrandUser
	if err == nil && (!there || brands && o.BrandID != who.BrandID || !brands && o.State == models.OfferDraft) {
		err = models.Errorf(models.NotFound, "offer_not_found", "no such offer")
	}
	return o, err
}

// Written is an offer with what it promises now, in all languages.
type Written struct {
	models.Offer
	Terms models.Terms
	Words []models.Creative
}

// Read reads some offers' terms and words.
func Read(sc *models.Scope, all ...models.Offer) ([]Written, error) {
	ids := make([]models.TermsID, len(all))
	for i, o := range all {
		ids[i] = o.TermsID
	}
	terms, err := sc.TermsByID(ids)
	if err != nil {
		return nil, err
	}
	words, err := sc.CreativesOf(ids)
	out := make([]Written, len(all))
	for i, o := range all {
		out[i] = Written{Offer: o, Terms: terms[o.TermsID], Words: words[o.TermsID]}
	}
	return out, err
}

// Draft is what was written, as it would be handed in.
func (w Written) Draft() Draft {
	o, t := w.Offer, w.Terms
	d := Draft{Title: t.Title, Body: t.Body, ValueFen: t.ValueFen, Currency: t.Currency, Stock: o.Stock, PerMember: t.PerMember,
		StartsAt: o.StartsAt, EndsAt: o.EndsAt, RedeemBy: t.RedeemBy, Category: o.Category, AdLabel: o.AdLabel, Priority: o.Priority,
		Target: o.TargetReach, Limits: Limits{PerHousehold: t.PerHousehold, Unit: t.Unit, Units: t.Units, MinSpendFen: t.MinSpendFen,
			RedeemFrom: t.RedeemFrom, DaysAfterClaim: t.DaysAfterClaim, Blackout: t.Blackout.List(), Shops: t.Shops(), Audience: o.Audience,
			AudienceIDs: o.AudienceIDs.List()}}
	if d.Unit == models.UnitFen {
		d.Units = 0
	}
	for _, c := range w.Words {
		d.Words = append(d.Words, Words{Locale: c.Locale, Title: c.Title, Body: c.Body, CardTitle: c.CardTitle, PictureID: c.PictureID})
	}
	return d
}

// Written is a draft as it would be shown, without being stored.
func (d Draft) Written() Written {
	return Written{Offer: d.offer(0, models.OfferDraft), Terms: d.terms(0), Words: d.creatives()}
}
