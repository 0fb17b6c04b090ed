package models

// OfferRequest is which offer was made of a brand's request, so that the same request makes one offer however often it comes.
type OfferRequest struct {
	BrandID     BrandID `gorm:"primaryKey;autoIncrement:false"`
	RequestKey  string  `gorm:"primaryKey"` // the client's
	CommunityID CommunityID
	OfferID     OfferID
	At          Millis
}

// TableName names the table.
func (OfferRequest) TableName() string { return "offer_requests" }

// OfferOfRequest finds the offer that a brand's request made; NotFound if it made none, or one that was deleted since.
func (sc *Scope) OfferOfRequest(brand BrandID, key string) (Offer, error) {
	var r OfferRequest
	if err := one(sc.rows().Where("brand_id = ? AND request_key = ?", int64(brand), key), &r, "offer request"); err != nil {
		return Offer{}, err
	}
	return sc.Offer(r.OfferID)
}

// AddOfferRequest notes which offer a request made. If the same request comes in another transaction meanwhile, this one runs again
// and finds its offer.
func (sc *Scope) AddOfferRequest(r OfferRequest) error {
	r.CommunityID, r.At = sc.Community, sc.Now
	if err := insert(sc.Tx, &r, "offer request"); IsDuplicate(err) {
		return errMoved
	} else if err != nil {
		return err
	}
	return nil
}
