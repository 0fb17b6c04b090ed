package offers

import (
	"cmp"
	"context"
	"strings"

	"siyu/models"
)

// Seat is what a clerk may do in a shop.
type Seat struct {
	Manager    bool // may take back what others wrote off there
	DailyLimit int  // redemptions a local day; zero: as many as come
}

// PlaceClerk gives a clerk of the brand her place in a shop, or changes it.
func (s *Service) PlaceClerk(ctx context.Context, by models.Account, id models.ShopID, clerk models.AccountID, p Seat) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		shop, err := ownShop(sc, by, id)
		if err != nil {
			return err
		}
		if _, err := clerkOf(sc, shop.BrandID, clerk); err != nil {
			return err
		}
		if err := sc.PutShopStaff(models.ShopStaff{AccountID: clerk, ShopID: id, Manager: p.Manager, DailyLimit: p.DailyLimit}); err != nil {
			return err
		}
		return sc.AddAudit(by.ID, "shop.place", "shop:"+id.String(), "account:"+clerk.String())
	})
}

// clerkOf reads a clerk of a brand who can sign in.
func clerkOf(sc *models.Scope, brand models.BrandID, id models.AccountID) (models.Account, error) {
	a, err := sc.Account(id)
	if models.IsKind(err, models.NotFound) || err == nil && (a.Role != models.Staff || a.BrandID != brand || !a.Active()) {
		return a, models.Errorf(models.NotFound, "clerk_not_found", "no such clerk of the brand")
	}
	return a, err
}

// DisplaceClerk takes a clerk's place in a shop away; with her next request she may do nothing there. A place she does not have
// is no error.
func (s *Service) DisplaceClerk(ctx context.Context, by models.Account, id models.ShopID, clerk models.AccountID) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		if _, err := ownShop(sc, by, id); err != nil {
			return err
		}
		had, err := sc.DropShopStaff(clerk, id)
		if err != nil || !had {
			return err
		}
		return sc.AddAudit(by.ID, "shop.displace", "shop:"+id.String(), "account:"+clerk.String())
	})
}

// DismissClerk ends a clerk's account: she is signed out everywhere at once and has no place in any shop. What she wrote off
// stays hers.
func (s *Service) DismissClerk(ctx context.Context, by models.Account, clerk models.AccountID) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		a, err := sc.Account(clerk)
		if models.IsKind(err, models.NotFound) || err == nil && (a.Role != models.Staff || runs(by, a.BrandID) != nil) {
			return models.Errorf(models.NotFound, "clerk_not_found", "no such clerk of the brand")
		}
		if err != nil || !a.Active() {
			return err
		}
		a.LeftAt = max(sc.Now, 1)
		if err := sc.SetAccountTeam(a); err != nil {
			return err
		}
		if _, err := sc.DeleteSessionsOf(clerk); err != nil {
			return err
		}
		places, err := sc.PlacesOf([]models.AccountID{clerk})
		if err != nil {
			return err
		}
		for _, p := range places[clerk] {
			if _, err := sc.DropShopStaff(clerk, p.ShopID); err != nil {
				return err
			}
		}
		return sc.AddAudit(by.ID, "clerk.dismiss", "account:"+clerk.String(), "")
	})
}

// InviteClerk makes a link by which somebody makes herself an account and her place in a shop. It is used once.
func (s *Service) InviteClerk(ctx context.Context, by models.Account, id models.ShopID, name string, p Seat) (models.ShopInvitation, string, error) {
	i := models.ShopInvitation{ShopID: id, Name: strings.TrimSpace(name), Manager: p.Manager, DailyLimit: p.DailyLimit, CreatedBy: by.ID}
	var code string
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		if _, err := ownShop(sc, by, id); err != nil {
			return err
		}
		var err error
		if code, err = sc.AddShopInvitation(&i, s.rules.Invitation); err != nil {
			return err
		}
		return sc.AddAudit(by.ID, "shop.invite", "shop:"+id.String(), i.Name)
	})
	return i, code, err
}

// UninviteClerk takes an invitation back that was not used. One that has ended is no error.
func (s *Service) UninviteClerk(ctx context.Context, by models.Account, shop models.ShopID, id models.ID[models.ShopInvitation]) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		if _, err := ownShop(sc, by, shop); err != nil {
			return err
		}
		open, err := sc.OpenShopInvitations(shop)
		if err != nil {
			return err
		}
		for _, i := range open {
			if i.ID != id {
				continue
			}
			if _, err := sc.EndShopInvitation(id, 0); err != nil {
				return err
			}
			return sc.AddAudit(by.ID, "shop.uninvite", "shop:"+shop.String(), i.Name)
		}
		return nil
	})
}

// InvitedTo is what an invitation invites to.
type InvitedTo struct {
	models.ShopInvitation
	Shop      models.Shop
	Brand     models.Brand
	Community models.Community
}

// InvitedTo reads an open invitation by its code.
func (s *Service) InvitedTo(ctx context.Context, code string) (InvitedTo, error) {
	return invitedTo(s.store.Read(ctx), code)
}

func invitedTo(tx *models.Tx, code string) (InvitedTo, error) {
	out := InvitedTo{}
	var err error
	if out.ShopInvitation, err = tx.ShopInvitationByCode(code); err != nil {
		return out, err
	}
	sc := tx.In(out.CommunityID)
	if out.Shop, err = sc.Shop(out.ShopID); err != nil {
		return out, err
	}
	if out.Brand, err = sc.Brand(out.Shop.BrandID); err != nil {
		return out, err
	}
	out.Community, err = tx.ReadCommunity(out.CommunityID)
	return out, err
}

// Enlist makes the account of somebody who was invited, which has its login, name, password and language, and gives it its place.
func (s *Service) Enlist(ctx context.Context, code string, a models.Account) (models.Account, error) {
	made := a
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		i, err := invitedTo(tx, code)
		if err != nil {
			return err
		}
		sc := tx.In(i.CommunityID)
		made = a
		made.Role, made.BrandID = models.Staff, i.Shop.BrandID
		made.Name = cmp.Or(made.Name, i.Name, made.Login)
		if err := sc.InsertAccount(&made); err != nil {
			return err
		}
		place := models.ShopStaff{AccountID: made.ID, ShopID: i.ShopID, Manager: i.Manager, DailyLimit: i.DailyLimit}
		if err := sc.PutShopStaff(place); err != nil {
			return err
		}
		ok, err := sc.EndShopInvitation(i.ID, made.ID)
		if err != nil {
			return err
		}
		if !ok {
			return models.Errorf(models.NotFound, "invitation_over", "the invitation was used meanwhile")
		}
		return sc.AddAudit(made.ID, "shop.join", "shop:"+i.ShopID.String(), "")
	})
	return made, err
}
