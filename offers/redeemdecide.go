package offers

import (
	"slices"

	"siyu/models"
)

// decide decides one request; what it takes counts for those that follow. It asks nobody.
func (b *redeems) decide(w wanted) outcome {
	t := b.till
	ids, err := b.find(w)
	if known := t.Known[w.of()]; len(known) > 0 {
		return repeated(w, known, ids)
	}
	if err != nil {
		return outcome{err: err}
	}
	shop, place, err := seat(t.Shops[w.Staff.BrandID], t.Places[w.Staff.ID], w.Shop)
	if err != nil {
		return outcome{err: err}
	}
	if err := b.open(w, shop, place, len(ids)); err != nil {
		return outcome{err: err}
	}
	all, at, err := b.plan(w, shop, ids)
	if err != nil {
		return outcome{err: err, of: at}
	}
	var out outcome
	for part, p := range all {
		r := b.take(w, shop.ID, part, p.units, p.shown, p.after)
		out.parts = append(out.parts, *r)
	}
	t.Known[w.of()] = out.parts
	for _, c := range []counted{{shop: shop.ID}, {shop.ID, w.Staff.ID}} {
		if _, limited := t.counts[c]; limited && !w.Offline {
			t.counts[c] += len(ids)
		}
	}
	return out
}

// find names the vouchers of a request. Who asks for codes that nobody has is noted, and after some of them not answered.
func (b *redeems) find(w wanted) ([]models.VoucherID, error) {
	t := b.till
	ids := make([]models.VoucherID, len(w.Uses))
	var nothing said
	for i, said := range w.said {
		asks := said != nothing && len(t.Known[w.of()]) == 0
		if until := b.rules.lockedUntil(t.Wrong[w.Staff.ID], b.sc.Now); asks && until > 0 {
			return nil, lookupsLocked(until, b.sc.Now)
		}
		if ids[i] = w.named(i); said.code != "" {
			ids[i] = t.voucherOf(said.code, b.sc.Keys())
		}
		v, there := t.vouchers[ids[i]]
		err := codeUnknown()
		switch there = there && v.BrandID == w.Staff.BrandID; {
		case there && said.qr.Voucher != 0 && asks:
			if err := said.qr.Verify(b.sc.Keys(), b.sc.Now); err != nil {
				if models.CodeOf(err) == "qr_forged" {
					b.mistaken(w.Staff.ID)
				}
				return nil, err
			}
			continue
		case there:
			continue
		case said == nothing:
			err = reservationOver()
		default:
			b.mistaken(w.Staff.ID)
		}
		return nil, err
	}
	return ids, nil
}

// mistaken notes that an account asked for what nobody has.
func (b *redeems) mistaken(who models.AccountID) {
	b.till.Wrong[who] = slices.Insert(b.till.Wrong[who], 0, b.sc.Now)
	b.wrong = append(b.wrong, who)
}

func codeUnknown() error {
	return models.Errorf(models.NotFound, "code_unknown", "no voucher of this brand has the code")
}

// repeated answers a request number that has had its answer, if it is about the same again.
func repeated(w wanted, known []models.Redemption, ids []models.VoucherID) outcome {
	same := len(known) == len(ids)
	for i := 0; same && i < len(ids); i++ {
		units := w.Uses[i].Units
		same = known[i].VoucherID == ids[i] && (units == 0 || units == known[i].Units) && (w.Shop == 0 || w.Shop == known[i].ShopID)
	}
	if !same {
		return outcome{err: models.Errorf(models.Conflict, "request_reused", "this request number wrote something else off")}
	}
	return outcome{parts: known, repeated: true}
}

// open says why nothing more is written off in a shop, or by this clerk there, today.
func (b *redeems) open(w wanted, shop models.Shop, place models.ShopStaff, n int) error {
	if w.Offline { // it has been handed over: the limits are for what is to come
		switch {
		case w.DeviceAt > b.sc.Now.Add(b.rules.Skew) || w.DeviceAt < b.sc.Now.Add(-b.rules.OfflineFor):
			return models.Errorf(models.Invalid, "device_time", "the device's clock says a time that cannot be").With("field", "device_at")
		case shop.PausedAt != 0 && shop.PausedAt <= w.DeviceAt:
			return shopPaused()
		}
		return nil
	}
	if shop.PausedAt != 0 {
		return shopPaused()
	}
	if day, limited := b.till.counts[counted{shop: shop.ID}]; limited && day+n > shop.DailyLimit {
		return models.Errorf(models.Exhausted, "shop_limit", "the shop has written off all it may today").With("limit", shop.DailyLimit)
	}
	if day, limited := b.till.counts[counted{shop.ID, w.Staff.ID}]; limited && day+n > place.DailyLimit {
		return models.Errorf(models.Exhausted, "staff_limit", "she has written off all she may today").With("limit", place.DailyLimit)
	}
	return nil
}

func shopPaused() error {
	return models.Errorf(models.Conflict, "shop_paused", "nothing is written off in this shop now")
}

// taking is one use that may be.
type taking struct {
	after models.Voucher
	units int
	shown models.ShownBy
}

// plan finds out whether all uses of a request may be, and what the vouchers are after them; else which may not.
func (b *redeems) plan(w wanted, shop models.Shop, ids []models.VoucherID) ([]taking, models.VoucherID, error) {
	t := b.till
	all := make([]taking, len(ids))
	for i, id := range ids {
		v := t.vouchers[id]
		if slices.Contains(ids[:i], id) {
			return nil, id, models.Errorf(models.Invalid, "voucher_twice", "the same voucher is there twice").With("field", "items")
		}
		if t.People[v.MemberID] != t.People[t.vouchers[ids[0]].MemberID] {
			return nil, id, models.Errorf(models.Conflict, "several_people", "the vouchers are of several people")
		}
		shown, v, err := b.shown(w, i, v)
		if err != nil {
			return nil, id, err
		}
		units, err := unitsWanted(t.terms[id], w.Uses[i].Units)
		if err != nil {
			return nil, id, err
		}
		after, err := use(v, units, w.Staff.ID, w.Uses[i].Token, b.sc.Now)
		if err != nil {
			return nil, id, err
		}
		at := b.sc.Now
		if w.Offline {
			at = w.DeviceAt
		}
		if err := Usable(t.terms[id], v, shop.ID, t.zoneOf(shop.ID), at); err != nil {
			return nil, id, err
		}
		all[i] = taking{after: after, units: units, shown: shown}
	}
	return all, 0, nil
}

// shown says how the clerk knows that the voucher is there, and what it is when she does.
func (b *redeems) shown(w wanted, i int, v models.Voucher) (models.ShownBy, models.Voucher, error) {
	u := w.Uses[i]
	switch {
	case w.said[i].code != "":
		return models.ShownTyped, v, nil
	case w.said[i].qr.Voucher != 0:
		if err := whole(v, b.sc.Now, w.Staff.ID, ""); err != nil { // that says more
			return "", v, err
		}
		seen, err := look(v, w.said[i].qr, w.Staff.ID)
		if err != nil {
			b.copied[v.ID] = w.Staff.ID
		}
		return models.ShownRotating, seen, err
	case w.Offline: // she who has it before her now comes second
		return models.ShownOffline, unheld(v), nil
	case v.State != models.VoucherIssued: // what became of it says more than that it is not before her
		return "", v, whole(v, b.sc.Now, w.Staff.ID, u.Token)
	case v.ReserveToken != u.Token || v.ReservedBy != w.Staff.ID || b.sc.Now >= v.ReservedUntil.Add(b.rules.Late):
		return "", v, reservationOver()
	}
	shown, _ := readToken(u.Token)
	return shown, v, nil
}
