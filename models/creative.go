package models

// Creative is what one language reads of an offer, under one revision of its terms. Whoever reads another language than there is
// reads the terms' own words.
type Creative struct {
	ID          ID[Creative] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	OfferID     OfferID
	TermsID     TermsID
	Locale      string // zh-Hans, zh-Hant or en; unique with the terms. Empty: the card's title and picture of the terms' own words.
	Title       string
	Body        string
	CardTitle   string    // of the Mini Program card; empty: Title
	PictureID   PictureID // zero: the card's plain picture
}

// TableName names the table.
func (Creative) TableName() string { return "creatives" }

// Locales are the languages a creative may be in.
func Locales() []string { return []string{"zh-Hans", "zh-Hant", "en"} }

// CreativesOf reads the words of some terms, by terms.
func (sc *Scope) CreativesOf(terms []TermsID) (map[TermsID][]Creative, error) {
	by := make(map[TermsID][]Creative, len(terms))
	err := inBatches(terms, func(some []TermsID) error {
		var part []Creative
		err := list(sc.rows().Where("terms_id IN ?", ints(some)).Order("id"), &part, "creatives")
		for _, c := range part {
			by[c.TermsID] = append(by[c.TermsID], c)
		}
		return err
	})
	return by, err
}

// PicturesInUse lists the pictures of offers that wait for the organiser or run, each once.
func (sc *Scope) PicturesInUse() ([]PictureID, error) {
	var ids []PictureID
	q := sc.rows().Model(&Creative{}).Where("picture_id <> 0 AND EXISTS (SELECT 1 FROM offers o WHERE o.community_id = creatives.community_id AND "+
		"o.id = creatives.offer_id AND (o.terms_id = creatives.terms_id OR o.change_id = creatives.terms_id) AND o.state IN ? AND o.ends_at > ?)",
		[]OfferState{OfferSubmitted, OfferApproved}, int64(sc.Now))
	err := q.Distinct().Order("picture_id").Pluck("picture_id", &ids).Error
	return ids, translate(err, "list pictures of offers")
}
