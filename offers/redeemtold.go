package offers

import (
	"cmp"
	"context"
	"errors"

	"siyu/models"
)

// explain adds to refusals who was there before, where and when. What this batch wrote is there to be read.
func (b *redeems) explain() error {
	var used []models.VoucherID
	var people []models.AccountID
	for _, o := range b.out {
		switch models.CodeOf(o.err) {
		case "already_redeemed":
			used = append(used, o.of)
		case "voucher_reserved":
			people = append(people, b.till.vouchers[o.of].ReservedBy)
		}
	}
	if len(used)+len(people) == 0 {
		return nil
	}
	live, err := b.sc.LiveRedemptions(distinct(used))
	if err != nil {
		return err
	}
	for _, all := range live {
		people = append(people, all[0].StaffID)
	}
	accounts, err := b.sc.AccountsByID(distinct(people))
	if err != nil {
		return err
	}
	for i := range b.out {
		o := &b.out[i]
		v := b.till.vouchers[o.of]
		switch models.CodeOf(o.err) {
		case "already_redeemed":
			if all := live[o.of]; len(all) > 0 {
				o.err = usedBefore(o.err, all[0], accounts[all[0].StaffID], b.till)
			}
		case "voucher_reserved":
			o.err = with(o.err, "by", shownName(accounts[v.ReservedBy]), "until", clockTime(v.ReservedUntil, b.till.zone))
		}
	}
	return nil
}

// usedBefore says when a voucher was used, by the clocks of the shop, where, and who wrote it off.
func usedBefore(err error, r models.Redemption, staff models.Account, t *till) error {
	return with(err, "at", clockTime(r.At, t.zoneOf(r.ShopID)), "by", shownName(staff), "shop", t.shopName(r.ShopID))
}

// with adds arguments to the refusal in an error, by name and value in turn.
func with(err error, args ...string) error {
	e, is := errors.AsType[*models.Error](err)
	if !is {
		return err
	}
	for i := 0; i+1 < len(args); i += 2 {
		e = e.With(args[i], args[i+1])
	}
	return e
}

// shownName is what colleagues see an account by.
func shownName(a models.Account) string { return cmp.Or(a.Name, a.Login) }

func (t *till) shopName(id models.ShopID) string {
	for _, shops := range t.Shops {
		for _, s := range shops {
			if s.ID == id {
				return s.Name
			}
		}
	}
	return ""
}

// happened looks for one of the redemptions: they are all there, or none is.
func (b *redeems) happened(ctx context.Context) bool {
	if b == nil || len(b.fresh) == 0 {
		return false
	}
	_, err := b.store.Read(ctx).In(b.sc.Community).Redemption(b.fresh[0].ID)
	return err == nil
}

// answers is what everybody is told once it is committed.
func (b *redeems) answers() []answer[Redeemed] {
	if len(b.fresh) > 0 {
		b.wake()
	}
	all := make([]answer[Redeemed], len(b.out))
	for i, o := range b.out {
		all[i].err = o.err
		if o.err == nil {
			all[i].got = b.till.redeemed(b.rules, b.in[i].Staff, o, b.sc.Now)
		}
	}
	return all
}

func (t *till) redeemed(rules RedeemRules, staff models.Account, o outcome, now models.Millis) Redeemed {
	out := Redeemed{Repeated: o.repeated, Lines: make([]RedeemedLine, len(o.parts))}
	for i, r := range o.parts {
		v := t.vouchers[r.VoucherID]
		line := RedeemedLine{Redemption: r, OfferTitle: t.terms[r.VoucherID].Title, BrandName: t.Brands[r.BrandID], ShopName: t.shopName(r.ShopID),
			StaffName: shownName(staff), UnitsLeft: v.Units - v.Used}
		if until := r.At.Add(rules.OwnUndo); r.ReversedAt == 0 && now < until {
			line.UndoUntil = until
		}
		out.Lines[i] = line
	}
	out.Redemption, out.OfferTitle, out.BrandName = out.Lines[0].Redemption, out.Lines[0].OfferTitle, out.Lines[0].BrandName
	return out
}
