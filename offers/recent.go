package offers

import (
	"context"

	"siyu/models"
)

// Rules are the numbers the till goes by.
func (s *Service) Rules() RedeemRules { return s.rules }

// Workplace is a shop in which a clerk works.
type Workplace struct {
	models.Shop
	Manager    bool
	DailyLimit int // hers
}

// Workplaces lists where a clerk works; nowhere in particular, if her brand has no shops.
func (s *Service) Workplaces(ctx context.Context, clerk models.Account) ([]Workplace, error) {
	sc := s.store.Read(ctx).In(clerk.CommunityID)
	shops, err := sc.Shops(clerk.BrandID)
	if err != nil {
		return nil, err
	}
	places, err := sc.PlacesOf([]models.AccountID{clerk.ID})
	if err != nil {
		return nil, err
	}
	var all []Workplace
	for _, shop := range shops {
		for _, p := range places[clerk.ID] {
			if p.ShopID == shop.ID {
				all = append(all, Workplace{shop, p.Manager, p.DailyLimit})
			}
		}
	}
	return all, nil
}

// Works says whether a clerk works in a shop; shop zero is hers if her brand has none.
func (s *Service) Works(ctx context.Context, clerk models.Account, shop models.ShopID) (models.Shop, error) {
	sc := s.store.Read(ctx).In(clerk.CommunityID)
	shops, err := sc.Shops(clerk.BrandID)
	if err != nil {
		return models.Shop{}, err
	}
	places, err := sc.PlacesOf([]models.AccountID{clerk.ID})
	if err != nil {
		return models.Shop{}, err
	}
	at, _, err := seat(shops, places[clerk.ID], shop)
	return at, err
}

// Recent lists redemptions of a brand, the newest first, as somebody reads them who may take some of them back. A clerk asks for a
// shop she works in, see [Service.Works], or for her own.
func (s *Service) Recent(ctx context.Context, by models.Account, f models.RedemptionFilter) ([]RedeemedLine, error) {
	sc := s.store.Read(ctx).In(by.CommunityID)
	all, err := sc.Redemptions(f)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	places, err := sc.PlacesOf([]models.AccountID{by.ID})
	if err != nil {
		return nil, err
	}
	n, err := namesFor(sc, all)
	if err != nil {
		return nil, err
	}
	lines := make([]RedeemedLine, len(all))
	for i, r := range all {
		v := n.vouchers[r.VoucherID]
		lines[i] = RedeemedLine{Redemption: r, OfferTitle: n.terms[r.VoucherID].Title, BrandName: n.brands[r.BrandID], ShopName: n.shops[r.ShopID],
			StaffName: shownName(n.accounts[r.StaffID]), UnitsLeft: v.Units - v.Used, UndoUntil: s.rules.undoUntil(by, places[by.ID], r, sc.Now)}
	}
	return lines, nil
}

// undoUntil is until when somebody may take a redemption back; zero: she may not.
func (r RedeemRules) undoUntil(by models.Account, places []models.ShopStaff, done models.Redemption, now models.Millis) models.Millis {
	if done.ReversedAt != 0 || r.mayReverse(by, places, done, now) != nil {
		return 0
	}
	if until := done.At.Add(r.ManagerUndo); r.mayReverse(by, places, done, until) == nil {
		return until
	}
	return done.At.Add(r.OwnUndo)
}

// names is what redemptions are shown by.
type names struct {
	vouchers map[models.VoucherID]models.Voucher
	terms    map[models.VoucherID]models.Terms
	brands   map[models.BrandID]string
	shops    map[models.ShopID]string
	accounts map[models.AccountID]models.Account
}

func namesFor(sc *models.Scope, all []models.Redemption) (names, error) {
	n := names{vouchers: map[models.VoucherID]models.Voucher{}, shops: map[models.ShopID]string{}}
	var ids []models.VoucherID
	var brands []models.BrandID
	var staff []models.AccountID
	for _, r := range all {
		ids, brands, staff = append(ids, r.VoucherID), append(brands, r.BrandID), append(staff, r.StaffID)
	}
	found, err := sc.VouchersFound(distinct(ids), nil)
	if err != nil {
		return n, err
	}
	for _, v := range found {
		n.vouchers[v.ID] = v
	}
	if n.terms, err = termsFor(sc, found); err != nil {
		return n, err
	}
	brands = distinct(brands)
	if n.brands, err = sc.BrandNames(brands); err != nil {
		return n, err
	}
	shops, err := sc.ShopsOfBrands(brands)
	if err != nil {
		return n, err
	}
	for _, of := range shops {
		for _, s := range of {
			n.shops[s.ID] = s.Name
		}
	}
	n.accounts, err = sc.AccountsByID(distinct(staff))
	return n, err
}
