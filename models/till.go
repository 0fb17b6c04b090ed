package models

// Till is a phone or tablet on which staff write vouchers off. It names itself, and is known from the first time it sends what
// it did without a network.
type Till struct {
	ID          TillID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	BrandID     BrandID
	Device      string    // made by the device; unique with the community
	AccountID   AccountID // who used it last
	ShopID      ShopID    // where that was
	LastN       int64     // the highest number of a line that has come; a lower one that has not is missing
	CreatedAt   Millis    `gorm:"autoCreateTime:false"`
	SeenAt      Millis
}

// TableName names the table.
func (Till) TableName() string { return "tills" }

// TillState is what became of a line of a till's journal.
type TillState string

// What becomes of a line. There is no third: a line that could not be looked at is not stored and comes again.
const (
	TillSettled TillState = "settled" // the voucher is written off by this line
	TillRefused TillState = "refused" // it is not; Code says why
)

// TillLine is one voucher that a till accepted without a network, and what became of it when the till was back. It is stored
// once and never changes, so a till that asks again reads the same.
type TillLine struct {
	ID           TillLineID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID  CommunityID
	TillID       TillID
	N            int64  // counted by the till from 1, never twice; unique with the till
	RequestNo    string // made by the till when it accepted the voucher
	Digest       []byte // of everything the till said in the line
	AccountID    AccountID
	SentBy       AccountID // who was signed in when the line came
	ShopID       ShopID
	VoucherID    VoucherID
	DeviceAt     Millis // by the till's clock, as corrected by ours when they last met
	ReceivedAt   Millis
	State        TillState
	Code         string // of the failure if it was refused
	Args         string // what its text names, as JSON
	RedemptionID RedemptionID
}

// TableName names the table.
func (TillLine) TableName() string { return "till_lines" }

// SeeTill finds the till a device says it is, or makes it, and notes who uses it where. Another brand's till is a Conflict.
func (sc *Scope) SeeTill(device string, brand BrandID, account AccountID, shop ShopID) (Till, error) {
	var t Till
	find := func() error {
		return one(sc.rows().Where("device = ?", device), &t, "till")
	}
	err := find()
	if IsKind(err, NotFound) {
		t = Till{ID: newID[Till](sc.Tx), CommunityID: sc.Community, BrandID: brand, Device: device, AccountID: account, ShopID: shop,
			CreatedAt: sc.Now, SeenAt: sc.Now}
		_, err = insertOnce(sc.Tx, &t, "till", find)
	}
	if err != nil {
		return t, err
	}
	if t.BrandID != brand {
		return t, Errorf(Conflict, "till_taken", "this till belongs to another brand")
	}
	set := map[string]any{"account_id": int64(account), "shop_id": int64(shop), "seen_at": int64(sc.Now)}
	_, err = swap(sc.rows().Where("id = ?", int64(t.ID)), &Till{}, set, "till")
	return t, err
}

// Tills lists the tills of a brand, those seen last first.
func (sc *Scope) Tills(brand BrandID) ([]Till, error) {
	var all []Till
	return all, list(sc.rows().Where("brand_id = ?", int64(brand)).Order("seen_at DESC, id"), &all, "tills")
}

// TillLines returns what is stored of some lines of a till, by their numbers.
func (sc *Scope) TillLines(till TillID, numbers []int64) (map[int64]TillLine, error) {
	var all []TillLine
	if err := list(sc.rows().Where("till_id = ? AND n IN ?", int64(till), numbers), &all, "lines of a till"); err != nil {
		return nil, err
	}
	by := make(map[int64]TillLine, len(all))
	for _, l := range all {
		by[l.N] = l
	}
	return by, nil
}

// AddTillLine stores what became of a line, once, and how far the till has counted. It reports false if the line was stored
// meanwhile.
func (sc *Scope) AddTillLine(l *TillLine) (bool, error) {
	l.ID, l.CommunityID, l.ReceivedAt = newID[TillLine](sc.Tx), sc.Community, sc.Now
	added, err := insertOnce(sc.Tx, l, "line of a till", func() error {
		var there TillLine
		return one(sc.rows().Where("till_id = ? AND n = ?", int64(l.TillID), l.N), &there, "line of a till")
	})
	if err != nil || !added {
		return false, err
	}
	_, err = swap(sc.rows().Where("id = ? AND last_n < ?", int64(l.TillID), l.N), &Till{}, map[string]any{"last_n": l.N}, "till")
	return true, err
}

// MissingTillLines names the numbers below upto that a till has counted and never sent, the lowest first, limit at most.
func (sc *Scope) MissingTillLines(till TillID, upto int64, limit int) ([]int64, error) {
	var there []int64
	q := sc.rows().Model(&TillLine{}).Where("till_id = ? AND n <= ?", int64(till), upto).Order("n")
	if err := q.Pluck("n", &there).Error; err != nil {
		return nil, translate(err, "count lines of a till")
	}
	var missing []int64
	next := int64(1)
	for _, n := range append(there, upto+1) {
		for ; next < n && len(missing) < limit; next++ {
			missing = append(missing, next)
		}
		next = n + 1
	}
	return missing, nil
}

// UsedSince names the vouchers of a brand that can still be shown but not used any more, because they were written off or
// taken back after a moment: the latest first, limit at most.
func (sc *Scope) UsedSince(brand BrandID, since Millis, limit int) ([]VoucherID, error) {
	var used, void []VoucherID
	first := firstID(since) // ids are in the order of time, so this needs no index of its own
	q := sc.rows().Model(&Redemption{}).Where("brand_id = ? AND id >= ?", int64(brand), first).Order("id DESC").Limit(limit)
	if err := q.Pluck("voucher_id", &used).Error; err != nil {
		return nil, translate(err, "list used vouchers")
	}
	q = sc.rows().Model(&VoucherEvent{}).Where("id >= ? AND kind = ?", first, EventVoided).Order("id DESC").Limit(limit)
	if err := q.Pluck("voucher_id", &void).Error; err != nil {
		return nil, translate(err, "list void vouchers")
	}
	var all []VoucherID
	err := inBatches(append(used, void...), func(some []VoucherID) error {
		var part []VoucherID
		q := sc.rows().Model(&Voucher{}).Where("id IN ? AND brand_id = ? AND state <> ? AND valid_to > ?",
			ints(some), int64(brand), VoucherIssued, int64(sc.Now))
		err := q.Pluck("id", &part).Error
		all = append(all, part...)
		return translate(err, "list used vouchers")
	})
	return all[:min(len(all), limit)], err
}

// TermsInUse lists what was promised with vouchers of a brand that may still be used, the newest first, limit at most.
func (sc *Scope) TermsInUse(brand BrandID, limit int) ([]Terms, error) {
	var all []Terms
	q := sc.rows().Where("redeem_by > ? AND offer_id IN (SELECT id FROM offers WHERE brand_id = ?)", int64(sc.Now), int64(brand))
	return all, list(q.Order("id DESC").Limit(limit), &all, "terms in use")
}
