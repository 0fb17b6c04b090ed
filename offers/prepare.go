package offers

import (
	"context"
	"crypto/rand"
	"slices"

	"siyu/models"
)

// PrepareInput is what a clerk shows before she writes anything off: a code or a picture, or a voucher that she found otherwise.
type PrepareInput struct {
	Staff     models.Account
	Shop      models.ShopID
	Code      string           // as typed or scanned
	PhoneTail string           // the last four digits of the member's phone number
	Voucher   models.VoucherID // one of those that were listed with the tail, or with another voucher of hers
	With      string           // the token of that other voucher, which lies before this clerk
}

// Shown is a voucher as a clerk sees it.
type Shown struct {
	models.Voucher
	Terms     models.Terms
	BrandName string
	Person    string // which of several people she is, without saying who: the masked number of her phone
	Token     string // the reservation; empty: it is only listed
	Shown     models.ShownBy
}

// Prepared is what a clerk sees before she confirms.
type Prepared struct {
	Vouchers []Shown // the one that is now before her; or, of a phone's last digits, all that may be meant
	Others   []Shown // what else the same person could use here
}

// Prepare shows a voucher and keeps it for the clerk for two minutes; of a phone's last digits alone it lists what may be meant.
// Whatever keeps the voucher from being used is refused here already.
func (s *Service) Prepare(ctx context.Context, in PrepareInput) (Prepared, error) {
	p := preparing{in: in, rules: s.rules}
	if in.Code != "" {
		var err error
		if p.said, err = hear(in.Code); err != nil {
			return Prepared{}, err
		}
	}
	var refusal error
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		p.redeems = &redeems{sc: tx.In(in.Staff.CommunityID), rules: s.rules, copied: map[models.VoucherID]models.AccountID{}}
		p.out = Prepared{}
		refusal = p.run()
		if models.KindOf(refusal) == models.Internal || models.IsKind(refusal, models.Unavailable) {
			return refusal
		}
		return p.note() // what was asked wrongly is kept
	})
	if err != nil {
		return Prepared{}, err
	}
	return p.out, refusal
}

// preparing is one voucher on its way before a clerk. It is decided like a request to write it off.
type preparing struct {
	*redeems
	in    PrepareInput
	rules RedeemRules
	said  said
	out   Prepared
}

func (p *preparing) run() error {
	if p.in.Code == "" && p.in.PhoneTail != "" && p.in.Voucher == 0 {
		return p.list()
	}
	w := wanted{RedeemInput: RedeemInput{Staff: p.in.Staff, Shop: p.in.Shop, Uses: []Use{{Voucher: p.in.Voucher, Code: p.in.Code}}},
		said: []said{p.said}}
	if p.in.Code == "" && p.in.Voucher == 0 {
		return models.Errorf(models.Invalid, "code_typo", "neither a code nor a voucher").With("field", "code")
	}
	p.redeems.in = []wanted{w}
	if err := p.read(); err != nil {
		return err
	}
	ids, err := p.find(w)
	if err != nil {
		return err
	}
	v := p.till.vouchers[ids[0]]
	shop, place, err := seat(p.till.Shops[w.Staff.BrandID], p.till.Places[w.Staff.ID], w.Shop)
	if err != nil {
		return err
	}
	if err := p.open(w, shop, place, 1); err != nil {
		return err
	}
	if err := p.reserve(w, shop, v); err != nil {
		p.redeems.out = []outcome{{err: err, of: v.ID}}
		if failed := p.explain(); failed != nil {
			return failed
		}
		return p.redeems.out[0].err
	}
	return p.others(shop)
}

// reserve puts a voucher before the clerk.
func (p *preparing) reserve(w wanted, shop models.Shop, v models.Voucher) error {
	now, shown := p.sc.Now, models.ShownTyped
	if err := whole(v, now, w.Staff.ID, ""); err != nil {
		return err
	}
	if err := Usable(p.till.terms[v.ID], v, shop.ID, p.till.zoneOf(shop.ID), now); err != nil {
		return err
	}
	seen := v
	var err error
	switch {
	case p.said.qr.Voucher != 0:
		if seen, err = look(v, p.said.qr, w.Staff.ID); err != nil {
			p.copied[v.ID] = w.Staff.ID
			return err
		}
		shown = models.ShownRotating
	case p.said.code == "":
		if shown, err = p.pointedAt(v); err != nil {
			return err
		}
	}
	until := now.Add(p.rules.Hold)
	held, err := hold(seen, w.Staff.ID, newToken(shown, v.ID, rand.Text()), until, now)
	if err != nil {
		return err
	}
	p.till.vouchers[v.ID] = held
	err = p.sc.MoveVouchers([]models.VoucherChange{{Before: v, After: held}}, []models.VoucherEvent{{VoucherID: v.ID, N: held.Ver,
		Kind: models.EventReserved, AccountID: w.Staff.ID, ShopID: shop.ID, Cause: string(shown)}})
	if err != nil {
		return err
	}
	before, err := p.show(held, shown)
	p.out.Vouchers = []Shown{before}
	return err
}

// pointedAt says how a voucher is known that the clerk chose from a list.
func (p *preparing) pointedAt(v models.Voucher) (models.ShownBy, error) {
	if p.in.With != "" {
		shown, id := readToken(p.in.With)
		other, err := p.sc.Voucher(id)
		if models.IsKind(err, models.NotFound) {
			return "", reservationOver()
		}
		if err != nil {
			return "", err
		}
		ids, err := p.sc.Cluster(other.MemberID)
		if err != nil {
			return "", err
		}
		if other.ReserveToken != p.in.With || other.ReservedBy != p.in.Staff.ID || p.sc.Now >= other.ReservedUntil || !slices.Contains(ids, v.MemberID) {
			return "", reservationOver()
		}
		return shown, nil
	}
	ids, err := p.meant()
	if err != nil {
		return "", err
	}
	if !slices.Contains(ids, v.MemberID) {
		return "", reservationOver()
	}
	return models.ShownPhone, nil
}

// show is a voucher as the clerk sees it.
func (p *preparing) show(v models.Voucher, shown models.ShownBy) (Shown, error) {
	mark, err := p.mark(p.till.People[v.MemberID])
	return Shown{Voucher: v, Terms: p.till.terms[v.ID], BrandName: p.till.Brands[v.BrandID], Person: mark, Token: v.ReserveToken, Shown: shown}, err
}

// mark tells people apart without saying who they are: by the masked number of her phone, else by some digits of her own number
// here.
func (p *preparing) mark(person models.MemberID) (string, error) {
	const shown = 4
	phone, err := p.sc.PhoneOf(person)
	if models.IsKind(err, models.NotFound) {
		id := person.String()
		return "#" + id[max(0, len(id)-shown):], nil
	}
	if err != nil {
		return "", err
	}
	number, err := phone.Number(p.sc.Keys())
	if err != nil || len(number) < 2*shown+1 {
		return "****", err
	}
	return number[:len(number)-2*shown] + "****" + number[len(number)-shown:], nil
}

// note keeps what was asked wrongly.
func (p *preparing) note() error {
	if p.redeems == nil {
		return nil
	}
	for id, who := range p.copied {
		if err := p.sc.AddAudit(who, "voucher.picture_copied", "voucher:"+id.String(), ""); err != nil {
			return err
		}
	}
	return p.sc.AddWrongCodes(p.wrong)
}

// Release gives a voucher back that a clerk has before her. One that she does not have any more is no error.
func (s *Service) Release(ctx context.Context, staff models.Account, token string) error {
	_, id := readToken(token)
	if id == 0 {
		return nil
	}
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(staff.CommunityID)
		locked, err := sc.LockVouchers([]models.VoucherID{id})
		if err != nil {
			return err
		}
		v, held := letGo(locked[id], staff.ID, token)
		if !held {
			return nil
		}
		return sc.MoveVouchers([]models.VoucherChange{{Before: locked[id], After: v}},
			[]models.VoucherEvent{{VoucherID: id, N: v.Ver, Kind: models.EventReleased, AccountID: staff.ID}})
	})
}
