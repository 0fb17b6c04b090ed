package models

import "database/sql"

// ShownBy is how a clerk knew that the voucher was there.
type ShownBy string

// The proofs, the strongest first. One that nobody noted is empty: redemptions of before there were any.
const (
	ShownRotating ShownBy = "rotating" // the signed picture of this half minute was scanned
	ShownCard     ShownBy = "card"     // the voucher's own page sent it
	ShownOffline  ShownBy = "offline"  // the till checked the signed picture while it had no network
	ShownTyped    ShownBy = "typed"    // the code was typed, or read aloud
	ShownPhone    ShownBy = "phone"    // the last digits of her phone number were told
)

// Redemption is a voucher, or some units of it, written off (核销). Rows are never taken out; one that was reversed says so.
type Redemption struct {
	ID            RedemptionID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID   CommunityID
	VoucherID     VoucherID
	OfferID       OfferID
	BrandID       BrandID
	StaffID       AccountID
	ShopID        ShopID // zero: the brand has no shops
	RequestNo     string // made by the staff's device; unique with staff and part
	Part          int    // which of the vouchers of one request, counted from 0
	Units         int    // of the voucher: uses, or minor units of money
	Value         int64  // what they are worth, in minor units of Currency
	Currency      string
	Proof         ShownBy
	DeviceID      string
	DeviceAt      Millis // by the till's own clock, if it had no network; zero: it had
	At            Millis
	LiveNo        sql.NullInt64 // unique with the voucher: 1 for a voucher of one unit, else its version; NULL once it is reversed
	ReversedAt    Millis
	ReversedBy    AccountID
	ReverseReason string
}

// TableName names the table.
func (Redemption) TableName() string { return "redemptions" }

// TouchUID names the touch of the redemption, and with reversed that of its reversal. Before there were proofs a voucher had
// one redemption and gave its own name.
func (r Redemption) TouchUID(reversed bool) string {
	name := r.ID.String()
	if r.Proof == "" {
		name = r.VoucherID.String()
	}
	if reversed {
		return uidReverse + name
	}
	return uidRedeem + name
}

// IssueRedemption fills what a redemption has by being new.
func (sc *Scope) IssueRedemption(r *Redemption) {
	r.ID, r.CommunityID, r.At = newID[Redemption](sc.Tx), sc.Community, sc.Now
}

// InsertRedemption stores a whole voucher written off, alone and without its touch, and fills its id.
func (sc *Scope) InsertRedemption(r *Redemption) error {
	sc.IssueRedemption(r)
	r.Units, r.LiveNo = max(r.Units, 1), sql.NullInt64{Int64: 1, Valid: true}
	return insert(sc.Tx, r, "redemption")
}

// Redemption returns one redemption of the community.
func (sc *Scope) Redemption(id RedemptionID) (Redemption, error) {
	var r Redemption
	err := one(sc.rows().Where("id = ?", int64(id)), &r, "redemption")
	if IsKind(err, NotFound) {
		return r, Errorf(NotFound, "redemption_not_found", "no such redemption")
	}
	return r, err
}

// RequestOf is a request of a member of staff.
type RequestOf struct {
	Staff AccountID
	No    string
}

// LiveRedemptions lists the redemptions of some vouchers that stand, the newest of each first.
func (sc *Scope) LiveRedemptions(vouchers []VoucherID) (map[VoucherID][]Redemption, error) {
	found := make(map[VoucherID][]Redemption, len(vouchers))
	err := inBatches(vouchers, func(some []VoucherID) error {
		var part []Redemption
		q := sc.rows().Where("voucher_id IN ? AND live_no IS NOT NULL", ints(some)).Order("at DESC, id DESC")
		err := list(q, &part, "redemptions")
		for _, r := range part {
			found[r.VoucherID] = append(found[r.VoucherID], r)
		}
		return err
	})
	return found, err
}

// ReverseRedemption takes a redemption back; it reports false if that was done before.
func (sc *Scope) ReverseRedemption(id RedemptionID, by AccountID, reason string) (bool, error) {
	return swap(sc.rows().Where("id = ? AND reversed_at = 0", int64(id)), &Redemption{}, map[string]any{
		"reversed_at": int64(sc.Now), "reversed_by": int64(by), "reverse_reason": reason, "live_no": nil}, "redemption")
}

// RedemptionFilter says which redemptions are wanted. Zero fields ask for nothing in particular.
type RedemptionFilter struct {
	Brand  BrandID
	Shop   ShopID
	Staff  AccountID
	From   Millis       // written off at that time or later
	Until  Millis       // written off before
	Before RedemptionID // only older ones
	Limit  int
}

// Redemptions lists redemptions, the newest first; reversed ones too.
func (sc *Scope) Redemptions(f RedemptionFilter) ([]Redemption, error) {
	q := sc.rows().Order("id DESC").Limit(f.Limit)
	if f.Brand != 0 {
		q = q.Where("brand_id = ?", int64(f.Brand))
	}
	if f.Shop != 0 {
		q = q.Where("shop_id = ?", int64(f.Shop))
	}
	if f.Staff != 0 {
		q = q.Where("staff_id = ?", int64(f.Staff))
	}
	if f.From != 0 {
		q = q.Where("at >= ?", int64(f.From))
	}
	if f.Until != 0 {
		q = q.Where("at < ?", int64(f.Until))
	}
	if f.Before != 0 {
		q = q.Where("id < ?", int64(f.Before))
	}
	var all []Redemption
	return all, list(q, &all, "redemptions")
}

// AllRedemptions lists every write-off of the community, oldest first.
func (sc *Scope) AllRedemptions() ([]Redemption, error) {
	var all []Redemption
	return all, list(sc.rows().Order("id"), &all, "redemptions")
}

// CountRedemptions counts the redemptions of [from, to) that stand.
func (sc *Scope) CountRedemptions(from, to Millis) (int64, error) {
	var n int64
	err := sc.rows().Model(&Redemption{}).Where("reversed_at = 0 AND at >= ? AND at < ?", int64(from), int64(to)).Count(&n).Error
	return n, translate(err, "count redemptions")
}

// CountRedeemedIn counts the redemptions of a shop since a time that stand; those of one clerk if staff is not zero.
func (sc *Scope) CountRedeemedIn(shop ShopID, staff AccountID, since Millis) (int, error) {
	q := sc.rows().Model(&Redemption{}).Where("shop_id = ? AND reversed_at = 0 AND at >= ?", int64(shop), int64(since))
	if staff != 0 {
		q = q.Where("staff_id = ?", int64(staff))
	}
	var n int64
	err := q.Count(&n).Error
	return int(n), translate(err, "count redemptions")
}

// SheetRow is what one clerk wrote off, or reversed, of one offer.
type SheetRow struct {
	OfferID  OfferID
	StaffID  AccountID // who wrote it off, of reversals too
	Currency string
	Times    int
	Units    int64
	Value    int64
}

// SheetRows adds up what a shop of a brand wrote off in [from, to), or with reversed what was reversed then, whenever it was
// written off. Shop zero is what was written off in none.
func (sc *Scope) SheetRows(brand BrandID, shop ShopID, from, to Millis, reversed bool) ([]SheetRow, error) {
	when := "at >= ? AND at < ?"
	if reversed {
		when = "reversed_at >= ? AND reversed_at < ?"
	}
	var all []SheetRow
	err := sc.rows().Model(&Redemption{}).
		Select("offer_id, staff_id, currency, COUNT(*) AS times, SUM(units) AS units, SUM(value) AS value").
		Where("brand_id = ? AND shop_id = ?", int64(brand), int64(shop)).Where(when, int64(from), int64(to)).
		Group("offer_id, staff_id, currency").Order("offer_id, staff_id, currency").Find(&all).Error
	return all, translate(err, "add up redemptions")
}

// RedemptionsOfVoucher lists every redemption of a voucher, oldest first, also those that were reversed.
func (sc *Scope) RedemptionsOfVoucher(id VoucherID) ([]Redemption, error) {
	var all []Redemption
	return all, list(sc.rows().Where("voucher_id = ?", int64(id)).Order("id"), &all, "redemptions")
}
