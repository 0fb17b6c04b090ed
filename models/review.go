package models

import "log/slog"

// ReviewState is where a review stands.
type ReviewState string

// The states of a review.
const (
	ReviewPending ReviewState = "pending" // its text is being looked at
	ReviewShown   ReviewState = "shown"
	ReviewRefused ReviewState = "refused" // its text may not be shown; she may write another
	ReviewVoid    ReviewState = "void"    // the write-off it is about was reversed
)

// Review is what a member says of a voucher that was written off; one for each write-off.
type Review struct {
	ID           ReviewID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID  CommunityID
	RedemptionID RedemptionID // unique
	VoucherID    VoucherID
	OfferID      OfferID
	BrandID      BrandID
	MemberID     MemberID
	Stars        int    // 1 to 5
	Body         string // may be empty
	Ver          int    // grows with each edit; every version is checked on its own
	State        ReviewState
	HiddenAt     Millis // when an organiser hid it; zero: she did not
	HiddenBy     AccountID
	HideReason   string
	CreatedAt    Millis `gorm:"autoCreateTime:false"`
	UpdatedAt    Millis `gorm:"autoUpdateTime:false"`
}

// TableName names the table.
func (Review) TableName() string { return "reviews" }

// LogValue keeps what somebody wrote out of logs.
func (r Review) LogValue() slog.Value { return slog.StringValue("review " + r.ID.String()) }

// Shown reports whether others may see the review.
func (r Review) Shown() bool { return r.State == ReviewShown && r.HiddenAt == 0 }

// AddReview stores a new review; it reports false if the write-off has one, and then r is that.
func (sc *Scope) AddReview(r *Review) (bool, error) {
	r.ID, r.CommunityID, r.CreatedAt, r.UpdatedAt, r.Ver = newID[Review](sc.Tx), sc.Community, sc.Now, sc.Now, 1
	return insertOnce(sc.Tx, r, "review", func() error {
		known, err := sc.ReviewOf(r.RedemptionID)
		if err == nil {
			*r = known
		}
		return err
	})
}

// Review returns one review of the community.
func (sc *Scope) Review(id ReviewID) (Review, error) {
	var r Review
	err := one(sc.rows().Where("id = ?", int64(id)), &r, "review")
	if IsKind(err, NotFound) {
		return r, Errorf(NotFound, "review_not_found", "no such review")
	}
	return r, err
}

// ReviewOf returns the review of a write-off; NotFound if it has none.
func (sc *Scope) ReviewOf(redemption RedemptionID) (Review, error) {
	var r Review
	return r, one(sc.rows().Where("redemption_id = ?", int64(redemption)), &r, "review")
}

// ReviewsOf lists the reviews of a person, newest first, those before a given id if it is not zero, at most limit.
func (sc *Scope) ReviewsOf(person []MemberID, before ReviewID, limit int) ([]Review, error) {
	var all []Review
	q := sc.rows().Where("member_id IN ?", ints(person)).Order("id DESC").Limit(limit)
	if before != 0 {
		q = q.Where("id < ?", int64(before))
	}
	return all, list(q, &all, "reviews")
}

// ReviewFilter says which reviews are listed; what is zero does not matter.
type ReviewFilter struct {
	Offer  OfferID
	Brand  BrandID
	State  ReviewState
	Hidden bool // only those that are hidden
	Public bool // only those that others may see
	Before ReviewID
	Limit  int
}

// Reviews lists the community's reviews, newest first.
func (sc *Scope) Reviews(f ReviewFilter) ([]Review, error) {
	q := sc.rows().Order("id DESC").Limit(f.Limit)
	for column, id := range map[string]int64{"offer_id": int64(f.Offer), "brand_id": int64(f.Brand)} {
		if id != 0 {
			q = q.Where(column+" = ?", id)
		}
	}
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	if f.Hidden {
		q = q.Where("hidden_at > 0")
	}
	if f.Public {
		q = q.Where("state = ? AND hidden_at = 0", ReviewShown)
	}
	if f.Before != 0 {
		q = q.Where("id < ?", int64(f.Before))
	}
	var all []Review
	return all, list(q, &all, "reviews")
}

// Rating is how an offer was rated in the reviews that others may see.
type Rating struct {
	OfferID OfferID
	Reviews int
	Stars   int // of all of them together
}

// Ratings sums the visible reviews of some offers; one without is left out.
func (sc *Scope) Ratings(offers []OfferID) (map[OfferID]Rating, error) {
	by := make(map[OfferID]Rating, len(offers))
	err := inBatches(offers, func(some []OfferID) error {
		var part []Rating
		q := sc.rows().Model(&Review{}).Select("offer_id, COUNT(*) AS reviews, COALESCE(SUM(stars), 0) AS stars").
			Where("offer_id IN ? AND state = ? AND hidden_at = 0", ints(some), ReviewShown).Group("offer_id")
		err := translate(q.Scan(&part).Error, "sum reviews")
		for _, r := range part {
			by[r.OfferID] = r
		}
		return err
	})
	return by, err
}

// RewriteReview stores another version of a review that may still be changed; it reports false if it may not, or was changed
// meanwhile.
func (sc *Scope) RewriteReview(r Review, from int) (bool, error) {
	q := sc.rows().Where("id = ? AND ver = ? AND state IN ?", int64(r.ID), from, []ReviewState{ReviewPending, ReviewRefused})
	return swap(q, &Review{}, map[string]any{"stars": r.Stars, "body": r.Body, "ver": r.Ver, "state": r.State,
		"updated_at": int64(sc.Now)}, "review")
}

// MoveReview takes a version of a review from one state to another; it reports false if it is not in it.
func (sc *Scope) MoveReview(id ReviewID, ver int, from, to ReviewState) (bool, error) {
	return swap(sc.rows().Where("id = ? AND ver = ? AND state = ?", int64(id), ver, from), &Review{}, map[string]any{"state": to}, "review")
}

// HideReview keeps others from seeing a review, or with an empty reason shows it again; it reports false if that is so already.
func (sc *Scope) HideReview(id ReviewID, by AccountID, reason string) (bool, error) {
	q, set := sc.rows().Where("id = ? AND hidden_at > 0", int64(id)), map[string]any{"hidden_at": 0, "hidden_by": 0, "hide_reason": ""}
	if reason != "" {
		q = sc.rows().Where("id = ? AND hidden_at = 0", int64(id))
		set = map[string]any{"hidden_at": int64(max(sc.Now, 1)), "hidden_by": int64(by), "hide_reason": reason}
	}
	return swap(q, &Review{}, set, "review")
}
