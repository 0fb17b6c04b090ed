package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/offers"
)

type voucherEventView struct {
	Kind   models.VoucherEventKind `json:"kind"`
	At     models.Millis           `json:"at"`
	By     string                  `json:"by"`
	ShopID models.ShopID           `json:"shop_id"`
	Units  int                     `json:"units"`
	Cause  string                  `json:"cause"`
}

// findVoucher shows a brand or an organiser what became of a voucher.
func (s *server) findVoucher(c *gin.Context) (any, error) {
	var in struct {
		Code string `json:"code" binding:"required,max=40"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	v, err := s.Offers.Find(c.Request.Context(), account(c), in.Code)
	if err != nil {
		return nil, err
	}
	events := make([]voucherEventView, len(v.Events))
	for i, e := range v.Events {
		events[i] = voucherEventView{e.Kind, e.At, v.Names[e.AccountID], e.ShopID, e.Units, e.Cause}
	}
	var holder models.MemberID // a brand does not learn who its customers are
	if account(c).Role == models.Organiser {
		holder = v.MemberID
	}
	return gin.H{"id": v.ID, "member_id": holder, "offer_id": v.OfferID, "offer_title": v.OfferTitle, "brand_name": v.BrandName, "state": v.State,
		"units": v.Units, "used": v.Used, "issued_at": v.IssuedAt, "valid_from": v.ValidFrom, "valid_to": v.ValidTo, "voided_at": v.VoidedAt,
		"void_reason": v.VoidReason, "events": events}, nil
}

// voidVoucher takes a voucher from its holder for good.
func (s *server) voidVoucher(c *gin.Context) (any, error) {
	id, err := idParam[models.Voucher](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Reason      string `json:"reason" binding:"max=1000"`
		ReturnStock bool   `json:"return_stock"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	v, err := s.Offers.Void(c.Request.Context(), offers.VoidInput{By: account(c), Voucher: id, Reason: in.Reason, ReturnStock: in.ReturnStock})
	if err != nil {
		return nil, err
	}
	return gin.H{"id": v.ID, "state": v.State, "voided_at": v.VoidedAt, "stock_returned": v.StockReturned}, nil
}

// listRedemptions lists what was written off, for a brand or an organiser: all of it, or that of one day or one clerk.
func (s *server) listRedemptions(c *gin.Context) (any, error) {
	var in struct {
		recentInput
		StaffID models.AccountID `form:"staff_id"`
		Date    string           `form:"date"`
	}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	f := in.filter()
	f.Brand, f.Staff = brandOf(c, in.BrandID), in.StaffID
	if in.Date != "" {
		var err error
		if f.From, f.Until, err = s.Offers.Day(c.Request.Context(), account(c).CommunityID, in.ShopID, in.Date); err != nil {
			return nil, err
		}
	}
	lines, err := s.Offers.Recent(c.Request.Context(), account(c), f)
	return gin.H{"redemptions": viewRedemptions(lines)}, err
}
