package ledger

import (
	"fmt"

	"siyu/models"
)

// apply books one transfer into the books that were read.
func (p *poster) apply(t models.Transfer) error {
	switch {
	case t.PendingID != nil:
		return p.resolve(t)
	case t.ReversesID != nil:
		return p.takeBack(t)
	}
	if m, is := t.Debit.Member(); is {
		return p.spend(t, p.books[m])
	}
	p.made = append(p.made, t)
	if m, is := t.Credit.Member(); is {
		b := p.books[m]
		b.earn(p.sc.NewLot(m, t.ID, t.Amount, t.ExpiresAt))
		return p.settle(b, t)
	}
	if m, is := t.Debit.Debtor(); is { // somebody stands for more
		b := p.books[m]
		b.debt += t.Amount
		return p.settle(b, t)
	}
	if _, is := t.Credit.Debtor(); is {
		return models.Errorf(models.Invalid, "transfer_unsound", "debts are paid by themselves")
	}
	return nil
}

// spend takes points from a member, after what has lapsed.
func (p *poster) spend(t models.Transfer, b *book) error {
	p.lapse(b)
	moves, enough := b.take(t.Amount)
	if !enough {
		return models.Errorf(models.Exhausted, "points_short", "fewer points than are wanted").With("balance", b.balance).With("wanted", t.Amount)
	}
	p.made = append(p.made, t)
	p.note(t.ID, moves)
	if t.Credit == models.PurseHeld && t.ExpiresAt != 0 {
		p.holds = append(p.holds, models.Hold{TransferID: t.ID, EndsAt: t.ExpiresAt})
	}
	return nil
}

// resolve ends a hold, one way or the other.
func (p *poster) resolve(t models.Transfer) error {
	hold, there := p.known[*t.PendingID]
	_, ended := p.ended[*t.PendingID]
	_, back := t.Credit.Member()
	late := !back && hold.ExpiresAt != 0 && hold.ExpiresAt <= p.sc.Now
	switch {
	case !there || hold.Credit != models.PurseHeld || t.Debit != models.PurseHeld || hold.Amount != t.Amount || hold.Unit != t.Unit:
		return models.Errorf(models.Invalid, "hold_unknown", "nothing is set aside by this transfer")
	case ended || late:
		return models.Errorf(models.Conflict, "hold_ended", "what was set aside was used or given back")
	}
	p.markEnded(t)
	if m, is := t.Credit.Member(); is {
		return p.putBack(p.books[m], hold.ID, t)
	}
	return nil
}

func (p *poster) markEnded(t models.Transfer) {
	if p.ended == nil {
		p.ended = map[models.TransferID]models.Transfer{}
	}
	p.ended[*t.PendingID] = t
	p.over = append(p.over, *t.PendingID)
	p.made = append(p.made, t)
}

// takeBack mirrors a transfer.
func (p *poster) takeBack(t models.Transfer) error {
	was, there := p.known[*t.ReversesID]
	_, again := p.taken[*t.ReversesID]
	switch {
	case !there || was.Amount != t.Amount || was.Unit != t.Unit || was.ReversesID != nil || was.PendingID != nil || was.Credit == models.PurseHeld:
		return models.Errorf(models.Invalid, "transfer_unsound", "this transfer cannot be taken back")
	case again:
		return models.Errorf(models.Conflict, "already_reversed", "it was taken back before")
	}
	if p.taken == nil {
		p.taken = map[models.TransferID]models.Transfer{}
	}
	p.taken[*t.ReversesID] = t
	p.made = append(p.made, t)
	if m, is := t.Debit.Debtor(); is {
		b := p.books[m]
		b.debt += t.Amount
		return p.settle(b, t)
	}
	if m, is := t.Credit.Member(); is {
		return p.putBack(p.books[m], was.ID, t)
	}
	return nil
}

// putBack gives somebody back, by t, what a transfer took from her. What had lapsed by now stays lapsed: only what comes back is
// good for a while longer, whether the lapse was booked before or not.
func (p *poster) putBack(b *book, took models.TransferID, t models.Transfer) error {
	p.lapse(b)
	moves, err := b.putBack(p.moved[took], p.sc.Now)
	if err != nil {
		return err
	}
	p.note(t.ID, moves)
	return p.settle(b, t)
}

// settle pays what somebody stands for from what she has, because of t.
func (p *poster) settle(b *book, t models.Transfer) error {
	if b.debt == 0 {
		return nil
	}
	p.lapse(b)
	n := b.payDebt()
	if n == 0 {
		return nil
	}
	moves, enough := b.take(n)
	if !enough {
		return fmt.Errorf("pay a debt of %d: the lots of member %s are short", n, b.member)
	}
	b.debt -= n
	d := models.Transfer{Code: models.CodeDebt, Ref: string(t.ID), Unit: models.UnitPoints, Amount: n, Debit: models.MemberPurse(b.member),
		Credit: models.DebtPurse(b.member), OwnerID: int64(b.member)}
	p.sc.Name(&d)
	p.made = append(p.made, d)
	p.note(d.ID, moves)
	return nil
}

// lapse books the points of somebody that were not used in time.
func (p *poster) lapse(b *book) {
	for _, l := range b.lapsed(p.sc.Now) {
		t := models.Transfer{Code: models.CodeExpiry, Ref: fmt.Sprintf("lot:%s:%d", l.ID, l.ExpiresAt), Unit: models.UnitPoints,
			Amount: l.Remaining, Debit: models.MemberPurse(b.member), Credit: models.PurseExpiry, OwnerID: int64(b.member)}
		p.sc.Name(&t)
		p.made = append(p.made, t)
		p.note(t.ID, []models.LotMove{b.empty(l)})
	}
}

func (p *poster) note(id models.TransferID, moves []models.LotMove) {
	for i := range moves {
		moves[i].TransferID = id
	}
	p.moves = append(p.moves, moves...)
}
