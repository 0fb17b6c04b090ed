package offers

import (
	"database/sql"
	"fmt"
	"maps"
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

// till is everything that requests are decided from: what was read, and what becomes of it.
type till struct {
	models.RedeemSight
	vouchers map[models.VoucherID]models.Voucher // as they are after what was decided
	byCode   map[string]models.VoucherID         // by what is kept of its code
	terms    map[models.VoucherID]models.Terms
	counts   map[counted]int
	zone     *time.Location // the community's
}

// counted is what a limit of a day counts: a shop's redemptions, or one clerk's there.
type counted struct {
	shop  models.ShopID
	staff models.AccountID
}

// read reads everything that the requests are decided from. The people are locked, and then their vouchers.
func (b *redeems) read() error {
	seen, err := b.sc.SeeRedeems(b.about())
	if err != nil {
		return err
	}
	t := &till{RedeemSight: seen, vouchers: maps.Clone(seen.Vouchers), byCode: make(map[string]models.VoucherID, len(seen.Vouchers))}
	b.till = t
	all := make([]models.Voucher, 0, len(seen.Vouchers))
	for id, v := range seen.Vouchers {
		t.byCode[string(v.CodeRef)] = id
		all = append(all, v)
	}
	if t.terms, err = promised(b.sc, all, seen.Terms); err != nil {
		return err
	}
	if t.zone, err = time.LoadLocation(seen.Zone); err != nil {
		return fmt.Errorf("zone of the community: %w", err)
	}
	return b.limits()
}

// voucherOf is which voucher has a code; zero if none of those that were read.
func (t *till) voucherOf(c Code, k *models.Keys) models.VoucherID {
	for _, h := range c.refs(k) {
		if id, there := t.byCode[string(h)]; there {
			return id
		}
	}
	return 0
}

// about is what has to be read for the requests.
func (b *redeems) about() models.RedeemAsk {
	ask := models.RedeemAsk{WrongSince: b.sc.Now.Add(-b.rules.lookBack())}
	for _, w := range b.in {
		ask.Requests, ask.Brands = append(ask.Requests, w.of()), append(ask.Brands, w.Staff.BrandID)
		for i := range w.Uses {
			if code := w.said[i].code; code != "" {
				ask.Refs = append(ask.Refs, code.refs(b.sc.Keys())...)
			} else if id := w.named(i); id != 0 {
				ask.Vouchers = append(ask.Vouchers, id)
			}
		}
	}
	return ask
}

// limits counts what was written off today in the shops that have a limit, or in which somebody who asks has one. They are
// locked first, so nobody else counts meanwhile.
func (b *redeems) limits() error {
	t := b.till
	t.counts = map[counted]int{}
	var limited []models.ShopID
	for _, w := range b.in {
		shop, place, err := seat(t.Shops[w.Staff.BrandID], t.Places[w.Staff.ID], w.Shop)
		if err != nil || w.Offline || shop.DailyLimit == 0 && place.DailyLimit == 0 || len(t.Known[w.of()]) > 0 {
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

// write stores what was decided, what the brands are charged, and one job for all that follows: all of it or nothing.
func (b *redeems) write() error {
	w := models.WrittenOff{Events: b.events, Redemptions: b.fresh, Touches: b.touches, Changes: make([]models.VoucherChange, len(b.changed))}
	for i, id := range b.changed {
		w.Changes[i] = models.VoucherChange{Before: b.till.Vouchers[id], After: b.till.vouchers[id]}
	}
	ids, charged := make([]models.RedemptionID, len(b.fresh)), make([]ledger.Use, len(b.fresh))
	for i, r := range b.fresh {
		ids[i], charged[i] = r.ID, ledger.Use{Voucher: b.till.vouchers[r.VoucherID], Redemption: *r}
	}
	w.Charges = ledger.RedeemCharges(b.till.Contracts, charged)
	var err error
	if w.Then, err = jobs.Made(models.AfterRedeem{Community: b.sc.Community, Redemptions: ids}, b.sc.Now); err != nil {
		return err
	}
	return b.sc.WriteOff(w)
}

// take notes a use of a voucher that was decided.
func (b *redeems) take(w wanted, shop models.ShopID, part, units int, shown models.ShownBy, after models.Voucher) *models.Redemption {
	t, id := b.till, after.ID
	if t.vouchers[id].Ver == t.Vouchers[id].Ver {
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
	b.touches = append(b.touches, models.Touch{Kind: models.TouchRedeem, UID: r.TouchUID(false), MemberID: t.People[after.MemberID],
		GroupID: after.GroupID, OfferID: after.OfferID, BrandID: after.BrandID, PlacementID: after.PlacementID, VoucherID: id})
	return r
}

// zoneOf is the zone of a shop, or of the community where the shop has none of its own.
func (t *till) zoneOf(id models.ShopID) *time.Location {
	for _, shops := range t.Shops {
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
