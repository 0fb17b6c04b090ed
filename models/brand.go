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

// OfferCount is how many offers a brand has, by where they stand.
type OfferCount struct {
	BrandID   BrandID
	Drafts    int
	Submitted int
	Running   int // approved and not over, also those that begin later or have nothing left
	Ended     int // over, withdrawn or declined
}

// CountOffersOf counts the offers of some brands; one that has none is left out.
func (sc *Scope) CountOffersOf(brands []BrandID) (map[BrandID]OfferCount, error) {
	counts := make(map[BrandID]OfferCount, len(brands))
	err := inBatches(brands, func(some []BrandID) error {
		var part []struct {
			BrandID BrandID
			State   OfferState
			Past    int
			N       int
		}
		q := sc.rows().Model(&Offer{}).Select("brand_id, state, CASE WHEN ends_at <= ? THEN 1 ELSE 0 END AS past, COUNT(*) AS n", int64(sc.Now)).
			Where("brand_id IN ?", ints(some)).Group("brand_id, state, past")
		if err := list(q, &part, "offer counts"); err != nil {
			return err
		}
		for _, p := range part {
			c := counts[p.BrandID]
			c.BrandID = p.BrandID
			switch {
			case p.State == OfferDraft:
				c.Drafts += p.N
			case p.State == OfferSubmitted:
				c.Submitted += p.N
			case p.State == OfferApproved && p.Past == 0:
				c.Running += p.N
			default:
				c.Ended += p.N
			}
			counts[p.BrandID] = c
		}
		return nil
	})
	return counts, err
}

// CountShopsOf counts the shops of some brands; one that has none is left out.
func (sc *Scope) CountShopsOf(brands []BrandID) (map[BrandID]int, error) {
	counts := make(map[BrandID]int, len(brands))
	err := inBatches(brands, func(some []BrandID) error {
		var part []struct {
			BrandID BrandID
			N       int
		}
		q := sc.rows().Model(&Shop{}).Select("brand_id, COUNT(*) AS n").Where("brand_id IN ?", ints(some)).Group("brand_id")
		err := list(q, &part, "shop counts")
		for _, p := range part {
			counts[p.BrandID] = p.N
		}
		return err
	})
	return counts, err
}
