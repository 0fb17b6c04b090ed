package handlers

import (
	"errors"

	"github.com/gin-gonic/gin"

	"siyu/miniprogram"
	"siyu/models"
	"siyu/offers"
)

func (s *server) miniLogin(c *gin.Context) (any, error) {
	var in struct {
		AppID     string `json:"app_id" binding:"required,max=64"`
		Code      string `json:"code" binding:"required,max=128"`
		Visit     string `json:"visit" binding:"required,min=8,max=64"`
		Scene     int    `json:"scene"`
		Placement string `json:"placement" binding:"max=32"`
		Entry     string `json:"entry" binding:"max=64"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	door := c.ClientIP() + " code" // apart from passwords: a shop's till and its customers may share an address
	if err := s.guess.open(door); err != nil {
		return nil, err
	}
	session, err := s.Mini.Login(c.Request.Context(), miniprogram.LoginInput{AppID: in.AppID, Code: in.Code, Visit: in.Visit,
		Scene: in.Scene, Placement: in.Placement, Entry: in.Entry})
	if models.IsKind(err, models.Denied) || models.IsKind(err, models.Invalid) { // a made-up code costs a call of WeChat's
		s.guess.wrong(door)
	}
	if err != nil {
		return nil, err
	}
	return gin.H{"token": session.Token, "expires_at": session.ExpiresAt}, nil
}

func (s *server) enterGroup(c *gin.Context) (any, error) {
	var in struct {
		EncryptedData string `json:"encrypted_data" binding:"required,max=8192"`
		IV            string `json:"iv" binding:"required,max=64"`
		Placement     string `json:"placement" binding:"max=32"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	g, err := s.Mini.EnterGroup(c.Request.Context(), memberSession(c), miniprogram.GroupEntryInput(in))
	if err != nil {
		return nil, err
	}
	return gin.H{"group": gin.H{"id": g.ID, "name": g.Name}}, nil
}

type wallView struct {
	ID        models.OfferID `json:"id"`
	BrandName string         `json:"brand_name"`
	Title     string         `json:"title"`
	Body      string         `json:"body"`
	ValueFen  int64          `json:"value_fen"`
	Currency  string         `json:"currency"`
	Left      int            `json:"left"`
	Claimed   bool           `json:"claimed"`
	EndsAt    models.Millis  `json:"ends_at"`

	CardTitle      string                `json:"card_title"`
	AdLabel        string                `json:"ad_label"`
	Picture        bool                  `json:"picture"`
	Unit           models.VoucherUnit    `json:"unit"`
	Units          int                   `json:"units"`
	MinSpendFen    int64                 `json:"min_spend_fen"`
	RedeemFrom     models.Millis         `json:"redeem_from"`
	RedeemBy       models.Millis         `json:"redeem_by"`
	DaysAfterClaim int                   `json:"days_after_claim"`
	Blackout       []models.BlackoutSpan `json:"blackout"`
	ShopIDs        []models.ShopID       `json:"shop_ids"`
}

// wall lists what a member can claim, in her language.
func (s *server) wall(c *gin.Context) (any, error) {
	session := memberSession(c)
	s.Mini.Expect(c.Request.Context(), session, c.ClientIP())
	cards, err := s.Mini.Wall(c.Request.Context(), session)
	if err != nil {
		return nil, err
	}
	list := make([]models.Offer, len(cards))
	for i, w := range cards {
		list[i] = w.Offer
	}
	written, err := offers.Read(s.Store.Read(c.Request.Context()).In(session.CommunityID), list...)
	if err != nil {
		return nil, err
	}
	shown, err := offers.ShownPictures(s.Store.Read(c.Request.Context()).In(session.CommunityID), written)
	if err != nil {
		return nil, err
	}
	lang := failureLanguage(c)
	all := make([]wallView, len(cards))
	for i, w := range cards {
		o, t := w.Offer, written[i].Terms
		read := offers.WordsFor(t, written[i].Words, lang)
		all[i] = wallView{ID: o.ID, BrandName: w.BrandName, Title: read.Title, Body: read.Body, ValueFen: o.ValueFen,
			Currency: o.Currency, Left: w.Left, Claimed: w.Claimed(), EndsAt: o.EndsAt, CardTitle: read.CardTitle, AdLabel: o.AdLabel,
			Picture: shown[read.PictureID], Unit: t.Unit, Units: t.Units, MinSpendFen: t.MinSpendFen, RedeemFrom: t.RedeemFrom,
			RedeemBy: t.RedeemBy, DaysAfterClaim: t.DaysAfterClaim, Blackout: orEmpty(t.Blackout.List()), ShopIDs: orEmpty(t.Shops())}
	}
	return gin.H{"offers": all}, nil
}

// offerPicture is the picture of an offer's card, for members.
func (s *server) offerPicture(c *gin.Context) (any, error) {
	id, err := idParam[models.Offer](c)
	if err != nil {
		return nil, err
	}
	sc := s.Store.Read(c.Request.Context()).In(memberSession(c).CommunityID)
	o, err := sc.Offer(id)
	if err == nil && o.State != models.OfferApproved {
		err = models.Errorf(models.NotFound, "offer_not_found", "no such offer")
	}
	if err != nil {
		return nil, err
	}
	written, err := offers.Read(sc, o)
	if err != nil {
		return nil, err
	}
	shown, err := offers.ShownPictures(sc, written)
	if err != nil {
		return nil, err
	}
	read := offers.WordsFor(written[0].Terms, written[0].Words, failureLanguage(c))
	if read.PictureID != 0 && !shown[read.PictureID] {
		return nil, models.Errorf(models.NotFound, "picture_not_found", "it has not passed")
	}
	p, err := sc.Picture(read.PictureID)
	if err != nil {
		return nil, err
	}
	c.Header("Cache-Control", "private, max-age=3600")
	return document{contentType: p.Mime, body: p.Body}, nil
}

type voucherView struct {
	ID         models.VoucherID `json:"id"`
	OfferID    models.OfferID   `json:"offer_id"`
	OfferTitle string           `json:"offer_title"`
	BrandName  string           `json:"brand_name"`
	Code       string           `json:"code"`
	State      string           `json:"state"`
	ValidTo    models.Millis    `json:"valid_to"`
	IssuedAt   models.Millis    `json:"issued_at"`
	RedeemedAt models.Millis    `json:"redeemed_at"`
	ValidFrom  models.Millis    `json:"valid_from"`
	Units      int              `json:"units"`
	Used       int              `json:"used"`
	*promisedView
}

// promisedView is what a voucher promises, by the terms it was claimed under.
type promisedView struct {
	Body        string                `json:"body"`
	ValueFen    int64                 `json:"value_fen"`
	Currency    string                `json:"currency"`
	Unit        models.VoucherUnit    `json:"unit"`
	MinSpendFen int64                 `json:"min_spend_fen"`
	Blackout    []models.BlackoutSpan `json:"blackout"`
	ShopIDs     []models.ShopID       `json:"shop_ids"`
}

func (s *server) vouchers(c *gin.Context) (any, error) {
	cards, err := s.Mini.Vouchers(c.Request.Context(), memberSession(c))
	if err != nil {
		return nil, err
	}
	all := make([]voucherView, len(cards))
	for i, card := range cards {
		if all[i], err = s.viewVoucher(card); err != nil {
			return nil, err
		}
		t := card.Promise.Terms
		read := offers.WordsFor(t, card.Promise.Words, failureLanguage(c))
		all[i].OfferTitle = read.Title
		all[i].promisedView = &promisedView{Body: read.Body, ValueFen: t.ValueFen, Currency: t.Currency, Unit: t.Unit,
			MinSpendFen: t.MinSpendFen, Blackout: orEmpty(t.Blackout.List()), ShopIDs: orEmpty(t.Shops())}
	}
	return gin.H{"vouchers": all}, nil
}

func (s *server) viewVoucher(card miniprogram.VoucherCard) (voucherView, error) {
	code, err := offers.OpenCode(s.Store.Keys(), card.Voucher)
	return viewOf(card, code), err
}

// viewOf is a voucher whose code is known.
func viewOf(card miniprogram.VoucherCard, code string) voucherView {
	v := card.Voucher
	return voucherView{ID: v.ID, OfferID: v.OfferID, OfferTitle: card.OfferTitle, BrandName: card.BrandName, Code: code,
		State: string(card.Standing), ValidTo: v.ValidTo, IssuedAt: v.IssuedAt, RedeemedAt: v.RedeemedAt,
		ValidFrom: v.ValidFrom, Units: v.Units, Used: v.Used}
}

// claimThrough asks the gate about a claim and then makes it. Of an offer that was sold out a moment ago nothing is asked, unless
// there is one after all: who reads that it is sold out costs no question.
func (s *server) claimThrough(c *gin.Context, session models.Session, in offers.ClaimInput) (offers.Claimed, error) {
	ctx := c.Request.Context()
	if s.Offers.SoldOut(in.Community, in.Offer) {
		in.Gate = offers.Passage{Unasked: true}
		v, err := s.Offers.Claim(ctx, in)
		if !errors.Is(err, offers.ErrUnasked) {
			return v, err
		}
	}
	in.Gate = s.Mini.Admit(ctx, session, miniprogram.Asking{Offer: in.Offer, Key: in.Key, IP: c.ClientIP()})
	return s.Offers.Claim(ctx, in)
}

// claim gives a voucher; the key of the request makes asking again safe. Who is refused because of what she holds is shown it.
func (s *server) claim(c *gin.Context) (any, error) {
	id, err := idParam[models.Offer](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Placement string `json:"placement" binding:"max=32"`
	}
	if c.Request.ContentLength != 0 {
		if err := bindJSON(c, &in); err != nil {
			return nil, err
		}
	}
	key, err := idempotencyKey(c)
	if err != nil {
		return nil, err
	}
	session := memberSession(c)
	claim := offers.ClaimInput{Community: session.CommunityID, Member: session.MemberID, Offer: id, Key: key, Placement: in.Placement}
	v, refusal := s.claimThrough(c, session, claim)
	if v.ID == 0 {
		return nil, refusal
	}
	view := viewOf(miniprogram.VoucherCard{Voucher: v.Voucher, OfferTitle: v.OfferTitle, BrandName: v.BrandName,
		Standing: miniprogram.StandingAt(v.Voucher, models.MillisOf(s.Store.Clock().Now()))}, v.Code)
	if refusal != nil {
		return nil, &holding{refusal, view}
	}
	return view, nil
}
