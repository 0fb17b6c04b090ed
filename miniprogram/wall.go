package miniprogram

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"siyu/models"
	"siyu/offers"
)

// OfferCard is an offer as a member sees it.
type OfferCard struct {
	Offer     models.Offer
	BrandName string
	Left      int // vouchers that can still be claimed
	Held      int // vouchers she has of it, redeemed ones too
}

// Claimed reports whether she has all she may have.
func (c OfferCard) Claimed() bool { return c.Held >= c.Offer.PerMember }

// Wall lists the offers that are approved and open now, newest first; also those she has claimed and those that are
// sold out. An offer whose text was refused after all is on it no more, and one of a brand she wants less of is only if she
// holds a voucher of it.
func (s *Service) Wall(ctx context.Context, session models.Session) ([]OfferCard, error) {
	sc := s.store.Read(ctx).In(session.CommunityID)
	all, err := sc.OffersIn(models.OfferApproved)
	if err != nil {
		return nil, fmt.Errorf("list offers: %w", err)
	}
	brands, err := brandNames(sc)
	if err != nil {
		return nil, fmt.Errorf("list offers: %w", err)
	}
	vouchers, err := held(sc, session.MemberID)
	if err != nil {
		return nil, fmt.Errorf("list offers: %w", err)
	}
	count := make(map[models.OfferID]int)
	for _, v := range vouchers {
		count[v.OfferID]++
	}
	all = slices.DeleteFunc(all, func(o models.Offer) bool { return sc.Now < o.StartsAt || sc.Now >= o.EndsAt })
	refused, err := refusedTexts(sc, all)
	if err != nil {
		return nil, fmt.Errorf("list offers: %w", err)
	}
	less, err := lessOf(sc, session.MemberID)
	if err != nil {
		return nil, fmt.Errorf("list offers: %w", err)
	}
	var cards []OfferCard
	for _, o := range slices.Backward(all) {
		if refused[o.ID] || (less[o.BrandID] && count[o.ID] == 0) {
			continue
		}
		cards = append(cards, OfferCard{Offer: o, BrandName: brands[o.BrandID], Left: o.Left(), Held: count[o.ID]})
	}
	return cards, nil
}

// lessOf are the brands a member wants less of. That she wants no advertising at all says nothing of what she looks for herself.
func lessOf(sc *models.Scope, member models.MemberID) (map[models.BrandID]bool, error) {
	person, err := sc.Canonical(member)
	if err != nil {
		return nil, err
	}
	all, err := sc.RefusalsOf(person)
	less := make(map[models.BrandID]bool, len(all))
	for _, r := range all {
		less[r.BrandID] = r.BrandID != 0
	}
	return less, err
}

// refusedTexts are the offers whose text may not be seen.
func refusedTexts(sc *models.Scope, all []models.Offer) (map[models.OfferID]bool, error) {
	objects := make([]string, len(all))
	for i, o := range all {
		objects[i] = offers.CheckObject(o.ID)
	}
	checks, err := sc.ChecksOf(objects)
	refused := map[models.OfferID]bool{}
	for i, o := range all {
		refused[o.ID] = checks[objects[i]].State == models.CheckRefused
	}
	return refused, err
}

// Standing is where a voucher stands for the one who holds it.
type Standing string

// The standings of a voucher.
const (
	Issued   Standing = "issued"
	Redeemed Standing = "redeemed"
	Expired  Standing = "expired"
	Pending  Standing = "pending" // good only later
	Void     Standing = "void"    // taken back
)

// VoucherCard is a voucher as its holder sees it.
type VoucherCard struct {
	Voucher    models.Voucher
	OfferTitle string // as it was promised
	BrandName  string
	Standing   Standing
	Promise    offers.Written // the terms it was claimed under
}

// Vouchers lists what a member holds, newest first.
func (s *Service) Vouchers(ctx context.Context, session models.Session) ([]VoucherCard, error) {
	sc := s.store.Read(ctx).In(session.CommunityID)
	vouchers, err := held(sc, session.MemberID)
	if err != nil {
		return nil, fmt.Errorf("list vouchers: %w", err)
	}
	brands, err := brandNames(sc)
	if err != nil {
		return nil, fmt.Errorf("list vouchers: %w", err)
	}
	promised, err := promisedTo(sc, vouchers)
	if err != nil {
		return nil, fmt.Errorf("list vouchers: %w", err)
	}
	cards := make([]VoucherCard, 0, len(vouchers))
	for _, v := range slices.Backward(vouchers) {
		w := promised[v.ID]
		cards = append(cards, VoucherCard{Voucher: v, OfferTitle: w.Terms.Title, BrandName: brands[v.BrandID], Promise: w,
			Standing: StandingAt(v, sc.Now)})
	}
	return cards, nil
}

// promisedTo reads what some vouchers promise: the terms each was claimed under, whatever became of its offer since.
func promisedTo(sc *models.Scope, vouchers []models.Voucher) (map[models.VoucherID]offers.Written, error) {
	ids := make([]models.OfferID, len(vouchers))
	for i, v := range vouchers {
		ids[i] = v.OfferID
	}
	slices.Sort(ids)
	known, err := sc.OffersByID(slices.Compact(ids), false)
	if err != nil {
		return nil, err
	}
	list := make([]models.Offer, len(vouchers))
	for i, v := range vouchers {
		list[i] = known[v.OfferID]
		list[i].TermsID = cmp.Or(v.TermsID, list[i].TermsID)
	}
	written, err := offers.Read(sc, list...)
	by := make(map[models.VoucherID]offers.Written, len(vouchers))
	for i, v := range vouchers {
		by[v.ID] = written[i]
	}
	return by, err
}

// StandingAt is where a voucher stands at a time; at ValidFrom it is good, at ValidTo over.
func StandingAt(v models.Voucher, now models.Millis) Standing {
	switch {
	case v.State == models.VoucherRedeemed:
		return Redeemed
	case v.State == models.VoucherVoid:
		return Void
	case now >= v.ValidTo:
		return Expired
	case now < v.ValidFrom:
		return Pending
	}
	return Issued
}

// held lists the vouchers of the person a member is now, whichever of her ids claimed them, oldest first.
func held(sc *models.Scope, member models.MemberID) ([]models.Voucher, error) {
	ids, err := sc.Cluster(member)
	if err != nil {
		return nil, err
	}
	return sc.VouchersOf(ids, 0)
}

func brandNames(sc *models.Scope) (map[models.BrandID]string, error) {
	brands, err := sc.Brands()
	if err != nil {
		return nil, err
	}
	names := make(map[models.BrandID]string, len(brands))
	for _, b := range brands {
		names[b.ID] = b.Name
	}
	return names, nil
}
