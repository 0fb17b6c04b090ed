package models

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// RedeemAsk is what requests of tills are about.
type RedeemAsk struct {
	Requests   []RequestOf
	Vouchers   []VoucherID // those that are named by their ids
	Refs       [][]byte    // and by what is kept of their codes
	Brands     []BrandID   // of who asks
	WrongSince Millis      // codes that were asked wrongly from then on count
}

// RedeemSight is what they are decided from.
type RedeemSight struct {
	Vouchers  map[VoucherID]Voucher // under their locks; what is not there is left out
	People    map[MemberID]MemberID // who their holders are now, also under locks
	Known     map[RequestOf][]Redemption
	Terms     map[TermsID]Terms // that the vouchers name, see [Voucher.Promise]
	Brands    map[BrandID]string
	Shops     map[BrandID][]Shop
	Places    map[AccountID][]ShopStaff
	Wrong     map[AccountID][]Millis // the newest first
	Contracts map[BrandID][]Contract // the oldest first
	Zone      string                 // of the community
}

// SeeRedeems reads what requests of tills are decided from, in two packets: what is theirs, and then the people, the vouchers
// (both locked, in this order) and what the requests did before. That is read last, when nobody else can be at work on the
// vouchers: a request that another server is just answering is known here.
func (sc *Scope) SeeRedeems(ask RedeemAsk) (RedeemSight, error) {
	s := RedeemSight{Vouchers: map[VoucherID]Voucher{}, People: map[MemberID]MemberID{}, Known: map[RequestOf][]Redemption{},
		Terms: map[TermsID]Terms{}, Brands: map[BrandID]string{}, Shops: map[BrandID][]Shop{}, Places: map[AccountID][]ShopStaff{},
		Wrong: map[AccountID][]Millis{}, Contracts: map[BrandID][]Contract{}}
	staff := make([]AccountID, len(ask.Requests))
	for i, r := range ask.Requests {
		staff[i] = r.Staff
	}
	p := &packet{sc: sc}
	sc.readAskers(p, staff, ask.WrongSince, &s)
	sc.readBrands(p, ask.Brands, &s)
	var found []foundVoucher
	sc.readFound(p, ask, &found)
	if _, err := p.send(); err != nil {
		return s, err
	}
	return s, sc.lockFound(found, ask.Requests, &s)
}

// foundVoucher is what has to be known of a voucher before it can be locked.
type foundVoucher struct {
	id             VoucherID
	holder, person MemberID
	terms          TermsID
}

// readAskers puts into a packet where some clerks work and what they asked wrongly, and the community's zone.
func (sc *Scope) readAskers(p *packet, staff []AccountID, since Millis, s *RedeemSight) {
	p.read("read community", func(rows *sql.Rows) error {
		for rows.Next() {
			if err := rows.Scan(&s.Zone); err != nil {
				return err
			}
		}
		return nil
	}, "SELECT zone FROM communities WHERE id = ?", int64(sc.Community))
	who := numbers(sortedIDs(staff))
	if who == "" {
		return
	}
	p.read("list shop staff", eachRow(sc, func(place ShopStaff) {
		s.Places[place.AccountID] = append(s.Places[place.AccountID], place)
	}), "SELECT * FROM shop_staff WHERE community_id = ? AND account_id IN ("+who+") ORDER BY shop_id", int64(sc.Community))
	p.read("list wrong codes", pairs(func(account, at int64) {
		s.Wrong[AccountID(account)] = append(s.Wrong[AccountID(account)], Millis(at))
	}), "SELECT account_id, at FROM wrong_codes WHERE community_id = ? AND account_id IN ("+who+") AND at >= ? ORDER BY at DESC, id DESC",
		int64(sc.Community), int64(since))
}

// readBrands puts into a packet what some brands are called, where their shops are and what they pay.
func (sc *Scope) readBrands(p *packet, brands []BrandID, s *RedeemSight) {
	which := numbers(sortedIDs(brands))
	if which == "" {
		return
	}
	p.read("list brands", func(rows *sql.Rows) error {
		for rows.Next() {
			var id int64
			var name string
			if err := rows.Scan(&id, &name); err != nil {
				return err
			}
			s.Brands[BrandID(id)] = name
		}
		return nil
	}, "SELECT id, name FROM brands WHERE community_id = ? AND id IN ("+which+")", int64(sc.Community))
	p.read("list shops", eachRow(sc, func(shop Shop) { s.Shops[shop.BrandID] = append(s.Shops[shop.BrandID], shop) }),
		"SELECT * FROM shops WHERE community_id = ? AND brand_id IN ("+which+") ORDER BY id", int64(sc.Community))
	p.read("list contracts", eachRow(sc, func(c Contract) { s.Contracts[c.BrandID] = append(s.Contracts[c.BrandID], c) }),
		"SELECT * FROM contracts WHERE community_id = ? AND brand_id IN ("+which+") ORDER BY id", int64(sc.Community))
}

// readFound puts into a packet which vouchers are meant and whose they are.
func (sc *Scope) readFound(p *packet, ask RedeemAsk, into *[]foundVoucher) {
	take := func(rows *sql.Rows) error {
		for rows.Next() {
			var v foundVoucher
			var merged int64
			var terms, offer int64
			if err := rows.Scan(&v.id, &v.holder, &terms, &offer, &merged); err != nil {
				return err
			}
			v.person, v.terms = cmp.Or(MemberID(merged), v.holder), cmp.Or(TermsID(terms), TermsID(offer))
			*into = append(*into, v)
		}
		return nil
	}
	const what = "SELECT v.id, v.member_id, v.terms_id, v.offer_id, COALESCE(m.merged_into, 0) FROM vouchers v LEFT JOIN members m ON m.id = v.member_id" +
		" WHERE v.community_id = ? AND "
	for some := range slices.Chunk(sortedIDs(ask.Vouchers), packetPart) {
		p.read("list vouchers", take, what+"v.id IN ("+numbers(some)+")", int64(sc.Community))
	}
	for some := range slices.Chunk(ask.Refs, packetPart) {
		list := &insertion{}
		for _, h := range some {
			list.bytes(h)
		}
		p.read("list vouchers", take, what+"v.code_ref IN ("+string(list.text)+")", int64(sc.Community))
	}
}

// lockFound locks the people and then the vouchers, both from the oldest to the youngest, and reads them, what was promised and
// what was asked before. Somebody who became another person since she was found makes the transaction run again.
func (sc *Scope) lockFound(found []foundVoucher, asked []RequestOf, s *RedeemSight) error {
	var ids []VoucherID
	var members []MemberID
	var terms []TermsID
	for _, v := range found {
		ids, members, terms = append(ids, v.id), append(members, v.holder, v.person), append(terms, v.terms)
	}
	rest := ""
	if sc.s.engine == MySQL {
		rest = " FOR UPDATE"
	}
	p := &packet{sc: sc}
	for some := range slices.Chunk(sortedIDs(members), packetPart) {
		p.read("lock members", pairs(func(id, into int64) { s.People[MemberID(id)] = cmp.Or(MemberID(into), MemberID(id)) }),
			"SELECT id, merged_into FROM members WHERE community_id = ? AND id IN ("+numbers(some)+") ORDER BY id"+rest, int64(sc.Community))
	}
	for some := range slices.Chunk(sortedIDs(ids), packetPart) {
		p.read("lock vouchers", eachRow(sc, func(v Voucher) { s.Vouchers[v.ID] = v }),
			"SELECT * FROM vouchers WHERE "+sc.ownRow()+" = ? AND id IN ("+numbers(some)+") ORDER BY id"+rest, int64(sc.Community))
	}
	if which := numbers(sortedIDs(terms)); which != "" {
		p.read("list terms", eachRow(sc, func(t Terms) { s.Terms[t.ID] = t }),
			"SELECT * FROM terms WHERE community_id = ? AND id IN ("+which+")", int64(sc.Community))
	}
	sc.readKnown(p, asked, s.Known)
	if _, err := p.send(); err != nil {
		return err
	}
	for _, person := range s.People {
		if s.People[person] != person {
			return fmt.Errorf("lock person %s: %w", person, errMoved)
		}
	}
	return nil
}

// ownRow is the community of a row that is found by its id: written so that no index of the community is taken for it, of which
// each entry would be locked beside the row.
func (sc *Scope) ownRow() string {
	if sc.s.engine == SQLite {
		return "+community_id"
	}
	return "community_id + 0"
}

// readKnown puts into a packet what requests did, the parts of each in their order.
func (sc *Scope) readKnown(p *packet, asked []RequestOf, into map[RequestOf][]Redemption) {
	var staff []AccountID
	numbersOf := map[AccountID]*insertion{}
	for _, r := range asked {
		if numbersOf[r.Staff] == nil {
			staff, numbersOf[r.Staff] = append(staff, r.Staff), &insertion{}
		}
		numbersOf[r.Staff].string(r.No)
	}
	for some := range slices.Chunk(sortedIDs(staff), packetPart) {
		args, each := []any{int64(sc.Community)}, make([]string, len(some))
		for i, id := range some {
			list := numbersOf[id]
			each[i] = "staff_id = " + numbers(some[i:i+1]) + " AND request_no IN (" + string(list.text) + ")"
			args = append(args, list.args...)
		}
		p.read("list redemptions", eachRow(sc, func(r Redemption) {
			of := RequestOf{r.StaffID, r.RequestNo}
			into[of] = append(into[of], r)
		}), "SELECT * FROM redemptions WHERE community_id = ? AND ("+strings.Join(each, " OR ")+") ORDER BY staff_id, request_no, part", args...)
	}
}

// eachRow takes the rows of a query one after the other.
func eachRow[T any](sc *Scope, each func(T)) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var all []T
		err := rowsInto(sc, &all)(rows)
		for _, row := range all {
			each(row)
		}
		return err
	}
}

// sortedIDs sorts ids and leaves each in once.
func sortedIDs[T any](ids []ID[T]) []ID[T] {
	return slices.Compact(slices.Sorted(slices.Values(ids)))
}
