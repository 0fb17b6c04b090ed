package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/offers"
)

type redemptionView struct {
	VoucherID  models.VoucherID `json:"voucher_id"`
	OfferTitle string           `json:"offer_title"`
	BrandName  string           `json:"brand_name"`
	At         models.Millis    `json:"at"`
	Repeated   bool             `json:"repeated"`
}

func (s *server) redeem(c *gin.Context) (any, error) {
	var in struct {
		Code      string `json:"code" binding:"required,max=40"`
		RequestNo string `json:"request_no" binding:"required,min=8,max=64"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	r, err := s.Offers.Redeem(c.Request.Context(), offers.RedeemInput{Staff: account(c), Code: in.Code, RequestNo: in.RequestNo})
	if err != nil {
		return nil, err
	}
	return redemptionView{VoucherID: r.Redemption.VoucherID, OfferTitle: r.OfferTitle, BrandName: r.BrandName,
		At: r.Redemption.At, Repeated: r.Repeated}, nil
}
