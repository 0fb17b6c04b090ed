package models

// StockCount is an offer's stock as its row says, and as its vouchers and waiting list add up: all read at one moment.
type StockCount struct {
	ID       OfferID
	Stock    int64
	Claimed  int64
	Promised int64
	Waiting  int64

	Issued       int64 // vouchers that are not used up and still valid
	Expired      int64 // vouchers that are not used up and no longer valid
	Redeemed     int64
	VoidKept     int64 // taken back, and their place in the stock is not free
	VoidReturned int64
	HavePromise  int64 // people in the waiting list
	HaveWaited   int64
}

// CountStocks counts the stocks of some offers.
func (sc *Scope) CountStocks(offers []OfferID) ([]StockCount, error) {
	var all []StockCount
	const sql = `SELECT o.id, o.stock, o.claimed, o.promised, o.waiting,
 COALESCE(v.issued, 0) AS issued, COALESCE(v.expired, 0) AS expired, COALESCE(v.redeemed, 0) AS redeemed,
 COALESCE(v.void_kept, 0) AS void_kept, COALESCE(v.void_returned, 0) AS void_returned,
 COALESCE(w.have_promise, 0) AS have_promise, COALESCE(w.have_waited, 0) AS have_waited
 FROM offers o
 LEFT JOIN (SELECT offer_id,
  SUM(CASE WHEN state = 'issued' AND valid_to > ? THEN 1 ELSE 0 END) AS issued,
  SUM(CASE WHEN state = 'issued' AND valid_to <= ? THEN 1 ELSE 0 END) AS expired,
  SUM(CASE WHEN state = 'redeemed' THEN 1 ELSE 0 END) AS redeemed,
  SUM(CASE WHEN state = 'void' AND stock_returned = ? THEN 1 ELSE 0 END) AS void_kept,
  SUM(CASE WHEN state = 'void' AND stock_returned = ? THEN 1 ELSE 0 END) AS void_returned
  FROM vouchers WHERE offer_id IN ? GROUP BY offer_id) v ON v.offer_id = o.id
 LEFT JOIN (SELECT offer_id,
  SUM(CASE WHEN state = 'promised' THEN 1 ELSE 0 END) AS have_promise,
  SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END) AS have_waited
  FROM waiters WHERE offer_id IN ? GROUP BY offer_id) w ON w.offer_id = o.id
 WHERE o.community_id = ? AND o.id IN ? ORDER BY o.id`
	err := inBatches(offers, func(some []OfferID) error {
		var part []StockCount
		r := sc.db.Raw(sql, int64(sc.Now), int64(sc.Now), false, true, ints(some), ints(some), int64(sc.Community), ints(some)).Scan(&part)
		all = append(all, part...)
		return translate(r.Error, "count stocks")
	})
	return all, err
}

// idsAfter lists ids of a table of the community in their order, from the first after one.
func idsAfter[T any](sc *Scope, after ID[T], limit int, what string) ([]ID[T], error) {
	var ids []ID[T]
	err := sc.rows().Model(new(T)).Where("id > ?", int64(after)).Order("id").Limit(limit).Pluck("id", &ids).Error
	return ids, translate(err, "list "+what)
}

// OfferIDsAfter lists offers in their order, from the first after one, at most limit.
func (sc *Scope) OfferIDsAfter(after OfferID, limit int) ([]OfferID, error) {
	return idsAfter(sc, after, limit, "offers")
}

// VoucherIDsAfter lists vouchers in their order, from the first after one, at most limit.
func (sc *Scope) VoucherIDsAfter(after VoucherID, limit int) ([]VoucherID, error) {
	return idsAfter(sc, after, limit, "vouchers")
}

// RedemptionIDsAfter lists redemptions in their order, from the first after one, at most limit.
func (sc *Scope) RedemptionIDsAfter(after RedemptionID, limit int) ([]RedemptionID, error) {
	return idsAfter(sc, after, limit, "redemptions")
}

// PlacementIDsAfter lists placements in their order, from the first after one, at most limit.
func (sc *Scope) PlacementIDsAfter(after PlacementID, limit int) ([]PlacementID, error) {
	return idsAfter(sc, after, limit, "placements")
}

// LotIDsAfter lists lots in their order, from the first after one, at most limit.
func (sc *Scope) LotIDsAfter(after LotID, limit int) ([]LotID, error) {
	return idsAfter(sc, after, limit, "lots")
}

// StatementIDsAfter lists statements in their order, from the first after one, at most limit.
func (sc *Scope) StatementIDsAfter(after StatementID, limit int) ([]StatementID, error) {
	return idsAfter(sc, after, limit, "statements")
}

// TransferPlace is where a transfer lies among all: by whom it is about, and by time.
type TransferPlace struct {
	OwnerID int64
	At      Millis
	ID      TransferID
}

// TransferPlacesAfter lists the places of transfers in the order they lie in, from the first after one, at most limit.
func (sc *Scope) TransferPlacesAfter(after TransferPlace, limit int) ([]TransferPlace, error) {
	rest := "(owner_id, at, id) > (?, ?, ?)"
	args := []any{after.OwnerID, int64(after.At), after.ID}
	if sc.s.engine == MySQL { // which finds a range by an index only if it is written out
		rest = "(owner_id > ? OR owner_id = ? AND at > ? OR owner_id = ? AND at = ? AND id > ?)"
		args = []any{after.OwnerID, after.OwnerID, int64(after.At), after.OwnerID, int64(after.At), after.ID}
	}
	var places []TransferPlace
	err := sc.rows().Model(&Transfer{}).Select("owner_id, at, id").Where(rest, args...).Order("owner_id, at, id").Limit(limit).Find(&places).Error
	return places, translate(err, "list transfers")
}

// MembersWithPurse lists members who have a purse in their order, from the first after one, at most limit.
func (sc *Scope) MembersWithPurse(after MemberID, limit int) ([]MemberID, error) {
	var ids []MemberID
	err := sc.rows().Model(&Purse{}).Where("member_id > ?", int64(after)).Order("member_id").Limit(limit).Pluck("member_id", &ids).Error
	return ids, translate(err, "list purses")
}

// VouchersThere says which vouchers there are.
func (sc *Scope) VouchersThere(ids []VoucherID) (map[VoucherID]bool, error) {
	return rowsThere(sc, ids, "vouchers")
}

// RedemptionsThere says which redemptions there are.
func (sc *Scope) RedemptionsThere(ids []RedemptionID) (map[RedemptionID]bool, error) {
	return rowsThere(sc, ids, "redemptions")
}

// PlacementsThere says which placements there are.
func (sc *Scope) PlacementsThere(ids []PlacementID) (map[PlacementID]bool, error) {
	return rowsThere(sc, ids, "placements")
}

// rowsThere reads no rows, only their primary key.
func rowsThere[T any](sc *Scope, ids []ID[T], what string) (map[ID[T]]bool, error) {
	there := make(map[ID[T]]bool, len(ids))
	err := inBatches(ids, func(some []ID[T]) error {
		var part []ID[T]
		err := sc.rows().Model(new(T)).Where("id IN ?", ints(some)).Pluck("id", &part).Error
		for _, id := range part {
			there[id] = true
		}
		return translate(err, "look for "+what)
	})
	return there, err
}

// bookedOfVoucher are the columns of a voucher that the books are proved with.
const bookedOfVoucher = "id, community_id, offer_id, brand_id, member_id, state, units, used, cycles, ver, issued_at, stock_returned"

// VouchersBooked reads of some vouchers what the books are proved with: whose they are, of what, since when, and where they
// stand. Their codes, keys and times are left out: there may be a million.
func (sc *Scope) VouchersBooked(ids []VoucherID) (map[VoucherID]Voucher, error) {
	found := make(map[VoucherID]Voucher, len(ids))
	err := inBatches(ids, func(some []VoucherID) error {
		var part []Voucher
		err := list(sc.rows().Select(bookedOfVoucher).Where("id IN ?", ints(some)), &part, "vouchers")
		for _, v := range part {
			found[v.ID] = v
		}
		return err
	})
	return found, err
}

// RedemptionsByID reads some redemptions.
func (sc *Scope) RedemptionsByID(ids []RedemptionID) (map[RedemptionID]Redemption, error) {
	return rowsByID(sc, ids, "redemptions", func(r Redemption) RedemptionID { return r.ID })
}

// RedemptionsOf lists all redemptions of some vouchers, those that were reversed too, the oldest first.
func (sc *Scope) RedemptionsOf(vouchers []VoucherID) (map[VoucherID][]Redemption, error) {
	found := make(map[VoucherID][]Redemption, len(vouchers))
	err := inBatches(vouchers, func(some []VoucherID) error {
		var part []Redemption
		err := list(sc.rows().Where("voucher_id IN ?", ints(some)).Order("id"), &part, "redemptions")
		for _, r := range part {
			found[r.VoucherID] = append(found[r.VoucherID], r)
		}
		return err
	})
	return found, err
}

// StatementsByID reads some statements.
func (sc *Scope) StatementsByID(ids []StatementID) (map[StatementID]Statement, error) {
	return rowsByID(sc, ids, "statements", func(s Statement) StatementID { return s.ID })
}

func rowsByID[T, K any](sc *Scope, ids []ID[K], what string, id func(T) ID[K]) (map[ID[K]]T, error) {
	found := make(map[ID[K]]T, len(ids))
	err := inBatches(ids, func(some []ID[K]) error {
		var part []T
		err := list(sc.rows().Where("id IN ?", ints(some)), &part, what)
		for _, r := range part {
			found[id(r)] = r
		}
		return err
	})
	return found, err
}

// HoldsByID reads which holds are noted as not answered.
func (sc *Scope) HoldsByID(ids []TransferID) (map[TransferID]Hold, error) {
	found := map[TransferID]Hold{}
	for len(ids) > 0 {
		part := ids[:min(len(ids), batch)]
		ids = ids[len(part):]
		var some []Hold
		if err := list(sc.rows().Where("transfer_id IN ?", part), &some, "holds"); err != nil {
			return nil, err
		}
		for _, h := range some {
			found[h.TransferID] = h
		}
	}
	return found, nil
}

// UnitSum is how much was moved in a unit.
type UnitSum struct {
	Unit string `json:"unit"`
	N    int64  `json:"transfers"`
	Sum  int64  `json:"moved"`
}

// SumUnits adds up all transfers of the community by unit: each is a debit and a credit of the same amount.
func (sc *Scope) SumUnits() ([]UnitSum, error) {
	var all []UnitSum
	err := sc.rows().Model(&Transfer{}).Select("unit, COUNT(*) AS n, SUM(amount) AS sum").Group("unit").Order("unit").Find(&all).Error
	return all, translate(err, "add up transfers")
}
