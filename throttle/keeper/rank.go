package keeper

import (
	"cmp"
	"slices"

	"siyu/models"
	"siyu/throttle"
)

// Rank sorts placements of one group that compete for a slot: what brings most for what it adds to the group's exposure asks
// first, and of equals the one that was planned first. A brand's own places among them go by the priority it gave its offers.
func (k *Keeper) Rank(sc *models.Scope, group models.GroupID, placements []models.Placement) ([]models.Placement, error) {
	if len(placements) < 2 {
		return placements, nil
	}
	g, err := sc.Group(group)
	if err != nil {
		return nil, err
	}
	views, err := k.views(sc, []models.Group{g}, nil, nil)
	if err != nil {
		return nil, err
	}
	offers, err := offersOf(sc, placements)
	if err != nil {
		return nil, err
	}
	v := views[group]
	gain := make(map[models.PlacementID]float64, len(placements))
	for _, p := range placements {
		gain[p.ID] = v.Bid(p.BrandID, throttle.Category(offers[p.OfferID].Category), sc.Now) / v.Weight(p.BrandID)
	}
	ranked := slices.Clone(placements)
	slices.SortStableFunc(ranked, func(a, b models.Placement) int {
		return cmp.Or(cmp.Compare(gain[b.ID], gain[a.ID]), cmp.Compare(a.ID, b.ID))
	})
	byBrand := map[models.BrandID][]int{}
	for i, p := range ranked {
		byBrand[p.BrandID] = append(byBrand[p.BrandID], i)
	}
	for _, places := range byBrand {
		own := make([]models.Placement, len(places))
		for i, at := range places {
			own[i] = ranked[at]
		}
		slices.SortStableFunc(own, func(a, b models.Placement) int {
			return cmp.Compare(offers[b.OfferID].Priority, offers[a.OfferID].Priority)
		})
		for i, at := range places {
			ranked[at] = own[i]
		}
	}
	return ranked, nil
}
