package story

import (
	"context"
	"fmt"

	"siyu/models"
)

// Rows is what the recount looks at, as it stands in the store.
type Rows struct {
	Groups      []models.Group
	Rules       map[models.GroupID][]models.Rules // in force in each group: the community's and its own, all of them
	Placements  []models.Placement
	Offers      []models.Offer
	Vouchers    []models.Voucher
	Redemptions []models.Redemption
}

// ReadRows reads a community's raw rows.
func ReadRows(ctx context.Context, store *models.Store, community models.CommunityID) (Rows, error) {
	sc := store.Read(ctx).In(community)
	rows := Rows{Rules: map[models.GroupID][]models.Rules{}}
	var err error
	if rows.Groups, err = sc.Groups(); err != nil {
		return rows, fmt.Errorf("read rows: %w", err)
	}
	for _, g := range rows.Groups {
		if rows.Rules[g.ID], err = rulesOf(sc, g.ID); err != nil {
			return rows, fmt.Errorf("read rows: rules of group %s: %w", g.ID, err)
		}
	}
	if rows.Placements, err = sc.PlacementsIn(); err != nil {
		return rows, fmt.Errorf("read rows: %w", err)
	}
	if rows.Offers, err = sc.OffersIn(); err != nil {
		return rows, fmt.Errorf("read rows: %w", err)
	}
	if rows.Vouchers, err = sc.AllVouchers(); err != nil {
		return rows, fmt.Errorf("read rows: %w", err)
	}
	if rows.Redemptions, err = sc.AllRedemptions(); err != nil {
		return rows, fmt.Errorf("read rows: %w", err)
	}
	return rows, nil
}

// rulesOf reads the community's rules and the group's own, whichever there are.
func rulesOf(sc *models.Scope, group models.GroupID) ([]models.Rules, error) {
	var all []models.Rules
	for _, owner := range []models.GroupID{0, group} {
		policy, err := sc.PolicyOf(owner)
		if models.IsKind(err, models.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		rules, err := policy.Rules()
		if err != nil {
			return nil, err
		}
		all = append(all, rules)
	}
	return all, nil
}
