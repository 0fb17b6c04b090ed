package models

// Brand is a sponsor (品牌方).
type Brand struct {
	ID          BrandID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Name        string
	Weight      int    // its share of scarce slots, relative to the other brands
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Brand) TableName() string { return "brands" }

// InsertBrand stores a new brand and fills its id.
func (sc *Scope) InsertBrand(b *Brand) error {
	b.ID, b.CommunityID, b.CreatedAt = newID[Brand](sc.Tx), sc.Community, sc.Now
	return insert(sc.Tx, b, "brand")
}

// Brand returns one brand of the community.
func (sc *Scope) Brand(id BrandID) (Brand, error) {
	var b Brand
	return b, one(sc.rows().Where("id = ?", int64(id)), &b, "brand")
}

// Brands lists the community's brands, oldest first.
func (sc *Scope) Brands() ([]Brand, error) {
	var all []Brand
	return all, list(sc.rows().Order("id"), &all, "brands")
}

// BrandNames tells what some brands are called.
func (sc *Scope) BrandNames(ids []BrandID) (map[BrandID]string, error) {
	var all []Brand
	err := list(sc.rows().Where("id IN ?", ints(ids)), &all, "brands")
	names := make(map[BrandID]string, len(all))
	for _, b := range all {
		names[b.ID] = b.Name
	}
	return names, err
}
