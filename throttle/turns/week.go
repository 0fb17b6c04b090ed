package turns

import (
	"cmp"
	"slices"
	"time"

	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/keeper"
	"siyu/throttle/plan"
)

// evenOver is the time over which the brands' shares are to be even: what they had in it before counts.
const evenOver = 7 * 24 * time.Hour

// Week is a community's coming week as the planner takes it. Groups, brands and offers have the indices of the lists here.
type Week struct {
	Snapshot *plan.Snapshot
	Groups   []models.Group
	Offers   []models.Offer
	Brands   []models.Brand

	waiting map[pair]models.PlacementID
	look    *throttle.Outlook
	rates   keeper.Rates
	had     reached
}

type pair struct{ group, offer int }

// Week reads what a plan of the placements given is made from, and what is known of more offers, which do not wait.
func (p *Planner) Week(sc *models.Scope, waiting []models.Placement, more ...models.OfferID) (*Week, error) {
	c, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return nil, err
	}
	w := &Week{Snapshot: &plan.Snapshot{From: int64(sc.Now)}, waiting: make(map[pair]models.PlacementID, len(waiting))}
	if w.Snapshot.Slots, err = localDays(c.Zone, sc.Now); err != nil {
		return nil, err
	}
	if w.Groups, err = sc.Groups(); err != nil {
		return nil, err
	}
	if err := atLeastKnown(sc, w.Groups); err != nil {
		return nil, err
	}
	if w.Brands, err = sc.Brands(); err != nil {
		return nil, err
	}
	if w.look, err = p.ledger.Outlook(sc, w.Groups, append(more, offersOf(waiting)...)); err != nil {
		return nil, err
	}
	if w.had, err = delivered(sc, w.Groups); err != nil {
		return nil, err
	}
	ids := make([]models.GroupID, len(w.Groups))
	for i, g := range w.Groups {
		ids[i] = g.ID
	}
	if w.rates, err = keeper.ReadRates(sc, ids); err != nil {
		return nil, err
	}
	brands := make(map[models.BrandID]int, len(w.Brands))
	for i, b := range w.Brands {
		brands[b.ID] = i
		w.Snapshot.Brands = append(w.Snapshot.Brands, plan.Brand{ID: int64(b.ID), Weight: float64(b.Weight), Delivered: w.had.brands[b.ID]})
	}
	w.addGroups(waiting, w.addOffers(waiting, brands))
	return w, nil
}

func offersOf(waiting []models.Placement) []models.OfferID {
	ids := make([]models.OfferID, 0, len(waiting))
	for _, q := range waiting {
		ids = append(ids, q.OfferID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// addOffers lists the offers that wait, and returns where each is.
func (w *Week) addOffers(waiting []models.Placement, brands map[models.BrandID]int) map[models.OfferID]int {
	at := map[models.OfferID]int{}
	for _, id := range offersOf(waiting) {
		o, _ := w.look.Offer(0, id)
		brand, known := brands[o.BrandID]
		if !known {
			continue
		}
		at[id] = len(w.Offers)
		w.Offers = append(w.Offers, o)
		w.Snapshot.Offers = append(w.Snapshot.Offers, w.planned(o, brand))
	}
	return at
}

// planned is an offer as the planner takes it.
func (w *Week) planned(o models.Offer, brand int) plan.Offer {
	return plan.Offer{ID: int64(o.ID), Brand: brand, Category: throttle.Category(o.Category), Start: int64(o.StartsAt), End: int64(o.EndsAt),
		Priority: o.Priority, Target: int64(o.TargetReach), Delivered: w.had.offers[o.ID]}
}

// addGroups lists all groups with what waits in each. One that has no readable rules gets nothing.
func (w *Week) addGroups(waiting []models.Placement, offers map[models.OfferID]int) {
	at := make(map[models.GroupID]int, len(w.Groups))
	gates := map[pair][]throttle.Gate{}
	for i, g := range w.Groups {
		at[g.ID] = i
		in, readable := w.look.Group(g.ID)
		if !readable {
			in = throttle.Input{PausedUntil: throttle.Never}
		}
		w.Snapshot.Groups = append(w.Snapshot.Groups, plan.Group{ID: int64(g.ID), Reach: reachOf(g), Ask: in})
	}
	for i, g := range w.Groups {
		for _, id := range w.look.Near(g.ID) {
			if n, known := at[id]; known {
				w.Snapshot.Groups[i].Near = append(w.Snapshot.Groups[i].Near, int32(n)) //nolint:gosec // an index of a slice in memory
			}
		}
	}
	for _, q := range waiting {
		g, known := at[q.GroupID]
		o, wanted := offers[q.OfferID]
		if !known || !wanted {
			continue
		}
		if _, twice := w.waiting[pair{g, o}]; twice { // groups that turned out to be one; the later one is given up soon
			continue
		}
		w.waiting[pair{g, o}] = q.ID
		_, closed := w.look.Offer(q.GroupID, q.OfferID)
		if shut(closed) {
			continue
		}
		if len(closed) > 0 {
			gates[pair{g, o}] = closed
		}
		group := &w.Snapshot.Groups[g]
		group.Edges = append(group.Edges, plan.Edge{Offer: int32(o), //nolint:gosec // an index of a slice in memory
			Value: float32(w.rates.Value(q.GroupID, q.BrandID, w.Snapshot.Offers[o].Category))})
	}
	for g := range w.Snapshot.Groups {
		slices.SortFunc(w.Snapshot.Groups[g].Edges, func(a, b plan.Edge) int {
			return cmp.Or(cmp.Compare(w.Snapshot.Offers[a.Offer].Brand, w.Snapshot.Offers[b.Offer].Brand), cmp.Compare(a.Offer, b.Offer))
		})
	}
	if len(gates) > 0 {
		w.Snapshot.Gates = func(g, o int) []throttle.Gate { return gates[pair{g, o}] }
	}
}

// shut reports whether a gate is closed for good.
func shut(gates []throttle.Gate) bool {
	return slices.ContainsFunc(gates, func(c throttle.Gate) bool { return c.Until == throttle.Never })
}

// atLeastKnown raises the headcounts of ordinary groups, of which nobody tells how many are in them, to the members seen.
func atLeastKnown(sc *models.Scope, groups []models.Group) error {
	var ids []models.GroupID
	for _, g := range groups {
		if g.Kind == models.OrdinaryGroup {
			ids = append(ids, g.ID)
		}
	}
	known, err := sc.KnownIn(ids)
	for i, g := range groups {
		groups[i].Headcount = max(g.Headcount, known[g.ID])
	}
	return err
}

// reachOf is how many members see a post in a group; one that was never counted has at least its owner.
func reachOf(g models.Group) int64 { return int64(max(g.Headcount, 1)) }

// reached is how many members posts reached, each post counted.
type reached struct {
	brands map[models.BrandID]int64
	offers map[models.OfferID]int64
}

// delivered adds up what was sent, or still may be: by brand over the time in which shares are to be even, and by offer
// over the longest flight.
func delivered(sc *models.Scope, groups []models.Group) (reached, error) {
	ids, reach := make([]models.GroupID, len(groups)), make(map[models.GroupID]int64, len(groups))
	for i, g := range groups {
		ids[i], reach[g.ID] = g.ID, reachOf(g)
	}
	const longestFlight = 366 * 24 * time.Hour
	rows, err := sc.LiveIn(ids, nil, sc.Now.Add(-longestFlight))
	had := reached{brands: map[models.BrandID]int64{}, offers: map[models.OfferID]int64{}}
	for _, q := range rows {
		had.offers[q.OfferID] += reach[q.GroupID]
		if q.SentAt == 0 || q.SentAt > sc.Now.Add(-evenOver) {
			had.brands[q.BrandID] += reach[q.GroupID]
		}
	}
	return had, err
}
