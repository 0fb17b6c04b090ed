package ledger

import (
	"time"

	"siyu/models"
)

// Account is a brand in one of the currencies in which it has had contracts.
type Account struct {
	Brand    models.BrandID
	Currency string
	Begin    models.Millis // of its first contract
	Flat     bool          // it has had a fee of a month: a month may be charged in which nothing happened
}

// Accounts lists who pays in what, by brand and currency.
func Accounts(sc *models.Scope) ([]Account, error) {
	contracts, err := sc.ContractsOf()
	if err != nil {
		return nil, err
	}
	type key struct {
		brand    models.BrandID
		currency string
	}
	at := map[key]int{}
	var all []Account
	for _, c := range contracts {
		k := key{c.BrandID, c.Currency}
		i, known := at[k]
		if !known {
			i, at[k] = len(all), len(all)
			all = append(all, Account{Brand: c.BrandID, Currency: c.Currency, Begin: c.FromAt})
		}
		all[i].Begin = min(all[i].Begin, c.FromAt)
		all[i].Flat = all[i].Flat || c.Basis == models.BasisFlat && c.Price > 0
	}
	return all, nil
}

// Ripe is the oldest month, not before from, that has something to state and is over for so long; false if there is none. A zero
// from is any.
func Ripe(sc *models.Scope, a Account, zone *time.Location, from Month, wait time.Duration) (Month, bool, error) {
	last, closed, err := sc.LastStatement(a.Brand, a.Currency)
	if err != nil {
		return Month{}, false, err
	}
	begin := a.Begin
	if closed {
		begin = last.UntilAt
	}
	if !a.Flat { // only what was charged makes a month
		oldest, err := sc.Unstated(a.Brand, a.Currency, Since(last), sc.Now+1, nil, 1)
		if err != nil || len(oldest) == 0 {
			return Month{}, false, err
		}
		begin = max(begin, oldest[0].At)
	}
	m := MonthAt(begin, zone)
	if from != (Month{}) && from.From(zone) > m.From(zone) {
		m = from
	}
	return m, m.Until(zone).Add(wait) <= sc.Now, nil
}
