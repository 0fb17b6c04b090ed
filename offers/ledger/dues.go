package ledger

import (
	"maps"
	"slices"

	"siyu/models"
)

// Due is what a brand owes in one currency.
type Due struct {
	Brand    models.BrandID
	Currency string
	Owed     int64            // all that was charged less what was taken back and paid
	Unstated int64            // of it in no statement yet, without fees and caps
	Sums     []models.LineSum // what that is made of
	Closable []string         // months that are over and may be closed, the oldest first
}

// mostClosable bounds how many months are offered.
const mostClosable = 24

// Dues lists what brands owe, of one brand if it is named.
func Dues(sc *models.Scope, brand models.BrandID) ([]Due, error) {
	var of []models.BrandID
	if brand != 0 {
		of = append(of, brand)
	}
	contracts, err := sc.ContractsOf(of...)
	if err != nil {
		return nil, err
	}
	begin := map[models.BrandID]map[string]models.Millis{}
	for _, c := range contracts {
		if begin[c.BrandID] == nil {
			begin[c.BrandID] = map[string]models.Millis{}
		}
		if at, known := begin[c.BrandID][c.Currency]; !known || c.FromAt < at {
			begin[c.BrandID][c.Currency] = c.FromAt
		}
	}
	var all []Due
	for _, b := range slices.Sorted(maps.Keys(begin)) {
		for _, currency := range slices.Sorted(maps.Keys(begin[b])) {
			d, err := due(sc, b, currency, begin[b][currency])
			if err != nil {
				return nil, err
			}
			all = append(all, d)
		}
	}
	return all, nil
}

// due reads what one brand owes in a currency in which it has had contracts since a time.
func due(sc *models.Scope, brand models.BrandID, currency string, begin models.Millis) (Due, error) {
	d := Due{Brand: brand, Currency: currency}
	sums, err := sc.SumPurses([]int64{int64(brand)})
	if err != nil {
		return d, err
	}
	for _, s := range sums {
		if s.Purse == models.SponsorPurse(brand) && s.Unit == currency {
			d.Owed = s.Out - s.In
		}
	}
	last, closed, err := sc.LastStatement(brand, currency)
	if err != nil {
		return d, err
	}
	if d.Sums, err = sc.SumUnstated(brand, currency, Since(last), sc.Now+1); err != nil {
		return d, err
	}
	var ids []models.OfferID
	for _, s := range d.Sums {
		d.Unstated += s.Sum
		ids = append(ids, s.OfferID)
	}
	offers, err := sc.OffersByID(ids, false)
	if err != nil {
		return d, err
	}
	for i := range d.Sums {
		d.Sums[i].Title = offers[d.Sums[i].OfferID].Title
	}
	zone, err := Zone(sc)
	if err != nil {
		return d, err
	}
	if closed {
		begin = last.UntilAt
	}
	for m := MonthAt(begin, zone); m.Until(zone) <= sc.Now && len(d.Closable) < mostClosable; m = m.Next() {
		d.Closable = append(d.Closable, m.String())
	}
	return d, nil
}
