package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/offers"
)

// redemptionView is one voucher written off, as tills and the console show it.
type redemptionView struct {
	ID            models.RedemptionID `json:"id"`
	VoucherID     models.VoucherID    `json:"voucher_id"`
	OfferID       models.OfferID      `json:"offer_id"`
	OfferTitle    string              `json:"offer_title"`
	BrandName     string              `json:"brand_name"`
	ShopID        models.ShopID       `json:"shop_id"`
	ShopName      string              `json:"shop_name"`
	StaffName     string              `json:"staff_name"`
	At            models.Millis       `json:"at"`
	Units         int                 `json:"units"`
	UnitsLeft     int                 `json:"units_left"`
	ValueFen      int64               `json:"value_fen"`
	Currency      string              `json:"currency"`
	Proof         models.ShownBy      `json:"proof"`
	UndoUntil     models.Millis       `json:"undo_until"`
	ReversedAt    models.Millis       `json:"reversed_at"`
	ReverseReason string              `json:"reverse_reason"`
}

func viewRedemption(l offers.RedeemedLine) redemptionView {
	return redemptionView{ID: l.ID, VoucherID: l.VoucherID, OfferID: l.OfferID, OfferTitle: l.OfferTitle, BrandName: l.BrandName,
		ShopID: l.ShopID, ShopName: l.ShopName, StaffName: l.StaffName, At: l.At, Units: l.Units, UnitsLeft: l.UnitsLeft, ValueFen: l.Value,
		Currency: l.Currency, Proof: l.Proof, UndoUntil: l.UndoUntil, ReversedAt: l.ReversedAt, ReverseReason: l.ReverseReason}
}

func viewRedemptions(lines []offers.RedeemedLine) []redemptionView {
	all := make([]redemptionView, len(lines))
	for i, l := range lines {
		all[i] = viewRedemption(l)
	}
	return all
}

// redeem writes vouchers off: one by its code, or those the till has before it.
func (s *server) redeem(c *gin.Context) (any, error) {
	var in struct {
		Code      string        `json:"code" binding:"max=200"`
		ShopID    models.ShopID `json:"shop_id"`
		RequestNo string        `json:"request_no" binding:"required,min=8,max=64"`
		DeviceID  string        `json:"device_id" binding:"max=64"`
		Items     []struct {
			VoucherID models.VoucherID `json:"voucher_id"`
			Token     string           `json:"token" binding:"required,max=64"`
			Units     int              `json:"units" binding:"min=0,max=2000000000"`
		} `json:"items" binding:"max=100,dive"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	if in.Code == "" && len(in.Items) == 0 {
		return nil, models.Errorf(models.Invalid, "bad_field", "neither a code nor vouchers").With("field", "code").With("rule", "required").With("param", "")
	}
	ask := offers.RedeemInput{Staff: account(c), Shop: in.ShopID, RequestNo: in.RequestNo, Code: in.Code, DeviceID: in.DeviceID}
	for _, i := range in.Items {
		ask.Uses = append(ask.Uses, offers.Use{Voucher: i.VoucherID, Token: i.Token, Units: i.Units})
	}
	r, err := s.Offers.Redeem(c.Request.Context(), ask)
	if err != nil {
		return nil, err
	}
	return gin.H{"voucher_id": r.Redemption.VoucherID, "offer_title": r.OfferTitle, "brand_name": r.BrandName, "at": r.Redemption.At,
		"repeated": r.Repeated, "redemptions": viewRedemptions(r.Lines)}, nil
}

type shownView struct {
	VoucherID     models.VoucherID   `json:"voucher_id"`
	Token         string             `json:"token"`
	ReservedUntil models.Millis      `json:"reserved_until"`
	OfferTitle    string             `json:"offer_title"`
	Body          string             `json:"body"`
	BrandName     string             `json:"brand_name"`
	ValueFen      int64              `json:"value_fen"`
	Currency      string             `json:"currency"`
	Unit          models.VoucherUnit `json:"unit"`
	Units         int                `json:"units"`
	Used          int                `json:"used"`
	MinSpendFen   int64              `json:"min_spend_fen"`
	Member        string             `json:"member"`
	ValidFrom     models.Millis      `json:"valid_from"`
	ValidTo       models.Millis      `json:"valid_to"`
	Proof         models.ShownBy     `json:"proof"`
}

func viewShown(all []offers.Shown) []shownView {
	views := make([]shownView, len(all))
	for i, v := range all {
		t := v.Terms
		views[i] = shownView{VoucherID: v.ID, Token: v.Token, OfferTitle: t.Title, Body: t.Body, BrandName: v.BrandName, ValueFen: t.ValueFen,
			Currency: t.Currency, Unit: t.Unit, Units: v.Units, Used: v.Used, MinSpendFen: t.MinSpendFen, Member: v.Person,
			ValidFrom: v.ValidFrom, ValidTo: v.ValidTo, Proof: v.Shown}
		if v.Token != "" {
			views[i].ReservedUntil = v.ReservedUntil
		}
	}
	return views
}

// prepare shows a voucher to a clerk before she writes it off.
func (s *server) prepare(c *gin.Context) (any, error) {
	var in struct {
		ShopID    models.ShopID    `json:"shop_id"`
		Code      string           `json:"code" binding:"max=200"`
		PhoneTail string           `json:"phone_tail" binding:"max=4"`
		VoucherID models.VoucherID `json:"voucher_id"`
		With      string           `json:"with" binding:"max=64"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	p, err := s.Offers.Prepare(c.Request.Context(), offers.PrepareInput{Staff: account(c), Shop: in.ShopID, Code: in.Code,
		PhoneTail: in.PhoneTail, Voucher: in.VoucherID, With: in.With})
	if err != nil {
		return nil, err
	}
	return gin.H{"vouchers": viewShown(p.Vouchers), "others": viewShown(p.Others)}, nil
}

// release gives a voucher back that was not used.
func (s *server) release(c *gin.Context) (any, error) {
	var in struct {
		Token string `json:"token" binding:"required,max=64"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	return nothing{}, s.Offers.Release(c.Request.Context(), account(c), in.Token)
}

// reverse takes a redemption back, at the till or in the console.
func (s *server) reverse(c *gin.Context) (any, error) {
	id, err := idParam[models.Redemption](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Reason string `json:"reason" binding:"max=1000"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	r, err := s.Offers.Reverse(c.Request.Context(), offers.ReverseInput{By: account(c), Redemption: id, Reason: in.Reason})
	if err != nil {
		return nil, err
	}
	return gin.H{"id": r.Redemption.ID, "voucher_id": r.Redemption.VoucherID, "reversed_at": r.Redemption.ReversedAt, "repeated": r.Repeated}, nil
}

// recentInput is which redemptions are wanted.
type recentInput struct {
	ShopID  models.ShopID       `form:"shop_id"`
	BrandID models.BrandID      `form:"brand_id"`
	Before  models.RedemptionID `form:"before"`
	Limit   int                 `form:"limit" binding:"min=0,max=200"`
}

func (in recentInput) filter() models.RedemptionFilter {
	if in.Limit == 0 {
		in.Limit = 50
	}
	return models.RedemptionFilter{Brand: in.BrandID, Shop: in.ShopID, Before: in.Before, Limit: in.Limit}
}

// recent lists what was written off in a clerk's shop, or by her.
func (s *server) recent(c *gin.Context) (any, error) {
	var in recentInput
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	me := account(c)
	f := in.filter()
	f.Brand = me.BrandID
	if f.Shop == 0 {
		f.Staff = me.ID
	} else if _, err := s.Offers.Works(c.Request.Context(), me, f.Shop); err != nil {
		return nil, err
	}
	lines, err := s.Offers.Recent(c.Request.Context(), me, f)
	return gin.H{"redemptions": viewRedemptions(lines)}, err
}
