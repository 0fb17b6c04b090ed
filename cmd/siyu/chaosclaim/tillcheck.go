package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"siyu/models"
	"siyu/offers/reconcile"
)

// check compares what the clerks were told with what is written: each voucher is used as often as it may be and no more, each
// request is one redemption or none, everything that was told happened, by that clerk and then, and whoever came second was told
// who was there before, where and when.
func (n *noon) check(ctx context.Context) error {
	sc := n.w.store.Read(ctx).In(n.w.community)
	ids := make([]models.VoucherID, len(n.vouchers))
	for i, v := range n.vouchers {
		ids[i] = v.ID
	}
	byVoucher, err := sc.LiveRedemptions(ids)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		return err
	}
	for _, r := range n.requests {
		n.checkRequest(r, byVoucher[n.vouchers[r.voucher].ID], zone)
	}
	return n.checkVouchers(ctx, ids, byVoucher)
}

// checkRequest compares one request with the redemptions of its voucher.
func (n *noon) checkRequest(r *request, all []models.Redemption, zone *time.Location) {
	var own *models.Redemption
	for i, d := range all {
		if d.RequestNo == r.no && d.StaffID == r.clerk.account.ID {
			own = &all[i]
		}
	}
	for i, id := range r.done {
		if own == nil || own.ID != id || own.At != r.times[i] || own.ShopID != r.clerk.shop.ID {
			n.w.violate("%s was told of redemption %s at %d in shop %s: %+v is there", r.no, id, r.times[i], r.clerk.shop.ID, own)
		}
	}
	if len(r.refused) == 0 {
		if len(r.done) == 0 {
			n.w.violate("%s has no answer", r.no)
		}
		return
	}
	if own != nil || len(all) == 0 {
		n.w.violate("%s was told %q, and its own is %+v of %d", r.no, r.refused[0], own, len(all))
		return
	}
	last := slices.MaxFunc(all, func(a, b models.Redemption) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
	by := slices.IndexFunc(n.w.clerks, func(c clerk) bool { return c.account.ID == last.StaffID && c.shop.ID == last.ShopID })
	if by < 0 {
		n.w.violate("redemption %s is by %s in %s, who does not work there", last.ID, last.StaffID, last.ShopID)
		return
	}
	want := fmt.Sprintf("This voucher was used at %s in %s; %s wrote it off.", last.At.Time().In(zone).Format("2006-01-02 15:04"),
		n.w.clerks[by].shop.Name, n.w.clerks[by].account.Name)
	for _, text := range r.refused {
		if text != want {
			n.w.violate("%s was told %q, and it was %q", r.no, text, want)
		}
	}
}

// checkVouchers looks at what belongs to the vouchers: what is used of each, its events, its touches and what was charged.
func (n *noon) checkVouchers(ctx context.Context, ids []models.VoucherID, done map[models.VoucherID][]models.Redemption) error {
	sc := n.w.store.Read(ctx).In(n.w.community)
	var charges []models.TransferID
	members := make([]models.MemberID, len(n.vouchers))
	for i, v := range n.vouchers {
		members[i] = v.MemberID
		for _, r := range done[v.ID] {
			charges = append(charges, models.NewTransferID(n.w.community, models.CodeRedemption, "redemption:"+r.ID.String()))
		}
	}
	found, err := sc.VouchersFound(ids, nil)
	if err != nil {
		return err
	}
	events, err := sc.EventsOf(ids)
	if err != nil {
		return err
	}
	touches, err := sc.TouchesOfAll(members)
	if err != nil {
		return err
	}
	booked, err := sc.TransfersByID(charges)
	if err != nil {
		return err
	}
	touched := map[models.VoucherID]int{}
	for _, some := range touches {
		for _, t := range some {
			if t.Kind == models.TouchRedeem {
				touched[t.VoucherID]++
			}
		}
	}
	for _, v := range found {
		used, told := 0, 0
		for _, r := range done[v.ID] {
			used += r.Units
		}
		for _, e := range events[v.ID] {
			if e.Kind == models.EventRedeemed {
				told += e.Units
			}
		}
		if used != v.Units || v.Used != used || told != used || v.State != models.VoucherRedeemed || len(events[v.ID]) != v.Ver || touched[v.ID] != len(done[v.ID]) {
			n.w.violate("voucher %s of %d, used %d, %s, version %d: %d written off, %d by its %d events, %d touches", v.ID, v.Units, v.Used, v.State,
				v.Ver, used, told, len(events[v.ID]), touched[v.ID])
		}
	}
	for _, t := range booked {
		if t.Amount != tillPrice {
			n.w.violate("a redemption was charged %+v", t)
		}
	}
	if len(booked) != len(charges) || len(found) != len(ids) {
		n.w.violate("%d redemptions, %d charged; %d of %d vouchers are there", len(charges), len(booked), len(found), len(ids))
	}
	return nil
}

// redeemed is how many of its requests were told that they wrote something off, and how many that another had.
func (n *noon) redeemed() (done, refused int) {
	if n == nil {
		return 0, 0
	}
	for _, r := range n.requests {
		switch {
		case len(r.done) > 0:
			done++
		case len(r.refused) > 0:
			refused++
		}
	}
	return done, refused
}

// reconcile proves that everything in the community adds up.
func (w *world) reconcile(ctx context.Context) error {
	_, err := reconcile.Run(ctx, reconcile.Options{Store: w.store, Tell: func(_ models.CommunityID, d reconcile.Difference) {
		w.violate("%s: %s is %s and should be %s", d.Check, d.Row, d.Got, d.Want)
	}}, w.community)
	return err
}
