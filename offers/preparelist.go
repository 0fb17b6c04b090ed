package offers

import (
	"slices"

	"siyu/models"
)

// mostListed is how many vouchers a clerk is shown at once.
const mostListed = 20

// list shows what may be meant by a phone's last digits: what people of this brand with such a number could use here. Digits that
// nobody has count as a wrong code.
func (p *preparing) list() error {
	w := wanted{RedeemInput: RedeemInput{Staff: p.in.Staff, Shop: p.in.Shop}}
	p.redeems.in = []wanted{w}
	if err := p.read(); err != nil {
		return err
	}
	if until := p.rules.lockedUntil(p.till.Wrong[w.Staff.ID], p.sc.Now); until > 0 {
		return lookupsLocked(until, p.sc.Now)
	}
	shop, place, err := seat(p.till.Shops[w.Staff.BrandID], p.till.Places[w.Staff.ID], w.Shop)
	if err != nil {
		return err
	}
	if err := p.open(w, shop, place, 1); err != nil {
		return err
	}
	ids, err := p.meant()
	if err != nil {
		return err
	}
	p.out.Vouchers, err = p.usableOf(ids, shop)
	if err == nil && len(p.out.Vouchers) == 0 {
		p.mistaken(w.Staff.ID)
		return models.Errorf(models.NotFound, "phone_unknown", "nobody with such a number has anything to use here").With("field", "phone_tail")
	}
	return err
}

// meant lists the members with such a phone number, under all their ids.
func (p *preparing) meant() ([]models.MemberID, error) {
	if len(p.in.PhoneTail) != 4 {
		return nil, models.Errorf(models.Invalid, "bad_field", "not four digits").With("field", "phone_tail").With("rule", "len").With("param", "4")
	}
	found, err := p.sc.MembersByPhoneTail(p.in.PhoneTail)
	if err != nil {
		return nil, err
	}
	people, err := p.sc.PeopleOf(found)
	return allIDs(people), err
}

// others lists what else the person whose voucher is before the clerk could use here.
func (p *preparing) others(shop models.Shop) error {
	held := p.out.Vouchers[0].Voucher
	ids, err := p.sc.Cluster(held.MemberID)
	if err != nil {
		return err
	}
	all, err := p.usableOf(ids, shop)
	p.out.Others = slices.DeleteFunc(all, func(s Shown) bool { return s.ID == held.ID })
	return err
}

// usableOf lists what some members could use in a shop now, the one that ends first first. None of it is kept for the clerk.
func (p *preparing) usableOf(members []models.MemberID, shop models.Shop) ([]Shown, error) {
	all, err := p.sc.UsableVouchers(members, p.in.Staff.BrandID, mostListed)
	if err != nil {
		return nil, err
	}
	terms, err := termsFor(p.sc, all)
	if err != nil {
		return nil, err
	}
	holders := make([]models.MemberID, len(all))
	for i, v := range all {
		holders[i], p.till.terms[v.ID] = v.MemberID, terms[v.ID]
	}
	people, err := p.sc.PeopleOf(holders)
	if err != nil {
		return nil, err
	}
	list := make([]Shown, 0, len(all))
	for _, v := range all {
		if whole(v, p.sc.Now, p.in.Staff.ID, "") != nil || Usable(terms[v.ID], v, shop.ID, p.till.zoneOf(shop.ID), p.sc.Now) != nil {
			continue
		}
		if ids := people[v.MemberID]; len(ids) > 0 {
			p.till.People[v.MemberID] = ids[0]
		}
		shown, err := p.show(v, "")
		if err != nil {
			return nil, err
		}
		shown.Token, shown.ReserveToken = "", ""
		list = append(list, shown)
	}
	return list, nil
}
