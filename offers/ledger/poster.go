package ledger

import (
	"slices"
	"strings"

	"siyu/models"
)

// poster books some transfers in one transaction.
type poster struct {
	sc    *models.Scope
	all   []models.Transfer // what is asked and not there yet, in its order
	known map[models.TransferID]models.Transfer
	ended map[models.TransferID]models.Transfer // what answered a hold
	taken map[models.TransferID]models.Transfer // what took a transfer back
	moved map[models.TransferID][]models.LotMove
	books map[models.MemberID]*book

	made  []models.Transfer // to be written
	moves []models.LotMove
	holds []models.Hold
	over  []models.TransferID // holds that are answered
}

// name finds whom the transfers are about, locks these people, and leaves what is booked already.
func (p *poster) name(all []models.Transfer) error {
	var members []models.MemberID
	ids := make([]models.TransferID, len(all))
	for i := range all {
		t := &all[i]
		p.sc.Name(t)
		ids[i] = t.ID
		if err := sound(*t); err != nil {
			return err
		}
		for _, side := range []models.PurseName{t.Debit, t.Credit} {
			if m, is := personOf(side); is {
				members = append(members, m)
			}
		}
	}
	people, err := p.sc.LockPeople(members)
	if err != nil {
		return err
	}
	if p.known, err = p.sc.TransfersByID(ids); err != nil {
		return err
	}
	for _, t := range all {
		if err := setOwner(&t, people); err != nil {
			return err
		}
		before, booked := p.known[t.ID]
		switch {
		case !booked:
			p.known[t.ID] = t
			p.all = append(p.all, t)
		case before.Amount != t.Amount || before.Unit != t.Unit:
			return models.Errorf(models.Conflict, "transfer_reused", "%s %s was booked with another amount", t.Code, t.Ref)
		}
	}
	return nil
}

// sound refuses what no book can hold.
func sound(t models.Transfer) error {
	switch {
	case t.Amount <= 0, t.Unit == "", t.Code == "", t.Ref == "", t.Debit == t.Credit, !t.Debit.Known(), !t.Credit.Known():
		return models.Errorf(models.Invalid, "transfer_unsound", "%s %s: an amount above zero from one purse to another", t.Code, t.Ref)
	}
	return nil
}

func personOf(p models.PurseName) (models.MemberID, bool) {
	if m, is := p.Member(); is {
		return m, true
	}
	return p.Debtor()
}

// setOwner writes the purses of who the people are now, and whom the transfer is about.
func setOwner(t *models.Transfer, people map[models.MemberID][]models.MemberID) error {
	var owners []int64
	for _, side := range []*models.PurseName{&t.Debit, &t.Credit} {
		if b, is := side.Sponsor(); is {
			owners = append(owners, int64(b))
		}
		m, is := personOf(*side)
		if !is {
			continue
		}
		ids := people[m]
		if len(ids) == 0 {
			return models.Errorf(models.NotFound, "not_found", "the ledger: no such member")
		}
		if _, purse := side.Member(); purse {
			*side = models.MemberPurse(ids[0])
		} else {
			*side = models.DebtPurse(ids[0])
		}
		owners = append(owners, int64(ids[0]))
	}
	owners = slices.Compact(owners)
	switch {
	case len(owners) == 1:
		t.OwnerID = owners[0]
	case len(owners) > 1 || t.OwnerID == 0:
		return models.Errorf(models.Invalid, "transfer_unsound", "%s %s: it must be about one member or brand", t.Code, t.Ref)
	}
	return nil
}

// read reads everything the transfers are about, in a number of statements that does not depend on how many they are.
func (p *poster) read() error {
	var pending, reversed []models.TransferID
	var people []models.MemberID
	for _, t := range p.all {
		if t.PendingID != nil {
			pending = append(pending, *t.PendingID)
		}
		if t.ReversesID != nil {
			reversed = append(reversed, *t.ReversesID)
		}
		for _, side := range []models.PurseName{t.Debit, t.Credit} {
			if m, is := personOf(side); is {
				people = append(people, m)
			}
		}
	}
	if err := p.readCauses(pending, reversed); err != nil {
		return err
	}
	return p.readBooks(people)
}

func (p *poster) readCauses(pending, reversed []models.TransferID) error {
	p.moved = map[models.TransferID][]models.LotMove{}
	if len(pending)+len(reversed) == 0 {
		return nil
	}
	causes := slices.Concat(pending, reversed)
	found, err := p.sc.TransfersByID(causes)
	if err != nil {
		return err
	}
	for id, t := range found {
		p.known[id] = t
	}
	if p.ended, err = p.sc.TransfersResolving(pending); err != nil {
		return err
	}
	if p.taken, err = p.sc.TransfersReversing(reversed); err != nil {
		return err
	}
	moves, err := p.sc.LotMovesOf(causes)
	for _, m := range moves {
		p.moved[m.TransferID] = append(p.moved[m.TransferID], m)
	}
	return err
}

// readBooks reads purses, and the lots of those from whom something may be taken or to whom something comes back.
func (p *poster) readBooks(people []models.MemberID) error {
	slices.Sort(people)
	people = slices.Compact(people)
	purses, err := p.sc.PursesOf(people)
	if err != nil {
		return err
	}
	var using []models.MemberID
	for _, m := range people {
		p.books[m] = &book{member: m, balance: purses[m].Balance, debt: purses[m].Debt}
		if purses[m].Debt > 0 || slices.ContainsFunc(p.all, func(t models.Transfer) bool {
			return t.Debit == models.MemberPurse(m) || t.Debit == models.DebtPurse(m) || t.Credit == models.MemberPurse(m) && (t.PendingID != nil || t.ReversesID != nil)
		}) {
			using = append(using, m)
		}
	}
	lots, err := p.sc.LotsOf(using, false)
	if err != nil {
		return err
	}
	here := map[models.LotID]bool{}
	for _, m := range using {
		for _, l := range lots[m] {
			here[l.ID] = true
			p.books[m].lots = append(p.books[m].lots, &lot{Lot: l})
		}
	}
	var used []models.LotID // nothing was left of them, and something may come back
	for _, moves := range p.moved {
		for _, m := range moves {
			if !here[m.LotID] {
				used = append(used, m.LotID)
			}
		}
	}
	slices.Sort(used)
	old, err := p.sc.LotsByID(slices.Compact(used))
	for _, l := range old {
		if b := p.books[l.MemberID]; b != nil {
			b.lots = append(b.lots, &lot{Lot: l})
		}
	}
	return err
}

// write stores what came of it.
func (p *poster) write() error {
	if err := p.sc.InsertTransfers(p.made); err != nil {
		return err
	}
	var fresh, changed []models.Lot
	purses := make([]models.Purse, 0, len(p.books))
	for _, b := range p.books {
		purses = append(purses, models.Purse{MemberID: b.member, Balance: b.balance, Debt: b.debt})
		for _, l := range b.lots {
			l.Spent = l.Remaining == 0
			switch {
			case l.isNew:
				fresh = append(fresh, l.Lot)
			case l.changed:
				changed = append(changed, l.Lot)
			}
		}
	}
	slices.SortFunc(purses, func(a, b models.Purse) int { return strings.Compare(a.MemberID.String(), b.MemberID.String()) })
	slices.SortFunc(fresh, func(a, b models.Lot) int { return int(a.ID - b.ID) })
	if err := p.sc.InsertLots(fresh); err != nil {
		return err
	}
	if err := p.sc.UpdateLots(changed); err != nil {
		return err
	}
	if err := p.sc.InsertLotMoves(p.moves); err != nil {
		return err
	}
	if err := p.sc.InsertHolds(p.holds); err != nil {
		return err
	}
	if err := p.sc.EndHolds(p.over); err != nil {
		return err
	}
	return p.sc.SetPurses(purses)
}
