package keeper

import "siyu/models"

// Rates predicts what offers bring in some groups, from what was learnt.
type Rates struct{ answers answers }

// ReadRates reads what was learnt of who answers what in some groups.
func ReadRates(sc *models.Scope, groups []models.GroupID) (Rates, error) {
	rows, err := sc.RatiosOf(groups, nil)
	return Rates{answersOf(rows)}, err
}

// Value is how many clicks per member an offer of a brand and category gets in a group if the brand is fresh there.
func (r Rates) Value(group models.GroupID, brand models.BrandID, category int64) float64 {
	return r.answers.value(usualClick, group, brand, category, 1)
}

// value is clicks per member: the rate of all posts, times what differs by group, brand and category, times the novelty.
func (a answers) value(click float64, group models.GroupID, brand models.BrandID, category int64, novelty float64) float64 {
	match := 1.0
	if category != 0 {
		match = a.category(group, category)
	}
	return a.response(group, brand).Value(a.rate(click), match, novelty)
}
