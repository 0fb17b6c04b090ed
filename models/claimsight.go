package models

import (
	"cmp"
	"database/sql"
	"fmt"
	"maps"
	"slices"
)

// ClaimSight is what claims of one offer are decided from.
type ClaimSight struct {
	People map[MemberID][]MemberID // all ids of the person each member is, the one she is now first; who does not exist is not there
	Held   []Voucher               // what they have of the offer, and what they claimed with one of the keys, oldest first
	Offer  Offer                   // without an id if there is none
	Terms  Terms                   // what is promised to who claims now: its id, units and validity
	Brand  string                  // the name of its brand
	Zone   string                  // of the community

	Contracts []Contract // of its brand, the oldest first
	Idle      bool       // a live card of it waits to be told
}

// SeeClaims reads what claims of an offer are decided from, in one packet unless somebody came under an id that was merged into
// another. keys[i] is the key members[i] came with. With lock it locks the people first, as [Scope.LockPeople] does, so what they hold stays as it is read.
func (sc *Scope) SeeClaims(offer OfferID, members []MemberID, keys []string, lock bool) (ClaimSight, error) {
	s := ClaimSight{People: make(map[MemberID][]MemberID, len(members))}
	own := slices.Compact(slices.Sorted(slices.Values(members)))
	now, ids, hers := make(map[MemberID]MemberID, len(own)), make(map[MemberID][]MemberID, len(own)), false
	p, alone := &packet{sc: sc}, len(own) == 1
	sc.readWho(p, own, now, lock)
	if alone { // most have nothing and were never anybody else: it is asked with the offer
		ids[own[0]] = own
		sc.readOffer(p, offer, &s, sc.has(own[0], offer, keys), &hers)
	} else {
		sc.readMerged(p, own, ids)
		sc.readHeld(p, own, offer, keysUnder(members, keys, func(m MemberID) []MemberID { return ids[m] }), &s.Held)
		sc.readOffer(p, offer, &s, condition{text: "FALSE"}, &hers)
	}
	if _, err := p.send(); err != nil {
		return s, err
	}
	if hers || somebodyElse(now) {
		var err error
		if now, err = sc.whoAll(own, lock); err != nil {
			return s, err
		}
		p, s.Held, ids, own = &packet{sc: sc}, nil, map[MemberID][]MemberID{}, slices.Sorted(maps.Keys(now))
		sc.readMerged(p, themselves(now), ids)
		same := map[MemberID][]MemberID{}
		for _, id := range own {
			same[now[id]] = append(same[now[id]], id)
		}
		sc.readHeld(p, own, offer, keysUnder(members, keys, func(m MemberID) []MemberID { return same[now[m]] }), &s.Held)
		if _, err := p.send(); err != nil {
			return s, err
		}
	}
	elsewhere := keysUnder(members, keys, func(m MemberID) []MemberID { return without(ids[now[m]], own) })
	if err := sc.heldElsewhere(own, ids, offer, elsewhere, &s.Held); err != nil {
		return s, err
	}
	for _, m := range members {
		if person, known := now[m]; known {
			s.People[m] = ids[person]
		}
	}
	return s, nil
}

// offerSeen is an offer with what belongs to it, in one row for each contract of its brand.
type offerSeen struct {
	Offer
	SeenTerms           TermsID
	SeenUnits           int
	SeenFrom, SeenBy    Millis
	SeenDays            int
	SeenBrand, SeenZone string
	SeenIdle, SeenAlso  bool

	Contract Contract `gorm:"embedded;embeddedPrefix:contract_"`
}

// seenColumns are what is read of an offer beside its own columns.
const seenColumns = "t.id AS seen_terms, t.units AS seen_units, t.redeem_from AS seen_from, t.redeem_by AS seen_by, t.days_after_claim AS seen_days, " +
	"b.name AS seen_brand, c.zone AS seen_zone, k.id AS contract_id, k.community_id AS contract_community_id, k.brand_id AS contract_brand_id, " +
	"k.offer_id AS contract_offer_id, k.basis AS contract_basis, k.price AS contract_price, k.currency AS contract_currency, " +
	"k.month_cap AS contract_month_cap, k.from_at AS contract_from_at, k.until_at AS contract_until_at, k.number AS contract_number, " +
	"k.note AS contract_note, k.created_by AS contract_created_by, k.created_at AS contract_created_at"

// condition is a condition of SQL with its parameters.
type condition struct {
	text string
	args []any
}

// readOffer puts into a packet an offer with what belongs to it, and whether a condition holds.
func (sc *Scope) readOffer(p *packet, offer OfferID, s *ClaimSight, also condition, holds *bool) {
	var all []offerSeen
	take := rowsInto(sc, &all)
	p.read("read offer", func(rows *sql.Rows) error {
		if err := take(rows); err != nil || len(all) == 0 {
			return err
		}
		seen := all[0]
		s.Offer, s.Brand, s.Zone, s.Idle, *holds = seen.Offer, seen.SeenBrand, seen.SeenZone, seen.SeenIdle, seen.SeenAlso
		s.Terms = Terms{ID: seen.SeenTerms, Units: seen.SeenUnits, RedeemFrom: seen.SeenFrom, RedeemBy: seen.SeenBy, DaysAfterClaim: seen.SeenDays}
		for _, o := range all {
			if o.Contract.ID != 0 {
				s.Contracts = append(s.Contracts, o.Contract)
			}
		}
		slices.SortFunc(s.Contracts, func(a, b Contract) int { return cmp.Compare(a.ID, b.ID) })
		return nil
	}, fmt.Sprintf("SELECT o.*, %s, %s AS seen_idle, %s AS seen_also FROM offers o LEFT JOIN terms t ON t.id = o.terms_id"+
		" LEFT JOIN brands b ON b.id = o.brand_id LEFT JOIN communities c ON c.id = o.community_id"+
		" LEFT JOIN contracts k ON k.community_id = o.community_id AND k.brand_id = o.brand_id WHERE o.community_id = %d AND o.id = %d",
		seenColumns, sc.cardWaits(offer), also.text, sc.Community, offer), also.args...)
}

// idleCards is the query for the live cards of an offer that nothing new is waiting for.
func (sc *Scope) idleCards(columns string, offer OfferID) string {
	return fmt.Sprintf("SELECT %s FROM live_cards WHERE community_id = %d AND offer_id = %d AND state = '%s' AND due_at = 0", columns, sc.Community, offer, CardLive)
}

// cardWaits is the condition that there is such a card.
func (sc *Scope) cardWaits(offer OfferID) string { return "EXISTS(" + sc.idleCards("1", offer) + ")" }

// has is the condition that a member was somebody else once, has something of an offer, or came with one of the keys before.
func (sc *Scope) has(m MemberID, offer OfferID, keys []string) condition {
	list := &insertion{}
	for _, k := range keys {
		list.string(k)
	}
	return condition{fmt.Sprintf("(EXISTS(SELECT 1 FROM members WHERE community_id = %[1]d AND merged_into = %[2]d)"+
		" OR EXISTS(SELECT 1 FROM vouchers WHERE offer_id = %[3]d AND member_id = %[2]d)"+
		" OR EXISTS(SELECT 1 FROM vouchers WHERE member_id = %[2]d AND claim_key IN (%[4]s)))", sc.Community, m, offer, list.text), list.args}
}

// heldElsewhere adds what people have under ids that nobody came with.
func (sc *Scope) heldElsewhere(read []MemberID, ids map[MemberID][]MemberID, offer OfferID, keys []keyUnder, held *[]Voucher) error {
	var more []MemberID
	for _, all := range ids {
		more = append(more, without(all, read)...)
	}
	if len(more) > 0 {
		p, part := &packet{sc: sc}, []Voucher(nil)
		sc.readHeld(p, more, offer, keys, &part)
		if _, err := p.send(); err != nil {
			return err
		}
		*held = append(*held, part...)
	}
	slices.SortFunc(*held, func(a, b Voucher) int { return cmp.Compare(a.ID, b.ID) })
	*held = slices.CompactFunc(*held, func(a, b Voucher) bool { return a.ID == b.ID })
	return nil
}

// keyUnder is a key somebody came with, under one of her ids.
type keyUnder struct {
	member MemberID
	key    string
}

// keysUnder lists each key under the ids of who came with it.
func keysUnder(members []MemberID, keys []string, ids func(MemberID) []MemberID) []keyUnder {
	all := make([]keyUnder, 0, len(members))
	for i, m := range members {
		for _, id := range ids(m) {
			all = append(all, keyUnder{id, keys[i]})
		}
	}
	return all
}

// without lists the ids that are not among some, which are sorted.
func without(ids, sorted []MemberID) []MemberID {
	var rest []MemberID
	for _, id := range ids {
		if _, has := slices.BinarySearch(sorted, id); !has {
			rest = append(rest, id)
		}
	}
	return rest
}

// readHeld puts into a packet what these member ids have of an offer, and what was claimed with a key under one of them: each by
// the index that is made for it, so that it does not matter how much else they have.
func (sc *Scope) readHeld(p *packet, members []MemberID, offer OfferID, keys []keyUnder, into *[]Voucher) {
	if len(members) == 0 {
		return
	}
	add := vouchersInto(into)
	const all = "SELECT " + voucherAll + " FROM vouchers%s WHERE community_id = %d AND "
	p.read("list vouchers", add, fmt.Sprintf(all+"offer_id = %d AND member_id IN (%s)", sc.by("vouchers_once"), sc.Community, offer, numbers(members)))
	if len(keys) == 0 {
		return
	}
	list, values := &insertion{}, ""
	if sc.s.engine == SQLite {
		values = "VALUES "
	}
	for _, k := range keys {
		list.row().nums(int64(k.member)).string(k.key)
	}
	p.read("list vouchers", add, fmt.Sprintf(all+"(member_id, claim_key) IN (%s%s))", sc.by("vouchers_claim"), sc.Community, values, list.text), list.args...)
}
