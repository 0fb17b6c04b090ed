package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/offers/ledger"
)

type contractView struct {
	ID         models.ContractID `json:"id"`
	Number     int               `json:"number"`
	BrandID    models.BrandID    `json:"brand_id"`
	BrandName  string            `json:"brand_name"`
	OfferID    models.OfferID    `json:"offer_id,omitempty"`
	OfferTitle string            `json:"offer_title"`
	Basis      models.Basis      `json:"basis"`
	Price      int64             `json:"price"`
	Currency   string            `json:"currency"`
	MonthCap   int64             `json:"month_cap"`
	FromAt     models.Millis     `json:"from_at"`
	UntilAt    models.Millis     `json:"until_at"`
	Note       string            `json:"note"`
	InForce    bool              `json:"in_force"`
	CreatedAt  models.Millis     `json:"created_at"`
}

type dueView struct {
	BrandID   models.BrandID `json:"brand_id"`
	BrandName string         `json:"brand_name"`
	Currency  string         `json:"currency"`
	Owed      int64          `json:"owed"`
	Unstated  int64          `json:"unstated"`
	Sums      []lineSumView  `json:"sums"`
	Closable  []string       `json:"closable"`
}

type lineSumView struct {
	Code    string         `json:"code"`
	OfferID models.OfferID `json:"offer_id,omitempty"`
	Title   string         `json:"title"`
	N       int64          `json:"n"`
	Sum     int64          `json:"sum"`
}

func viewSums(all []models.LineSum) []lineSumView {
	views := make([]lineSumView, len(all))
	for i, s := range all {
		views[i] = lineSumView{Code: s.Code, OfferID: s.OfferID, Title: s.Title, N: s.N, Sum: s.Sum}
	}
	return views
}

// brandAsked is the brand somebody asks about: a brand's own account always about itself; zero is all of them.
func brandAsked(c *gin.Context) (models.BrandID, error) {
	if a := account(c); a.Role == models.BrandUser {
		return a.BrandID, nil
	}
	var id models.BrandID
	return id, id.UnmarshalText([]byte(c.Query("brand_id")))
}

func (s *server) listContracts(c *gin.Context) (any, error) {
	brand, err := brandAsked(c)
	if err != nil {
		return nil, err
	}
	sc := s.Store.Read(c.Request.Context()).In(account(c).CommunityID)
	var of []models.BrandID
	if brand != 0 {
		of = append(of, brand)
	}
	all, err := sc.ContractsOf(of...)
	if err != nil {
		return nil, err
	}
	views, err := viewContracts(sc, all)
	return gin.H{"contracts": views}, err
}

func viewContracts(sc *models.Scope, all []models.Contract) ([]contractView, error) {
	brands, err := brandsByID(sc)
	if err != nil {
		return nil, err
	}
	var ids []models.OfferID
	by := map[models.BrandID][]models.Contract{}
	for _, k := range all {
		ids = append(ids, k.OfferID)
		by[k.BrandID] = append(by[k.BrandID], k)
	}
	titles, err := sc.OffersByID(ids, false)
	if err != nil {
		return nil, err
	}
	views := make([]contractView, len(all))
	for i, k := range all {
		now, there := ledger.InForce(by[k.BrandID], k.OfferID, k.Basis, sc.Now)
		views[i] = contractView{ID: k.ID, Number: k.Number, BrandID: k.BrandID, BrandName: brands[k.BrandID].Name, OfferID: k.OfferID,
			OfferTitle: titles[k.OfferID].Title, Basis: k.Basis, Price: k.Price, Currency: k.Currency, MonthCap: k.MonthCap, FromAt: k.FromAt,
			UntilAt: k.UntilAt, Note: k.Note, InForce: there && now.ID == k.ID, CreatedAt: k.CreatedAt}
	}
	return views, nil
}

// newContract is a contract as it comes in.
type newContract struct {
	BrandID  models.BrandID `json:"brand_id" binding:"required"`
	OfferID  models.OfferID `json:"offer_id"`
	Basis    models.Basis   `json:"basis" binding:"required"`
	Price    int64          `json:"price"`
	Currency string         `json:"currency" binding:"required,len=3"`
	MonthCap int64          `json:"month_cap"`
	FromAt   models.Millis  `json:"from_at" binding:"min=0,max=4102444800000"`
	UntilAt  models.Millis  `json:"until_at" binding:"min=0,max=4102444800000"`
	Note     string         `json:"note" binding:"max=200"`
}

func (s *server) addContract(c *gin.Context) (any, error) {
	var in newContract
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	k, err := s.Offers.AddContract(c.Request.Context(), a, models.Contract{BrandID: in.BrandID, OfferID: in.OfferID, Basis: in.Basis,
		Price: in.Price, Currency: in.Currency, MonthCap: in.MonthCap, FromAt: in.FromAt, UntilAt: in.UntilAt, Note: in.Note})
	if err != nil {
		return nil, err
	}
	sc := s.Store.Read(c.Request.Context()).In(a.CommunityID)
	all, err := sc.ContractsOf(k.BrandID) // whether it counts depends on the others
	if err != nil {
		return nil, err
	}
	views, err := viewContracts(sc, all)
	for _, v := range views {
		if v.ID == k.ID {
			return created{v}, err
		}
	}
	return nil, err
}

func (s *server) listDues(c *gin.Context) (any, error) {
	brand, err := brandAsked(c)
	if err != nil {
		return nil, err
	}
	sc := s.Store.Read(c.Request.Context()).In(account(c).CommunityID)
	all, err := ledger.Dues(sc, brand)
	if err != nil {
		return nil, err
	}
	brands, err := brandsByID(sc)
	views := make([]dueView, len(all))
	for i, d := range all {
		views[i] = dueView{BrandID: d.Brand, BrandName: brands[d.Brand].Name, Currency: d.Currency, Owed: d.Owed, Unstated: d.Unstated,
			Sums: viewSums(d.Sums), Closable: append([]string{}, d.Closable...)}
	}
	return gin.H{"dues": views}, err
}
