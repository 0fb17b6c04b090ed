package handlers

import (
	"encoding/base64"

	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/offers"
)

type bookView struct {
	Now    models.Millis      `json:"now"`
	Keys   []qrKeyView        `json:"keys"`
	Limits offlineLimits      `json:"limits"`
	Brand  models.BrandID     `json:"brand_id"`
	Terms  []offlineTerms     `json:"terms"`
	Used   []models.VoucherID `json:"used"`
	Since  models.Millis      `json:"since"`
}

type qrKeyView struct {
	Key    uint16        `json:"key"`
	Public string        `json:"public"`
	From   models.Millis `json:"from"`
	To     models.Millis `json:"to"`
}

type offlineLimits struct {
	Tickets  int   `json:"tickets"`
	ValueFen int64 `json:"value_fen"`
	Hours    int   `json:"hours"`
	Slack    int   `json:"slack_seconds"`
}

type offlineTerms struct {
	ID          models.TermsID     `json:"id"`
	OfferID     models.OfferID     `json:"offer_id"`
	Title       string             `json:"title"`
	Body        string             `json:"body"`
	ValueFen    int64              `json:"value_fen"`
	Currency    string             `json:"currency"`
	Unit        models.VoucherUnit `json:"unit"`
	Units       int                `json:"units"`
	MinSpendFen int64              `json:"min_spend_fen"`
	ShopIDs     []models.ShopID    `json:"shop_ids"`
	Closed      []spanView         `json:"closed"`
}

type spanView struct {
	From models.Millis `json:"from"`
	To   models.Millis `json:"to"`
}

// offlineBook is what a till keeps to work without a network.
func (s *server) offlineBook(c *gin.Context) (any, error) {
	var in struct {
		Shop  models.ShopID `form:"shop_id"`
		Since models.Millis `form:"since" binding:"min=0"`
	}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	b, err := s.Offers.Offline(c.Request.Context(), account(c), in.Shop, in.Since)
	if err != nil {
		return nil, err
	}
	view := bookView{Now: b.Now, Brand: b.Brand, Used: append([]models.VoucherID{}, b.Used...), Since: b.Since,
		Keys: make([]qrKeyView, len(b.Keys)), Terms: make([]offlineTerms, len(b.Terms)),
		Limits: offlineLimits{Tickets: b.Limits.Tickets, ValueFen: b.Limits.ValueFen, Hours: int(b.Limits.Age.Hours()),
			Slack: int(b.Limits.Slack.Seconds())}}
	for i, k := range b.Keys {
		view.Keys[i] = qrKeyView{Key: k.Key, Public: base64.RawURLEncoding.EncodeToString(k.Public), From: k.From, To: k.To}
	}
	for i, t := range b.Terms {
		view.Terms[i] = offlineTerms{ID: t.ID, OfferID: t.OfferID, Title: t.Title, Body: t.Body, ValueFen: t.ValueFen, Currency: t.Currency,
			Unit: t.Unit, Units: t.Units, MinSpendFen: t.MinSpendFen, ShopIDs: t.Shops(), Closed: make([]spanView, len(t.Closed))}
		for j, span := range t.Closed {
			view.Terms[i].Closed[j] = spanView(span)
		}
	}
	return view, nil
}

type outcomeView struct {
	N         int64  `json:"n"`
	RequestNo string `json:"request_no"`
	State     string `json:"state"`
	Code      string `json:"code"`
	Text      string `json:"text"`
}

// journal settles what a till did without a network.
func (s *server) journal(c *gin.Context) (any, error) {
	var in struct {
		Device string `json:"device" binding:"required,min=8,max=64"`
		Lines  []struct {
			N         int64            `json:"n" binding:"min=1"`
			RequestNo string           `json:"request_no" binding:"required,min=8,max=64"`
			Code      string           `json:"code" binding:"required,max=200"`
			At        models.Millis    `json:"at" binding:"min=1"`
			StaffID   models.AccountID `json:"staff_id"`
			ShopID    models.ShopID    `json:"shop_id"`
		} `json:"lines" binding:"required,max=50,dive"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	input := offers.JournalInput{Staff: account(c), Device: in.Device, Lines: make([]offers.JournalLine, len(in.Lines))}
	for i, l := range in.Lines {
		input.Lines[i] = offers.JournalLine{N: l.N, RequestNo: l.RequestNo, Code: l.Code, At: l.At, Staff: l.StaffID, Shop: l.ShopID}
	}
	j, err := s.Offers.Journal(c.Request.Context(), input)
	if err != nil {
		return nil, err
	}
	all := make([]outcomeView, len(j.Outcomes))
	for i, o := range j.Outcomes {
		all[i] = outcomeView{N: o.N, RequestNo: o.RequestNo, State: string(o.State)}
		if o.State == "" {
			all[i].State = "later"
		}
		if o.Err != nil {
			all[i].Code = models.CodeOf(o.Err)
			all[i].Text = s.told(c, all[i].Code, o.Err)
		}
	}
	return gin.H{"now": j.Now, "lines": all, "missing": append([]int64{}, j.Missing...)}, nil
}
