package models

import (
	"gorm.io/gorm/clause"
)

// Shop is a place of a brand (门店) where its vouchers are written off. (A store is the database.)
type Shop struct {
	ID          ShopID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	BrandID     BrandID
	Name        string
	Address     string
	Zone        string // IANA; empty: the community's
	DailyLimit  int    // redemptions a local day; zero: as many as come
	PausedAt    Millis // since when nothing is written off there; zero: it is open
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Shop) TableName() string { return "shops" }

// ShopStaff says that a clerk works in a shop.
type ShopStaff struct {
	AccountID   AccountID `gorm:"primaryKey;autoIncrement:false"`
	ShopID      ShopID    `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Manager     bool   // may take back what others wrote off
	DailyLimit  int    // redemptions a local day of hers in this shop; zero: as many as come
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (ShopStaff) TableName() string { return "shop_staff" }

// InsertShop stores a new shop and fills its id.
func (sc *Scope) InsertShop(s *Shop) error {
	s.ID, s.CommunityID, s.CreatedAt = newID[Shop](sc.Tx), sc.Community, sc.Now
	return insert(sc.Tx, s, "shop")
}

// Shop returns one shop of the community.
func (sc *Scope) Shop(id ShopID) (Shop, error) {
	var s Shop
	err := one(sc.rows().Where("id = ?", int64(id)), &s, "shop")
	if IsKind(err, NotFound) {
		return s, Errorf(NotFound, "shop_not_found", "no such shop")
	}
	return s, err
}

// Shops lists the shops of a brand, oldest first; of all brands if it is zero.
func (sc *Scope) Shops(brand BrandID) ([]Shop, error) {
	q := sc.rows().Order("id")
	if brand != 0 {
		q = q.Where("brand_id = ?", int64(brand))
	}
	var all []Shop
	return all, list(q, &all, "shops")
}

// ShopsOfBrands lists the shops of some brands, each brand's oldest first.
func (sc *Scope) ShopsOfBrands(brands []BrandID) (map[BrandID][]Shop, error) {
	var all []Shop
	err := list(sc.rows().Where("brand_id IN ?", ints(brands)).Order("id"), &all, "shops")
	found := make(map[BrandID][]Shop, len(brands))
	for _, s := range all {
		found[s.BrandID] = append(found[s.BrandID], s)
	}
	return found, err
}

// LockShops keeps every other transaction that locks one of the shops waiting until this one ends: what is counted in them is
// counted by one at a time. Shops are locked after vouchers, never before.
func (sc *Scope) LockShops(ids []ShopID) error {
	var all []Shop
	q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("id IN ?", ints(ids)).Order("id")
	return list(q, &all, "shops")
}

// SetShop stores what may be changed of a shop.
func (sc *Scope) SetShop(s Shop) error {
	_, err := swap(sc.rows().Where("id = ?", int64(s.ID)), &Shop{}, map[string]any{"name": s.Name, "address": s.Address,
		"zone": s.Zone, "daily_limit": s.DailyLimit, "paused_at": int64(s.PausedAt)}, "shop")
	return err
}

// DeleteShop removes a shop in which nothing was ever written off, with its staff's places and its invitations; it reports false
// if something was. Who deletes locks the shop first.
func (sc *Scope) DeleteShop(id ShopID) (bool, error) {
	var n int64
	if err := sc.rows().Model(&Redemption{}).Where("shop_id = ?", int64(id)).Limit(1).Count(&n).Error; err != nil || n > 0 {
		return false, translate(err, "count redemptions")
	}
	for _, t := range []any{&ShopStaff{}, &ShopInvitation{}} {
		if err := sc.rows().Where("shop_id = ?", int64(id)).Delete(t).Error; err != nil {
			return false, translate(err, "delete shop")
		}
	}
	return true, translate(sc.rows().Where("id = ?", int64(id)).Delete(&Shop{}).Error, "delete shop")
}

// PutShopStaff gives a clerk her place in a shop, or changes it.
func (sc *Scope) PutShopStaff(s ShopStaff) error {
	s.CommunityID, s.CreatedAt = sc.Community, sc.Now
	on := clause.OnConflict{Columns: []clause.Column{{Name: "account_id"}, {Name: "shop_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"manager", "daily_limit"})}
	return translate(sc.db.Clauses(on).Create(&s).Error, "put shop staff")
}

// DropShopStaff takes a clerk's place in a shop away; it reports false if she had none.
func (sc *Scope) DropShopStaff(account AccountID, shop ShopID) (bool, error) {
	r := sc.rows().Where("account_id = ? AND shop_id = ?", int64(account), int64(shop)).Delete(&ShopStaff{})
	return r.RowsAffected == 1, translate(r.Error, "drop shop staff")
}

// ShopStaffOf lists who works in a shop, who came first first.
func (sc *Scope) ShopStaffOf(shop ShopID) ([]ShopStaff, error) {
	var all []ShopStaff
	return all, list(sc.rows().Where("shop_id = ?", int64(shop)).Order("created_at, account_id"), &all, "shop staff")
}

// PlacesOf lists in which shops some clerks work.
func (sc *Scope) PlacesOf(staff []AccountID) (map[AccountID][]ShopStaff, error) {
	var all []ShopStaff
	err := list(sc.rows().Where("account_id IN ?", ints(staff)).Order("shop_id"), &all, "shop staff")
	found := make(map[AccountID][]ShopStaff, len(staff))
	for _, s := range all {
		found[s.AccountID] = append(found[s.AccountID], s)
	}
	return found, err
}

// AccountsByID reads some accounts; one that is not there is left out.
func (sc *Scope) AccountsByID(ids []AccountID) (map[AccountID]Account, error) {
	found := make(map[AccountID]Account, len(ids))
	err := inBatches(ids, func(some []AccountID) error {
		var part []Account
		err := list(sc.rows().Where("id IN ?", ints(some)), &part, "accounts")
		for _, a := range part {
			found[a.ID] = a
		}
		return err
	})
	return found, err
}
