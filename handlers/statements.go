package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
)

type statementView struct {
	ID        models.StatementID `json:"id"`
	Number    int                `json:"number"`
	BrandID   models.BrandID     `json:"brand_id"`
	BrandName string             `json:"brand_name"`
	Currency  string             `json:"currency"`
	Month     string             `json:"month"`
	FromAt    models.Millis      `json:"from_at"`
	UntilAt   models.Millis      `json:"until_at"`
	Total     int64              `json:"total"`
	LineCount int                `json:"line_count"`
	Digest    string             `json:"digest"`
	ClosedAt  models.Millis      `json:"closed_at"`
	ByItself  bool               `json:"by_itself"`
	Reviewed  models.Millis      `json:"reviewed_at"`
	PaidAt    models.Millis      `json:"paid_at"`
	PaidNote  string             `json:"paid_note"`
	Sums      []lineSumView      `json:"sums,omitempty"`
}

type statementLineView struct {
	No         int               `json:"no"`
	At         models.Millis     `json:"at"`
	Code       string            `json:"code"`
	Ref        string            `json:"ref"`
	OfferID    models.OfferID    `json:"offer_id,omitempty"`
	Title      string            `json:"title"`
	Amount     int64             `json:"amount"`
	TransferID models.TransferID `json:"transfer_id"`
}

func viewStatement(st models.Statement, brand models.Brand) statementView {
	return statementView{ID: st.ID, Number: st.Number, BrandID: st.BrandID, BrandName: brand.Name, Currency: st.Currency, Month: st.Month,
		FromAt: st.FromAt, UntilAt: st.UntilAt, Total: st.Total, LineCount: st.LineCount, Digest: st.Digest, ClosedAt: st.ClosedAt,
		ByItself: st.ClosedBy == 0, Reviewed: st.ReviewedAt,
		PaidAt: st.PaidAt, PaidNote: st.PaidNote}
}

func (s *server) listStatements(c *gin.Context) (any, error) {
	brand, err := brandAsked(c)
	if err != nil {
		return nil, err
	}
	before, limit, err := pageOf[models.Statement](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	sc := s.Store.Read(c.Request.Context()).In(a.CommunityID)
	all, err := sc.Statements(brand, a.Role == models.BrandUser, before, limit)
	if err != nil {
		return nil, err
	}
	brands, err := brandsByID(sc)
	views, next := make([]statementView, len(all)), models.StatementID(0)
	for i, st := range all {
		views[i] = viewStatement(st, brands[st.BrandID])
		if i == limit-1 {
			next = st.ID
		}
	}
	return gin.H{"statements": views, "next": next}, err
}

func (s *server) closeStatement(c *gin.Context) (any, error) {
	var in struct {
		BrandID  models.BrandID `json:"brand_id" binding:"required"`
		Currency string         `json:"currency" binding:"required,len=3"`
		Month    string         `json:"month" binding:"required,len=7"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	st, err := s.Offers.CloseStatement(c.Request.Context(), a, in.BrandID, in.Currency, in.Month)
	if err != nil {
		return nil, err
	}
	b, err := s.Store.Read(c.Request.Context()).In(a.CommunityID).Brand(st.BrandID)
	return created{viewStatement(st, b)}, err
}

// statement reads the statement of the path and its brand; to a brand those of others, and those that no organiser has looked at,
// are like ones that do not exist.
func (s *server) statement(c *gin.Context) (*models.Scope, models.Statement, models.Brand, error) {
	a := account(c)
	sc := s.Store.Read(c.Request.Context()).In(a.CommunityID)
	id, err := idParam[models.Statement](c)
	if err != nil {
		return sc, models.Statement{}, models.Brand{}, err
	}
	st, err := sc.Statement(id)
	if err == nil && a.Role == models.BrandUser && (st.BrandID != a.BrandID || st.ReviewedAt == 0) {
		err = models.Errorf(models.NotFound, "statement_not_found", "another brand's, or not reviewed")
	}
	if err != nil {
		return sc, st, models.Brand{}, err
	}
	b, err := sc.Brand(st.BrandID)
	return sc, st, b, err
}

func (s *server) readStatement(c *gin.Context) (any, error) {
	sc, st, b, err := s.statement(c)
	if err != nil {
		return nil, err
	}
	sums, err := sc.SumStatement(st.ID)
	v := viewStatement(st, b)
	v.Sums = viewSums(sums)
	return v, err
}

func (s *server) listStatementLines(c *gin.Context) (any, error) {
	var in struct {
		After int `form:"after" binding:"min=0"`
		Limit int `form:"limit" binding:"min=0,max=200"`
	}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	if in.Limit == 0 {
		in.Limit = 50
	}
	sc, st, _, err := s.statement(c)
	if err != nil {
		return nil, err
	}
	lines, err := sc.StatementLines(st.ID, in.After, in.Limit)
	views, next := make([]statementLineView, len(lines)), 0
	for i, l := range lines {
		views[i] = statementLineView{No: l.No, At: l.At, Code: l.Code, Ref: l.Ref, OfferID: l.OfferID, Title: l.Title, Amount: l.Amount,
			TransferID: l.TransferID}
		if i == in.Limit-1 {
			next = l.No
		}
	}
	return gin.H{"lines": views, "next": next}, err
}

func (s *server) reviewStatement(c *gin.Context) (any, error) {
	id, err := idParam[models.Statement](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	st, err := s.Offers.ReviewStatement(c.Request.Context(), a, id)
	if err != nil {
		return nil, err
	}
	b, err := s.Store.Read(c.Request.Context()).In(a.CommunityID).Brand(st.BrandID)
	return viewStatement(st, b), err
}

// closingView is when months are closed by themselves.
type closingView struct {
	ByItself bool `json:"by_itself"`
	Days     int  `json:"days"`
	Default  int  `json:"default_days"`
}

func (s *server) readClosing(c *gin.Context) (any, error) {
	community, err := s.Store.Read(c.Request.Context()).ReadCommunity(account(c).CommunityID)
	days, by := community.StatementsAfter()
	return closingView{ByItself: by, Days: days, Default: models.DefaultStatementDays}, err
}

func (s *server) setClosing(c *gin.Context) (any, error) {
	var in struct {
		ByItself bool `json:"by_itself"`
		Days     int  `json:"days" binding:"min=0,max=28"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	if !in.ByItself {
		in.Days = -1
	}
	if err := s.Offers.SetStatementsAfter(c.Request.Context(), account(c), in.Days); err != nil {
		return nil, err
	}
	return s.readClosing(c)
}

func (s *server) payStatement(c *gin.Context) (any, error) {
	id, err := idParam[models.Statement](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Note string `json:"note" binding:"max=200"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	st, err := s.Offers.PayStatement(c.Request.Context(), a, id, in.Note)
	if err != nil {
		return nil, err
	}
	b, err := s.Store.Read(c.Request.Context()).In(a.CommunityID).Brand(st.BrandID)
	return viewStatement(st, b), err
}
