package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/offers"
)

// draftOffer is a draft that may be incomplete.
type draftOffer struct {
	Title     string        `json:"title" binding:"max=240"`
	Body      string        `json:"body" binding:"max=4000"`
	ValueFen  int64         `json:"value_fen"`
	Currency  string        `json:"currency" binding:"max=3"`
	Stock     int           `json:"stock"`
	PerMember int           `json:"per_member"`
	StartsAt  models.Millis `json:"starts_at" binding:"min=0,max=4102444800000"`
	EndsAt    models.Millis `json:"ends_at" binding:"min=0,max=4102444800000"`
	RedeemBy  models.Millis `json:"redeem_by" binding:"min=0,max=4102444800000"`
	Category  string        `json:"category" binding:"max=64"`
	AdLabel   string        `json:"ad_label" binding:"max=32"`
	Priority  int           `json:"priority"`
	Target    int           `json:"target_reach"`
	offerLimits
}

func (in draftOffer) draft() offers.Draft { return newOffer(in).draft() }

func (s *server) saveDraft(c *gin.Context) (any, error) {
	var in draftOffer
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	key, err := maybeKey(c)
	if err != nil {
		return nil, err
	}
	o, err := s.Offers.SaveDraftOnce(c.Request.Context(), account(c), key, in.draft())
	if err != nil {
		return nil, err
	}
	view, err := s.offer(c, o)
	return created{view}, err
}

// seenOffer reads the path's offer if the signed-in account may see it: a brand its own, an organiser any that was handed in.
func (s *server) seenOffer(c *gin.Context) (models.Offer, error) {
	id, err := idParam[models.Offer](c)
	if err != nil {
		return models.Offer{}, err
	}
	a := account(c)
	o, err := s.Store.Read(c.Request.Context()).In(a.CommunityID).Offer(id)
	hidden := a.Role == models.BrandUser && o.BrandID != a.BrandID || a.Role == models.Organiser && o.State == models.OfferDraft
	if err == nil && hidden {
		err = models.Errorf(models.NotFound, "offer_not_found", "no such offer")
	}
	return o, err
}

func (s *server) readOffer(c *gin.Context) (any, error) {
	o, err := s.seenOffer(c)
	if err != nil {
		return nil, err
	}
	return s.offer(c, o)
}

// showing answers with an offer that something was done to.
func (s *server) showing(c *gin.Context, do func(id models.OfferID) (models.Offer, error)) (any, error) {
	id, err := idParam[models.Offer](c)
	if err != nil {
		return nil, err
	}
	o, err := do(id)
	if err != nil {
		return nil, err
	}
	return s.offer(c, o)
}

func (s *server) editOffer(c *gin.Context) (any, error) {
	var in struct {
		draftOffer
		Rev int `json:"rev" binding:"min=0"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	return s.showing(c, func(id models.OfferID) (models.Offer, error) {
		return s.Offers.Edit(c.Request.Context(), account(c), id, in.Rev, in.draft())
	})
}

func (s *server) deleteOffer(c *gin.Context) (any, error) {
	id, err := idParam[models.Offer](c)
	if err != nil {
		return nil, err
	}
	return nothing{}, s.Offers.Delete(c.Request.Context(), account(c), id)
}

func (s *server) copyOffer(c *gin.Context) (any, error) {
	key, err := maybeKey(c)
	if err != nil {
		return nil, err
	}
	view, err := s.showing(c, func(id models.OfferID) (models.Offer, error) {
		return s.Offers.Copy(c.Request.Context(), account(c), id, key)
	})
	return created{view}, err
}

func (s *server) handInOffer(c *gin.Context) (any, error) {
	var in struct {
		Rev int `json:"rev" binding:"min=0"`
	}
	if err := bindMaybe(c, &in); err != nil {
		return nil, err
	}
	return s.showing(c, func(id models.OfferID) (models.Offer, error) {
		return s.Offers.Hand(c.Request.Context(), account(c), id, in.Rev)
	})
}

func (s *server) setStock(c *gin.Context) (any, error) {
	var in struct {
		Stock int `json:"stock" binding:"required"`
		Was   int `json:"was" binding:"min=0"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	return s.showing(c, func(id models.OfferID) (models.Offer, error) {
		return s.Offers.SetStock(c.Request.Context(), account(c), id, in.Was, in.Stock)
	})
}

type changeInput struct {
	ChangeID models.TermsID `json:"change_id" binding:"required"`
	Reason   string         `json:"reason" binding:"max=200"`
}

func (s *server) approveChange(c *gin.Context) (any, error) {
	var in changeInput
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	return s.showing(c, func(id models.OfferID) (models.Offer, error) {
		return s.Offers.ApproveChange(c.Request.Context(), a.CommunityID, id, in.ChangeID, a.ID)
	})
}

func (s *server) declineChange(c *gin.Context) (any, error) {
	var in changeInput
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	return s.showing(c, func(id models.OfferID) (models.Offer, error) {
		return s.Offers.DeclineChange(c.Request.Context(), a.CommunityID, id, in.ChangeID, a.ID, in.Reason)
	})
}

func (s *server) withdrawOffer(c *gin.Context) (any, error) {
	var in struct {
		Reason string `json:"reason" binding:"required,max=200"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	return s.showing(c, func(id models.OfferID) (models.Offer, error) {
		if err := s.Bot.Withdraw(c.Request.Context(), a, id, in.Reason); err != nil {
			return models.Offer{}, err
		}
		return s.Store.Read(c.Request.Context()).In(a.CommunityID).Offer(id)
	})
}
