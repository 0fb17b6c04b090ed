package handlers

import (
	"cmp"

	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
	"siyu/offers"
)

// promiseView is what terms say beside what every offer has.
type promiseView struct {
	PerHousehold   int                   `json:"per_household"`
	Unit           models.VoucherUnit    `json:"unit"`
	Units          int                   `json:"units"`
	MinSpendFen    int64                 `json:"min_spend_fen"`
	RedeemFrom     models.Millis         `json:"redeem_from"`
	DaysAfterClaim int                   `json:"days_after_claim"`
	Blackout       []models.BlackoutSpan `json:"blackout"`
	ShopIDs        []models.ShopID       `json:"shop_ids"`
	Words          []wordsView           `json:"words"`
}

type wordsView struct {
	Locale    string           `json:"locale"`
	Title     string           `json:"title"`
	Body      string           `json:"body"`
	CardTitle string           `json:"card_title"`
	PictureID models.PictureID `json:"picture_id"`
}

func viewPromise(t models.Terms, words []models.Creative) promiseView {
	v := promiseView{PerHousehold: t.PerHousehold, Unit: t.Unit, Units: t.Units, MinSpendFen: t.MinSpendFen,
		RedeemFrom: t.RedeemFrom, DaysAfterClaim: t.DaysAfterClaim, Blackout: orEmpty(t.Blackout.List()), ShopIDs: orEmpty(t.Shops()),
		Words: make([]wordsView, len(words))}
	for i, w := range words {
		v.Words[i] = wordsView{w.Locale, w.Title, w.Body, w.CardTitle, w.PictureID}
	}
	return v
}

type termsView struct {
	ID        models.TermsID `json:"id"`
	Number    int            `json:"number"`
	Title     string         `json:"title"`
	Body      string         `json:"body"`
	ValueFen  int64          `json:"value_fen"`
	Currency  string         `json:"currency"`
	RedeemBy  models.Millis  `json:"redeem_by"`
	PerMember int            `json:"per_member"`
	CreatedAt models.Millis  `json:"created_at"`
	promiseView
}

func viewTerms(w offers.Written) termsView {
	t := w.Terms
	return termsView{ID: t.ID, Number: t.Number, Title: t.Title, Body: t.Body, ValueFen: t.ValueFen, Currency: t.Currency,
		RedeemBy: t.RedeemBy, PerMember: t.PerMember, CreatedAt: t.CreatedAt, promiseView: viewPromise(t, w.Words)}
}

func (s *server) listTerms(c *gin.Context) (any, error) {
	o, err := s.seenOffer(c)
	if err != nil {
		return nil, err
	}
	sc := s.Store.Read(c.Request.Context()).In(o.CommunityID)
	all, err := sc.TermsOf(o.ID)
	if err != nil {
		return nil, err
	}
	ids := make([]models.TermsID, len(all))
	for i, t := range all {
		ids[i] = t.ID
	}
	words, err := sc.CreativesOf(ids)
	views := make([]termsView, len(all))
	for i, t := range all {
		views[i] = viewTerms(offers.Written{Offer: o, Terms: t, Words: words[t.ID]})
	}
	return gin.H{"current": o.TermsID, "terms": views}, err
}

type findingView struct {
	Rule       string        `json:"rule"`
	Weight     offers.Weight `json:"weight"`
	Field      string        `json:"field"`
	From       int           `json:"from"`
	To         int           `json:"to"`
	Phrase     string        `json:"phrase"`
	Text       string        `json:"text"`
	Source     string        `json:"source"`
	Suggestion string        `json:"suggestion"`
}

func (s *server) viewFindings(c *gin.Context, all []offers.Finding) []findingView {
	views := make([]findingView, len(all))
	say := func(id string) string { return s.texts.say(requestLanguage(c), id, nil) }
	for i, f := range all {
		views[i] = findingView{Rule: f.Rule, Weight: f.Weight, Field: f.Field, From: f.From, To: f.To, Phrase: f.Phrase,
			Text: say("lint_" + f.Rule), Source: say("lint_" + f.Rule + "_source"), Suggestion: say("lint_" + f.Rule + "_do")}
	}
	return views
}

func (s *server) lintOffer(c *gin.Context) (any, error) {
	var in draftOffer
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	return gin.H{"findings": s.viewFindings(c, s.Offers.Lint(in.draft()))}, nil
}

type previewView struct {
	Locale    string           `json:"locale"`
	Title     string           `json:"title"`
	Body      string           `json:"body"`
	PostText  string           `json:"post_text"`
	CardTitle string           `json:"card_title"`
	PictureID models.PictureID `json:"picture_id"`
	BrandName string           `json:"brand_name"`
	AdLabel   string           `json:"ad_label"`
	Value     string           `json:"value"`
	Findings  []findingView    `json:"findings"`
}

// viewPreview shows what readers of a language see: the post, which speaks the offer's own words unless the language has some,
// and the card.
func (s *server) viewPreview(c *gin.Context, w offers.Written, brand models.Brand) previewView {
	r := offers.WordsFor(w.Terms, w.Words, c.Query("lang"))
	o := w.Offer
	o.Title, o.Body = r.Title, r.Body
	card := o
	card.Title = r.CardTitle
	return previewView{Locale: r.Locale, Title: r.Title, Body: r.Body, PostText: bot.Copy(brand, o), CardTitle: bot.CardTitle(card),
		PictureID: r.PictureID, BrandName: brand.Name, AdLabel: o.AdLabel, Value: offers.Money(w.Terms.ValueFen, w.Terms.Currency),
		Findings: s.viewFindings(c, s.Offers.Lint(w.Draft()))}
}

func (s *server) previewDraft(c *gin.Context) (any, error) {
	var in draftOffer
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	if err := pickedLanguage(c); err != nil {
		return nil, err
	}
	a := account(c)
	brand, err := s.Store.Read(c.Request.Context()).In(a.CommunityID).Brand(a.BrandID)
	if err != nil && !models.IsKind(err, models.NotFound) {
		return nil, err
	}
	return s.viewPreview(c, in.draft().Written(), brand), nil
}

func (s *server) previewOffer(c *gin.Context) (any, error) {
	o, err := s.seenOffer(c)
	if err != nil {
		return nil, err
	}
	if err := pickedLanguage(c); err != nil {
		return nil, err
	}
	if c.Query("change") == "true" {
		o.TermsID = cmp.Or(o.ChangeID, o.TermsID)
	}
	w, brand, err := s.writtenOffer(c, o)
	if err != nil {
		return nil, err
	}
	return s.viewPreview(c, w, brand), nil
}

func (s *server) writtenOffer(c *gin.Context, o models.Offer) (offers.Written, models.Brand, error) {
	sc := s.Store.Read(c.Request.Context()).In(o.CommunityID)
	all, err := offers.Read(sc, o)
	if err != nil {
		return offers.Written{}, models.Brand{}, err
	}
	brand, err := sc.Brand(o.BrandID)
	return all[0], brand, err
}

// pickedLanguage refuses a query for a language that offers have no words in.
func pickedLanguage(c *gin.Context) error {
	in := struct {
		Lang   string `form:"lang" binding:"omitempty,oneof=zh-Hans zh-Hant en"`
		Entry  string `form:"entry" binding:"max=64"`
		Change bool   `form:"change"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return badInput(err)
	}
	return nil
}
