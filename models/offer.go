package models

// OfferState is where an offer stands.
type OfferState string

// The states of an offer: draft → submitted → approved → done, or declined by the organiser.
const (
	OfferDraft     OfferState = "draft"
	OfferSubmitted OfferState = "submitted"
	OfferApproved  OfferState = "approved"
	OfferDeclined  OfferState = "declined"
	OfferDone      OfferState = "done"
)

// Offer is what a brand publishes and members claim. Stock counts vouchers; Claimed never exceeds it.
type Offer struct {
	ID            OfferID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID   CommunityID
	BrandID       BrandID
	State         OfferState
	Title         string
	Body          string // the copy of the post; it carries the advertising label
	ValueFen      int64  // what a voucher is worth, in minor units of Currency
	Currency      string // ISO 4217
	Stock         int
	Claimed       int
	PerMember     int    // vouchers one person may hold
	StartsAt      Millis // posts and claims
	EndsAt        Millis
	RedeemBy      Millis // vouchers are good until then
	SubmittedAt   Millis
	DecidedBy     AccountID
	DecidedAt     Millis
	DeclineReason string
	CreatedAt     Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Offer) TableName() string { return "offers" }

// InsertOffer stores a new offer and fills its id.
func (sc *Scope) InsertOffer(o *Offer) error {
	o.ID, o.CommunityID, o.CreatedAt = newID[Offer](sc.Tx), sc.Community, sc.Now
	return insert(sc.Tx, o, "offer")
}

// Offer returns one offer of the community.
func (sc *Scope) Offer(id OfferID) (Offer, error) {
	var o Offer
	err := one(sc.rows().Where("id = ?", int64(id)), &o, "offer")
	if IsKind(err, NotFound) {
		return o, Errorf(NotFound, "offer_not_found", "no such offer")
	}
	return o, err
}

// OffersIn lists the community's offers in any of the states, oldest first; all if none is named.
func (sc *Scope) OffersIn(states ...OfferState) ([]Offer, error) {
	var all []Offer
	q := sc.rows().Order("id")
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	return all, list(q, &all, "offers")
}

// MoveOffer takes an offer from one state to another and reports false if it was not in from. who and reason are
// kept when an organiser decides.
func (sc *Scope) MoveOffer(id OfferID, from, to OfferState, who AccountID, reason string) (bool, error) {
	set := map[string]any{"state": to}
	switch to {
	case OfferSubmitted:
		set["submitted_at"] = int64(sc.Now)
	case OfferApproved, OfferDeclined:
		set["decided_at"], set["decided_by"], set["decline_reason"] = int64(sc.Now), int64(who), reason
	case OfferDraft, OfferDone:
	}
	return swap(sc.rows().Where("id = ? AND state = ?", int64(id), from), &Offer{}, set, "offer")
}

// TakeStock takes one voucher from an offer's stock; it reports false when none is left.
func (sc *Scope) TakeStock(id OfferID) (bool, error) {
	r := sc.db.Exec("UPDATE offers SET claimed = claimed + 1 WHERE community_id = ? AND id = ? AND claimed < stock",
		int64(sc.Community), int64(id))
	return r.RowsAffected == 1, translate(r.Error, "take stock")
}
