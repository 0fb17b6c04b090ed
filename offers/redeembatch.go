package offers

import (
	"database/sql"
	"fmt"
	"slices"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/offers/ledger"
)

// redeems are requests of tills that are decided and written together.
type redeems struct {
	store *models.Store
	wake  func()
	sc    *models.Scope
	rules RedeemRules
	in    []wanted

	till *till
	out  []outcome

	changed []models.VoucherID // in the order they were changed first
	events  []models.VoucherEvent
	fresh   []*models.Redemption
	touches []models.Touch
	wrong   []models.AccountID
	copied  map[models.VoucherID]models.AccountID // whose picture was shown where it had been taken already, and to whom
}

// outcome is what becomes of one request.
type outcome struct {
	parts    []models.Redemption // what it wrote off, now or before
	repeated bool
	err      error
	of       models.VoucherID // that err is about
}

// settle decides and writes, in a number of statements that hardly depends on how many requests there are. The people are locked
// before their vouchers, as everywhere; what is counted in a shop is counted under the shop's lock, after both.
func (b *redeems) settle() error {
	if err := b.read(); err != nil {
		return err
	}
	b.out = make([]outcome, len(b.in))
	for i, w := range b.in {
		b.out[i] = b.decide(w)
	}
	if err := b.sc.AddWrongCodes(b.wrong); err != nil {
		return err
	}
	for id, who := range b.copied {
		if err := b.sc.AddAudit(who, "voucher.picture_copied", "voucher:"+id.String(), ""); err != nil {
			return err
		}
	}
	if len(b.fresh) > 0 {
		if err := b.write(); err != nil {
			return err
		}
	}
	return b.explain()
}

// till is everything that requests are decided from.
type till struct {
	known    map[models.RequestOf][]models.Redemption
	before   map[models.VoucherID]models.Voucher // as they were read under their locks
	vouchers map[models.VoucherID]models.Voucher // as they are after what was decided
	byCode   map[string]models.VoucherID         // by the hash of the code
	person   map[models.MemberID]models.MemberID // who each member is
	terms    map[models.VoucherID]models.Terms
	brands   map[models.BrandID]string
	shops    map[models.BrandID][]models.Shop
	places   map[models.AccountID][]models.ShopStaff
	wrong    map[models.AccountID][]models.Millis
	counts   map[counted]int
	zone     *time.Location // the community's
}

// counted is what a limit of a day counts: a shop's redemptions, or one clerk's there.
type counted struct {
	shop  models.ShopID
	staff models.AccountID
}

func (b *redeems) read() error {
	t := &till{}
	b.till = t
	var asked []models.RequestOf
	var ids []models.VoucherID
	var hashes [][]byte
	for _, w := range b.in {
		asked = append(asked, w.of())
		for i := range w.Uses {
			if code := w.said[i].code; code != "" {
				hashes = append(hashes, code.hash(b.sc.Keys()))
			} else if id := w.named(i); id != 0 {
				ids = append(ids, id)
			}
		}
	}
	var err error
	if t.known, err = b.sc.RedemptionsByRequest(asked); err != nil {
		return err
	}
	found, err := b.sc.VouchersFound(ids, hashes)
	if err != nil {
		return err
	}
	if err := b.lock(found); err != nil {
		return err
	}
	if err := b.promises(); err != nil {
		return err
	}
	return b.limits()
}

// lock locks the people and then their vouchers, and keeps what it reads.
func (b *redeems) lock(found []models.Voucher) error {
	t := b.till
	t.byCode, t.person = make(map[string]models.VoucherID, len(found)), make(map[models.MemberID]models.MemberID, len(found))
	members, ids := make([]models.MemberID, len(found)), make([]models.VoucherID, len(found))
	for i, v := range found {
		t.byCode[string(v.CodeHash)] = v.ID
		members[i], ids[i] = v.MemberID, v.ID
	}
	people, err := b.sc.LockPeople(members)
	if err != nil {
		return err
	}
	for m, p := range people {
		t.person[m] = p[0]
	}
	if t.before, err = b.sc.LockVouchers(ids); err != nil {
		return err
	}
	t.vouchers = make(map[models.VoucherID]models.Voucher, len(t.before))
	for id, v := range t.before {
		t.vouchers[id] = v
	}
	return nil
}

// promises reads what the vouchers are good for, and who asks.
func (b *redeems) promises() error {
	t := b.till
	var all []models.Voucher
	var brands []models.BrandID
	var staff []models.AccountID
	for _, v := range t.before {
		all, brands = append(all, v), append(brands, v.BrandID)
	}
	for _, w := range b.in {
		staff, brands = append(staff, w.Staff.ID), append(brands, w.Staff.BrandID)
	}
	brands, staff = distinct(brands), distinct(staff)
	var err error
	if t.terms, err = termsFor(b.sc, all); err != nil {
		return err
	}
	if t.brands, err = b.sc.BrandNames(brands); err != nil {
		return err
	}
	if t.shops, err = b.sc.ShopsOfBrands(brands); err != nil {
		return err
	}
	if t.places, err = b.sc.PlacesOf(staff); err != nil {
		return err
	}
	if t.wrong, err = b.sc.WrongCodesSince(staff, b.sc.Now.Add(-b.rules.lookBack())); err != nil {
		return err
	}
	t.zone, err = zoneOf(b.sc)
	return err
}

// limits counts what was written off today in the shops that have a limit, or in which somebody who asks has one. They are
// locked first, so nobody else counts meanwhile.
func (b *redeems) limits() error {
	t := b.till
	t.counts = map[counted]int{}
	var limited []models.ShopID
	for _, w := range b.in {
		shop, place, err := seat(t.shops[w.Staff.BrandID], t.places[w.Staff.ID], w.Shop)
		if err != nil || w.Offline || shop.DailyLimit == 0 && place.DailyLimit == 0 || len(t.known[w.of()]) > 0 {
			continue
		}
		limited = append(limited, shop.ID)
		if shop.DailyLimit > 0 {
			t.counts[counted{shop: shop.ID}] = 0
		}
		if place.DailyLimit > 0 {
			t.counts[counted{shop.ID, w.Staff.ID}] = 0
		}
	}
	if len(limited) == 0 {
		return nil
	}
	if err := b.sc.LockShops(distinct(limited)); err != nil {
		return err
	}
	for c := range t.counts {
		n, err := b.sc.CountRedeemedIn(c.shop, c.staff, dayStart(b.sc.Now, t.zoneOf(c.shop)))
		if err != nil {
			return err
		}
		t.counts[c] = n
	}
	return nil
}

// write stores what was decided.
func (b *redeems) write() error {
	changes := make([]models.VoucherChange, len(b.changed))
	for i, id := range b.changed {
		changes[i] = models.VoucherChange{Before: b.till.before[id], After: b.till.vouchers[id]}
	}
	if err := b.sc.MoveVouchers(changes, b.events); err != nil {
		return err
	}
	if err := b.sc.AddRedemptions(b.fresh, b.touches); err != nil {
		return err
	}
	return b.follow()
}

// follow charges the brands, and has what else a redemption leads to be done after it, in one job for all of them: it is in the
// transaction, so it is done if and only if they are.
func (b *redeems) follow() error {
	ids, charged := make([]models.RedemptionID, len(b.fresh)), make([]ledger.Use, len(b.fresh))
	for i, r := range b.fresh {
		ids[i], charged[i] = r.ID, ledger.Use{Voucher: b.till.vouchers[r.VoucherID], Redemption: *r}
	}
	if err := ledger.Redeemed(b.sc, charged); err != nil {
		return err
	}
	return jobs.Enqueue(b.sc.Tx, models.AfterRedeem{Community: b.sc.Community, Redemptions: ids}, b.sc.Now)
}

// take notes a use of a voucher that was decided.
func (b *redeems) take(w wanted, shop models.ShopID, part, units int, shown models.ShownBy, after models.Voucher) *models.Redemption {
	t, id := b.till, after.ID
	if t.vouchers[id].Ver == t.before[id].Ver {
		b.changed = append(b.changed, id)
	}
	t.vouchers[id] = after
	terms := t.terms[id]
	r := &models.Redemption{VoucherID: id, OfferID: after.OfferID, BrandID: after.BrandID, StaffID: w.Staff.ID, ShopID: shop,
		RequestNo: w.RequestNo, Part: part, Units: units, Value: worth(terms, after, units), Currency: terms.Currency, Proof: shown,
		DeviceID: w.DeviceID, LiveNo: sql.NullInt64{Int64: 1, Valid: true}}
	if after.Units > 1 {
		r.LiveNo.Int64 = int64(after.Ver) // the units are counted by the voucher itself
	}
	if w.Offline {
		r.DeviceAt = w.DeviceAt
	}
	b.sc.IssueRedemption(r)
	b.fresh = append(b.fresh, r)
	b.events = append(b.events, models.VoucherEvent{VoucherID: id, N: after.Ver, Kind: models.EventRedeemed, AccountID: w.Staff.ID,
		ShopID: shop, Units: units, Ref: r.ID.String(), Cause: string(shown)})
	b.touches = append(b.touches, models.Touch{Kind: models.TouchRedeem, UID: r.TouchUID(false), MemberID: t.person[after.MemberID],
		GroupID: after.GroupID, OfferID: after.OfferID, BrandID: after.BrandID, PlacementID: after.PlacementID, VoucherID: id})
	return r
}

// zoneOf is the zone of a shop, or of the community where the shop has none of its own.
func (t *till) zoneOf(id models.ShopID) *time.Location {
	for _, shops := range t.shops {
		i := slices.IndexFunc(shops, func(s models.Shop) bool { return s.ID == id })
		if i < 0 || shops[i].Zone == "" {
			continue
		}
		if zone, err := time.LoadLocation(shops[i].Zone); err == nil {
			return zone
		}
	}
	return t.zone
}

// zoneOf reads the community's zone.
func zoneOf(sc *models.Scope) (*time.Location, error) {
	c, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return nil, fmt.Errorf("zone of the community: %w", err)
	}
	return zone, nil
}

// distinct sorts ids and leaves each in once.
func distinct[T any](ids []models.ID[T]) []models.ID[T] {
	slices.Sort(ids)
	return slices.Compact(ids)
}
