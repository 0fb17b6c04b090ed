package handlers

import (
	"cmp"
	"slices"

	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
	"siyu/offers"
)

type offerView struct {
	ID            models.OfferID    `json:"id"`
	BrandID       models.BrandID    `json:"brand_id"`
	BrandName     string            `json:"brand_name"`
	State         models.OfferState `json:"state"`
	Title         string            `json:"title"`
	Body          string            `json:"body"`
	ValueFen      int64             `json:"value_fen"`
	Currency      string            `json:"currency"`
	Stock         int               `json:"stock"`
	Claimed       int               `json:"claimed"`
	PerMember     int               `json:"per_member"`
	StartsAt      models.Millis     `json:"starts_at"`
	EndsAt        models.Millis     `json:"ends_at"`
	RedeemBy      models.Millis     `json:"redeem_by"`
	SubmittedAt   models.Millis     `json:"submitted_at"`
	DecidedAt     models.Millis     `json:"decided_at"`
	DeclineReason string            `json:"decline_reason"`
	Category      string            `json:"category"`
	AdLabel       string            `json:"ad_label"`
	Priority      int               `json:"priority"`
	TargetReach   int               `json:"target_reach"`
	PostText      string            `json:"post_text"`
	CardTitle     string            `json:"card_title"`
	CheckID       models.CheckID    `json:"check_id,omitempty"`
	CheckState    models.CheckState `json:"check_state"`
	CheckText     string            `json:"check_text"`
	Pictures      []pictureCheck    `json:"pictures"`
	Stage         offers.Stage      `json:"stage"`
	Rev           int               `json:"rev"`
	TermsID       models.TermsID    `json:"terms_id"`
	promiseView
	Audience       models.Audience `json:"audience"`
	AudienceIDs    []string        `json:"audience_ids"`
	Findings       []findingView   `json:"findings"`
	Change         *termsView      `json:"change,omitempty"`
	ChangeNote     string          `json:"change_note"`
	WithdrawnAt    models.Millis   `json:"withdrawn_at"`
	WithdrawReason string          `json:"withdraw_reason"`
}

// offerParts are what an offer is shown with.
type offerParts struct {
	brand  models.Brand
	check  models.Check
	now    offers.Written
	seen   map[models.PictureID]models.Check
	change *offers.Written // what waits for the organiser; nil: nothing does
	alone  bool            // in a list its words are read by the rules only while somebody is to decide about them
}

func (s *server) viewOffer(c *gin.Context, p offerParts) offerView {
	o := p.now.Offer
	v := offerView{ID: o.ID, BrandID: o.BrandID, BrandName: p.brand.Name, State: o.State, Title: o.Title, Body: o.Body,
		ValueFen: o.ValueFen, Currency: o.Currency, Stock: o.Stock, Claimed: o.Claimed, PerMember: o.PerMember,
		StartsAt: o.StartsAt, EndsAt: o.EndsAt, RedeemBy: o.RedeemBy, SubmittedAt: o.SubmittedAt, DecidedAt: o.DecidedAt,
		DeclineReason: o.DeclineReason, Category: o.Category, AdLabel: o.AdLabel, Priority: o.Priority, TargetReach: o.TargetReach,
		PostText: bot.Copy(p.brand, o), CardTitle: bot.CardTitle(o),
		CheckID: p.check.ID, CheckState: p.check.State, CheckText: s.checkReason(c, p.check),
		Stage: offers.StageOf(o, models.MillisOf(s.Store.Clock().Now())), Rev: o.Rev, TermsID: o.TermsID, promiseView: viewPromise(p.now.Terms, p.now.Words),
		Audience: o.Audience, AudienceIDs: orEmpty(o.AudienceIDs.List()), ChangeNote: o.ChangeNote, WithdrawnAt: o.WithdrawnAt,
		WithdrawReason: o.WithdrawReason}
	read := p.now
	v.Pictures = s.viewPictures(c, p)
	if p.change != nil {
		read = *p.change
		change := viewTerms(*p.change)
		v.Change = &change
	}
	v.Findings = []findingView{}
	if p.alone || p.change != nil || o.State == models.OfferDraft || o.State == models.OfferSubmitted {
		v.Findings = s.viewFindings(c, s.Offers.Lint(read.Draft()))
	}
	return v
}

// listOffers shows an organiser every offer and a brand its own.
func (s *server) listOffers(c *gin.Context) (any, error) {
	in := struct {
		State models.OfferState `form:"state" binding:"omitempty,oneof=draft submitted approved declined done withdrawn"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	a := account(c)
	sc := s.Store.Read(c.Request.Context()).In(a.CommunityID)
	states := []models.OfferState{in.State}
	if in.State == "" {
		states = nil
	}
	all, err := sc.OffersIn(states...)
	if err != nil {
		return nil, err
	}
	seen := all[:0]
	for _, o := range all {
		if a.Role == models.Organiser && o.State != models.OfferDraft || a.Role == models.BrandUser && o.BrandID == a.BrandID {
			seen = append(seen, o)
		}
	}
	views, err := s.viewOffers(c, sc, seen)
	return gin.H{"offers": views}, err
}

// viewOffers shows some offers with what belongs to them.
func (s *server) viewOffers(c *gin.Context, sc *models.Scope, all []models.Offer) ([]offerView, error) {
	brands, err := brandsByID(sc)
	if err != nil {
		return nil, err
	}
	objects, waiting := make([]string, len(all)), []models.Offer{}
	for i, o := range all {
		objects[i] = offers.CheckObject(o.ID)
		if o.ChangeID != 0 {
			o.TermsID = o.ChangeID
			waiting = append(waiting, o)
		}
	}
	checks, err := sc.ChecksOf(objects)
	if err != nil {
		return nil, err
	}
	written, err := offers.Read(sc, all...)
	if err != nil {
		return nil, err
	}
	changes, err := offers.Read(sc, waiting...)
	if err != nil {
		return nil, err
	}
	change := make(map[models.OfferID]*offers.Written, len(changes))
	for i, w := range changes {
		change[w.ID] = &changes[i]
	}
	var words []models.Creative
	for _, w := range slices.Concat(written, changes) {
		words = append(words, w.Words...)
	}
	seen, err := offers.PictureChecks(sc, offers.PicturesOf(words))
	if err != nil {
		return nil, err
	}
	views := make([]offerView, len(all))
	for i, o := range all {
		views[i] = s.viewOffer(c, offerParts{brands[o.BrandID], checks[objects[i]], written[i], seen, change[o.ID], len(all) == 1})
	}
	return views, nil
}

// pictureCheck is whether a picture of an offer may be shown to members, and if not why.
type pictureCheck struct {
	PictureID models.PictureID  `json:"picture_id"`
	CheckID   models.CheckID    `json:"check_id,omitempty"`
	State     models.CheckState `json:"state"`
	Text      string            `json:"text"`
}

// viewPictures shows what became of the pictures of an offer, and of a change that waits. One of a draft was not looked at yet.
func (s *server) viewPictures(c *gin.Context, p offerParts) []pictureCheck {
	words := p.now.Words
	if p.change != nil {
		words = slices.Concat(words, p.change.Words)
	}
	views := []pictureCheck{}
	for _, id := range offers.PicturesOf(words) {
		check := p.seen[id]
		views = append(views, pictureCheck{id, check.ID, cmp.Or(check.State, models.CheckUnchecked), s.checkReason(c, check)})
	}
	return views
}

func brandsByID(sc *models.Scope) (map[models.BrandID]models.Brand, error) {
	all, err := sc.Brands()
	brands := make(map[models.BrandID]models.Brand, len(all))
	for _, b := range all {
		brands[b.ID] = b
	}
	return brands, err
}

// newOffer is a draft as it comes in. Its times end with the year 2099: what lies beyond is a slip, and differences of
// such times overflow a duration.
type newOffer struct {
	Title     string        `json:"title" binding:"required"`
	Body      string        `json:"body" binding:"required"`
	ValueFen  int64         `json:"value_fen"`
	Currency  string        `json:"currency" binding:"required,len=3"`
	Stock     int           `json:"stock" binding:"required"`
	PerMember int           `json:"per_member" binding:"required"`
	StartsAt  models.Millis `json:"starts_at" binding:"required,min=1,max=4102444800000"`
	EndsAt    models.Millis `json:"ends_at" binding:"required,min=1,max=4102444800000"`
	RedeemBy  models.Millis `json:"redeem_by" binding:"required,min=1,max=4102444800000"`
	Category  string        `json:"category" binding:"max=64"`
	AdLabel   string        `json:"ad_label" binding:"max=32"`
	Priority  int           `json:"priority"`
	Target    int           `json:"target_reach"`
	offerLimits
}

// offerLimits are the parts of a draft that may all be left out.
type offerLimits struct {
	PerHousehold   int                   `json:"per_household"`
	Unit           models.VoucherUnit    `json:"unit" binding:"max=8"`
	Units          int                   `json:"units"`
	MinSpendFen    int64                 `json:"min_spend_fen"`
	RedeemFrom     models.Millis         `json:"redeem_from" binding:"min=0,max=4102444800000"`
	DaysAfterClaim int                   `json:"days_after_claim"`
	Blackout       []models.BlackoutSpan `json:"blackout" binding:"max=21"`
	ShopIDs        []models.ShopID       `json:"shop_ids" binding:"max=200"`
	Audience       models.Audience       `json:"audience" binding:"max=8"`
	AudienceIDs    []string              `json:"audience_ids" binding:"max=200,dive,max=20"`
	Words          []offers.Words        `json:"words" binding:"max=4"`
}

func (in newOffer) draft() offers.Draft {
	l := in.offerLimits
	return offers.Draft{Title: in.Title, Body: in.Body, ValueFen: in.ValueFen, Currency: in.Currency, Stock: in.Stock,
		PerMember: in.PerMember, StartsAt: in.StartsAt, EndsAt: in.EndsAt, RedeemBy: in.RedeemBy, Category: in.Category,
		AdLabel: in.AdLabel, Priority: in.Priority, Target: in.Target, Words: l.Words,
		Limits: offers.Limits{PerHousehold: l.PerHousehold, Unit: l.Unit, Units: l.Units, MinSpendFen: l.MinSpendFen,
			RedeemFrom: l.RedeemFrom, DaysAfterClaim: l.DaysAfterClaim, Blackout: l.Blackout, Shops: l.ShopIDs, Audience: l.Audience,
			AudienceIDs: l.AudienceIDs}}
}

func (s *server) submitOffer(c *gin.Context) (any, error) {
	var in newOffer
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	key, err := maybeKey(c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	o, err := s.Offers.SubmitOnce(c.Request.Context(), a.CommunityID, a.BrandID, a.ID, key, in.draft())
	if err != nil {
		return nil, err
	}
	view, err := s.offer(c, o)
	return created{view}, err
}

func (s *server) approveOffer(c *gin.Context) (any, error) {
	id, err := idParam[models.Offer](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Rev int `json:"rev" binding:"min=0"`
	}
	if err := bindMaybe(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	o, err := s.Offers.ApproveIn(c.Request.Context(), a.CommunityID, id, a.ID, offers.Choice{Rev: in.Rev})
	if err != nil {
		return nil, err
	}
	return s.offer(c, o)
}

func (s *server) declineOffer(c *gin.Context) (any, error) {
	id, err := idParam[models.Offer](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Reason string `json:"reason" binding:"required,max=200"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	o, err := s.Offers.Decline(c.Request.Context(), a.CommunityID, id, a.ID, in.Reason)
	if err != nil {
		return nil, err
	}
	return s.offer(c, o)
}

// offer shows one offer with all that belongs to it.
func (s *server) offer(c *gin.Context, o models.Offer) (any, error) {
	views, err := s.viewOffers(c, s.Store.Read(c.Request.Context()).In(o.CommunityID), []models.Offer{o})
	if err != nil {
		return nil, err
	}
	return views[0], nil
}
