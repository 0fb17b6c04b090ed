package offers

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"siyu/models"
)

// Draft is what a brand wants to publish.
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
	Limits
	Words []Words // in other languages, one each
}

// Limits are what bounds an offer's vouchers beside stock and time. The zero value bounds nothing.
type Limits struct {
	PerHousehold   int
	Unit           models.VoucherUnit // empty: uses
	Units          int                // uses of a voucher; zero: one. A value voucher holds its value.
	MinSpendFen    int64
	RedeemFrom     models.Millis
	DaysAfterClaim int
	Blackout       []models.BlackoutSpan
	Shops          []models.ShopID
	Audience       models.Audience // empty: everybody
	AudienceIDs    []string        // of groups or tags
}

// Words is what readers of one language see. An empty locale is the draft's own: it has a card title and a picture at most.
type Words struct {
	Locale    string           `json:"locale"`
	Title     string           `json:"title"`
	Body      string           `json:"body"`
	CardTitle string           `json:"card_title"`
	PictureID models.PictureID `json:"picture_id"`
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
	maxUnits     = 1_000
	maxDays      = 3_650
	maxAudience  = 200
	maxShops     = 200
	maxMoney     = 1_000_000_000_00 // minor units; a sum of vouchers must stay far below 2^63
	maxValueUnit = 1_000_000_00     // of a voucher that holds an amount
)

// check says what is wrong with a draft that is handed in, naming the field; pure.
func (d Draft) check(now models.Millis) error {
	bad := func(field, code, text string) error {
		return models.Errorf(models.Invalid, code, "%s", text).With("field", field)
	}
	if err := d.checkBounds(); err != nil {
		return err
	}
	switch {
	case strings.TrimSpace(d.Title) == "":
		return bad("title", "bad_field", "a title has 1 to 60 characters")
	case strings.TrimSpace(d.Body) == "":
		return bad("body", "bad_field", "a text has 1 to 500 characters")
	case len(d.Currency) != 3:
		return bad("currency", "bad_field", "a currency has three letters")
	case d.Stock < 1:
		return bad("stock", "bad_field", "a stock has 1 to 1,000,000 vouchers")
	case d.PerMember < 1:
		return bad("per_member", "bad_field", "a member may hold 1 to 100 vouchers")
	case d.EndsAt <= d.StartsAt:
		return bad("ends_at", "ends_before_start", "an offer ends after it starts")
	case d.EndsAt <= now:
		return bad("ends_at", "ends_in_past", "an offer ends in the future")
	case d.EndsAt.Sub(d.StartsAt) > maxFlight:
		return bad("ends_at", "flight_too_long", "an offer runs a year at most")
	case d.RedeemBy < d.EndsAt:
		return bad("redeem_by", "redeem_before_end", "vouchers are good at least until the offer ends")
	case d.RedeemFrom >= d.RedeemBy:
		return bad("redeem_from", "redeem_window_empty", "vouchers are good from before they end")
	case d.Unit == models.UnitFen && d.ValueFen < 1:
		return bad("value_fen", "bad_field", "a voucher of an amount has one")
	case d.Audience != "" && d.Audience != models.ForAll && len(d.AudienceIDs) == 0:
		return bad("audience_ids", "audience_empty", "an offer for some groups or tags names them")
	}
	return nil
}

// checkBounds says what no draft may hold, also one that is not complete yet.
func (d Draft) checkBounds() error {
	bad := func(field, code, text string) error {
		return models.Errorf(models.Invalid, code, "%s", text).With("field", field)
	}
	_, known := MinorDigits(strings.ToUpper(d.Currency))
	switch {
	case utf8.RuneCountInString(d.Title) > maxTitle:
		return bad("title", "bad_field", "a title has 1 to 60 characters")
	case utf8.RuneCountInString(d.Body) > maxBody:
		return bad("body", "bad_field", "a text has 1 to 500 characters")
	case d.ValueFen < 0 || d.ValueFen > maxMoney:
		return bad("value_fen", "bad_field", "a value is not negative")
	case d.Currency != "" && (len(d.Currency) != 3 || strings.Trim(strings.ToUpper(d.Currency), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != ""):
		return bad("currency", "bad_field", "a currency has three letters")
	case d.Currency != "" && !known:
		return bad("currency", "currency_unknown", "no such currency")
	case d.Stock < 0 || d.Stock > maxStock:
		return bad("stock", "bad_field", "a stock has 1 to 1,000,000 vouchers")
	case d.PerMember < 0 || d.PerMember > maxPerMember:
		return bad("per_member", "bad_field", "a member may hold 1 to 100 vouchers")
	case utf8.RuneCountInString(d.Category) > maxCategory:
		return bad("category", "bad_field", "a category has 32 characters at most")
	case d.AdLabel != "" && !slices.Contains(models.AdLabels(), d.AdLabel):
		return bad("ad_label", "ad_label_unknown", "the word in front of the post must say that it is advertising")
	case d.Priority < 0 || d.Priority > maxPriority:
		return bad("priority", "bad_field", "a priority is 0 to 9")
	case d.Target < 0 || d.Target > maxTarget:
		return bad("target_reach", "bad_field", "a target is 0 to 10,000,000 members")
	}
	if err := d.Limits.check(d.ValueFen); err != nil {
		return err
	}
	return checkWords(d.Words)
}

func (l Limits) check(value int64) error {
	bad := func(field, text string) error {
		return models.Errorf(models.Invalid, "bad_field", "%s", text).With("field", field)
	}
	switch {
	case l.PerHousehold < 0 || l.PerHousehold > maxPerMember:
		return bad("per_household", "a household may hold 1 to 100 vouchers")
	case l.Unit != "" && l.Unit != models.UnitUse && l.Unit != models.UnitFen:
		return bad("unit", "a voucher counts uses or an amount")
	case l.Units < 0 || l.Units > maxUnits || l.Unit == models.UnitFen && l.Units > 0:
		return bad("units", "a voucher has 1 to 1,000 uses; one of an amount has its value")
	case l.Unit == models.UnitFen && value > maxValueUnit:
		return bad("value_fen", "a voucher holds 1,000,000 at most")
	case l.MinSpendFen < 0 || l.MinSpendFen > maxMoney:
		return bad("min_spend_fen", "a bill is not negative")
	case l.RedeemFrom < 0:
		return bad("redeem_from", "a time is not negative")
	case l.DaysAfterClaim < 0 || l.DaysAfterClaim > maxDays:
		return bad("days_after_claim", "vouchers are good for 1 to 3,650 days")
	case len(l.Shops) > maxShops:
		return bad("shop_ids", "there are too many shops")
	case l.Audience != "" && l.Audience != models.ForAll && l.Audience != models.ForGroups && l.Audience != models.ForTag:
		return bad("audience", "an audience is all, groups or tag")
	case len(l.AudienceIDs) > maxAudience:
		return bad("audience_ids", "there are too many groups or tags")
	}
	return checkBlackout(l.Blackout)
}

// checkWords says what is wrong with the words of other languages.
func checkWords(all []Words) error {
	bad := func(text string) error {
		return models.Errorf(models.Invalid, "bad_field", "%s", text).With("field", "words")
	}
	seen := map[string]bool{}
	for _, w := range all {
		own := w.Locale == ""
		switch {
		case !own && !slices.Contains(models.Locales(), w.Locale) || seen[w.Locale]:
			return bad("words are in zh-Hans, zh-Hant or en, each once")
		case own && (w.Title != "" || w.Body != ""):
			return bad("the draft's own title and text are its title and body")
		case !own && (strings.TrimSpace(w.Title) == "" || strings.TrimSpace(w.Body) == ""):
			return bad("words have a title and a text")
		case utf8.RuneCountInString(w.Title) > maxTitle || utf8.RuneCountInString(w.CardTitle) > maxTitle:
			return bad("a title has 1 to 60 characters")
		case utf8.RuneCountInString(w.Body) > maxBody:
			return bad("a text has 1 to 500 characters")
		}
		seen[w.Locale] = true
	}
	return nil
}

// offer is the draft as an offer of a brand.
func (d Draft) offer(brand models.BrandID, state models.OfferState) models.Offer {
	o := models.Offer{BrandID: brand, State: state, Title: strings.TrimSpace(d.Title), Body: strings.TrimSpace(d.Body),
		ValueFen: d.ValueFen, Currency: strings.ToUpper(d.Currency), Stock: d.Stock, PerMember: d.PerMember, StartsAt: d.StartsAt,
		EndsAt: d.EndsAt, RedeemBy: d.RedeemBy, Category: strings.TrimSpace(d.Category), AdLabel: d.AdLabel, Priority: d.Priority,
		TargetReach: d.Target, PerHousehold: d.PerHousehold, Audience: d.Audience, AudienceIDs: models.StringsOf(d.AudienceIDs)}
	if o.AdLabel == "" {
		o.AdLabel = models.AdLabels()[0]
	}
	if o.Audience == "" {
		o.Audience = models.ForAll
	}
	if o.Audience == models.ForAll {
		o.AudienceIDs = models.StringsOf(nil)
	}
	return o
}

// terms is what the draft promises.
func (d Draft) terms(by models.AccountID) models.Terms {
	o := d.offer(0, "")
	t := models.Terms{Title: o.Title, Body: o.Body, ValueFen: o.ValueFen, Currency: o.Currency, Unit: d.Unit, Units: max(d.Units, 1),
		MinSpendFen: d.MinSpendFen, RedeemFrom: d.RedeemFrom, RedeemBy: d.RedeemBy, DaysAfterClaim: d.DaysAfterClaim,
		Blackout: models.BlackoutOf(d.Blackout), ShopIDs: models.StringsOf(texts(d.Shops)), PerMember: d.PerMember,
		PerHousehold: d.PerHousehold, CreatedBy: by}
	if t.Unit == "" {
		t.Unit = models.UnitUse
	}
	if t.Unit == models.UnitFen {
		t.Units = int(t.ValueFen)
	}
	return t
}

// creatives are the draft's words of other languages.
func (d Draft) creatives() []models.Creative {
	all := make([]models.Creative, len(d.Words))
	for i, w := range d.Words {
		all[i] = models.Creative{Locale: w.Locale, Title: strings.TrimSpace(w.Title), Body: strings.TrimSpace(w.Body),
			CardTitle: strings.TrimSpace(w.CardTitle), PictureID: w.PictureID}
	}
	return all
}

func texts[T any](ids []models.ID[T]) []string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = id.String()
	}
	return all
}
