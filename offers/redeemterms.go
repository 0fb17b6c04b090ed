package offers

import (
	"cmp"

	"siyu/models"
)

// termsFor reads what was promised with some vouchers.
func termsFor(sc *models.Scope, all []models.Voucher) (map[models.VoucherID]models.Terms, error) {
	ids := make([]models.TermsID, len(all))
	for i, v := range all {
		ids[i] = v.Promise()
	}
	found, err := sc.TermsByID(distinct(ids))
	if err != nil {
		return nil, err
	}
	return promised(sc, all, found)
}

// promised is termsFor when the terms that vouchers name were found. One that names none was promised what its offer promises now.
func promised(sc *models.Scope, all []models.Voucher, found map[models.TermsID]models.Terms) (map[models.VoucherID]models.Terms, error) {
	by := make(map[models.VoucherID]models.Terms, len(all))
	var lost []models.Voucher
	var offered []models.OfferID
	for _, v := range all {
		t, there := found[v.Promise()]
		if by[v.ID] = t; !there {
			lost, offered = append(lost, v), append(offered, v.OfferID)
		}
	}
	if len(lost) == 0 {
		return by, nil
	}
	known, err := sc.OffersByID(distinct(offered), false)
	if err != nil {
		return nil, err
	}
	var ids []models.TermsID
	for _, o := range known {
		ids = append(ids, o.TermsID)
	}
	if found, err = sc.TermsByID(distinct(ids)); err != nil {
		return nil, err
	}
	for _, v := range lost {
		by[v.ID] = found[known[v.OfferID].TermsID]
	}
	return by, nil
}

// unitsWanted is how many units a use takes that asks for so many: without a number one use. How much money is meant must be said.
func unitsWanted(t models.Terms, units int) (int, error) {
	if units == 0 && t.Unit == models.UnitFen {
		return 0, models.Errorf(models.Invalid, "amount_missing", "say how much of the voucher is used").With("field", "units")
	}
	return cmp.Or(units, 1), nil
}

// worth is what some units of a voucher are worth, when so many are used after them: all uses together are worth what the voucher
// is, to the fen.
func worth(t models.Terms, v models.Voucher, units int) int64 {
	if t.Unit == models.UnitFen {
		return int64(units)
	}
	share := func(used int) int64 { return t.ValueFen * int64(used) / int64(max(v.Units, 1)) }
	return share(v.Used) - share(v.Used-units)
}
