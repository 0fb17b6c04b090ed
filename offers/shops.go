package offers

import (
	"context"
	"strings"
	"time"

	"siyu/models"
)

// ShopInput is what is said of a shop. A nil field leaves it as it is.
type ShopInput struct {
	Name       *string
	Address    *string
	Zone       *string // IANA; empty: the community's
	DailyLimit *int    // zero: as many as come
	Paused     *bool
}

// apply changes a shop, or says what cannot be meant.
func (in ShopInput) apply(s models.Shop, now models.Millis) (models.Shop, error) {
	if in.Name != nil {
		s.Name = strings.TrimSpace(*in.Name)
	}
	if in.Address != nil {
		s.Address = strings.TrimSpace(*in.Address)
	}
	if in.Zone != nil {
		s.Zone = *in.Zone
	}
	if in.DailyLimit != nil {
		s.DailyLimit = *in.DailyLimit
	}
	if in.Paused != nil && *in.Paused != (s.PausedAt != 0) {
		if s.PausedAt = 0; *in.Paused {
			s.PausedAt = max(now, 1)
		}
	}
	if s.Name == "" {
		return s, models.Errorf(models.Invalid, "bad_field", "a shop has a name").With("field", "name").With("rule", "required").With("param", "")
	}
	if s.DailyLimit < 0 {
		return s, models.Errorf(models.Invalid, "bad_field", "fewer than none").With("field", "daily_limit").With("rule", "min").With("param", "0")
	}
	if _, err := time.LoadLocation(s.Zone); err != nil || s.Zone == "Local" {
		return s, models.Errorf(models.Invalid, "bad_field", "no such zone").With("field", "zone").With("rule", "zone").With("param", "")
	}
	return s, nil
}

// AddShop opens a shop of a brand. From then on the brand's clerks write off only where they were given a place.
func (s *Service) AddShop(ctx context.Context, by models.Account, brand models.BrandID, in ShopInput) (models.Shop, error) {
	var shop models.Shop
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		if _, err := sc.Brand(brand); err != nil || runs(by, brand) != nil {
			return models.Errorf(models.NotFound, "not_found", "no such brand")
		}
		var err error
		if shop, err = in.apply(models.Shop{BrandID: brand}, sc.Now); err != nil {
			return err
		}
		if err := sc.InsertShop(&shop); err != nil {
			return err
		}
		return sc.AddAudit(by.ID, "shop.add", "shop:"+shop.ID.String(), shop.Name)
	})
	return shop, err
}

// ownShop locks a shop that somebody speaks for.
func ownShop(sc *models.Scope, by models.Account, id models.ShopID) (models.Shop, error) {
	if err := sc.LockShops([]models.ShopID{id}); err != nil {
		return models.Shop{}, err
	}
	shop, err := sc.Shop(id)
	if err != nil {
		return shop, err
	}
	return shop, runs(by, shop.BrandID)
}

// ChangeShop changes a shop, pauses it or opens it again.
func (s *Service) ChangeShop(ctx context.Context, by models.Account, id models.ShopID, in ShopInput) (models.Shop, error) {
	var shop models.Shop
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		was, err := ownShop(sc, by, id)
		if err != nil {
			return err
		}
		if shop, err = in.apply(was, sc.Now); err != nil || shop == was {
			return err
		}
		if err := sc.SetShop(shop); err != nil {
			return err
		}
		action := "shop.change"
		if (shop.PausedAt != 0) != (was.PausedAt != 0) {
			if action = "shop.resume"; shop.PausedAt != 0 {
				action = "shop.pause"
			}
		}
		return sc.AddAudit(by.ID, action, "shop:"+id.String(), shop.Name)
	})
	return shop, err
}

// DeleteShop removes a shop in which nothing was ever written off; any other can be paused.
func (s *Service) DeleteShop(ctx context.Context, by models.Account, id models.ShopID) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		shop, err := ownShop(sc, by, id)
		if err != nil {
			return err
		}
		gone, err := sc.DeleteShop(id)
		if err != nil {
			return err
		}
		if !gone {
			return models.Errorf(models.Conflict, "shop_used", "something was written off in the shop")
		}
		return sc.AddAudit(by.ID, "shop.delete", "shop:"+id.String(), shop.Name)
	})
}

// Clerk is somebody who works in a shop.
type Clerk struct {
	models.Account
	Manager    bool
	DailyLimit int
}

// ShopBoard is who works in a shop and who was invited to.
type ShopBoard struct {
	Shop        models.Shop
	Staff       []Clerk
	Others      []models.Account // clerks of the brand who have no place there
	Invitations []models.ShopInvitation
}

// ShopBoard reads who works in a shop.
func (s *Service) ShopBoard(ctx context.Context, by models.Account, id models.ShopID) (ShopBoard, error) {
	sc := s.store.Read(ctx).In(by.CommunityID)
	out := ShopBoard{}
	var err error
	if out.Shop, err = sc.Shop(id); err != nil {
		return out, err
	}
	if err := runs(by, out.Shop.BrandID); err != nil {
		return out, err
	}
	places, err := sc.ShopStaffOf(id)
	if err != nil {
		return out, err
	}
	all, err := sc.Accounts(models.Staff)
	if err != nil {
		return out, err
	}
	at := make(map[models.AccountID]models.ShopStaff, len(places))
	for _, p := range places {
		at[p.AccountID] = p
	}
	for _, a := range all {
		switch p, here := at[a.ID]; {
		case here:
			out.Staff = append(out.Staff, Clerk{a, p.Manager, p.DailyLimit})
		case a.BrandID == out.Shop.BrandID && a.Active():
			out.Others = append(out.Others, a)
		}
	}
	out.Invitations, err = sc.OpenShopInvitations(id)
	return out, err
}
