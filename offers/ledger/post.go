package ledger

import (
	"slices"

	"siyu/models"
)

// Post books transfers. One that is booked already is left as it is, so a caller may repeat what it is not sure of; the same
// Code and Ref with another amount is a Conflict (transfer_reused). Who is named in a purse may have turned out to be somebody
// else: it is that somebody's. People are locked, from the oldest to the youngest, so it is called before anything else is.
//
// A transfer to a member gives her a lot of points that lapses at ExpiresAt. One from her takes the points that lapse first; if
// she has not enough it is Exhausted (points_short) and nothing is booked. A transfer to [models.PurseHeld] sets points aside
// until [Settle], [GiveBack] or ExpiresAt.
func Post(sc *models.Scope, all []models.Transfer) error {
	p := poster{sc: sc, books: map[models.MemberID]*book{}}
	if err := p.name(slices.Clone(all)); err != nil || len(p.all) == 0 {
		return err
	}
	if err := p.read(); err != nil {
		return err
	}
	for i := range p.all {
		if err := p.apply(p.all[i]); err != nil {
			return err
		}
	}
	return p.write()
}

// Balance is how many points somebody has, whatever id of hers is given. What has lapsed is counted until it is booked.
func Balance(sc *models.Scope, member models.MemberID) (int64, error) {
	person, err := sc.Canonical(member)
	if err != nil {
		return 0, err
	}
	purses, err := sc.PursesOf([]models.MemberID{person})
	return purses[person].Balance, err
}

// Earn is a transfer of new points to a member for a cause; they lapse at a time, zero never.
func Earn(m models.MemberID, amount int64, code, ref string, lapses models.Millis) models.Transfer {
	return models.Transfer{Code: code, Ref: ref, Unit: models.UnitPoints, Amount: amount, Debit: models.PurseIssuance,
		Credit: models.MemberPurse(m), ExpiresAt: lapses}
}

// Spend is a transfer of a member's points for something she gets at once.
func Spend(m models.MemberID, amount int64, code, ref string) models.Transfer {
	return models.Transfer{Code: code, Ref: ref, Unit: models.UnitPoints, Amount: amount, Debit: models.MemberPurse(m),
		Credit: models.PurseBurn}
}

// Hold is a transfer that sets a member's points aside for something that may not happen; they come back at a time.
func Hold(m models.MemberID, amount int64, code, ref string, until models.Millis) models.Transfer {
	return models.Transfer{Code: code, Ref: ref, Unit: models.UnitPoints, Amount: amount, Debit: models.MemberPurse(m),
		Credit: models.PurseHeld, ExpiresAt: until}
}

// Settle ends a hold: the points are spent. One that was given back, or whose time is over, is a Conflict (hold_ended).
func Settle(sc *models.Scope, hold models.TransferID) error { return answer(sc, hold, true) }

// GiveBack ends a hold: the points go back to the lots they came from. One that was used is a Conflict (hold_ended).
func GiveBack(sc *models.Scope, hold models.TransferID) error { return answer(sc, hold, false) }

func answer(sc *models.Scope, id models.TransferID, use bool) error {
	t, err := sc.Transfer(id)
	if err != nil {
		return err
	}
	if t.Credit != models.PurseHeld {
		return models.Errorf(models.Invalid, "hold_unknown", "nothing is set aside by this transfer")
	}
	if use {
		return Post(sc, []models.Transfer{{Code: models.CodePost, Ref: string(id), Unit: t.Unit, Amount: t.Amount,
			Debit: models.PurseHeld, Credit: models.PurseBurn, OwnerID: t.OwnerID, PendingID: &id}})
	}
	return Post(sc, []models.Transfer{{Code: models.CodeVoid, Ref: string(id), Unit: t.Unit, Amount: t.Amount,
		Debit: models.PurseHeld, Credit: t.Debit, PendingID: &id}})
}

// Reverse takes transfers back, each once; one that was never booked, or is taken back, is left alone. Spent points go back to
// their lots. Points that were given are taken from what the member has, and what she has spent of them stays as a debt, which
// her next points pay.
func Reverse(sc *models.Scope, ids ...models.TransferID) error {
	found, err := sc.TransfersByID(ids)
	if err != nil {
		return err
	}
	var all []models.Transfer
	for _, id := range ids {
		if t, there := found[id]; there {
			all = append(all, mirror(t))
		}
	}
	return Post(sc, all)
}

// mirror is what takes a transfer back.
func mirror(t models.Transfer) models.Transfer {
	id := t.ID
	m := models.Transfer{Code: models.CodeReversal, Ref: string(id), Unit: t.Unit, Amount: t.Amount, Debit: t.Credit, Credit: t.Debit,
		OfferID: t.OfferID, ContractID: t.ContractID, ReversesID: &id}
	if member, given := t.Credit.Member(); given {
		m.Debit = models.DebtPurse(member)
	}
	return m
}
