package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"

	"siyu/models"
	"siyu/offers"
)

// check compares what was told in a round with what is written.
func (w *world) check(ctx context.Context, o *offer) error {
	sc := w.store.Read(ctx).In(w.community)
	row, err := sc.Offer(o.id)
	if err != nil {
		return err
	}
	all, err := w.given(ctx, o)
	if err != nil {
		return err
	}
	o.given = len(all)
	if len(all) != w.p.stock || row.Claimed != w.p.stock {
		w.violate("offer %s of %d: %d vouchers, %d counted", o.id, w.p.stock, len(all), row.Claimed)
	}
	byMember, codes := map[models.MemberID]map[string]bool{}, map[string]bool{}
	for _, v := range all {
		code, err := offers.OpenCode(w.store.Keys(), v)
		if err != nil {
			return err
		}
		if codes[code] {
			w.violate("two vouchers have the code %s", code)
		}
		codes[code] = true
		if byMember[v.MemberID] == nil {
			byMember[v.MemberID] = map[string]bool{}
		}
		byMember[v.MemberID][code] = true
		if n := len(byMember[v.MemberID]); n > o.limit {
			w.violate("member %s has %d, she may have %d", v.MemberID, n, o.limit)
		}
	}
	told := 0
	for i := range o.told {
		has := byMember[w.people[i].member]
		for _, c := range append(o.told[i].codes, o.told[i].other...) {
			if c != "" && !has[c] {
				w.violate("person %d was told %s, which is not hers", i, c)
			}
		}
		told += len(has)
	}
	if told != len(all) {
		w.violate("%d vouchers belong to people nobody knows", len(all)-told)
	}
	return w.booked(sc, o, all)
}

// given lists the vouchers of an offer.
func (w *world) given(ctx context.Context, o *offer) ([]models.Voucher, error) {
	ids := make([]models.MemberID, len(w.people))
	for i, p := range w.people {
		ids[i] = p.member
	}
	var all []models.Voucher
	for len(ids) > 0 {
		n := min(len(ids), 1000)
		part, err := w.store.Read(ctx).In(w.community).VouchersOf(ids[:n], o.id)
		if err != nil {
			return nil, err
		}
		all, ids = append(all, part...), ids[n:]
	}
	return all, nil
}

// booked looks for what belongs to each voucher: one event, one touch and one charge.
func (w *world) booked(sc *models.Scope, o *offer, all []models.Voucher) error {
	ids, members, charges := make([]models.VoucherID, len(all)), make([]models.MemberID, len(all)), make([]models.TransferID, len(all))
	for i, v := range all {
		ids[i], members[i] = v.ID, v.MemberID
		charges[i] = models.NewTransferID(w.community, models.CodeClaim, "voucher:"+v.ID.String())
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
			if t.OfferID == o.id && t.Kind == models.TouchClaim {
				touched[t.VoucherID]++
			}
		}
	}
	for i, v := range all {
		e, c := events[v.ID], booked[charges[i]]
		if len(e) != v.Ver || e[0].Kind != models.EventClaimed {
			w.violate("voucher %s has the events %+v at version %d", v.ID, e, v.Ver)
		}
		if touched[v.ID] == 0 {
			w.violate("voucher %s left no touch", v.ID)
		}
		if c.Amount != price || c.OfferID != o.id {
			w.violate("voucher %s was charged %+v", v.ID, c)
		}
	}
	if len(touched) != len(all) || len(booked) != len(all) {
		w.violate("offer %s: %d vouchers, %d touched, %d charged", o.id, len(all), len(touched), len(booked))
	}
	return nil
}

// holders has some who hold a voucher ask every server once more, with the same key and with another: each gets her own. Who
// was never answered though hers was committed hears of it now.
func (w *world) holders(ctx context.Context, o *offer, most int) error {
	all, err := w.given(ctx, o)
	if err != nil {
		return err
	}
	who := map[models.MemberID]int{}
	for i, p := range w.people {
		who[p.member] = i
	}
	rand.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] }) //nolint:gosec // whom to ask, nothing secret
	all = all[:min(len(all), most)]
	room := make(chan struct{}, w.p.clients)
	var wg sync.WaitGroup
	for _, v := range all {
		room <- struct{}{}
		wg.Go(func() {
			defer func() { <-room }()
			w.again(ctx, o, who[v.MemberID], v)
		})
	}
	wg.Wait()
	return ctx.Err()
}

// again asks every server for a voucher somebody holds.
func (w *world) again(ctx context.Context, o *offer, i int, v models.Voucher) {
	want, err := offers.OpenCode(w.store.Keys(), v)
	if err != nil {
		w.violate("the code of voucher %s cannot be read: %v", v.ID, err)
		return
	}
	for k, at := range w.servers {
		status, a, err := w.post(ctx, o.id, w.people[i].token, v.ClaimKey, at)
		if err != nil || status != 200 || a.Code != want {
			w.violate("server %d gave person %d, who holds %s, %d %s %s %v", k, i, want, status, a.Code, a.Error.Code, err)
		}
		status, a, err = w.post(ctx, o.id, w.people[i].token, fmt.Sprintf("%s-again-%d", v.ClaimKey, k), at)
		if err != nil || status != 409 || a.Voucher.Code == "" || a.Error.Code != "already_claimed" && a.Error.Code != "no_more" {
			w.violate("server %d told person %d, who holds %s, %d %s %s %v", k, i, want, status, a.Error.Code, a.Voucher.Code, err)
		}
		w.mu.Lock()
		w.repeats += 2
		w.mu.Unlock()
	}
}
