package models

import (
	"cmp"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
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
}

// SeeClaims reads what claims of an offer are decided from, in one packet unless somebody came under an id that was merged into
// another. With lock it locks the people first, as [Scope.LockPeople] does, so what they hold stays as it is read.
func (sc *Scope) SeeClaims(offer OfferID, members []MemberID, keys []string, lock bool) (ClaimSight, error) {
	s := ClaimSight{People: make(map[MemberID][]MemberID, len(members))}
	own := slices.Compact(slices.Sorted(slices.Values(members)))
	now, ids := make(map[MemberID]MemberID, len(own)), make(map[MemberID][]MemberID, len(own))
	p := &packet{sc: sc}
	sc.readWho(p, own, now, lock)
	sc.readMerged(p, own, ids)
	sc.readHeld(p, own, offer, keys, &s.Held)
	sc.readOffer(p, offer, &s)
	if _, err := p.send(); err != nil {
		return s, err
	}
	if somebodyElse(now) {
		var err error
		if now, err = sc.whoAll(own, lock); err != nil {
			return s, err
		}
		p, s.Held, ids, own = &packet{sc: sc}, nil, map[MemberID][]MemberID{}, slices.Sorted(maps.Keys(now))
		sc.readMerged(p, themselves(now), ids)
		sc.readHeld(p, own, offer, keys, &s.Held)
		if _, err := p.send(); err != nil {
			return s, err
		}
	}
	if err := sc.heldElsewhere(own, ids, offer, keys, &s.Held); err != nil {
		return s, err
	}
	for _, m := range members {
		if person, known := now[m]; known {
			s.People[m] = ids[person]
		}
	}
	return s, nil
}

// offerSeen is an offer with what belongs to it, in one row.
type offerSeen struct {
	Offer
	SeenTerms           TermsID
	SeenUnits           int
	SeenFrom, SeenBy    Millis
	SeenDays            int
	SeenBrand, SeenZone string
}

// readOffer puts into a packet an offer with what belongs to it.
func (sc *Scope) readOffer(p *packet, offer OfferID, s *ClaimSight) {
	id, community := int64(offer), int64(sc.Community)
	var seen offerSeen
	one := rowInto(sc, &seen)
	p.read("read offer", func(rows *sql.Rows) error {
		err := one(rows)
		s.Offer, s.Brand, s.Zone = seen.Offer, seen.SeenBrand, seen.SeenZone
		s.Terms = Terms{ID: seen.SeenTerms, Units: seen.SeenUnits, RedeemFrom: seen.SeenFrom, RedeemBy: seen.SeenBy, DaysAfterClaim: seen.SeenDays}
		return err
	}, "SELECT o.*, t.id AS seen_terms, t.units AS seen_units, t.redeem_from AS seen_from, t.redeem_by AS seen_by, t.days_after_claim AS seen_days,"+
		" b.name AS seen_brand, c.zone AS seen_zone FROM offers o LEFT JOIN terms t ON t.id = o.terms_id LEFT JOIN brands b ON b.id = o.brand_id"+
		" LEFT JOIN communities c ON c.id = o.community_id WHERE o.community_id = ? AND o.id = ?", community, id)
	p.read("list contracts", rowsInto(sc, &s.Contracts), "SELECT c.* FROM offers o JOIN contracts c ON c.community_id = o.community_id AND c.brand_id = o.brand_id"+
		" WHERE o.community_id = ? AND o.id = ? ORDER BY c.id", community, id)
}

// heldElsewhere adds what people have under ids that nobody came with.
func (sc *Scope) heldElsewhere(read []MemberID, ids map[MemberID][]MemberID, offer OfferID, keys []string, held *[]Voucher) error {
	var more []MemberID
	for _, all := range ids {
		for _, id := range all {
			if _, has := slices.BinarySearch(read, id); !has {
				more = append(more, id)
			}
		}
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

// readHeld puts into a packet what these member ids have of an offer, and what they claimed with one of the keys: each by the
// index that is made for it.
func (sc *Scope) readHeld(p *packet, members []MemberID, offer OfferID, keys []string, into *[]Voucher) {
	if len(members) == 0 {
		return
	}
	who, add := numbers(members), func(rows *sql.Rows) error {
		var part []Voucher
		err := rowsInto(sc, &part)(rows)
		*into = append(*into, part...)
		return err
	}
	p.read("list vouchers", add, "SELECT * FROM vouchers WHERE offer_id = ? AND member_id IN ("+who+") AND community_id = ?",
		int64(offer), int64(sc.Community))
	key, community := "CONCAT(claim_key, '')", "community_id + 0" // else it looks for each key of each member, or for all of the community
	if sc.s.engine == SQLite {
		key, community = "+claim_key", "+community_id"
	}
	list := &insertion{}
	for _, k := range keys {
		list.string(k)
	}
	args := append([]any{int64(sc.Community)}, list.args...)
	p.read("list vouchers", add, "SELECT * FROM vouchers WHERE "+community+" = ? AND member_id IN ("+who+") AND "+key+" IN ("+string(list.text)+")", args...)
}

// LockPeople is [Scope.LockPerson] for many members in three statements: it locks the people they are, from the oldest to the
// youngest as a merge does, and returns the ids of each, the one she is now first. A member who does not exist is left out.
func (sc *Scope) LockPeople(members []MemberID) (map[MemberID][]MemberID, error) {
	return sc.people(members, true)
}

// PeopleOf is LockPeople without the locks.
func (sc *Scope) PeopleOf(members []MemberID) (map[MemberID][]MemberID, error) {
	return sc.people(members, false)
}

func (sc *Scope) people(members []MemberID, lock bool) (map[MemberID][]MemberID, error) {
	now, err := sc.whoAll(members, lock)
	if err != nil {
		return nil, err
	}
	p, ids := &packet{sc: sc}, map[MemberID][]MemberID{}
	sc.readMerged(p, themselves(now), ids)
	_, err = p.send()
	people := make(map[MemberID][]MemberID, len(members))
	for _, m := range members {
		if person, known := now[m]; known {
			people[m] = ids[person]
		}
	}
	return people, err
}

// whoAll tells who each member is now; the people are there too, as themselves. With lock it keeps their rows.
func (sc *Scope) whoAll(members []MemberID, lock bool) (map[MemberID]MemberID, error) {
	now := make(map[MemberID]MemberID, len(members))
	if err := sc.whoAre(members, now, lock); err != nil {
		return nil, err
	}
	var older []MemberID // people only known by an id that was merged into them
	for _, p := range now {
		if _, read := now[p]; !read {
			older = append(older, p)
		}
	}
	if err := sc.whoAre(older, now, lock); err != nil {
		return nil, err
	}
	for _, p := range now {
		if now[p] != p {
			return nil, fmt.Errorf("lock person %s: %w", p, errMoved)
		}
	}
	return now, nil
}

// whoAre notes who each member is now, and with lock keeps the rows.
func (sc *Scope) whoAre(members []MemberID, now map[MemberID]MemberID, lock bool) error {
	p := &packet{sc: sc}
	sc.readWho(p, slices.Compact(slices.Sorted(slices.Values(members))), now, lock)
	_, err := p.send()
	return err
}

// somebodyElse reports whether a member is a person who was not read, or was somebody else again when she was.
func somebodyElse(now map[MemberID]MemberID) bool {
	for _, p := range now {
		if now[p] != p {
			return true
		}
	}
	return false
}

// themselves lists those who are nobody else now.
func themselves(now map[MemberID]MemberID) []MemberID {
	var all []MemberID
	for id, p := range now {
		if id == p {
			all = append(all, p)
		}
	}
	slices.Sort(all)
	return all
}

// readWho puts into a packet who members are now; with lock it keeps their rows. They are sorted.
func (sc *Scope) readWho(p *packet, members []MemberID, now map[MemberID]MemberID, lock bool) {
	if len(members) == 0 {
		return
	}
	rest := ""
	if lock && sc.s.engine == MySQL {
		rest = " FOR UPDATE"
	}
	p.read("list members", pairs(func(id, into int64) { now[MemberID(id)] = cmp.Or(MemberID(into), MemberID(id)) }),
		"SELECT id, merged_into FROM members WHERE community_id = ? AND id IN ("+numbers(members)+") ORDER BY id"+rest, int64(sc.Community))
}

// readMerged puts into a packet which ids were merged into people, and notes all ids of each. They are sorted.
func (sc *Scope) readMerged(p *packet, people []MemberID, ids map[MemberID][]MemberID) {
	for _, person := range people {
		ids[person] = []MemberID{person}
	}
	if len(people) == 0 {
		return
	}
	p.read("list members", pairs(func(id, into int64) { ids[MemberID(into)] = append(ids[MemberID(into)], MemberID(id)) }),
		"SELECT id, merged_into FROM members WHERE community_id = ? AND merged_into IN ("+numbers(people)+") ORDER BY id", int64(sc.Community))
}

// pairs takes rows of two numbers.
func pairs(each func(a, b int64)) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		for rows.Next() {
			var a, b int64
			if err := rows.Scan(&a, &b); err != nil {
				return err
			}
			each(a, b)
		}
		return nil
	}
}

// numbers writes ids as a list of SQL.
func numbers[T any](ids []ID[T]) string {
	text := make([]byte, 0, 20*len(ids))
	for i, id := range ids {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, int64(id), 10)
	}
	return string(text)
}

// ReturnStocks gives n vouchers back to the stock of an offer.
func (sc *Scope) ReturnStocks(id OfferID, n int) error {
	r := sc.db.Exec("UPDATE offers SET claimed = claimed - ? WHERE community_id = ? AND id = ? AND claimed >= ?", n, int64(sc.Community), int64(id), n)
	if r.Error == nil && r.RowsAffected != 1 {
		return fmt.Errorf("return %d to the stock of offer %s, which were not taken from it", n, id)
	}
	return translate(r.Error, "return stock")
}
