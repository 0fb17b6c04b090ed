package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/offers/ledger"
)

// brandView is a brand as whoever works with it chooses it from a list.
type brandView struct {
	ID        models.BrandID  `json:"id"`
	Name      string          `json:"name"`
	Weight    int             `json:"weight"`
	Offers    brandOffersView `json:"offers"`
	Shops     int             `json:"shops"`
	Contracts []brandPaysView `json:"contracts"`
	CreatedAt models.Millis   `json:"created_at"`
}

// brandOffersView counts a brand's offers. An organiser does not see drafts: to her there are none.
type brandOffersView struct {
	Drafts    int `json:"drafts"`
	Submitted int `json:"submitted"`
	Running   int `json:"running"`
	Ended     int `json:"ended"`
}

// brandPaysView is one way in which a brand pays now.
type brandPaysView struct {
	ContractID models.ContractID `json:"contract_id"`
	OfferID    models.OfferID    `json:"offer_id,omitempty"`
	Basis      models.Basis      `json:"basis"`
	Price      int64             `json:"price"`
	Currency   string            `json:"currency"`
}

// listBrands shows an organiser every brand of her community and a brand itself, also those that have made no offer yet.
func (s *server) listBrands(c *gin.Context) (any, error) {
	a := account(c)
	sc := s.Store.Read(c.Request.Context()).In(a.CommunityID)
	all, err := brandsSeen(sc, a)
	if err != nil {
		return nil, err
	}
	ids := make([]models.BrandID, len(all))
	for i, b := range all {
		ids[i] = b.ID
	}
	made, err := sc.CountOffersOf(ids)
	if err != nil {
		return nil, err
	}
	shops, err := sc.CountShopsOf(ids)
	if err != nil {
		return nil, err
	}
	pays, err := paysNow(sc, ids)
	if err != nil {
		return nil, err
	}
	views := make([]brandView, len(all))
	for i, b := range all {
		n := made[b.ID]
		views[i] = brandView{ID: b.ID, Name: b.Name, Weight: b.Weight, Shops: shops[b.ID], CreatedAt: b.CreatedAt,
			Contracts: append([]brandPaysView{}, pays[b.ID]...), Offers: brandOffersView{n.Drafts, n.Submitted, n.Running, n.Ended}}
		if a.Role == models.Organiser {
			views[i].Offers.Drafts = 0
		}
	}
	return gin.H{"brands": views}, nil
}

// brandsSeen are the brands an account may know of.
func brandsSeen(sc *models.Scope, a models.Account) ([]models.Brand, error) {
	if a.Role != models.BrandUser {
		return sc.Brands()
	}
	b, err := sc.Brand(a.BrandID)
	return []models.Brand{b}, err
}

// paysNow are the contracts by which some brands pay at this moment.
func paysNow(sc *models.Scope, brands []models.BrandID) (map[models.BrandID][]brandPaysView, error) {
	by := map[models.BrandID][]models.Contract{}
	if len(brands) == 0 { // of none is not of all
		return nil, nil
	}
	all, err := sc.ContractsOf(brands...)
	for _, k := range all {
		by[k.BrandID] = append(by[k.BrandID], k)
	}
	pays := map[models.BrandID][]brandPaysView{}
	for _, k := range all {
		if now, there := ledger.InForce(by[k.BrandID], k.OfferID, k.Basis, sc.Now); there && now.ID == k.ID {
			pays[k.BrandID] = append(pays[k.BrandID], brandPaysView{k.ID, k.OfferID, k.Basis, k.Price, k.Currency})
		}
	}
	return pays, err
}
