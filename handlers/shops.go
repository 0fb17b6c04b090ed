package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/offers"
)

type shopView struct {
	ID         models.ShopID  `json:"id"`
	BrandID    models.BrandID `json:"brand_id"`
	Name       string         `json:"name"`
	Address    string         `json:"address"`
	Zone       string         `json:"zone"`
	DailyLimit int            `json:"daily_limit"`
	PausedAt   models.Millis  `json:"paused_at"`
	CreatedAt  models.Millis  `json:"created_at"`
}

func viewShop(s models.Shop) shopView {
	return shopView{s.ID, s.BrandID, s.Name, s.Address, s.Zone, s.DailyLimit, s.PausedAt, s.CreatedAt}
}

// brandOf is the brand that somebody of the console speaks for: her own, or the one an organiser names. All brands are zero.
func brandOf(c *gin.Context, named models.BrandID) models.BrandID {
	if me := account(c); me.Role == models.BrandUser {
		return me.BrandID
	}
	return named
}

func (s *server) listShops(c *gin.Context) (any, error) {
	var in struct {
		BrandID models.BrandID `form:"brand_id"`
	}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	all, err := s.Store.Read(c.Request.Context()).In(account(c).CommunityID).Shops(brandOf(c, in.BrandID))
	if err != nil {
		return nil, err
	}
	views := make([]shopView, len(all))
	for i, shop := range all {
		views[i] = viewShop(shop)
	}
	return gin.H{"shops": views}, nil
}

type shopInput struct {
	Name       *string `json:"name" binding:"omitempty,max=80"`
	Address    *string `json:"address" binding:"omitempty,max=200"`
	Zone       *string `json:"zone" binding:"omitempty,max=60"`
	DailyLimit *int    `json:"daily_limit" binding:"omitempty,min=0,max=1000000"`
	Paused     *bool   `json:"paused"`
}

func (in shopInput) asked() offers.ShopInput {
	return offers.ShopInput{Name: in.Name, Address: in.Address, Zone: in.Zone, DailyLimit: in.DailyLimit, Paused: in.Paused}
}

func (s *server) addShop(c *gin.Context) (any, error) {
	var in struct {
		shopInput
		BrandID models.BrandID `json:"brand_id"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	shop, err := s.Offers.AddShop(c.Request.Context(), account(c), brandOf(c, in.BrandID), in.asked())
	if err != nil {
		return nil, err
	}
	return created{viewShop(shop)}, nil
}

func (s *server) changeShop(c *gin.Context) (any, error) {
	id, err := idParam[models.Shop](c)
	if err != nil {
		return nil, err
	}
	var in shopInput
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	shop, err := s.Offers.ChangeShop(c.Request.Context(), account(c), id, in.asked())
	return viewShop(shop), err
}

func (s *server) deleteShop(c *gin.Context) (any, error) {
	id, err := idParam[models.Shop](c)
	if err != nil {
		return nil, err
	}
	return nothing{}, s.Offers.DeleteShop(c.Request.Context(), account(c), id)
}

type clerkView struct {
	ID         models.AccountID `json:"id"`
	Name       string           `json:"name"`
	Login      string           `json:"login"`
	Manager    bool             `json:"manager"`
	DailyLimit int              `json:"daily_limit"`
	Active     bool             `json:"active"`
}

func viewClerk(a models.Account, manager bool, limit int) clerkView {
	return clerkView{a.ID, a.Name, a.Login, manager, limit, a.Active()}
}

// shopStaff lists who works in a shop, who of the brand does not, and who was invited.
func (s *server) shopStaff(c *gin.Context) (any, error) {
	id, err := idParam[models.Shop](c)
	if err != nil {
		return nil, err
	}
	b, err := s.Offers.ShopBoard(c.Request.Context(), account(c), id)
	if err != nil {
		return nil, err
	}
	staff, others, invitations := []clerkView{}, []clerkView{}, []gin.H{}
	for _, x := range b.Staff {
		staff = append(staff, viewClerk(x.Account, x.Manager, x.DailyLimit))
	}
	for _, a := range b.Others {
		others = append(others, viewClerk(a, false, 0))
	}
	for _, i := range b.Invitations {
		invitations = append(invitations, gin.H{"id": i.ID, "name": i.Name, "manager": i.Manager, "daily_limit": i.DailyLimit, "expires_at": i.ExpiresAt})
	}
	return gin.H{"staff": staff, "others": others, "invitations": invitations}, nil
}

type seatInput struct {
	Manager    bool `json:"manager"`
	DailyLimit int  `json:"daily_limit" binding:"min=0,max=1000000"`
}

// placeClerk gives a clerk her place in a shop, or changes it.
func (s *server) placeClerk(c *gin.Context) (any, error) {
	id, clerk, err := shopAndClerk(c)
	if err != nil {
		return nil, err
	}
	var in seatInput
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	return nothing{}, s.Offers.PlaceClerk(c.Request.Context(), account(c), id, clerk, offers.Seat{Manager: in.Manager, DailyLimit: in.DailyLimit})
}

// displaceClerk takes her place away.
func (s *server) displaceClerk(c *gin.Context) (any, error) {
	id, clerk, err := shopAndClerk(c)
	if err != nil {
		return nil, err
	}
	return nothing{}, s.Offers.DisplaceClerk(c.Request.Context(), account(c), id, clerk)
}

func shopAndClerk(c *gin.Context) (models.ShopID, models.AccountID, error) {
	id, err := idParam[models.Shop](c)
	if err != nil {
		return 0, 0, err
	}
	var clerk models.AccountID
	if err := clerk.UnmarshalText([]byte(c.Param("account"))); err != nil || clerk.IsZero() {
		return 0, 0, models.Errorf(models.NotFound, "not_found", "no such id")
	}
	return id, clerk, nil
}

func (s *server) inviteClerk(c *gin.Context) (any, error) {
	id, err := idParam[models.Shop](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		seatInput
		Name string `json:"name" binding:"max=60"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	i, code, err := s.Offers.InviteClerk(c.Request.Context(), account(c), id, in.Name, offers.Seat{Manager: in.Manager, DailyLimit: in.DailyLimit})
	if err != nil {
		return nil, err
	}
	return created{gin.H{"id": i.ID, "code": code, "url": s.invitationLink("/till/", "join="+code), "expires_at": i.ExpiresAt}}, nil
}

func (s *server) uninviteClerk(c *gin.Context) (any, error) {
	id, err := idParam[models.Shop](c)
	if err != nil {
		return nil, err
	}
	var invitation models.ID[models.ShopInvitation]
	if err := invitation.UnmarshalText([]byte(c.Param("invitation"))); err != nil || invitation.IsZero() {
		return nil, models.Errorf(models.NotFound, "not_found", "no such id")
	}
	return nothing{}, s.Offers.UninviteClerk(c.Request.Context(), account(c), id, invitation)
}

// listClerks lists the accounts of a brand's clerks, also those who have left.
func (s *server) listClerks(c *gin.Context) (any, error) {
	var in struct {
		BrandID models.BrandID `form:"brand_id"`
	}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	all, err := s.Store.Read(c.Request.Context()).In(account(c).CommunityID).Accounts(models.Staff)
	if err != nil {
		return nil, err
	}
	brand, views := brandOf(c, in.BrandID), []clerkView{}
	for _, a := range all {
		if brand == 0 || a.BrandID == brand {
			views = append(views, viewClerk(a, false, 0))
		}
	}
	return gin.H{"clerks": views}, nil
}

// dismissClerk ends a clerk's account at once.
func (s *server) dismissClerk(c *gin.Context) (any, error) {
	id, err := idParam[models.Account](c)
	if err != nil {
		return nil, err
	}
	return nothing{}, s.Offers.DismissClerk(c.Request.Context(), account(c), id)
}
