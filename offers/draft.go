package offers

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"siyu/models"
)

// Draft is what a brand hands in.
type Draft struct {
	Title     string
	Body      string
	ValueFen  int64
	Currency  string // ISO 4217
	Stock     int
	PerMember int
	StartsAt  models.Millis
	EndsAt    models.Millis
	RedeemBy  models.Millis
	Category  string // one word the community agrees on; may be empty
	AdLabel   string // one of [models.AdLabels]; empty: the first
	Priority  int    // among the brand's own offers the higher goes first
	Target    int    // members its posts are to reach, each post counted; zero: as many as it gets
}

// What a draft may hold. The title must fit a Mini Program card, which counts 64 bytes.
const (
	maxTitle     = 60
	maxBody      = 500
	maxStock     = 1_000_000
	maxPerMember = 100
	maxFlight    = 366 * 24 * time.Hour
	maxCategory  = 32
	maxPriority  = 9
	maxTarget    = 10_000_000
)

// check says what is wrong with a draft, naming the field; pure.
func (d Draft) check(now models.Millis) error {
	bad := func(field, code, text string) error {
		return models.Errorf(models.Invalid, code, "%s", text).With("field", field)
	}
	switch {
	case strings.TrimSpace(d.Title) == "" || utf8.RuneCountInString(d.Title) > maxTitle:
		return bad("title", "bad_field", "a title has 1 to 60 characters")
	case strings.TrimSpace(d.Body) == "" || utf8.RuneCountInString(d.Body) > maxBody:
		return bad("body", "bad_field", "a text has 1 to 500 characters")
	case d.ValueFen < 0:
		return bad("value_fen", "bad_field", "a value is not negative")
	case len(d.Currency) != 3 || strings.Trim(strings.ToUpper(d.Currency), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return bad("currency", "bad_field", "a currency has three letters")
	case d.Stock < 1 || d.Stock > maxStock:
		return bad("stock", "bad_field", "a stock has 1 to 1,000,000 vouchers")
	case d.PerMember < 1 || d.PerMember > maxPerMember:
		return bad("per_member", "bad_field", "a member may hold 1 to 100 vouchers")
	case d.EndsAt <= d.StartsAt:
		return bad("ends_at", "ends_before_start", "an offer ends after it starts")
	case d.EndsAt <= now:
		return bad("ends_at", "ends_in_past", "an offer ends in the future")
	case d.EndsAt.Sub(d.StartsAt) > maxFlight:
		return bad("ends_at", "flight_too_long", "an offer runs a year at most")
	case utf8.RuneCountInString(d.Category) > maxCategory:
		return bad("category", "bad_field", "a category has 32 characters at most")
	case d.AdLabel != "" && !slices.Contains(models.AdLabels(), d.AdLabel):
		return bad("ad_label", "ad_label_unknown", "the word in front of the post must say that it is advertising")
	case d.Priority < 0 || d.Priority > maxPriority:
		return bad("priority", "bad_field", "a priority is 0 to 9")
	case d.Target < 0 || d.Target > maxTarget:
		return bad("target_reach", "bad_field", "a target is 0 to 10,000,000 members")
	case d.RedeemBy < d.EndsAt:
		return bad("redeem_by", "redeem_before_end", "vouchers are good at least until the offer ends")
	}
	return nil
}

// Submit hands a brand's offer in for the organiser's decision.
func (s *Service) Submit(ctx context.Context, community models.CommunityID, brand models.BrandID, by models.AccountID, d Draft) (models.Offer, error) {
	var o models.Offer
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		if err := d.check(tx.Now); err != nil {
			return err
		}
		sc := tx.In(community)
		if _, err := sc.Brand(brand); err != nil {
			return err
		}
		o = models.Offer{BrandID: brand, State: models.OfferSubmitted, Title: strings.TrimSpace(d.Title),
			Body: strings.TrimSpace(d.Body), ValueFen: d.ValueFen, Currency: strings.ToUpper(d.Currency), Stock: d.Stock,
			PerMember: d.PerMember, StartsAt: d.StartsAt, EndsAt: d.EndsAt, RedeemBy: d.RedeemBy, SubmittedAt: tx.Now,
			Category: strings.TrimSpace(d.Category), AdLabel: d.AdLabel, Priority: d.Priority, TargetReach: d.Target}
		if err := sc.InsertOffer(&o); err != nil {
			return err
		}
		if err := submitText(sc, o, by); err != nil {
			return err
		}
		return sc.AddAudit(by, "offer.submit", "offer:"+o.ID.String(), "")
	})
	if err == nil {
		s.jobs.Wake()
	}
	return o, err
}
