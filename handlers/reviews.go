package handlers

import (
	"math"

	"github.com/gin-gonic/gin"

	"siyu/miniprogram"
	"siyu/models"
)

// reviewView is a review as anybody reads it: nobody's name is on it.
type reviewView struct {
	ID    models.ReviewID `json:"id"`
	Stars int             `json:"stars"`
	Text  string          `json:"text"`
	At    models.Millis   `json:"at"`
}

// ownReview is one as its author reads it, with why others do not.
type ownReview struct {
	reviewView
	OfferID    models.OfferID     `json:"offer_id"`
	VoucherID  models.VoucherID   `json:"voucher_id"`
	State      models.ReviewState `json:"state"`
	Hidden     bool               `json:"hidden"`
	ReasonText string             `json:"reason_text"`
}

func viewReview(r models.Review) reviewView {
	return reviewView{ID: r.ID, Stars: r.Stars, Text: r.Body, At: r.UpdatedAt}
}

func (s *server) viewOwnReview(c *gin.Context, r miniprogram.OwnReview) ownReview {
	v := ownReview{reviewView: viewReview(r.Review), OfferID: r.OfferID, VoucherID: r.VoucherID, State: r.State, Hidden: r.HiddenAt != 0,
		ReasonText: r.HideReason}
	if v.ReasonText == "" && r.State == models.ReviewRefused {
		v.ReasonText = s.checkReason(c, r.Check)
	}
	return v
}

// ownReviews lists what she wrote.
func (s *server) ownReviews(c *gin.Context) (any, error) {
	after, limit, err := pageOf[models.Review](c)
	if err != nil {
		return nil, err
	}
	all, err := s.Mini.OwnReviews(c.Request.Context(), memberSession(c), after, limit)
	if err != nil {
		return nil, err
	}
	views := make([]ownReview, len(all))
	for i, r := range all {
		views[i] = s.viewOwnReview(c, r)
	}
	return gin.H{"reviews": views}, nil
}

// writeReview takes what she says of a voucher that was written off.
func (s *server) writeReview(c *gin.Context) (any, error) {
	id, err := idParam[models.Voucher](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Stars int    `json:"stars" binding:"required,min=1,max=5"`
		Text  string `json:"text" binding:"max=4000"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	r, err := s.Mini.WriteReview(c.Request.Context(), memberSession(c), miniprogram.ReviewInput{Voucher: id, Stars: in.Stars, Body: in.Text})
	if err != nil {
		return nil, err
	}
	return s.viewOwnReview(c, miniprogram.OwnReview{Review: r}), nil
}

// offerReviews lists what others said of an offer.
func (s *server) offerReviews(c *gin.Context) (any, error) {
	id, err := idParam[models.Offer](c)
	if err != nil {
		return nil, err
	}
	after, limit, err := pageOf[models.Review](c)
	if err != nil {
		return nil, err
	}
	all, rating, err := s.Mini.OfferReviews(c.Request.Context(), memberSession(c).CommunityID, id, after, limit)
	if err != nil {
		return nil, err
	}
	views := make([]reviewView, len(all))
	for i, r := range all {
		views[i] = viewReview(r)
	}
	body := gin.H{"reviews": views, "count": rating.Reviews}
	if rating.Stars > 0 {
		body["average"] = math.Round(float64(rating.Stars)/float64(rating.Reviews)*10) / 10
	}
	return body, nil
}

type consoleReview struct {
	ownReview
	RedemptionID models.RedemptionID `json:"redemption_id"`
	BrandID      models.BrandID      `json:"brand_id"`
	HideReason   string              `json:"hide_reason"`
}

// listReviews shows the organiser what was said, newest first.
func (s *server) listReviews(c *gin.Context) (any, error) {
	in := struct {
		State  models.ReviewState `form:"state" binding:"omitempty,oneof=pending shown refused void"`
		Offer  models.OfferID     `form:"offer"`
		Hidden bool               `form:"hidden"`
		After  models.ReviewID    `form:"after"`
		Limit  int                `form:"limit" binding:"min=1,max=200"`
	}{Limit: 50}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	all, err := s.Mini.Reviews(c.Request.Context(), account(c).CommunityID, models.ReviewFilter{Offer: in.Offer, State: in.State, Hidden: in.Hidden,
		Before: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	views := make([]consoleReview, len(all))
	for i, r := range all {
		views[i] = s.viewConsoleReview(c, r)
	}
	return gin.H{"reviews": views}, nil
}

func (s *server) viewConsoleReview(c *gin.Context, r miniprogram.OwnReview) consoleReview {
	return consoleReview{ownReview: s.viewOwnReview(c, r), RedemptionID: r.RedemptionID, BrandID: r.BrandID, HideReason: r.HideReason}
}

func (s *server) hideReview(c *gin.Context) (any, error) {
	var in struct {
		Reason string `json:"reason" binding:"required,max=200"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	return s.changeReview(c, in.Reason, false)
}

func (s *server) showReview(c *gin.Context) (any, error) { return s.changeReview(c, "", true) }

func (s *server) changeReview(c *gin.Context, reason string, show bool) (any, error) {
	id, err := idParam[models.Review](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	r, err := s.Mini.HideReview(c.Request.Context(), a.CommunityID, id, a.ID, reason, show)
	if err != nil {
		return nil, err
	}
	return s.viewConsoleReview(c, miniprogram.OwnReview{Review: r}), nil
}
