package ledger

import (
	"cmp"
	"slices"

	"siyu/models"
)

// InForce is the contract by which a brand pays for something at a time, out of all it ever had: one of the offer alone before
// one of the brand, and of those the newest that has begun. If that has ended there is none.
func InForce(all []models.Contract, offer models.OfferID, basis models.Basis, at models.Millis) (models.Contract, bool) {
	for _, of := range []models.OfferID{offer, 0} {
		var newest models.Contract
		for _, c := range all {
			if c.OfferID == of && c.Basis == basis && c.FromAt <= at && c.Number > newest.Number {
				newest = c
			}
		}
		if newest.Number != 0 && (newest.UntilAt == 0 || at < newest.UntilAt) {
			return newest, true
		}
		if offer == 0 {
			break
		}
	}
	return models.Contract{}, false
}

// maxPrice bounds prices and caps: more is a slip.
const maxPrice = 1_000_000_000_00

// AddContract stores how a brand pays from a time on, zero being now. What was charged stays as it was charged.
func AddContract(sc *models.Scope, by models.AccountID, c models.Contract) (models.Contract, error) {
	c.FromAt = cmp.Or(c.FromAt, sc.Now)
	c.CreatedBy = by
	wrong := func(field string) error {
		return models.Errorf(models.Invalid, "contract_unsound", "wrong %s", field).With("field", field)
	}
	switch {
	case !slices.Contains(models.Bases(), c.Basis):
		return c, wrong("basis")
	case c.Price < 0 || c.Price > maxPrice:
		return c, wrong("price")
	case c.MonthCap < 0 || c.MonthCap > maxPrice || c.MonthCap > 0 && c.Basis == models.BasisFlat:
		return c, wrong("month_cap")
	case len(c.Currency) != 3:
		return c, wrong("currency")
	case c.FromAt < sc.Now:
		return c, models.Errorf(models.Conflict, "contract_past", "what has happened was charged by the contract it happened under").With("field", "from_at")
	case c.UntilAt != 0 && c.UntilAt <= c.FromAt:
		return c, wrong("until_at")
	case c.OfferID != 0 && c.Basis == models.BasisFlat:
		return c, wrong("offer_id")
	case len([]rune(c.Note)) > 200:
		return c, wrong("note")
	}
	if _, err := sc.Brand(c.BrandID); err != nil {
		return c, err
	}
	if c.OfferID != 0 {
		o, err := sc.Offer(c.OfferID)
		if err != nil {
			return c, err
		}
		if o.BrandID != c.BrandID {
			return c, wrong("offer_id")
		}
	}
	return c, sc.AddContract(&c)
}
